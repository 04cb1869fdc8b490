internal import ReportModel
internal import Vocabulary

/// Words for brokers that stopped and did not come back.
struct MissingBrokerWords {
    private let incident: Incident
    private let context: NarrationContext
    private let missing: [String]
    private let findings: [Finding]

    /// Nil where none is missing.
    init?(_ incident: Incident, in context: NarrationContext) {
        guard case .list(let missing)? = incident[.notBack], !missing.isEmpty else { return nil }
        (self.incident, self.context, self.missing) = (incident, context, missing)
        findings = incident.findings.compactMap(context.finding)
    }

    private func named(_ server: String) -> String {
        context.broker(server, nodeId: findings.first { $0.server == server }?.nodeId)
    }

    /// The list shows the first few by name, and counts the others.
    private var names: String { Format.list(missing.enumerated().map { $0 < 8 ? named($1) : $1 }) }
    private var have: String { missing.count == 1 ? "has" : "have" }

    /// Behind what stopped: one of several is named again.
    func ending(ofAll count: Int) -> String {
        missing.count == max(1, count) ? " and \(have) not come back" : "; \(names) \(have) not come back"
    }

    /// The title of a rolling restart.
    var restart: String {
        let began = "in a rolling restart that began at \(context.time.clock(incident.from))"
        guard missing.count == 1, let since else { return "\(names) \(have) not come back \(began)" }
        return "\(names) has been down since \(context.time.clock(since)), \(began)"
    }

    private var since: CaptureTime? {
        if case .time(let time)? = incident[.downSince] { time } else { nil }
    }

    /// How long that was, and who came back.
    var sentence: String? {
        guard let since, let end = context.span?.last else { return nil }
        let length = Format.duration(ms: end.milliseconds(since: since))
        let still = missing.count == 1 ? "It" : "The last of them"
        let state =
            if context.report.isInterim {
                "\(still) has been down for \(length) so far."
            } else if let tried = lastTried, context.isLongBeforeEnd(tried) {
                "\(still) was still down at \(context.time.clock(tried)), when it was last tried."
            } else {
                "\(still) stayed down for \(length), until the capture ended."
            }
        let others = incident.struck.filter { !missing.contains($0) }
        guard incident.kind == .rollingRestart, !others.isEmpty else { return state }
        let back = Format.list(others.map(named), limit: 3)
        return "\(state) \(back.prefix(1).uppercased() + back.dropFirst()) came back."
    }

    /// When anybody last tried to connect to one of them.
    private var lastTried: CaptureTime? {
        findings.filter { $0.kind == .brokerUnavailable && $0.server.map(missing.contains) == true }.map(\.last).max()
    }

    /// Of clients of whom no work was seen behind it.
    var recovery: String {
        guard incident[.servedMeanwhile] == .flag(true) else { return "no recovery was seen" }
        return "other brokers answered \(incident.clients.count == 1 ? "it" : "them") meanwhile"
    }
}
