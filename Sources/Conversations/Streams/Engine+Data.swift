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
    func takeData(_ slot: Int, _ event: StreamEvent, _ streams: StreamEngine) {
        guard let start = event.bytes, event.length > 0 else { return }
        if !live[slot][event.side].sawData { begin(slot, event, streams) }
        let piece = Piece(
            bytes: UnsafeBufferPointer(start: start, count: Int(event.length)), offset: event.offset,
            time: event.time, frame: event.frame)
        file.totals.payloadBytes += event.length
        takeBytes(slot, event.side, piece)
    }

    /// Hands bytes on until they are used up.
    func takeBytes(_ slot: Int, _ side: Side, _ whole: Piece) {
        var piece = whole
        // Each turn uses up bytes or changes the mode towards one that does; the bound is a safeguard.
        var turns = 2 * piece.bytes.count + 8
        while !piece.bytes.isEmpty, turns > 0 {
            turns -= 1
            let used = step(slot, side, piece)
            piece = piece.dropping(used)
        }
    }

    private func step(_ slot: Int, _ side: Side, _ piece: Piece) -> Int {
        switch live[slot][side].mode {
        case .first: return tellApart(slot, side, piece)
        case .searching: return search(slot, side, piece)
        case .kafka, .tokens: return takeFrameBytes(slot, side, piece)
        case .tls: return takeTLS(slot, side, piece)
        case .ignored:
            count(other: live[slot][side].spoke, piece.bytes.count, slot)
            return piece.bytes.count
        }
    }

    /// The first data of a direction: the handshake may have been captured since the connection was opened.
    private func begin(_ slot: Int, _ event: StreamEvent, _ streams: StreamEngine) {
        live[slot][event.side].sawData = true
        let facts = streams.facts(event.slot)
        live[slot].isTwin = facts.twinOf != nil
        if !live[slot].handshakeSeen, !facts.synFrame.isNone || !facts.synAckFrame.isNone {
            live[slot].handshakeSeen = true
            live[slot].roleBasis = .handshake
            live[slot].initiator = facts.initiator
            live[slot].responder = facts.responder
            live[slot].lastTimes = LatencyPlaces()
            live[slot].clientSide = .initiator
        }
        if facts[event.side].startsMidway || event.offset > 0, live[slot][event.side].mode == .first {
            live[slot][event.side].mode = .searching
        }
    }

    // MARK: First bytes

    private func tellApart(_ slot: Int, _ side: Side, _ piece: Piece) -> Int {
        if live[slot][side].reader >= 0 { return tellApartJoined(slot, side, piece) }
        guard let used = settle(slot, side, piece.bytes) else {
            let reader = takeReader()
            readers[Int(reader)].start(
                size: 0, isRequest: true, time: piece.time, frame: piece.frame, offset: piece.offset)
            readers[Int(reader)].carry += piece.bytes
            live[slot][side].reader = reader
            live[slot][side].spoke = .undecided
            return piece.bytes.count
        }
        return used
    }

    /// The most that is kept while a stream's protocol is not clear.
    private static let undecidedBytes = 1024

    /// Bytes came in drops: joins them with those kept until they tell, then runs the joined ones through.
    private func tellApartJoined(_ slot: Int, _ side: Side, _ piece: Piece) -> Int {
        let index = live[slot][side].reader
        let reader = readers[Int(index)]
        let used = min(Self.undecidedBytes, piece.bytes.count)
        reader.carry += piece.bytes.slice(from: 0, count: used)
        let joined = reader.carry
        var rest = Piece(
            bytes: UnsafeBufferPointer(start: nil, count: 0), offset: reader.startOffset, time: reader.startTime,
            frame: reader.startFrame)
        live[slot][side].reader = -1
        joined.withUnsafeBufferPointer { bytes in
            guard let first = settle(slot, side, bytes, final: joined.count >= Self.undecidedBytes) else {
                live[slot][side].reader = index
                return
            }
            release(reader: index)
            rest.bytes = bytes
            rest = rest.dropping(first)
            var turns = 2 * bytes.count + 8
            while !rest.bytes.isEmpty, turns > 0 {
                turns -= 1
                rest = rest.dropping(step(slot, side, rest))
            }
        }
        return used
    }

    /// Sets the direction's mode by its first bytes.
    /// - Returns: how many of them are used up (a PROXY header), or nil where they are too few to tell.
    private func settle(
        _ slot: Int, _ side: Side, _ bytes: UnsafeBufferPointer<UInt8>, final: Bool = false
    ) -> Int? {
        let fromClient = side == live[slot].clientSide
        let spoken = FirstBytes.classify(bytes, fromClient: fromClient, frameLimit: limits.frameBytes)
        if spoken == .undecided, !final { return nil }
        if fromClient, live[slot].firstLength == nil, bytes.count >= 4 {
            live[slot].firstLength = bytes.bigEndian32(at: 0)
        }
        live[slot][side].spoke = spoken == .undecided ? .unknown : spoken
        switch spoken {
        case .kafka: live[slot][side].mode = .kafka
        case .tls: live[slot][side].mode = isInsideTLS(slot) ? .ignored : .tls
        case .proxyHeader where fromClient && !live[slot].proxyHeader: return passProxyHeader(slot, side, bytes, final)
        default: live[slot][side].mode = .ignored
        }
        return 0
    }

    /// A PROXY header stands before the client's own bytes, which are then told apart anew.
    private func passProxyHeader(_ slot: Int, _ side: Side, _ bytes: UnsafeBufferPointer<UInt8>, _ final: Bool) -> Int?
    {
        switch ProxyHeader.length(bytes) {
        case .some(let length) where length <= bytes.count:
            live[slot].proxyHeader = true
            count(other: .proxyHeader, length, slot)
            return length
        case .some where !final: return nil
        default:
            live[slot].proxyHeader = true
            live[slot][side].mode = .ignored
            return 0
        }
    }

    // MARK: Counts

    func count(understood n: Int, _ slot: Int) {
        live[slot].kafka.understoodBytes += Int64(n)
        file.totals.understoodBytes += Int64(n)
    }

    func count(unknown n: Int, _ slot: Int) {
        live[slot].kafka.unknownBytes += Int64(n)
        file.totals.unknownBytes += Int64(n)
    }

    func count(other spoken: SpokenProtocol, _ n: Int, _ slot: Int) {
        if spoken == .unknown || spoken == .undecided || spoken == .silent { return count(unknown: n, slot) }
        file.totals.otherBytes[spoken, default: 0] += Int64(n)
    }
}
