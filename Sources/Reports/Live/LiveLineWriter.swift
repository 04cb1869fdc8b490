public import ReportModel
public import Vocabulary

/// Writes what a live run tells as NDJSON: a JSON object a line, each handed on at once. Field `type` says what it is; the
/// fields of a finding, an event and a limit are those of the JSON report.
public final class LiveLineWriter {
    private let sink: any ByteSink

    public init(sink: any ByteSink) { self.sink = sink }

    /// - Parameter report: what the words of a finding refer to; its rows are not needed.
    public func write(_ updates: [LiveUpdate], in report: Report) {
        guard !updates.isEmpty else { return }
        let writer = JSONReportWriter(report: report, sink: sink)
        for update in updates { line(update, writer) }
    }

    private func line(_ update: LiveUpdate, _ writer: JSONReportWriter) {
        line { json in
            switch update {
            case .finding(let finding):
                json.field("type", "finding")
                json.field("state", finding.state.rawValue)
                json.field("revision", finding.revision)
                writer.finding(&json, finding)
            case .event(let event):
                json.field("type", "event")
                writer.event(&json, event)
            case .folded(let kind, let count):
                json.field("type", "folded")
                json.field("kind", kind.rawValue)
                json.field("count", count)
            case .broker(let change):
                json.field("type", "broker")
                json.field("time", change.time)
                json.field("server", change.server)
                json.field("nodeId", change.nodeId)
                json.field("state", change.condition.rawValue)
                json.field("was", change.was?.rawValue)
                json.field("afterMs", change.afterMs)
            case .limit(let trip):
                json.field("type", "limit")
                writer.limit(&json, trip)
            case .dropped(let time, let count, let total):
                json.field("type", "dropped")
                json.field("time", time)
                json.field("count", count)
                json.field("total", total)
            }
        }
    }

    /// Why nothing is seen; nil: it is seen again.
    public func write(_ hint: LiveHint?, at time: CaptureTime) {
        line { json in
            json.field("type", "notice")
            json.field("time", time)
            json.field("kind", hint?.kind.rawValue ?? "seen-again")
            json.field("text", hint?.text ?? "Packets come, and Kafka in them.")
        }
    }

    /// How things stand: packets, rates, connections.
    public func write(_ status: LiveStatus) {
        line { json in
            json.field("type", "status")
            json.field("time", status.time)
            json.field("packets", status.report.capture.sources.reduce(0) { $0 + $1.packets })
            json.field("dropped", status.report.capture.dropped)
            json.field("packetsPerSecond", status.packetsPerSecond)
            json.field("requestsPerSecond", status.requestsPerSecond)
            json.field("openConnections", status.openConnections)
            json.field("waiting", status.waitingCount)
            json.field("longestWaitMs", status.longestWaitMs)
            json.field("findings", status.report.findings.count)
            json.field("memoryBytes", status.memoryBytes)
        }
    }

    private func line(_ body: (inout JSONWriter) -> Void) {
        var json = JSONWriter(sink: sink)
        json.object(body)
        json.finish()
    }
}
