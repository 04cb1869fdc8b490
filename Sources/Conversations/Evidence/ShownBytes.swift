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
        /// What stands in the place of tokens and names. Ascending.
        var clientPatches: [StreamPatch] = []
        var serverPatches: [StreamPatch] = []
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
    /// Other names, where none is to be shown.
    private var masked: MaskedStreams?
    var masksNames: Bool { masked != nil }
    /// Connections in which messages were seen that proved to be none: blanked, they look like nothing at all.
    public private(set) var wronglyGuessed = 0
    private var beginnings: [UInt64: (client: [Range<Int64>], server: [Range<Int64>])] = [:]
    private var open: [UInt64: (client: [Range<Int64>], server: [Range<Int64>])] = [:]
    private(set) var connections: [Pair: [Streams]] = [:]
    public let showsMessages = true
    public var readsUnseen: Bool { isForFacts }

    /// - Parameters:
    ///   - isForFacts: what the analysis takes of tokens and of other protocols is shown too.
    ///   - names: have aliases in place of which none is shown.
    public init(limits: Limits, isForFacts: Bool = false, names: MessageNames? = nil) {
        limit = limits.shownStretches
        masked = names.map(MaskedStreams.init)
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
        count(masked?.take(request))
        add(request.body, at: request.offset, of: request.bytes, header: header, request.connection, isClients: true)
    }

    public func took(_ answer: ObservedAnswer, to request: ObservedRequest) {
        noteToken(request.api, answer.body, at: answer.offset, request.connection, isClients: false)
        add(answer, request)
    }
    public func tooLate(_ answer: ObservedAnswer, to request: ObservedRequest) { add(answer, request) }
    public func cut(_ answer: ObservedAnswer, to request: ObservedRequest) { add(answer, request) }
    public func took(_ answer: ObservedAnswer, toUnseen request: ObservedRequest) {
        if masksNames {
            // Which of its bytes are names nobody knows.
            return add(
                answer.offset..<answer.offset.addingSaturated(min(8, answer.bytes)), request.connection,
                isClients: false)
        }
        add(answer, request)
    }
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

    public func tookRecords(
        of connection: UInt64, isClients: Bool, _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int64,
        serverName: String?
    ) {
        masked?.takeRecords(of: connection, isClients: isClients, bytes, at: offset, serverName: serverName)
    }

    public func tookProxyHeader(of connection: UInt64, _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int64) {
        masked?.takeProxyHeader(of: connection, bytes, at: offset)
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
        } else if !isForFacts, !masksNames, connection.hasProxyHeader, let first = client.first?.lowerBound,
            first <= Self.longestProxyHeader
        {
            client = Self.joined(client + [0..<first])
        }
        let names = masked?.remove(connection.number)
        client = Self.joined(client + (names?.client.shown ?? []))
        server = Self.joined(server + (names?.server.shown ?? []))
        let inside = messages.removeValue(forKey: connection.number) ?? ([], [])
        if connection.isUnknown, !(inside.client.isEmpty && inside.server.isEmpty) { wronglyGuessed += 1 }
        connections[Pair(connection.client, connection.server), default: []].append(
            Streams(
                connection: connection, fromClient: Self.joined(client), fromServer: Self.joined(server),
                clientMessages: Self.joined(inside.client), serverMessages: Self.joined(inside.server),
                clientPatches: (tokens.all(of: connection.number, isClients: true) + (names?.client.patches ?? []))
                    .sorted { $0.offset < $1.offset },
                serverPatches: (tokens.all(of: connection.number, isClients: false) + (names?.server.patches ?? []))
                    .sorted { $0.offset < $1.offset }))
    }

    private static let shownOfOthers: Int64 = 8
    private static let longestProxyHeader: Int64 = 536

    private func add(_ answer: ObservedAnswer, _ request: ObservedRequest) {
        count(masked?.take(answer, to: request))
        add(answer.body, at: answer.offset, of: answer.bytes, header: 8, request.connection, isClients: false)
    }

    /// Patches take as much room as stretches.
    private func count(_ patches: Int?) { stretches = stretches.addingSaturated(patches ?? 0) }

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
        let isNew = isClients ? lists.client.extend(by: range) : lists.server.extend(by: range)
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
        let isNew = isClients ? lists.client.extend(by: range) : lists.server.extend(by: range)
        if isNew { stretches += 1 }
        open[connection] = lists
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

extension [Range<Int64>] {
    /// Adds a range behind the last, or to it where they touch.
    /// - Returns: whether it is a stretch of its own.
    @discardableResult
    mutating func extend(by range: Range<Int64>) -> Bool {
        guard let last, last.upperBound == range.lowerBound else {
            append(range)
            return true
        }
        self[count - 1] = last.lowerBound..<range.upperBound
        return false
    }
}
