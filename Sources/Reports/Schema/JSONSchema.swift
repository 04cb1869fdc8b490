internal import ReportModel
internal import Vocabulary

/// The JSON Schema (draft 2020-12) of what `JSONReportWriter` writes: closed, every field required.
public enum JSONSchema {
    typealias Field = SchemaNode.Field

    public static func write(to sink: any ByteSink) {
        var json = JSONWriter(sink: sink, pretty: true)
        json.object { json in
            json.field("$schema", "https://json-schema.org/draft/2020-12/schema")
            json.field("$id", "urn:\(Report.schema.split(separator: "/").joined(separator: ":"))")
            json.field("title", Report.schema)
            report.body(&json)
            json.object("$defs") { json in
                for definition in definitions {
                    json.key(named: definition.name)
                    definition.node.write(to: &json)
                }
            }
        }
        json.finish()
    }

    private static let report = SchemaNode.object(
        [
            Field("schema", .constant(Report.schema)),
            Field("tool", .reference("tool")),
            Field("capture", .reference("capture")),
            Field("summary", .reference("summary")),
            Field("view", SchemaNode.reference("view").orNull),
            Field("brokers", .array(.reference("broker"))),
            Field("clients", .array(.reference("client"))),
            Field("connections", .array(.reference("connection"))),
            Field("connectionGroups", .array(.reference("connectionGroup"))),
            Field("latency", .array(.reference("latency"))),
            Field("incidents", .array(.reference("incident"))),
            Field("findings", .array(.reference("finding"))),
            Field("timeline", .array(.reference("event"))),
            Field(
                "timelineFolded",
                .array(.object([Field("kind", words(TimelineEvent.Kind.self)), Field("count", .integer)]))),
            Field("limits", .array(.reference("limit"))),
            Field(
                "excuses",
                .array(
                    .object([
                        Field("excuse", words(Excuse.self)), Field("kind", words(FindingKind.self)),
                        Field("error", SchemaNode.string.orNull), Field("count", .count), Field("first", .time),
                        Field("last", .time), Field("boundTo", .array(words(Bond.self))), Field("because", .string),
                    ]))),
        ] + tables)

    private static let definitions: [Field] = [
        Field("frame", .anyOf([.integer, .object([Field("number", .integer), Field("source", .integer)])])),
        Field("tool", tool), Field("capture", capture), Field("source", source), Field("coverage", coverage),
        Field("summary", summary), Field("broker", broker), Field("client", client), Field("connection", connection),
        Field("connectionGroup", connectionGroup), Field("latency", latency), Field("incident", incident),
        Field("finding", finding), Field("request", request), Field("evidence", evidence), Field("facts", facts),
        Field("event", event), Field("limit", limit), Field("view", view), Field("setupTimes", setupTimes),
        Field("partTimes", partTimes), Field("slowRequests", slowRequests),
    ]

    /// The raw values of a closed list.
    static func words<List: CaseIterable & RawRepresentable>(_: List.Type) -> SchemaNode where List.RawValue == String {
        .oneOfWords(List.allCases.map(\.rawValue))
    }

    static let texts = SchemaNode.array(.string)
    static let frame = SchemaNode.reference("frame")

    private static let tool = SchemaNode.object([
        Field("name", .string), Field("version", .string), Field("arguments", texts),
        Field("filter", SchemaNode.string.orNull),
        Field("keysUsed", .boolean),
    ])

    private static let capture = SchemaNode.object([
        Field("sources", .array(.reference("source"))), Field("dropped", .integer), Field("partial", .boolean),
        Field("coverage", .reference("coverage")),
        Field("packetOutcomes", .array(.object([Field("name", .string), Field("count", .integer)]))),
        Field(
            "clockSteps", .array(.object([Field("frame", frame), Field("time", .time), Field("byMs", .number)]))),
        Field(
            "clockOffsets",
            .array(
                .object([
                    Field("source", .string), Field("offsetMs", SchemaNode.number.orNull),
                    Field("lowMs", SchemaNode.number.orNull), Field("highMs", SchemaNode.number.orNull),
                    Field("corrected", .boolean),
                ]))),
    ])

    private static let source = SchemaNode.object([
        Field("name", .string), Field("format", .string), Field("linkTypes", texts), Field("packets", .integer),
        Field("bytes", .integer), Field("first", SchemaNode.time.orNull), Field("last", SchemaNode.time.orNull),
        Field("cutPackets", .integer), Field("truncated", .boolean), Field("fault", SchemaNode.string.orNull),
        Field("faultOffset", SchemaNode.integer.orNull),
    ])

    private static let coverage = SchemaNode.object([
        Field("tcpPayloadBytes", .integer), Field("understoodBytes", .integer), Field("encryptedBytes", .integer),
        Field("gapBytes", .integer), Field("unknownBytes", .integer), Field("otherProtocolBytes", .integer),
        Field(
            "messages",
            .object([
                Field("decoded", .integer), Field("pairedOnly", .integer), Field("cut", .integer),
                Field("malformed", .integer), Field("withBytesLeftOver", .integer),
            ])),
        Field("oneDirectionConnections", .integer), Field("midStreamConnections", .integer),
        Field("otherProtocols", .array(.object([Field("name", .string), Field("bytes", .integer)]))),
        Field("canJudge", .boolean), Field("reasons", texts),
    ])

    /// `requests` is the sum of `answered`, `lost`, `givenUp`, `stillWaiting` and `wantNoAnswer`.
    private static let summary = SchemaNode.object([
        Field("status", words(Status.self)), Field("verdict", .string),
        Field("rootIncident", SchemaNode.string.orNull), Field("rootFinding", SchemaNode.string.orNull),
        Field("unjudged", .array(words(Unjudged.self))), Field("connections", .count),
        Field("connectionsRefused", .count),
        Field("requests", .count), Field("responses", .count), Field("unanswered", .count),
        Field("answered", .count), Field("lost", .count), Field("givenUp", .count),
        Field("stillWaiting", .count), Field("wantNoAnswer", .count),
        Field(
            "findings", .object([Field("error", .count), Field("warning", .count), Field("info", .integer)])),
    ])
}
