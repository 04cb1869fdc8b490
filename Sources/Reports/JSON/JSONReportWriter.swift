public import ReportModel
internal import Vocabulary

/// Writes a report as the contract's JSON document `brokertap.report/1`: streamed, keys always in the same order.
public struct JSONReportWriter {
    let report: Report
    private let sink: any ByteSink
    private let pretty: Bool
    let context: NarrationContext
    /// Without connections and timeline, which the HTML report carries packed.
    var isHead = false

    /// - Parameter pretty: with line feeds and indentation, for reading; else without a needless byte.
    public init(report: Report, sink: any ByteSink, pretty: Bool = false) {
        self.report = report
        self.sink = sink
        self.pretty = pretty
        context = NarrationContext(report)
    }

    public func write() {
        var json = JSONWriter(sink: sink, pretty: pretty)
        json.object { json in
            json.field("schema", Report.schema)
            json.object("tool", tool)
            json.object("capture", capture)
            json.object("summary", summary)
            view(&json)
            json.objects("brokers", report.brokers, broker)
            json.objects("clients", report.clients, client)
            json.objects("connections", isHead ? [] : report.connections, connection)
            json.objects("connectionGroups", report.connectionGroups, group)
            json.objects("latency", report.latency, latency)
            json.objects("incidents", report.incidents, incident)
            json.objects("findings", report.findings) { finding(&$0, $1) }
            json.objects("timeline", isHead ? [] : report.timeline, event)
            json.objects("timelineFolded", report.timelineFolded, folded)
            json.objects("limits", report.limits, limit)
            json.objects("excuses", report.excuses, excuse)
            tables(&json)
        }
        json.finish()
    }

    private func excuse(_ json: inout JSONWriter, _ row: ExcuseCount) {
        json.field("excuse", row.excuse.rawValue)
        json.field("kind", row.kind.rawValue)
        json.field("error", row.error)
        json.field("count", row.count)
        json.field("first", row.first)
        json.field("last", row.last)
        json.field("boundTo", row.boundTo.map(\.rawValue))
        json.field("because", ExcuseWords.because(row.excuse))
    }

    /// Another document of the same report.
    func document(_ body: (inout JSONWriter) -> Void) {
        var json = JSONWriter(sink: sink, pretty: pretty)
        json.object(body)
        json.finish()
    }

    func tool(_ json: inout JSONWriter) {
        json.field("name", report.tool.name)
        json.field("version", report.tool.version)
        json.field("arguments", report.tool.arguments)
        json.field("filter", report.tool.filter)
        json.field("keysUsed", report.tool.keysUsed)
    }

    private func capture(_ json: inout JSONWriter) {
        json.objects("sources", report.capture.sources, source)
        json.field("dropped", report.capture.dropped)
        json.field("partial", report.capture.partial)
        json.object("coverage", coverage)
        json.objects("packetOutcomes", report.capture.packetOutcomes) { json, outcome in
            json.field("name", outcome.name)
            json.field("count", outcome.count)
        }
        json.objects("clockSteps", report.capture.clockSteps) { json, step in
            frame(&json, "frame", step.frame)
            json.field("time", step.time)
            json.field("byMs", step.byMs)
        }
        json.objects("clockOffsets", report.capture.clockOffsets) { json, offset in
            json.field("source", offset.source)
            json.field("offsetMs", offset.offsetMs)
            json.field("lowMs", offset.lowMs)
            json.field("highMs", offset.highMs)
            json.field("corrected", offset.corrected)
        }
    }

    private func source(_ json: inout JSONWriter, _ source: SourceInfo) {
        json.field("name", source.name)
        json.field("format", source.format)
        json.field("linkTypes", source.linkTypes)
        json.field("packets", source.packets)
        json.field("bytes", source.bytes)
        json.field("first", source.first)
        json.field("last", source.last)
        json.field("cutPackets", source.cutPackets)
        json.field("truncated", source.truncated)
        json.field("fault", source.fault)
        json.field("faultOffset", source.faultOffset)
    }

    private func coverage(_ json: inout JSONWriter) {
        let coverage = report.capture.coverage
        json.field("tcpPayloadBytes", coverage.tcpPayloadBytes)
        json.field("understoodBytes", coverage.understoodBytes)
        json.field("encryptedBytes", coverage.encryptedBytes)
        json.field("gapBytes", coverage.gapBytes)
        json.field("unknownBytes", coverage.unknownBytes)
        json.field("otherProtocolBytes", coverage.otherProtocolBytes)
        json.object("messages") { json in
            json.field("decoded", coverage.messagesDecoded)
            json.field("pairedOnly", coverage.messagesPairedOnly)
            json.field("cut", coverage.messagesCut)
            json.field("malformed", coverage.messagesMalformed)
            json.field("withBytesLeftOver", coverage.messagesWithBytesLeftOver)
        }
        json.field("oneDirectionConnections", coverage.oneDirectionConnections)
        json.field("midStreamConnections", coverage.midStreamConnections)
        json.objects("otherProtocols", coverage.otherProtocols) { json, other in
            json.field("name", other.name)
            json.field("bytes", other.bytes)
        }
        json.field("canJudge", report.summary.unjudged.isEmpty)
        json.field("reasons", coverage.reasons)
    }

    private func summary(_ json: inout JSONWriter) {
        let summary = report.summary
        json.field("status", summary.status.rawValue)
        json.field("verdict", Verdict(report).text)
        json.field("rootIncident", summary.rootIncident)
        json.field("rootFinding", summary.rootFinding)
        json.field("unjudged", summary.unjudged.map(\.rawValue))
        json.field("connections", summary.connections)
        json.field("connectionsRefused", summary.connectionsRefused)
        json.field("requests", summary.requests)
        json.field("responses", summary.responses)
        json.field("unanswered", summary.unanswered)
        json.field("answered", summary.answered)
        json.field("lost", summary.lost)
        json.field("givenUp", summary.givenUp)
        json.field("stillWaiting", summary.stillWaiting)
        json.field("wantNoAnswer", summary.wantNoAnswer)
        json.object("findings") { json in
            json.field("error", summary.errors)
            json.field("warning", summary.warnings)
            json.field("info", summary.infos)
        }
    }
}
