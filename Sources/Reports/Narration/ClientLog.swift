internal import ReportModel

/// What the client's library printed, as far as one can know: its own wording, from its source or seen in use.
enum ClientLog {
    private enum Library { case java, librdkafka, kafkaPython, aiokafka, sarama, franz, kafkajs, segmentio }

    static func lines(_ view: Case) -> String? {
        let names = view.finding.clientSoftware + view.list(.clientIds)
        guard let library = names.lazy.compactMap(library).first else { return nil }
        return line(library, view).map(Trim.message)
    }

    private static func library(_ software: String) -> Library? {
        let name = software.lowercased()
        let marks: [(String, Library)] = [
            ("apache-kafka-java", .java), ("librdkafka", .librdkafka), ("confluent-kafka", .librdkafka),
            ("rdkafka", .librdkafka), ("aiokafka", .aiokafka), ("kafka-python", .kafkaPython), ("sarama", .sarama),
            ("kgo", .franz), ("franz", .franz), ("kafkajs", .kafkajs), ("segmentio", .segmentio),
            ("kafka-go", .segmentio),
            ("java", .java),
        ]
        return marks.first { name.contains($0.0) }?.1
    }

    private static func line(_ library: Library, _ view: Case) -> String? {
        switch view.finding.kind {
        case .disconnectBeforeResponse, .sessionExpired: lost(library, view)
        case .authTerminated: signIn(library, view)
        case .advertisedAddressMismatch, .brokerUnavailable, .connectFailure: address(library, view)
        case .tlsFailure: tls(library, view)
        case .protocolMismatch: mismatch(library, view)
        case .notLeader:
            library == .java
                ? "Received invalid metadata error in produce request on partition"
                : library == .librdkafka ? "Broker: Not leader for partition" : nil
        default: nil
        }
    }

    /// Java numbers bootstrap servers -1, -2, …; an address that a broker gave out has that node's number.
    private static func node(_ view: Case) -> String {
        if let node = view.finding.nodeId ?? view.finding.nodeIds.first { return String(node) }
        return view.finding.kind == .advertisedAddressMismatch ? "N" : "-1"
    }

    private static func target(_ view: Case) -> String { view.finding.server ?? "HOST:PORT" }

    private static func lost(_ library: Library, _ view: Case) -> String {
        let timeout = view.finding.cause == .requestTimeout
        return switch library {
        case .java:
            timeout
                ? "Disconnecting from node \(node(view)) due to request timeout." : "Node \(node(view)) disconnected."
        case .librdkafka:
            timeout
                ? "1 request(s) timed out: disconnect"
                : view.finding.cause == .brokerCrashed
                    ? "Disconnected: connection reset by peer (after ...ms in state UP)"
                    : "Disconnected (after ...ms in state UP)"
        case .kafkaPython: timeout ? "Request timed out. Closing connection." : "socket disconnected"
        case .aiokafka: "Connection at \(target(view)) closed"
        case .sarama: timeout ? "i/o timeout" : "EOF"
        case .franz: "read from broker errored, killing connection"
        case .kafkajs: timeout ? "Request timed out" : "Closed connection"
        case .segmentio: timeout ? "i/o timeout" : "unexpected EOF"
        }
    }

    private static func signIn(_ library: Library, _ view: Case) -> String? {
        let message = view.text(.brokerMessage) ?? "..."
        switch (library, view.finding.cause) {
        case (.java, .unsupportedMechanism):
            return
                "Client SASL mechanism '\(view.text(.mechanism) ?? "...")' not enabled in the server, enabled mechanisms are"
                + " [\(view.text(.mechanismsOffered) ?? "...")]"
        case (.java, .closedMidway):
            return "Connection to node \(node(view)) (\(target(view))) terminated during authentication."
        case (.java, .clientWithoutSasl):
            return "Bootstrap broker \(target(view)) (id: \(node(view)) rack: null) disconnected"
        case (.java, _):
            return "Connection to node \(node(view)) (\(target(view))) failed authentication due to: \(message)"
        case (.librdkafka, .unsupportedMechanism):
            return "SASL mechanism handshake failed: Broker: Unsupported SASL mechanism"
        case (.librdkafka, .clientWithoutSasl):
            return
                "Disconnected: verify that security.protocol is correctly configured, broker might require SASL authentication"
        case (.librdkafka, _): return "SASL authentication error: \(message)"
        case (.kafkaPython, _): return "socket disconnected"
        case (.aiokafka, .refused): return "[Error 58] SaslAuthenticationFailed"
        case (.aiokafka, _): return "Connection at \(target(view)) closed"
        case (.sarama, .refused):
            return
                "Closed connection to broker \(target(view)) due to SASL v1 auth error: kafka server: SASL Authentication failed:"
                + " \(message)"
        case (.sarama, _): return "client has run out of available brokers to talk to"
        case (.franz, .refused):
            return "unable to initialize sasl; err: SASL_AUTHENTICATION_FAILED: SASL Authentication failed.: \(message)"
        case (.franz, .clientWithoutSasl): return "killing connection after 0 successful responses (is SASL missing?)"
        case (.kafkajs, .refused):
            return "SASL \(view.text(.mechanism) ?? "PLAIN") authentication failed: \(message)"
        case (.kafkajs, _): return "KafkaJSSASLAuthenticationError"
        default: return nil
        }
    }

    private static func address(_ library: Library, _ view: Case) -> String? {
        let target = target(view)
        // Where nobody on the network segment has the address, the kernel itself tells the client so.
        let isUnheard = view.number(.neighbourQuestions) != nil
        let silent = !isUnheard && (view.finding.detail == .noAnswer || view.finding.detail == .private)
        let (said, code) =
            isUnheard ? ("No route to host", "EHOSTUNREACH") : ("Connection refused", "ECONNREFUSED")
        let unresolved = view.finding.detail == .unresolvable
        guard [.refused, .loopback, .noAnswer, .private, .rejected, .unresolvable].contains(view.finding.detail) else {
            return nil
        }
        switch library {
        case .java:
            return unresolved
                ? "Error connecting to node \(target) ... java.net.UnknownHostException"
                : silent
                    ? "Disconnecting from node \(node(view)) due to socket connection setup timeout."
                    : "Connection to node \(node(view)) (\(target)) could not be established. Node may not be available."
        case .librdkafka:
            return unresolved
                ? "Failed to resolve '\(target)'"
                : silent
                    ? "Connection setup timed out in state CONNECT"
                    : "Connect to \(withFamily(target)) failed: \(said)"
        case .kafkajs:
            return unresolved
                ? "getaddrinfo ENOTFOUND" : silent ? "Connection timeout" : "connect \(code) \(target)"
        case .sarama, .franz, .segmentio:
            return unresolved
                ? "lookup \(HostPort(target).host): no such host"
                : silent ? "dial tcp \(target): i/o timeout" : "dial tcp \(target): connect: \(said.lowercased())"
        case .aiokafka: return "Unable to connect to \(target)"
        case .kafkaPython:
            return unresolved
                ? "DNS lookup failed for \(target)"
                : silent ? nil : "Connection failed: KafkaConnectionError: \(isUnheard ? 113 : 111) \(code)"
        }
    }

    /// librdkafka writes addresses, not names, and their family in front.
    private static func withFamily(_ target: String) -> String {
        if target.hasPrefix("[") { return "ipv6#" + target }
        if target.first?.isNumber == true { return "ipv4#" + target }
        return "ipv4#...:" + (HostPort(target).port ?? "...")
    }

    private static func tls(_ library: Library, _ view: Case) -> String? {
        switch library {
        case .java:
            view.finding.cause == .handshakeCut
                ? "Connection to node \(node(view)) (\(target(view))) terminated during authentication."
                : "SSL handshake failed"
        case .librdkafka:
            view.finding.cause == .clientCertificateMissing ? "SSL alert number 42" : "SSL handshake failed"
        case .kafkaPython, .aiokafka: view.finding.cause == .unknownCA ? "CERTIFICATE_VERIFY_FAILED" : nil
        case .sarama, .franz, .segmentio:
            view.finding.cause == .clientCertificateMissing ? "remote error: tls: bad certificate" : nil
        case .kafkajs: nil
        }
    }

    private static func mismatch(_ library: Library, _ view: Case) -> String? {
        let toPlain = view.finding.detail == .tlsToPlaintext
        guard toPlain || view.finding.detail == .plaintextToTLS else { return nil }
        return switch library {
        case .java:
            toPlain
                ? "Connection to node \(node(view)) (\(target(view))) terminated during authentication."
                : "java.lang.OutOfMemoryError: Java heap space"
        case .librdkafka:
            toPlain
                ? "SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener?"
                : "Disconnected: connecting to a SSL listener?"
        case .kafkaPython: toPlain ? "UNEXPECTED_EOF_WHILE_READING" : "Invalid frame length: 352518912"
        case .sarama: toPlain ? "EOF" : "unexpected EOF"
        case .franz: toPlain ? "is TLS misconfigured on the client or the broker?" : "is TLS missing?"
        case .kafkajs: toPlain ? "Client network socket disconnected before secure TLS connection was established" : nil
        case .segmentio: toPlain ? nil : "broker appears to be expecting TLS"
        case .aiokafka: nil
        }
    }
}
