internal import Pipeline
internal import ReportModel
internal import Reports
internal import Vocabulary

/// What the status server answers with.
final class LivePages {
    private let analyzer: LiveAnalyzer
    private let outputs: LiveOutputs
    private var status: LiveStatus?
    /// A full report costs; one is good for a few seconds.
    private var report: (made: Int64, report: Report)?
    private static let reportLife = Span.seconds(5)

    init(_ analyzer: LiveAnalyzer, _ outputs: LiveOutputs) {
        self.analyzer = analyzer
        self.outputs = outputs
    }

    func update(_ status: LiveStatus) { self.status = status }

    func answer(_ request: StatusServer.Request, at clock: Int64) -> Answer? {
        let status = status ?? LiveStatus(time: CaptureTime(nanoseconds: 0))
        let sink = StringSink()
        var answer = Answer()
        switch request.path {
        case "/metrics":
            let format = MetricsFormat(accept: request.accept)
            answer.type = format.contentType
            sink.write(OpenMetricsWriter.text(status, version: Version.text, format: format))
        case "/healthz": return health
        case "/":
            (answer.type, answer.policy) = ("text/html; charset=utf-8", LivePage.policy)
            LivePage(status, time: outputs.style.time).write(to: sink)
        case "/report.html":
            (answer.type, answer.policy) = ("text/html; charset=utf-8", HTMLReportWriter.policy)
            HTMLReportWriter(report: current(clock), sink: sink, time: outputs.style.time).write()
        case "/report.json":
            answer.type = "application/json"
            JSONReportWriter(report: current(clock), sink: sink).write()
        default: return nil
        }
        answer.body = sink.bytes
        return answer
    }

    /// Well is who captures from all that was named.
    private var health: Answer {
        let down = Set(analyzer.inputsThatEnded + analyzer.input.down).sorted()
        return down.isEmpty
            ? .text("200 OK", "ok")
            : .text("503 Service Unavailable", "no packets come from \(down.joined(separator: ", "))")
    }

    private func current(_ clock: Int64) -> Report {
        if let report, clock - report.made < Self.reportLife { return report.report }
        let made = outputs.dressed(analyzer.report())
        report = (clock, made)
        return made
    }
}
