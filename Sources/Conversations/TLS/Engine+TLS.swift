import Streams
import TLS
import Vocabulary

/// TLS under Kafka: records go to the connection's session; what keys open goes on as plain bytes do.
extension ConversationEngine {
    @inline(never)
    func takeTLS(_ direction: Direction, _ piece: Piece) -> Int {
        let (connection, layer) = (direction.connection, layer(direction.connection))
        let step = layer.session.take(
            first: direction.side == .initiator, piece.bytes, at: Moment(piece.time, piece.frame))
        if step.used == 0, layer.session.facts.clientHello == nil, layer.session.facts.serverHello == nil {
            // Taken for TLS in the middle of a stream, and what follows is none.
            startSearch(direction)
            direction.state.pointee.isFresh = false
            direction.state.pointee.spoke = .unknown
            return 0
        }
        account(step, layer, connection)
        learnClient(connection, layer.session)
        if step.sealedBytes > 0, !direction.isRequests { noteAnswering(layer, connection, piece.time) }
        if observes { tellRecords(direction, piece, used: step.used, serverName: layer.session.facts.serverName) }
        if step.sealedBytes > 0, layer.isOpened { noteUnread(direction, piece.time) }
        let inside = Direction(connection, direction.side, inside: layer)
        var outer = piece
        outer.sealedEnd = piece.offset + Int64(step.used)
        if step.lostBefore > 0 { passGap(inside, layer, step.lostBefore, outer) }
        if let plaintext = step.plaintext, !plaintext.isEmpty { takePlaintext(inside, layer, plaintext, outer) }
        return step.used
    }

    /// The connection's TLS layer, made with the first record.
    private func layer(_ connection: Connection) -> TLSLayer {
        if let layer = connection.pointee.tls { return layer }
        let session = TLSSession(
            keyLog: keyLog, limits: limits, scratch: scratch, firstIsClient: connection.pointee.clientSide == .initiator
        )
        let layer = TLSLayer(session)
        connection.pointee.tls = layer
        return layer
    }

    /// Who sent the ClientHello is the client, whatever the ports say.
    private func learnClient(_ connection: Connection, _ session: TLSSession) {
        guard connection.pointee.roleBasis == .guess, let first = session.firstIsClient else { return }
        connection.pointee.clientSide = first ? .initiator : .responder
        connection.pointee.roleBasis = .content
    }

    /// Bytes of a direction stay closed while others were opened: what they held may be the answer, or the request, that
    /// seems to be missing.
    private func noteUnread(_ direction: Direction, _ time: CaptureTime) {
        if direction.isRequests {
            direction.connection.pointee.lastRequestGap = time
        } else {
            direction.connection.pointee.lastAnswerGap = time
        }
    }

    /// A server that sends sealed records behind its client's is at work, whatever they hold. Other people's TLS takes no room.
    private func noteAnswering(_ layer: TLSLayer, _ connection: Connection, _ time: CaptureTime) {
        guard layer.session.facts.turns.answered > 0, !layer.isOpened,
            !UsualPorts.ofOthersTLS.contains(connection.server.port)
        else { return }
        noteAnswering(connection, time)
    }

    /// Clear records count as understood once a record of the connection was opened, and as encrypted before.
    private func account(_ step: TLSStep, _ layer: TLSLayer, _ connection: Connection) {
        count(encrypted: step.sealedBytes, connection)
        count(unknown: step.unknownBytes, connection)
        if layer.isOpened {
            file.totals.keysUsed = true
            connection.pointee.kafka.rare.value.recordBytes += Int64(step.readBytes + layer.clearBytes)
            file.totals.understoodBytes += Int64(step.readBytes + layer.clearBytes)
            count(encrypted: -layer.clearBytes, connection)
            layer.clearBytes = 0
        } else {
            count(encrypted: step.readBytes, connection)
            layer.clearBytes += step.readBytes
        }
    }

    // MARK: Inside

    private func takePlaintext(
        _ direction: Direction, _ layer: TLSLayer, _ bytes: UnsafeBufferPointer<UInt8>, _ outer: Piece
    ) {
        var piece = outer
        (piece.bytes, piece.offset) = (bytes, layer.plainEnd(direction.side))
        layer.advance(direction.side, by: Int64(bytes.count))
        takeBytes(direction, piece)
    }

    /// Records are missing: the plaintext has a hole of their length.
    private func passGap(_ direction: Direction, _ layer: TLSLayer, _ length: Int64, _ outer: Piece) {
        let gap = Gap(
            length: length, offset: layer.plainEnd(direction.side), time: outer.time, frame: outer.frame,
            sealedEnd: outer.sealedEnd)
        layer.advance(direction.side, by: length)
        takeGap(direction, gap)
    }

    // MARK: Gaps and ends

    func gapInTLS(_ direction: Direction, _ missing: Int64) {
        let session = layer(direction.connection).session
        count(encrypted: session.lose(first: direction.side == .initiator, bytes: missing), direction.connection)
    }

    /// Bytes of records that never ended are read by nobody.
    func releaseTLS(_ connection: Connection) {
        guard let layer = connection.pointee.tls else { return }
        count(encrypted: layer.session.unreadBytes, connection)
        for side in [Side.initiator, .responder] { release(Direction(connection, side, inside: layer)) }
        connection.pointee.tls = nil
    }

    // MARK: Facts

    /// The facts for the record of a connection.
    func factsOfTLS(_ connection: Connection) -> TLSFacts {
        guard let layer = connection.pointee.tls else { return TLSFacts() }
        let handshake = layer.session.facts
        var facts = TLSFacts()
        facts.handshake = handshake
        facts.clientHelloFrame = handshake.clientHello?.frame ?? .none
        facts.serverHelloFrame = handshake.serverHello?.frame ?? .none
        if let name = handshake.serverName { facts.serverName = file.strings.intern(name) }
        (facts.version, facts.cipher) = (handshake.version, handshake.cipher)
        if let alert = handshake.alert {
            (facts.alertLevel, facts.alert, facts.alertFromClient) = (alert.level, alert.code, alert.fromClient)
            facts.alertFrame = alert.moment.frame
        }
        (facts.clientRecords, facts.serverRecords) = (handshake.clientRecords, handshake.serverRecords)
        (facts.clientAppBytes, facts.serverAppBytes) = (handshake.clientRecordBytes, handshake.serverRecordBytes)
        return facts
    }
}
