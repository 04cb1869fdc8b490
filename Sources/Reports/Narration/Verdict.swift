public import ReportModel
internal import Vocabulary

/// The first thing that a reader should know of a report: what happened, to whom, why, and what to do now.
public struct Verdict: Sendable {
    /// In order of weight.
    public let sentences: [String]
    /// The step to take first; nil where nothing needs doing.
    public var firstStep: String? { firstHelp?.line }
    /// The same, with its command apart.
    public let firstHelp: HelpStep?

    /// The sentences as one text.
    public var text: String { sentences.joined(separator: " ") }

    public init(_ report: Report, time: TimeDisplay = .utc) {
        let judge = Judge(context: NarrationContext(report, time: time))
        let verdict = judge.verdict
        sentences = verdict.0 + ViewWords(report, time: time).sentences
        firstHelp = verdict.1
    }
}

private struct Judge {
    let context: NarrationContext

    private var report: Report { context.report }
    private var coverage: Coverage { report.capture.coverage }
    private var faults: [Finding] { report.findings.filter { $0.severity > .info } }

    var verdict: ([String], HelpStep?) {
        var result = told
        if report.capture.partial {
            result.0.append("Reading was stopped early: this covers only the part that was read.")
        }
        return result
    }

    private var told: ([String], HelpStep?) {
        switch report.summary.status {
        case .fault, .degraded: rootIncident.map(told) ?? withFaults
        case .healthy: healthy
        case .cannotJudge: cannotJudge
        }
    }

    private var rootIncident: Incident? {
        report.summary.rootIncident.flatMap { id in report.incidents.first { $0.id == id } }
    }

    private func told(_ incident: Incident) -> ([String], HelpStep?) {
        var sentences = [IncidentWords(incident, in: context)].flatMap { [$0.title + "."] + $0.sentences }
        sentences += others(than: incident)
        let told = Set(report.incidents.flatMap(\.findings))
        let others = faults.filter { !told.contains($0.id) }
        if !others.isEmpty { sentences.append("Also: \(FaultWords.list(others)).") }
        let mine = incident.findings.compactMap(context.finding)
        let atRoot =
            mine.first { $0.id == incident.rootFinding }
            ?? mine.first { $0.server != nil && $0.server == incident.rootServer }
        let first = atRoot ?? mine.first ?? faults.first
        return (sentences + shortfall, first.flatMap { Narration($0, in: context).steps.first })
    }

    /// What else happened, by its title; of many the rest is counted.
    private func others(than incident: Incident?) -> [String] {
        let others = report.incidents.filter { $0.id != incident?.id }
        let rest = others.count - Self.othersShown
        return others.prefix(Self.othersShown).map { "Also: \(Self.within(IncidentWords($0, in: context).title))." }
            + (rest > 0 ? ["\(Format.count(rest, "more incident")) \(rest == 1 ? "is" : "are") in the findings."] : [])
    }

    private static let othersShown = 3

    /// A title behind a colon: a word of ours in front begins small.
    private static func within(_ title: String) -> String {
        let ours = ["The ", "Clients ", "Broker ", "Brokers ", "Partition ", "Something "]
        guard ours.contains(where: title.hasPrefix) else { return title }
        return title.prefix(1).lowercased() + title.dropFirst()
    }

    private var withFaults: ([String], HelpStep?) {
        guard let first = faults.first else { return healthy }
        let words = Narration(first, in: context)
        var sentences = [words.title + "."] + (first.severity == .error ? words.sentences.prefix(1) : [])
        let siblings = FaultWords.siblings(of: first, in: faults)
        if let same = FaultWords.sameElsewhere(first, siblings) { sentences.append(same) }
        let told = Set(siblings.map(\.id) + [first.id] + report.incidents.flatMap(\.findings))
        sentences += self.others(than: nil)
        let others = faults.filter { !told.contains($0.id) }
        if !others.isEmpty { sentences.append("Also: \(FaultWords.list(others)).") }
        return (sentences + shortfall, words.steps.first)
    }

    /// What the findings do not cover, where that is much.
    private var shortfall: [String] {
        guard let share = coverage.understoodShare, share < 0.99 else { return [] }
        let readable = share == 0 ? "None" : "Only \(Format.percent(share))"
        return ["\(readable) of the traffic could be read, so there may be more."]
    }

    private var healthy: ([String], HelpStep?) {
        let summary = report.summary
        let wanted = max(0, summary.requests - summary.wantNoAnswer)
        let want = summary.wantNoAnswer - summary.mayWantNoAnswer
        let silent =
            (want > 0 ? ["\(Format.count(want)) want no response"] : [])
            + (summary.mayWantNoAnswer > 0 ? ["\(Format.count(summary.mayWantNoAnswer)) may want no response"] : [])
        let requests = "\(Format.count(summary.answered)) of \(Format.count(wanted, "request")) answered"
        let answered = ([requests] + OpenRequests(report).phrases + silent).joined(separator: ", ")
        let length =
            ViewWords.scope(report) + (context.durationMs.map { " in \(Format.duration(ms: $0))" } ?? "")
        let share = Format.percent(coverage.understoodShare ?? 0)
        return (["Nothing wrong found\(length): \(answered), \(share) of the traffic read."], nil)
    }

    private var cannotJudge: ([String], HelpStep?) {
        let unjudged = UnjudgedWords(report)
        var sentences = ["Cannot judge: \(unjudged.why)."]
        if let seen = unjudged.seen { sentences.append(seen) }
        if let reason = coverage.reasons.first { sentences.append(reason.hasSuffix(".") ? reason : reason + ".") }
        return (sentences, unjudged.help)
    }
}
