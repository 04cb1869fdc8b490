internal import ReportModel
internal import Vocabulary

/// Connections and single requests.
extension StoreTables {
    static let connections = StoreTable<ConnectionRow>(
        "connections", "One row a connection, those of findings first where there are too many; see `limits`.",
        path: "connections[]", each: { report, row in report.report.connections.forEach(row) }
    ) { table in
        table.add("id", "The connection: `connection_id` in `requests`, `connections` in `findings`.") { $0.id }
        table.add("client", "The client's address and port.") { $0.client }
        table.add("client_name", "Its host name; null where none is known.") { $0.clientName }
        table.add("server", "The broker's address and port.") { $0.server }
        table.add("server_name", "Its host name; null where none is known.") { $0.serverName }
        table.add("opened", "Time of its first packet.") { $0.opened }
        table.add("ended", "When one side closed; null where none did.") { $0.ended }
        table.add("last_time", path: "last", "Time of its last packet.") { $0.last }
        table.frame("first_frame", source: "first_source", "Its first packet.") { $0.firstFrame }
        table.frame("last_frame", source: "last_source", "Its last packet.") { $0.lastFrame }
        table.add("client_bytes", "Payload that the client sent.") { $0.clientBytes }
        table.add("server_bytes", "Payload that the broker sent.") { $0.serverBytes }
        table.add(
            "security_protocol", "`PLAINTEXT`, `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`; null where it is not Kafka."
        ) { $0.securityProtocol }
        table.add("mechanism", "SASL mechanism; null without a sign-in.") { $0.mechanism }
        table.add("principal", "Who signed in; null where that was not seen.") { $0.principal }
        table.add("views", "Sources that saw it.") { $0.views }
        tcp(&table)
        kafka(&table)
    }

    private static func tcp(_ table: inout StoreColumns<ConnectionRow>) {
        table.add(
            "tcp_handshake", path: "tcp.handshake", "`seen`, `before-capture`, `refused`, `rejected` or `no-answer`."
        ) { $0.handshake }
        table.add(
            "tcp_handshake_ms", path: "tcp.handshakeMs",
            "Milliseconds from SYN to SYN+ACK; null where they were not seen."
        ) { $0.handshakeMs }
        table.add("tcp_retransmissions", path: "tcp.retransmissions", "Segments sent again.") { $0.retransmissions }
        table.add("tcp_zero_window_ms", path: "tcp.zeroWindowMs", "Milliseconds in which a side took nothing.") {
            $0.zeroWindowMs
        }
        table.add("tcp_gap_bytes", path: "tcp.gapBytes", "Bytes that the capture lacks.") { $0.gapBytes }
        table.add(
            "tcp_end", path: "tcp.end", "`fin`, `reset`, `open`, `refused`, `rejected`, `no-answer` or `evicted`."
        ) { $0.end }
        table.add("tcp_closed_by", path: "tcp.closedBy", "`client` or `broker`; null where none closed.") {
            $0.closedBy?.rawValue
        }
        table.add("tls_version", path: "tls.version", "Version of TLS; null without it.") { $0.tlsVersion }
        table.add(
            "tls_server_name", path: "tls.serverName",
            "The name that the client asked for; null where it asked for none."
        ) { $0.tlsServerName }
        table.add("tls_cipher", path: "tls.cipher", "Cipher suite; null without TLS.") { $0.tlsCipher }
    }

    private static func kafka(_ table: inout StoreColumns<ConnectionRow>) {
        table.add("protocol", path: "kafka.protocol", "What is spoken on it.") { $0.protocol }
        table.add("client_id", path: "kafka.clientId", "The client id; null where none was seen.") { $0.clientId }
        table.add("software", path: "kafka.software", "The client's library and version; null where it told none.") {
            $0.software
        }
        table.add("node_id", path: "kafka.nodeId", "The broker's node id; null where it is unknown.") { $0.nodeId }
        table.add("requests", path: "kafka.requests", "Requests.") { $0.requests }
        table.add("responses", path: "kafka.responses", "Answers.") { $0.responses }
        table.add("unanswered", path: "kafka.unanswered", "Requests whose answer was due and did not come.") {
            $0.unanswered
        }
        table.add("errors", path: "kafka.errors", "Answers with an error code.") { $0.errors }
    }

    static let connectionGroups = StoreTable<ConnectionGroupRow>(
        "connection_groups", "Connections that have no row of their own, folded by client host and server.",
        path: "connectionGroups[]", each: { report, row in report.report.connectionGroups.forEach(row) }
    ) { table in
        table.add("client", "The client's address.") { $0.client }
        table.add("server", "The broker's address and port.") { $0.server }
        table.add("connections", "How many connections.") { $0.connections }
        table.add("requests", "Requests on them.") { $0.requests }
        table.add("bytes", "Payload of both directions.") { $0.bytes }
    }

    static let latency = StoreTable<LatencyRow>(
        "latency", "Response times of an API, by broker or by client.", path: "latency[]",
        each: { report, row in report.report.latency.forEach(row) }
    ) { table in
        table.add("api", "Kafka's name of the request.") { $0.api }
        table.add("broker", "The broker's address and port; null in a row by client.") { $0.broker }
        table.add("client", "The client id, or the address; null in a row by broker.") { $0.client }
        table.add("long_poll", "Fetch that waited because there was nothing to read.") { $0.longPoll }
        table.add("count", "Answers.") { $0.count }
        table.add("p50_ms", "Half of them took at most so many milliseconds.") { $0.p50Ms }
        table.add("p90_ms", "90 % took at most so many milliseconds.") { $0.p90Ms }
        table.add("p99_ms", "99 % took at most so many milliseconds.") { $0.p99Ms }
        table.add("p999_ms", "99.9 % took at most so many milliseconds.") { $0.p999Ms }
        table.add("max_ms", "The longest, in milliseconds.") { $0.maxMs }
    }
}
