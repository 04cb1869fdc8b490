import ReportModel
import Vocabulary

/// What one line says: its values, checked, and its known words.
struct Said: Sendable {
    var topic = LogTopic.broker
    /// Where in the line the known words begin.
    var start: Int
    var text = ""
    var peers: [Peer] = []
    /// The client's own end, where the line has both.
    var client: Peer?
    var nodeId: Int?
    /// The other end's port of the one connection that the line names.
    var clientPort: Int?
    /// Of the request that got no response.
    var correlationId: Int?
    /// For how long the connection had been in the state in which it ended, in nanoseconds.
    var age: Int64?
    /// False where the line says that its connection never came about, true where it says that it had.
    var wasUp: Bool?
    var reason: Reason?
    var clientId: String?
    var level: String?
    private static let longest = 300
    /// Milliseconds; no connection is older than some months.
    private static let longestAge: Int64 = 10_000_000_000
    static let leftOut = "..."

    init(start: Int) { self.start = start }

    /// All that it names as somebody's host.
    var hosts: [String] { (peers + [client].compactMap(\.self)).flatMap(\.hosts) }

    mutating func append(_ bytes: [UInt8]) { append(String(decoding: bytes, as: UTF8.self)) }
    private mutating func append(_ more: String) {
        if text.utf8.count < Self.longest {
            text += text.hasSuffix("; ") && more.hasPrefix("; ") ? String(more.dropFirst(2)) : more
        }
    }

    /// Ends where the known words end, its brackets closed.
    mutating func trim() {
        while let last = text.last, "; ([".contains(last) { text.removeLast() }
        let open = text.utf8.count { $0 == UInt8(ascii: "(") } - text.utf8.count { $0 == UInt8(ascii: ")") }
        if open > 0 { text += String(repeating: ")", count: open) }
    }

    /// - Returns: false where a value is none of its kind, so that the line is not of this form.
    mutating func take(_ slot: MessageForm.Slot, _ value: ArraySlice<UInt8>) -> Bool {
        switch slot {
        case .node:
            guard let node = Self.node(value) else { return false }
            nodeId = nodeId ?? node
            append("\(node)")
        case .peer:
            take(peer: value)
        case .channel:
            take(channel: value)
        case .correlation:
            correlationId = Int64(decimal: value).flatMap { Int(exactly: $0) }
            append(correlationId.map { "\($0)" } ?? Self.leftOut)
        case .age:
            if value.suffix(2).elementsEqual("ms".utf8), let number = Int64(decimal: value.dropLast(2)) {
                age = Span.milliseconds(min(number, Self.longestAge))
            }
            append(Self.isNumber(value) ? String(decoding: value, as: UTF8.self) : Self.leftOut)
        case .state:
            if value.elementsEqual("CONNECT".utf8) { wasUp = false }
            if value.elementsEqual("UP".utf8) { wasUp = true }
            append(Self.isWord(value) ? String(decoding: value, as: UTF8.self) : Self.leftOut)
        case .number:
            append(Self.isNumber(value) ? String(decoding: value, as: UTF8.self) : Self.leftOut)
        case .word, .api:
            append(Self.isWord(value) ? String(decoding: value, as: UTF8.self) : Self.leftOut)
        case .topic:
            append(Self.isTopic(value) ? String(decoding: value, as: UTF8.self) : Self.leftOut)
        case .reason:
            take(reason: value)
        case .fields:
            for field in LineFields.of(value) { take(field) }
        case .any:
            append(value.isEmpty ? "" : Self.leftOut)
        }
        return true
    }

    private mutating func take(peer value: ArraySlice<UInt8>) {
        guard let peer = Peer(value) else { return append(Self.leftOut) }
        peers.append(peer)
        append(peer.shown)
    }

    private mutating func take(reason value: ArraySlice<UInt8>) {
        guard let reason = Reason(value) else { return append(Self.leftOut) }
        self.reason = self.reason ?? reason
        if let dialled = reason.dialled { peers.append(dialled) }
        append(reason.words)
    }

    /// Of a broker `10.0.0.1:9092-10.0.0.9:40000-3`, of Go `10.0.0.9:40000->10.0.0.1:9092`.
    private mutating func take(channel value: ArraySlice<UInt8>) {
        let text = String(decoding: value, as: UTF8.self)
        let isArrow = text.contains("->")
        let ends =
            isArrow
            ? text.split(separator: ">").map { $0.hasSuffix("-") ? $0.dropLast() : $0 } : text.split(separator: "-")
        guard ends.count >= 2, let first = Peer(Array(ends[0].utf8)[...]), let second = Peer(Array(ends[1].utf8)[...])
        else { return append(Self.leftOut) }
        let (server, client) = isArrow ? (second, first) : (first, second)
        peers.append(server)
        clientPort = client.port
        self.client = self.client ?? client
        append("\(first.shown)\(isArrow ? "->" : "-")\(second.shown)")
    }

    private mutating func take(_ field: LineFields.Field) {
        switch field.key {
        case "addr", "address", "broker", "peer", "node", "host", "remote":
            if let node = Self.node(field.value) {
                nodeId = nodeId ?? node
                append("; broker: \(node)")
            } else if let peer = Peer(field.value), peer.port != nil {
                peers.append(peer)
                append("; \(field.key): \(peer.shown)")
            }
        case "err", "error":
            guard let reason = Reason(field.value) else { return }
            self.reason = self.reason ?? reason
            if let dialled = reason.dialled { peers.append(dialled) }
            append("; err: \(reason.words)")
        case "clientid", "client_id", "client.id", "client":
            clientId = clientId ?? LineContext.clientId(field.value)
        default: break
        }
    }

    static func node(_ value: ArraySlice<UInt8>) -> Int? {
        let isNegative = value.first == UInt8(ascii: "-")
        guard let number = Int64(decimal: isNegative ? value.dropFirst() : value), number <= Int64(Int32.max) else {
            return nil
        }
        // Java's connection to a coordinator has an id of its own.
        if number > Int64(Int32.max) - 1_000_000 { return Int(Int64(Int32.max) - number) }
        return Int(isNegative ? -number : number)
    }

    private static func isNumber(_ value: ArraySlice<UInt8>) -> Bool {
        value.count <= 24 && value.contains(where: \.isDigit)
            && value.allSatisfy { $0.isDigit || ".,- msuh".utf8.contains($0) }
    }

    private static func isWord(_ value: ArraySlice<UInt8>) -> Bool {
        (1...40).contains(value.count) && value.allSatisfy { $0.isLetter || $0 == UInt8(ascii: "_") }
    }

    private static func isTopic(_ value: ArraySlice<UInt8>) -> Bool {
        (1...249).contains(value.count) && value.allSatisfy { $0.isLetter || $0.isDigit || "._-/".utf8.contains($0) }
    }
}

/// Why something ended, in words that libraries are known to use.
struct Reason: Sendable {
    var words: String
    var topic: LogTopic?
    /// The address in Go's `dial tcp ADDRESS:`.
    var dialled: Peer?

    init?(_ text: ArraySlice<UInt8>) {
        let plain = text.prefix(2000).map(\.lowercased)[...]
        guard let known = Self.known.first(where: { plain.firstRange(of: $0.marks, from: plain.startIndex) != nil })
        else { return nil }
        (words, topic) = (known.words, known.topic)
        if let dial = text.firstRange(of: "dial tcp "),
            let end = text.firstRange(of: [0x3A, 0x20], from: dial.upperBound)
        {
            dialled = Peer(text[dial.upperBound..<end.lowerBound])
        } else if let refused = text.firstRange(of: "ECONNREFUSED "),
            let peer = Peer(text[refused.upperBound...].prefix { $0 != 0x2C && $0 != 0x3B && $0 != 0x20 })
        {
            dialled = peer
        }
    }

    /// The name of the error code that it is, in Kafka's own spelling.
    var errorCode: String? {
        guard topic == .errorAnswer else { return nil }
        return words.allSatisfy { $0.isUppercase || $0 == "_" } ? words : "NOT_LEADER_OR_FOLLOWER"
    }

    private struct Known: Sendable {
        let words: String
        let marks: [UInt8]
        let topic: LogTopic?
    }

    private static func known(_ topic: LogTopic?, _ phrases: [String]) -> [Known] {
        phrases.map { Known(words: $0, marks: Array($0.lowercased().utf8), topic: topic) }
    }

    /// The first that occurs counts, so longer ones stand before what they contain.
    private static let known: [Known] =
        known(
            .signInFailed,
            [
                "Authentication failed: Invalid username or password",
                "Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-512",
                "Authentication failed during authentication due to invalid credentials with SASL mechanism SCRAM-SHA-256",
                "SaslAuthenticationFailed", "SASL_AUTHENTICATION_FAILED", "SASL Authentication failed",
                "Authentication failed", "Unsupported SASL mechanism", "UNSUPPORTED_SASL_MECHANISM",
                "not enabled in the server", "Invalid SASL mechanism",
            ])
        + known(
            .tlsFailed,
            [
                "certificate has expired", "certificate verify failed", "CERTIFICATE_VERIFY_FAILED",
                "unable to get local issuer certificate", "self-signed certificate", "self signed certificate",
                "x509: certificate signed by unknown authority", "PKIX path building failed", "unknown ca",
                "bad certificate", "No subject alternative", "tls: handshake failure", "SSL handshake failed",
                "is TLS missing?", "is TLS misconfigured on the client or the broker?",
                "broker appears to be expecting TLS",
            ])
        + known(
            .connectFailed,
            [
                "Connection refused", "ECONNREFUSED", "No route to host", "EHOSTUNREACH", "Network is unreachable",
                "ENETUNREACH", "no such host", "ENOTFOUND", "Name or service not known", "UnknownHostException",
                "Temporary failure in name resolution", "Connection setup timed out", "Connection timeout",
                "connect ETIMEDOUT", "KafkaConnectionTimeout",
            ])
        + known(
            .timedOut,
            [
                "due to timeout", "RequestTimedOut", "Request timed out", "timed out", "i/o timeout",
                "context deadline exceeded", "KafkaTimeoutError", "ETIMEDOUT",
            ])
        + known(
            .disconnected,
            [
                "Connection reset by peer", "ECONNRESET", "broken pipe", "EPIPE", "socket disconnected",
                "Connection closed by peer", "unexpected EOF", "Broker transport failure",
                "use of closed network connection", "verify that security.protocol is correctly configured",
                "Closed connection", "DisconnectException", "EOF",
            ])
        + known(
            .errorAnswer,
            [
                "REQUEST_TIMED_OUT", "NOT_LEADER_OR_FOLLOWER", "NotLeaderForPartitionError",
                "NotLeaderOrFollowerException",
                "This server is not the leader for that topic-partition", "Not leader for partition",
                "LEADER_NOT_AVAILABLE", "UNKNOWN_TOPIC_OR_PARTITION", "NOT_ENOUGH_REPLICAS", "NOT_COORDINATOR",
                "COORDINATOR_NOT_AVAILABLE", "REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID",
                "TOPIC_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED", "OUT_OF_ORDER_SEQUENCE_NUMBER",
                "INVALID_PRODUCER_EPOCH", "PRODUCER_FENCED", "UNSUPPORTED_VERSION",
            ])
}
