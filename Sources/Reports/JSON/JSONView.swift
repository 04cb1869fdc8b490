internal import ReportModel
internal import Vocabulary

/// What a narrowed report shows and leaves out; null where it is of all that was captured.
extension JSONReportWriter {
    func view(_ json: inout JSONWriter) {
        guard let view = report.view else { return json.field("view", String?.none) }
        json.object("view") { json in
            json.field("clients", view.clients)
            json.field("brokers", view.brokers)
            json.field("from", view.from)
            json.field("to", view.to)
            json.field("first", view.first)
            json.field("last", view.last)
            json.field("estimated", view.isEstimated)
            json.object("outside") { json in
                json.field("connections", view.outside.connections)
                json.field("requests", view.outside.requests)
                json.object("findings") { json in
                    json.field("error", view.outside.errors)
                    json.field("warning", view.outside.warnings)
                    json.field("info", view.outside.infos)
                }
            }
        }
    }
}

extension JSONSchema {
    static let view = SchemaNode.object([
        Field("clients", texts), Field("brokers", texts), Field("from", SchemaNode.time.orNull),
        Field("to", SchemaNode.time.orNull), Field("first", SchemaNode.time.orNull),
        Field("last", SchemaNode.time.orNull), Field("estimated", .boolean),
        Field(
            "outside",
            .object([
                Field("connections", .count), Field("requests", .count),
                Field("findings", .object([Field("error", .count), Field("warning", .count), Field("info", .count)])),
            ])),
    ])
}
