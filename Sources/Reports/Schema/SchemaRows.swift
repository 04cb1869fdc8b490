internal import ReportModel

/// The schema of the lists that hold no findings.
extension JSONSchema {
    private static let textOrNull = SchemaNode.string.orNull

    static let broker = SchemaNode.object([
        Field("addresses", texts), Field("nodeIds", .array(.integer)), Field("advertised", texts),
        Field("rack", textOrNull),
        Field("clusterIds", texts), Field("connections", .integer), Field("requests", .integer),
        Field("errors", .integer),
    ])

    static let client = SchemaNode.object([
        Field("address", .string), Field("clientIds", texts), Field("software", texts), Field("mechanisms", texts),
        Field("connections", .integer), Field("requests", .integer),
    ])

    static let connection = SchemaNode.object([
        Field("id", .string), Field("client", .string), Field("clientName", textOrNull), Field("server", .string),
        Field("serverName", textOrNull), Field("opened", .time), Field("ended", SchemaNode.time.orNull),
        Field("last", .time),
        Field("firstFrame", frame.orNull), Field("lastFrame", frame.orNull), Field("clientBytes", .integer),
        Field("serverBytes", .integer),
        Field(
            "securityProtocol",
            SchemaNode.oneOfWords(["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]).orNull),
        Field("mechanism", textOrNull), Field("principal", textOrNull), Field("views", texts),
        Field("tcp", tcp),
        Field(
            "tls",
            SchemaNode.object([
                Field("version", textOrNull), Field("serverName", textOrNull), Field("cipher", textOrNull),
            ]).orNull),
        Field("kafka", kafka),
    ])

    private static let tcp = SchemaNode.object([
        Field("handshake", .oneOfWords(["", "seen", "refused", "rejected", "no-answer", "before-capture"])),
        Field("handshakeMs", SchemaNode.number.orNull), Field("retransmissions", .integer),
        Field("zeroWindowMs", .number),
        Field("gapBytes", .integer),
        Field("end", .oneOfWords(["", "fin", "reset", "open", "refused", "rejected", "no-answer", "evicted"])),
        Field("closedBy", words(Closer.self).orNull),
    ])

    private static let kafka = SchemaNode.object([
        Field("protocol", .string), Field("clientId", textOrNull), Field("software", textOrNull),
        Field("nodeId", SchemaNode.integer.orNull), Field("requests", .integer), Field("responses", .integer),
        Field("unanswered", .integer), Field("errors", .integer),
    ])

    static let connectionGroup = SchemaNode.object([
        Field("client", .string), Field("server", .string), Field("connections", .integer), Field("requests", .integer),
        Field("bytes", .integer),
    ])

    static let latency = SchemaNode.object([
        Field("api", .string), Field("broker", textOrNull), Field("client", textOrNull), Field("longPoll", .boolean),
        Field("count", .integer), Field("p50Ms", .number), Field("p90Ms", .number), Field("p99Ms", .number),
        Field("p999Ms", .number), Field("maxMs", .number),
    ])

    static let event = SchemaNode.object([
        Field("time", .time), Field("frame", frame.orNull), Field("connection", textOrNull),
        Field("kind", words(TimelineEvent.Kind.self)), Field("client", textOrNull), Field("server", textOrNull),
        Field("text", .string), Field("findings", texts),
    ])

    static let limit = SchemaNode.object([
        Field("name", .string), Field("allowed", .integer), Field("seen", .integer), Field("leftOut", .string),
    ])
}
