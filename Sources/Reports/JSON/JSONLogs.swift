internal import ReportModel

/// Logs beside the packets.
extension JSONReportWriter {
    func logLine(_ json: inout JSONWriter, _ row: ClientLogRow) {
        json.field("source", row.source)
        json.field("line", row.line)
        json.field("time", row.time)
        json.field("offsetMs", row.offsetMs)
        json.field("topic", row.topic.rawValue)
        json.field("level", row.level)
        json.field("text", row.text)
        json.field("clientId", row.clientId)
        json.field("connection", row.connection)
        json.field("finding", row.finding)
        json.field("unexplained", row.unexplained)
        json.field("first", row.time)
        json.field("last", row.time)
    }

    func logFile(_ json: inout JSONWriter, _ file: ClientLogFile) {
        json.field("source", file.source)
        json.field("offsetMs", file.offsetMs)
        json.field("lowMs", file.lowMs)
        json.field("highMs", file.highMs)
        json.field("offsetFrom", file.offsetFrom)
        json.field("lines", file.lines)
        json.field("understood", file.understood)
        json.field("ordinary", file.ordinary)
        json.field("continued", file.continued)
        json.field("unknown", file.unknown)
        json.array("unknownLines", file.unknownLines) { $0.value($1) }
        json.field("placed", file.placed)
        json.field("unexplained", file.unexplained)
        json.field("outside", file.outside)
    }
}
