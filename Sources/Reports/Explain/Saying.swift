internal import ReportModel

/// What users see and paste: an exception's name, or a sentence of a log, and the findings behind it.
struct Saying: Sendable {
    /// As it is shown.
    let title: String
    /// Any of these in the text; letters and digits count alone.
    let marks: [String]
    let meaning: String
    /// Kinds, or kinds with a cause or detail, likeliest first.
    let leads: [String]

    init(_ title: String, also marks: [String] = [], _ meaning: String, leads: [String]) {
        (self.title, self.meaning, self.leads) = (title, meaning, leads)
        self.marks = ([title] + marks).map(Self.plain)
    }

    /// The one whose mark is the longest in the text.
    static func of(_ text: String) -> Saying? {
        let text = plain(text)
        let found = all.compactMap { saying -> (saying: Saying, length: Int)? in
            let longest = saying.marks.filter(text.contains).map(\.utf8.count).max()
            return longest.map { (saying, $0) }
        }
        return found.max { $0.length < $1.length }?.saying
    }

    /// ` the server disconnected `: lower case, one blank for all that is no letter or digit.
    static func plain(_ text: String) -> String {
        var plain = " "
        for byte in text.utf8.prefix(4096) {
            let isWord = byte.isASCIILetterOrDigit
            if isWord { plain.unicodeScalars.append(UnicodeScalar((0x41...0x5A).contains(byte) ? byte + 0x20 : byte)) }
            if !isWord, !plain.hasSuffix(" ") { plain += " " }
        }
        return plain.hasSuffix(" ") ? plain : plain + " "
    }

    static let all = ends + limits + addresses + security + groups

    private static let ends = [
        Saying(
            "NetworkException",
            also: ["The server disconnected before a response was received", "NETWORK_EXCEPTION"],
            "The connection ended before the response came. The client makes this error itself; no broker sends it. The broker may"
                + " have done the work or not. A TimeoutException is something else: there the client stopped waiting, and the"
                + " connection may be fine.",
            leads: ["disconnect-before-response", "broker-unavailable", "network-path"]),
        Saying(
            "DisconnectException", also: ["Cancelled in-flight", "due to node being disconnected"],
            "The connection ended while requests were in flight, and the client cancelled them.",
            leads: ["disconnect-before-response", "session-expired"]),
        Saying(
            "Node disconnected",
            also: [
                "socket disconnected", "Connection closed by peer", "Closed connection", "KafkaJSConnectionClosedError",
            ],
            "The connection ended. That is normal for an idle one, and a fault where a request was waiting.",
            leads: ["disconnect-before-response", "idle-close", "session-expired"]),
        Saying(
            "Bootstrap broker disconnected",
            also: ["Bootstrap broker"],
            "The first connection ended before the client was ready: wrong security.protocol, a missing sign-in, or no broker there.",
            leads: ["auth-terminated/client-without-sasl", "protocol-mismatch", "connect-failure"]),
        Saying(
            "Broker transport failure", also: ["_TRANSPORT", "Local: Broker transport failure"],
            "librdkafka could not connect, or its connection ended.",
            leads: [
                "connect-failure", "advertised-address-mismatch", "disconnect-before-response", "broker-unavailable",
            ]),
        Saying(
            "All brokers are down", also: ["_ALL_BROKERS_DOWN", "All broker connections are down", "brokers are down"],
            "librdkafka has no connection to any broker that it knows. The lines before it name the reason for each.",
            leads: ["connect-failure", "broker-unavailable", "auth-terminated", "tls-failure"]),
        Saying(
            "EOF",
            also: ["unexpected EOF", "connection reset by peer", "ECONNRESET", "broken pipe", "EPIPE"],
            "The other side closed or reset the connection. Go clients print it for lost responses, refused sign-ins and TLS alike.",
            leads: ["disconnect-before-response", "auth-terminated", "protocol-mismatch", "idle-close"]),
        Saying(
            "Correlation id does not match request", also: ["Correlation id for response", "SchemaException"],
            "A response does not fit its request. A proxy or another implementation of the protocol may have sent it.",
            leads: ["protocol-violation"]),
    ]

    private static let limits = [
        Saying(
            "TimeoutException",
            also: ["Timeout of", "KafkaTimeoutError", "Local: Timed out", "_TIMED_OUT"],
            "A time limit of the client ran out. The connection may be fine: the broker was slow, could not be reached, or has no"
                + " leader for the partition. A NetworkException is something else: there the connection ended before the response.",
            leads: [
                "disconnect-before-response/request-timeout", "response-overdue", "slow-response",
                "advertised-address-mismatch", "broker-unavailable",
            ]),
        Saying(
            "Request timed out",
            also: [
                "due to request timeout", "KafkaJSRequestTimeoutError", "request(s) timed out", "i/o timeout",
                "context deadline exceeded", "RequestTimedOutError",
            ],
            "The client waited for a response as long as its settings allow, and gave up.",
            leads: [
                "disconnect-before-response/request-timeout", "response-overdue", "slow-response", "client-settings",
            ]),
        Saying(
            "Expiring records", also: ["ms has passed since batch creation", "_MSG_TIMED_OUT", "Message timed out"],
            "Records waited in the producer for longer than delivery.timeout.ms (librdkafka: message.timeout.ms), and were dropped."
                + " The broker could not be reached, was slow, or refused them again and again.",
            leads: [
                "broker-unavailable", "advertised-address-mismatch", "error-response", "disconnect-before-response",
            ]),
        Saying(
            "Topic not present in metadata",
            also: ["not present in metadata after", "Failed to update metadata after"],
            "The producer did not learn where the topic is. It does not exist, the client may not see it, or no broker answered.",
            leads: ["error-response", "connect-failure", "advertised-address-mismatch", "leaderless"]),
        Saying(
            "Timed out waiting for a node assignment", also: ["waiting for a node assignment"],
            "The admin client has no usable connection to any broker.",
            leads: ["connect-failure", "advertised-address-mismatch", "protocol-mismatch", "auth-terminated"]),
    ]
}

extension UInt8 {
    fileprivate var isASCIILetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }
}
