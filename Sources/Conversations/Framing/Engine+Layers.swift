import Streams
import Vocabulary

/// The layers that a stream's bytes go through, one behind another: TCP, a PROXY header, TLS, frames. Each is given pieces and
/// gaps, and hands on pieces and gaps; which one has the word is the direction's `layer`.
extension ConversationEngine {
    func takeData(_ connection: Connection, _ event: StreamEvent) {
        guard let start = event.bytes, event.length > 0 else { return }
        let direction = Direction(connection, event.side)
        direction.state.pointee.acknowledged = event.acknowledged
        if !direction.state.pointee.sawData { begin(direction, at: event.offset) }
        file.totals.payloadBytes += event.length
        // A gathered answer goes on before brief frames can begin, and only one of the two finds anything.
        let used = takeBrief(direction, event) + continueGathered(direction, event)
        if used == event.length || beginGathered(direction, event, from: used) { return }
        let piece = Piece(
            bytes: UnsafeBufferPointer(start: start, count: Int(event.length)), offset: event.offset,
            time: event.time, frame: event.frame)
        takeBytes(direction, piece.dropping(used))
    }

    func takeGap(_ connection: Connection, _ event: StreamEvent) {
        takeGap(
            Direction(connection, event.side),
            Gap(
                length: event.length, offset: event.offset, time: event.time, frame: event.frame,
                isCutBySnapLength: event.gapReason == .cutBySnapLength))
    }

    /// Hands bytes on until they are used up.
    func takeBytes(_ direction: Direction, _ whole: Piece) {
        var piece = whole
        // Each turn uses up bytes or changes the layer towards one that does; the bound is a safeguard.
        var turns = 2 * piece.bytes.count + 8
        while !piece.bytes.isEmpty, turns > 0 {
            turns -= 1
            piece = piece.dropping(step(direction, piece))
        }
    }

    /// - Returns: how many bytes were used.
    private func step(_ direction: Direction, _ piece: Piece) -> Int {
        switch direction.state.pointee.layer {
        case .first: return tellApart(direction, piece)
        case .frames: return takeFrameBytes(direction, piece)
        case .tls: return takeTLS(direction, piece)
        case .ignored:
            count(other: direction.state.pointee.spoke, piece.bytes.count, direction.connection)
            return piece.bytes.count
        }
    }

    /// Hands missing bytes on.
    func takeGap(_ direction: Direction, _ gap: Gap) {
        if !gap.isCutBySnapLength { noteGap(direction, gap) }
        readGathered(direction)
        leaveBeginning(direction, at: gap.time)
        switch direction.state.pointee.layer {
        case .first: startSearch(direction)
        case .frames where direction.state.pointee.isSearching: direction.state.pointee.isFresh = true
        case .frames: passFrames(direction, gap)
        case .tls: gapInTLS(direction, gap.length)
        case .ignored: break
        }
    }

    func noteGap(_ direction: Direction, _ gap: Gap) {
        let connection = direction.connection
        if direction.isRequests {
            connection.pointee.kafka.requestGaps += 1
            connection.pointee.lastRequestGap = gap.time
        } else {
            connection.pointee.kafka.answerGaps += 1
            noteOpenGap(connection, gap)
            connection.pointee.lastAnswerGap = gap.time
        }
    }

    /// A direction's stream begins: the handshake may have been captured since the connection was opened.
    func begin(_ direction: Direction, _ beginning: FlowBeginning) {
        let connection = direction.connection
        connection.pointee.isTwin = beginning.isTwin
        noteHandshake(connection, beginning)
        if beginning.startsMidway, direction.state.pointee.layer == .first { startSearch(direction) }
    }

    func noteHandshake(_ connection: Connection, _ beginning: FlowBeginning) {
        connection.pointee.roundTrip = beginning.roundTrip
        noteHandshake(connection, beginning.handshakeSeen, beginning.initiator, beginning.responder)
    }

    /// Who sent the first SYN is the client.
    func noteHandshake(_ connection: Connection, _ isSeen: Bool, _ initiator: Endpoint, _ responder: Endpoint) {
        guard isSeen, !connection.pointee.handshakeSeen else { return }
        connection.pointee.handshakeSeen = true
        connection.pointee.roleBasis = .handshake
        connection.pointee.initiator = initiator
        connection.pointee.responder = responder
        tellTimes(connection)
        connection.pointee.lastTimes = LatencyPlaces()
        connection.pointee.clientSide = .initiator
    }

    /// The first data of a direction.
    private func begin(_ direction: Direction, at offset: Int64) {
        direction.state.pointee.sawData = true
        if offset > 0, direction.state.pointee.layer == .first { startSearch(direction) }
    }

    // MARK: Held bytes

    /// Keeps bytes, behind those that are kept already.
    func hold(_ direction: Direction, _ piece: Piece, wanted: Int = 0) {
        if direction.state.pointee.held < 0 {
            direction.state.pointee.held = held.insert(spareHeld.popLast() ?? HeldBytes())
        }
        held[direction.state.pointee.held].append(piece)
        held[direction.state.pointee.held].wanted = wanted
    }

    /// Takes out what is kept; nil where there is none.
    func takeHeld(_ direction: Direction) -> HeldBytes? {
        let place = direction.state.pointee.held
        guard place >= 0 else { return nil }
        direction.state.pointee.held = -1
        var bytes = HeldBytes()
        swap(&bytes, &held[place])
        held.remove(place)
        return bytes
    }

    /// Keeps bytes that were taken out, but for the first, until there are so many.
    func putBack(_ direction: Direction, _ bytes: consuming HeldBytes, from first: Int = 0, wanted: Int = 0) {
        bytes.drop(first: first)
        bytes.wanted = wanted
        direction.state.pointee.held = held.insert(bytes)
    }

    /// Sends kept bytes their way, now that it is known what they are.
    func replay(_ direction: Direction, _ bytes: HeldBytes, from first: Int = 0) {
        bytes.forEachPiece(from: first) { takeBytes(direction, $0) }
        giveBack(bytes)
    }

    /// Bytes that nobody needs any more leave their room to others.
    func giveBack(_ bytes: consuming HeldBytes) {
        guard spareHeld.count < Self.spareHeldKept, bytes.capacity <= Self.spareCapacity else { return }
        bytes.removeAll()
        spareHeld.append(bytes)
    }

    private static let spareHeldKept = 64
    private static let spareCapacity = 64 << 10
}
