internal import ReportModel
internal import Vocabulary

/// Whether the fault that the verdict speaks of is over, still goes on, or was last seen some time before the end.
struct Standing {
    private let report: Report
    private let context: NarrationContext

    init(_ report: Report, in context: NarrationContext) { (self.report, self.context) = (report, context) }

    /// Behind "Fault"; nil where there is no fault.
    var words: String? {
        guard [.fault, .degraded].contains(report.summary.status), !mine.isEmpty else { return nil }
        if goesOn { return report.isInterim ? "going on now" : "still going on when the capture ended" }
        if isOver { return "over" }
        return lastSeen
    }

    private var incident: Incident? {
        report.summary.rootIncident.flatMap { id in report.incidents.first { $0.id == id } }
    }

    private var mine: [Finding] {
        guard let incident else { return report.findings.prefix(1).filter { $0.severity > .info } }
        return incident.findings.compactMap(context.finding).filter { $0.severity > .info }
    }

    /// A request waits for its answer, or a broker accepts no connections, to the end.
    private var goesOn: Bool {
        incident?[.lastsToTheEnd] != nil
            || mine.contains { $0.kind == .responseOverdue || $0.kind == .brokerUnavailable && $0[.outageMs] == nil }
    }

    /// All clients that were struck worked again.
    private var isOver: Bool {
        guard let incident, !incident.clients.isEmpty else { return false }
        return incident.clients.allSatisfy { $0.recoveredAfterMs != nil }
    }

    private var lastSeen: String? {
        guard let end = context.span?.last, let last = mine.map(\.last).max() else { return nil }
        let ms = end.milliseconds(since: last)
        guard ms >= Self.atTheEnd else { return report.isInterim ? "going on now" : "seen until the capture ended" }
        return "last seen \(Format.duration(ms: ms)) before \(report.isInterim ? "now" : "the capture ended")"
    }

    /// Nearer to the end than this, nothing says that it had stopped.
    private static let atTheEnd = 1000.0
}
