public import Streams
public import Vocabulary

/// Which bytes of a capture's TCP streams hold no secret, told by the messages in them: headers and fields of Kafka's messages
/// but tokens, keys, passwords and records, the lengths of raw tokens, and all of TLS. What is not told is blanked.
public final class ShownBytes: MessageObserver {
    /// The streams of one connection.
    struct Streams {
        var connection: ObservedConnection
        /// Ascending, without overlap.
        var fromClient: [Range<Int64>] = []
        var fromServer: [Range<Int64>] = []
        /// Where messages lie, shown or not.
        var clientMessages: [Range<Int64>] = []
        var serverMessages: [Range<Int64>] = []
        /// What stands in the place of tokens, from which offset on.
        var clientTokens: [(offset: Int64, bytes: [UInt8])] = []
        var serverTokens: [(offset: Int64, bytes: [UInt8])] = []
    }

    /// Two ends in order, whoever is the client.
    struct Pair: Hashable {
        var low: Endpoint
        var high: Endpoint

        init(_ one: Endpoint, _ other: Endpoint) { (low, high) = one < other ? (one, other) : (other, one) }
    }

    private let limit: Int
    private var stretches = 0
    let isForFacts: Bool
    private var messages: [UInt64: (client: [Range<Int64>], server: [Range<Int64>])] = [:]
    private var tokens = ShownTokens()
    /// Connections in which messages were seen that proved to be none: blanked, they look like nothing at all.
    public private(set) var wronglyGuessed = 0
    private var beginnings: [UInt64: (client: [Range<Int64>], server: [Range<Int64>])] = [:]
    private var open: [UInt64: (client: [Range<Int64>], server: [Range<Int64>])] = [:]
    private(set) var connections: [Pair: [Streams]] = [:]
    public let showsMessages = true
    public var readsUnseen: Bool { isForFacts }

    /// - Parameter isForFacts: what the analysis takes of tokens and of other protocols is shown too.
    public init(limits: Limits, isForFacts: Bool = false) {
        limit = limits.shownStretches
        self.isForFacts = isForFacts
    }

    /// The bound that was reached, if it was.
    public var trip: LimitTrip? {
        LimitTrip(
            "shownStretches", limit, beyond: stretches - limit, "bytes that are blanked though they hold no secret")
    }

    public func took(_ request: ObservedRequest) {
        noteToken(request.api, request.body, at: request.offset, request.connection, isClients: true)
        let header = 14 + Int64(request.clientId?.utf8.count ?? 0)
        add(request.body, at: request.offset, of: request.bytes, header: header, request.connection, isClients: true)
    }

    public func took(_ answer: ObservedAnswer, to request: ObservedRequest) {
        noteToken(request.api, answer.body, at: answer.offset, request.connection, isClients: false)
        add(answer, request.connection)
    }
    public func tooLate(_ answer: ObservedAnswer, to request: ObservedRequest) { add(answer, request.connection) }
    public func cut(_ answer: ObservedAnswer, to request: ObservedRequest) { add(answer, request.connection) }
    public func took(_ answer: ObservedAnswer, toUnseen request: ObservedRequest) { add(answer, request.connection) }
    public func ended(_ request: ObservedRequest, _ end: RequestEnd, at time: CaptureTime) {}

    public func tookToken(of connection: UInt64, isClients: Bool, offset: Int64) {
        add(offset..<(offset + 4), connection, isClients: isClients)
        if isForFacts { tokens.place(offset + 4, of: connection, isClients: isClients) }
    }

    public func tookBeginning(of connection: UInt64, isClients: Bool, _ range: Range<Int64>) {
        guard isForFacts else { return }
        if isClients {
            beginnings[connection, default: ([], [])].client.append(range)
        } else {
            beginnings[connection, default: ([], [])].server.append(range)
        }
    }

    public func tookUnasked(of connection: UInt64, offset: Int64, bytes: Int64) {
        guard isForFacts, offset >= 0 else { return }
        noteMessage(offset..<offset.addingSaturated(bytes), connection, isClients: false)
        add(offset..<offset.addingSaturated(min(bytes, 8)), connection, isClients: false)
    }

    public func tookToken(of connection: UInt64, isClients: Bool, harmless: [UInt8]) {
        if isForFacts { tokens.take(harmless, of: connection, isClients: isClients) }
    }

    /// Of a message that hands a token on, where that lies.
    private func noteToken(
        _ api: Int16, _ body: MessageBody, at offset: Int64, _ connection: UInt64, isClients: Bool
    ) {
        guard isForFacts, api == Api.saslAuthenticate, offset >= 0 else { return }
        for secret in body.secrets {
            tokens.place(
                offset.addingSaturated(secret.lowerBound), length: Int(clamping: secret.count), of: connection,
                isClients: isClients)
        }
    }

    public func closed(_ connection: ObservedConnection) {
        var (client, server) = open.removeValue(forKey: connection.number) ?? ([], [])
        if isForFacts {
            let beginning = beginnings.removeValue(forKey: connection.number) ?? ([], [])
            client = Self.joined(client + beginning.client)
            server = Self.joined(server + beginning.server)
        }
        if connection.isOther {
            // What tells a protocol: a method, a version.
            client = Self.joined(client + [0..<Self.shownOfOthers])
            server = Self.joined(server + [0..<Self.shownOfOthers])
        } else if !isForFacts, connection.hasProxyHeader, let first = client.first?.lowerBound,
            first <= Self.longestProxyHeader
        {
            client = Self.joined(client + [0..<first])
        }
        let inside = messages.removeValue(forKey: connection.number) ?? ([], [])
        if connection.isUnknown, !(inside.client.isEmpty && inside.server.isEmpty) { wronglyGuessed += 1 }
        connections[Pair(connection.client, connection.server), default: []].append(
            Streams(
                connection: connection, fromClient: Self.joined(client), fromServer: Self.joined(server),
                clientMessages: Self.joined(inside.client), serverMessages: Self.joined(inside.server),
                clientTokens: tokens.all(of: connection.number, isClients: true),
                serverTokens: tokens.all(of: connection.number, isClients: false)))
    }

    private static let shownOfOthers: Int64 = 8
    private static let longestProxyHeader: Int64 = 536

    private func add(_ answer: ObservedAnswer, _ connection: UInt64) {
        add(answer.body, at: answer.offset, of: answer.bytes, header: 8, connection, isClients: false)
    }

    /// Of a message that was not read to its end, what was read.
    private func add(
        _ body: MessageBody, at offset: Int64, of bytes: Int64, header: Int64, _ connection: UInt64, isClients: Bool
    ) {
        guard offset >= 0, bytes > 0 else { return }
        let read: Int64 =
            switch body.reading {
            case .whole: bytes
            case .unknown: header
            case .truncated(let at): max(at.addingSaturated(body.shownBeyond), header)
            case .tooLarge(let at), .malformed(let at, _): max(at, header)
            }
        let end = offset.addingSaturated(min(read, bytes))
        if isForFacts { noteMessage(offset..<offset.addingSaturated(bytes), connection, isClients: isClients) }
        var from = offset
        for secret in body.secrets {
            add(from..<max(from, min(end, offset.addingSaturated(secret.lowerBound))), connection, isClients: isClients)
            from = max(from, offset.addingSaturated(secret.upperBound))
        }
        add(from..<max(from, end), connection, isClients: isClients)
    }

    private func noteMessage(_ range: Range<Int64>, _ connection: UInt64, isClients: Bool) {
        guard stretches < limit else { return }
        var lists = messages.removeValue(forKey: connection) ?? ([], [])
        let isNew = isClients ? Self.append(range, to: &lists.client) : Self.append(range, to: &lists.server)
        if isNew { stretches += 1 }
        messages[connection] = lists
    }

    private func add(_ range: Range<Int64>, _ connection: UInt64, isClients: Bool) {
        guard !range.isEmpty else { return }
        guard stretches < limit else {
            stretches = stretches.addingSaturated(1)
            return
        }
        var lists = open.removeValue(forKey: connection) ?? ([], [])
        let isNew = isClients ? Self.append(range, to: &lists.client) : Self.append(range, to: &lists.server)
        if isNew { stretches += 1 }
        open[connection] = lists
    }

    /// - Returns: whether it is a stretch of its own.
    private static func append(_ range: Range<Int64>, to list: inout [Range<Int64>]) -> Bool {
        guard let last = list.last, last.upperBound == range.lowerBound else {
            list.append(range)
            return true
        }
        list[list.count - 1] = last.lowerBound..<range.upperBound
        return false
    }

    /// In order, those that touch made one. Messages are told when they are whole, which is not always in order.
    private static func joined(_ ranges: [Range<Int64>]) -> [Range<Int64>] {
        var joined: [Range<Int64>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = joined.last, range.lowerBound <= last.upperBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                joined.append(range)
            }
        }
        return joined
    }
}

/// Copies packets with all that is not told harmless blanked, for a second reading of the same capture.
public final class PacketBlanker {
    /// Of each pair of ends, by their first frames.
    private let connections: [ShownBytes.Pair: [ShownBytes.Streams]]
    private var copy: UnsafeMutableRawPointer
    private var room: Int
    private let isForFacts: Bool
    private let filler: UInt8
    /// As a number below zero, and of a length no value that stands for none.
    private static let fillerOfOthers: UInt8 = 0x80
    /// The last offset of each direction of a connection, for sequence numbers go round.
    private var near: [Direction: Int64] = [:]

    private struct Direction: Hashable {
        var connection: UInt64
        var isClients: Bool
    }

    /// For a facts file checksums of segments stay right or wrong, and blanked bytes are such as no length, name or protocol has.
    public init(_ shown: ShownBytes) {
        isForFacts = shown.isForFacts
        filler = isForFacts ? 0xFF : 0
        connections = shown.connections.mapValues { all in
            all.sorted { $0.connection.firstFrame < $1.connection.firstFrame }
        }
        room = 64 << 10
        copy = .allocate(byteCount: room, alignment: 16)
    }

    deinit { copy.deallocate() }

    /// Fragments of IP, of which no packet alone says what their content is: all of it is blanked.
    public private(set) var fragments: Int64 = 0

    /// A copy that is good until the next call.
    public func blanked(_ entry: PacketEntry, _ view: PacketInspector.View) -> PacketEntry {
        let count = Int(entry.capturedLength)
        if count > room {
            copy.deallocate()
            room = count
            copy = .allocate(byteCount: room, alignment: 16)
        }
        copy.copyMemory(from: entry.bytes, byteCount: count)
        if view.outcome == .fragmentHeld || view.reached == nil { fragments += 1 }
        if view.outcome == .tcp, let payload = view.payload {
            blank(payload, entry, view)
            HeaderBlanks.clear(copy, entry, payload, view)
            if isForFacts { SegmentSum.keep(copy, entry, payload, view) }
        } else {
            PacketBlanks.blank(copy, entry, view, isForFacts: isForFacts)
        }
        var blanked = entry
        blanked.bytes = UnsafePointer(copy.assumingMemoryBound(to: UInt8.self))
        blanked.blanks = 0
        return blanked
    }

    private func blank(_ payload: Range<Int>, _ entry: PacketEntry, _ view: PacketInspector.View) {
        guard !payload.isEmpty else { return }
        let source = Endpoint(view.source, view.sourcePort)
        let pair = ShownBytes.Pair(source, Endpoint(view.destination, view.destinationPort))
        guard let streams = streams(connections[pair] ?? [], entry.frame) else {
            return PacketBlanks.clear(copy, from: payload.lowerBound, to: payload.upperBound, filler)
        }
        if streams.connection.isTLS { return }
        let isClients = streams.connection.client == source
        let ranges = isClients ? streams.fromClient : streams.fromServer
        let start = offset(view.sequence, streams.connection, isClients: isClients)
        if isForFacts {
            fill(payload, start, isClients ? streams.clientMessages : streams.serverMessages, ranges, entry, streams)
        } else {
            PacketBlanks.clear(copy, payload, but: places(ranges, start, payload))
        }
        for token in isClients ? streams.clientTokens : streams.serverTokens {
            let from = max(token.offset, start)
            let to = min(token.offset + Int64(token.bytes.count), start + Int64(payload.count))
            guard from < to else { continue }
            for place in from..<to {
                copy.storeBytes(
                    of: token.bytes[Int(place - token.offset)], toByteOffset: payload.lowerBound + Int(place - start),
                    as: UInt8.self)
            }
        }
    }

    /// Zeros inside of messages, between them what no message begins with, and what is shown.
    private func fill(
        _ payload: Range<Int>, _ start: Int64, _ messages: [Range<Int64>], _ shown: [Range<Int64>],
        _ entry: PacketEntry,
        _ streams: ShownBytes.Streams
    ) {
        let between = streams.connection.isOther ? Self.fillerOfOthers : filler
        PacketBlanks.clear(copy, from: payload.lowerBound, to: payload.upperBound, between)
        for place in places(messages, start, payload) {
            PacketBlanks.clear(copy, from: place.lowerBound, to: place.upperBound)
        }
        for place in places(shown, start, payload) {
            (copy + place.lowerBound).copyMemory(from: entry.bytes + place.lowerBound, byteCount: place.count)
        }
    }

    /// Ranges of a stream as places in the packet.
    private func places(_ ranges: [Range<Int64>], _ start: Int64, _ payload: Range<Int>) -> some Sequence<Range<Int>> {
        let end = start.addingSaturated(Int64(payload.count))
        let first = ranges.partitionPoint(where: { $0.upperBound > start })
        let last = ranges.partitionPoint(where: { $0.lowerBound >= end })
        return ranges[first..<max(first, last)].lazy.map { [self] range in
            place(range.lowerBound, start, payload)..<place(range.upperBound, start, payload)
        }
    }

    /// Where in the packet a stream's offset lies, within its payload.
    private func place(_ offset: Int64, _ start: Int64, _ payload: Range<Int>) -> Int {
        let distance = offset.subtractingSaturated(start)
        return payload.lowerBound + Int(max(0, min(distance, Int64(payload.count))))
    }

    /// Of those that had the same ports one after another, the one that the frame is of.
    private func streams(_ all: [ShownBytes.Streams], _ frame: FrameRef) -> ShownBytes.Streams? {
        all.prefix(upTo: all.partitionPoint(where: { $0.connection.firstFrame > frame })).last ?? all.first
    }

    private func offset(_ sequence: UInt32, _ connection: ObservedConnection, isClients: Bool) -> Int64 {
        let direction = Direction(connection: connection.number, isClients: isClients)
        let known = near[direction] ?? 0
        let base = isClients ? connection.clientSequence : connection.serverSequence
        let expected = base &+ UInt32(truncatingIfNeeded: known)
        let offset = known &+ Int64(Int32(bitPattern: sequence &- expected))
        near[direction] = max(known, offset)
        return offset
    }
}
