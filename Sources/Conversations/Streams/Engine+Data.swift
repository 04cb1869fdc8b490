import Streams
import Vocabulary

/// A piece of one direction's stream: bytes in order, with where and when they were captured.
struct Piece {
    var bytes: UnsafeBufferPointer<UInt8>
    var offset: Int64
    var time: CaptureTime
    var frame: FrameRef

    /// The piece without its first `n` bytes.
    func dropping(_ n: Int) -> Piece {
        var rest = self
        rest.bytes = bytes.slice(from: n)
        rest.offset += Int64(n)
        return rest
    }
}

/// Bytes of a stream go to whatever the direction has been found to speak.
extension ConversationEngine {
    func takeData(_ connection: Connection, _ event: StreamEvent, _ streams: StreamEngine) {
        guard let start = event.bytes, event.length > 0 else { return }
        if !connection[event.side].sawData { begin(connection, event, streams) }
        file.totals.payloadBytes += event.length
        let used = takeBrief(connection, event) + continueGathered(connection, event)
        if used == event.length || beginGathered(connection, event, from: used) { return }
        let piece = Piece(
            bytes: UnsafeBufferPointer(start: start, count: Int(event.length)), offset: event.offset,
            time: event.time, frame: event.frame)
        takeBytes(connection, event.side, piece.dropping(used))
    }

    /// Hands bytes on until they are used up.
    func takeBytes(_ connection: Connection, _ side: Side, _ whole: Piece) {
        var piece = whole
        // Each turn uses up bytes or changes the mode towards one that does; the bound is a safeguard.
        var turns = 2 * piece.bytes.count + 8
        while !piece.bytes.isEmpty, turns > 0 {
            turns -= 1
            let used = step(connection, side, piece)
            piece = piece.dropping(used)
        }
    }

    private func step(_ connection: Connection, _ side: Side, _ piece: Piece) -> Int {
        switch connection[side].mode {
        case .first: return tellApart(connection, side, piece)
        case .searching: return search(connection, side, piece)
        case .kafka, .tokens: return takeFrameBytes(connection, side, piece)
        case .tls: return takeTLS(connection, side, piece)
        case .ignored:
            count(other: connection[side].spoke, piece.bytes.count, connection)
            return piece.bytes.count
        }
    }

    /// The first data of a direction: the handshake may have been captured since the connection was opened.
    private func begin(_ connection: Connection, _ event: StreamEvent, _ streams: StreamEngine) {
        connection[event.side].sawData = true
        guard let beginning = streams.beginning(event.slot) else { return }
        connection.pointee.isTwin = beginning.isTwin
        if !connection.pointee.handshakeSeen, beginning.handshakeSeen {
            connection.pointee.handshakeSeen = true
            connection.pointee.roleBasis = .handshake
            connection.pointee.initiator = beginning.initiator
            connection.pointee.responder = beginning.responder
            tellTimes(connection)
            connection.pointee.lastTimes = LatencyPlaces()
            connection.pointee.clientSide = .initiator
        }
        let startsMidway = event.side == .initiator ? beginning.startsMidway.0 : beginning.startsMidway.1
        if startsMidway || event.offset > 0, connection[event.side].mode == .first {
            connection[event.side].mode = .searching
        }
    }

    // MARK: First bytes

    /// The most that is kept while a stream's protocol is not clear.
    private static let undecidedBytes = 1024

    private func tellApart(_ connection: Connection, _ side: Side, _ piece: Piece) -> Int {
        if connection[side].reader >= 0 { return tellApartJoined(connection, side, piece) }
        guard let used = settle(connection, side, piece.bytes) else {
            hold(connection, side, piece)
            connection[side].spoke = .undecided
            return piece.bytes.count
        }
        return used
    }

    /// Bytes came in drops: joins them until they tell.
    private func tellApartJoined(_ connection: Connection, _ side: Side, _ piece: Piece) -> Int {
        guard let head = takeHead(connection, side) else { return 0 }
        let joined = head.bytes + piece.bytes.slice(from: 0, count: Self.undecidedBytes)
        let isAll = joined.count >= Self.undecidedBytes
        guard let used = joined.withUnsafeBufferPointer({ settle(connection, side, $0, final: isAll) }) else {
            hold(connection, side, head)
            hold(connection, side, piece)
            return piece.bytes.count
        }
        if used < head.bytes.count { replay(connection, side, head, from: used) }
        return max(0, used - head.bytes.count)
    }

    /// What was kept of a beginning is all there will be: where it still is a request's, it is read as that.
    func leaveBeginning(_ connection: Connection, _ side: Side) {
        let mode = connection[side].mode
        guard mode == .first || mode == .searching, let head = takeHead(connection, side) else { return }
        let isRequest =
            mode == .first && side == connection.pointee.clientSide
            && head.bytes.withUnsafeBufferPointer {
                RequestHeaderShape.check($0, limits.frameBytes, isAll: true, takesAnyText: true)
            } == .fits
        if isRequest {
            _ = head.bytes.withUnsafeBufferPointer { settle(connection, side, $0, final: true) }
            return replay(connection, side, head)
        }
        if mode == .first {
            connection.pointee.proxyHeader = connection.pointee.proxyHeader || head.bytes.starts(with: "PROXY ".utf8)
        }
        count(unknown: head.bytes.count, connection)
    }

    /// Sets the direction's mode by its first bytes.
    /// - Returns: how many of them are used up (a PROXY header), or nil where they are too few to tell.
    private func settle(
        _ connection: Connection, _ side: Side, _ bytes: UnsafeBufferPointer<UInt8>, final: Bool = false
    ) -> Int? {
        let fromClient = side == connection.pointee.clientSide
        let spoken = FirstBytes.classify(
            bytes, fromClient: fromClient, frameLimit: limits.frameBytes, isAll: final)
        if spoken == .undecided, !final { return nil }
        if fromClient, connection.pointee.firstLength == nil, bytes.count >= 4 {
            connection.pointee.firstLength = bytes.bigEndian32(at: 0)
        }
        connection[side].spoke = spoken == .undecided ? .unknown : spoken
        switch spoken {
        case .kafka: connection[side].mode = .kafka
        case .tls: connection[side].mode = isInsideTLS(connection) ? .ignored : .tls
        case .proxyHeader where fromClient && !connection.pointee.proxyHeader:
            return passProxyHeader(connection, side, bytes, final)
        default: connection[side].mode = .ignored
        }
        return 0
    }

    /// A PROXY header stands before the client's own bytes, which are then told apart anew.
    private func passProxyHeader(
        _ connection: Connection, _ side: Side, _ bytes: UnsafeBufferPointer<UInt8>, _ final: Bool
    ) -> Int? {
        switch ProxyHeader.length(bytes) {
        case .some(let length) where length <= bytes.count:
            connection.pointee.proxyHeader = true
            count(other: .proxyHeader, length, connection)
            return length
        case .some where !final: return nil
        default:
            connection.pointee.proxyHeader = true
            connection[side].mode = .ignored
            return 0
        }
    }

    // MARK: Counts

    func count(understood n: Int, _ connection: Connection) {
        connection.pointee.kafka.understoodBytes += Int64(n)
        file.totals.understoodBytes += Int64(n)
    }

    func count(unknown n: Int, _ connection: Connection) {
        connection.pointee.kafka.unknownBytes += Int64(n)
        file.totals.unknownBytes += Int64(n)
    }

    /// - Parameter n: below 0 where bytes counted before turn out to be readable.
    func count(encrypted n: Int, _ connection: Connection) {
        if n == 0 { return }
        connection.pointee.kafka.rare.value.encryptedBytes += Int64(n)
        file.totals.encryptedBytes += Int64(n)
    }

    func count(other spoken: SpokenProtocol, _ n: Int, _ connection: Connection) {
        if spoken == .unknown || spoken == .undecided || spoken == .silent { return count(unknown: n, connection) }
        connection.pointee.kafka.rare.value.otherBytes[spoken, default: 0] += Int64(n)
        file.totals.otherBytes[spoken, default: 0] += Int64(n)
    }
}
