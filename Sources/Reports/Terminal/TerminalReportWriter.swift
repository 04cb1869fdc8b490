public import ReportModel
/// Writes the report as text for a terminal.
public struct TerminalReportWriter {
    private let report: Report
    private let sink: any ByteSink
    public init(report: Report, sink: any ByteSink, style: TextStyle = TextStyle()) {
        self.report = report
        self.sink = sink
    }
    public func write() {
        sink.write("VERDICT  \(Verdict(report).text)\n")
        for finding in report.findings { sink.write("\(finding.severity)[\(finding.kind.rawValue)] \(finding.id)\n") }
        sink.flush()
    }
}
