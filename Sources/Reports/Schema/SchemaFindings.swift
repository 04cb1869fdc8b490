internal import ReportModel

/// The schema of findings and incidents.
extension JSONSchema {
    private static let textOrNull = SchemaNode.string.orNull
    private static let integerOrNull = SchemaNode.integer.orNull
    private static let flagOrNull = SchemaNode.boolean.orNull

    static let finding = SchemaNode.object([
        Field("id", .string), Field("kind", words(FindingKind.self)), Field("severity", words(Severity.self)),
        Field("confidence", words(Confidence.self)), Field("nature", words(Nature.self).orNull), Field("first", .time),
        Field("last", .time), Field("count", .integer), Field("client", textOrNull), Field("clientId", textOrNull),
        Field("server", textOrNull), Field("nodeId", integerOrNull), Field("nodeIds", .array(.integer)),
        Field("advertisedBy", texts), Field("detail", detail), Field("cause", words(Cause.self).orNull),
        Field("closedBy", words(Closer.self).orNull), Field("error", textOrNull),
        Field("doubt", .array(words(Doubt.self))),
        Field("title", .string), Field("explanation", .string), Field("advice", .string),
        Field("clientLog", textOrNull),
        Field("requests", .array(.reference("request"))), Field("requestsLeftOut", .integer),
        Field("evidence", .reference("evidence")), Field("facts", .reference("facts")),
    ])

    /// What is wrong with an address or a protocol; of a TLS failure the alert, by its name in RFC 8446 (or its number).
    private static let detail = SchemaNode.anyOf([words(Detail.self), .string, .null])

    static let request = SchemaNode.object([
        Field("api", .string), Field("apiKey", .integer), Field("version", .integer), Field("correlationId", .integer),
        Field("clientId", textOrNull), Field("sent", .time), Field("waitedMs", SchemaNode.number.orNull),
        Field("acknowledged", flagOrNull), Field("partial", .boolean), Field("topics", texts),
        Field("acks", integerOrNull),
        Field("idempotent", flagOrNull), Field("transactional", flagOrNull), Field("outcome", words(Outcome.self)),
        Field("frame", frame.orNull), Field("resent", resent.orNull),
    ])

    private static let resent = SchemaNode.object([
        Field("frame", frame.orNull), Field("time", SchemaNode.time.orNull), Field("server", textOrNull),
        Field("answerFrame", frame.orNull), Field("offset", integerOrNull),
    ])

    static let evidence = SchemaNode.object([
        Field("frames", .array(frame)),
        Field(
            "displayFilter",
            .anyOf([
                .string, .array(.object([Field("source", .integer), Field("filter", .string)])), .null,
            ])),
        Field("connections", texts),
    ])

    /// Facts have the type of what they tell; which there are depends on the kind.
    static let facts = SchemaNode.someOf(FactKey.allCases.map { Field($0.rawValue, fact) })

    private static let fact = SchemaNode.anyOf([.string, .number, .boolean, texts])

    static let incident = SchemaNode.object([
        Field("id", .string), Field("kind", words(Incident.Kind.self)), Field("title", .string),
        Field("explanation", .string),
        Field("from", .time), Field("to", .time), Field("rootServer", textOrNull), Field("nodeId", integerOrNull),
        Field("findings", texts),
        Field(
            "clients",
            .array(
                .object([
                    Field("client", .string), Field("clientId", textOrNull),
                    Field("recoveredAfterMs", SchemaNode.number.orNull),
                ]))),
        Field(
            "related",
            .array(.object([Field("error", .string), Field("count", .integer), Field("server", textOrNull)]))),
        Field("facts", .reference("facts")),
    ])
}
