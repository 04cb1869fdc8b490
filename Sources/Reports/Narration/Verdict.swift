public import ReportModel
internal import Vocabulary

/// The first thing that a reader should know of a report: what happened, to whom, why, and what to do now.
public struct Verdict: Sendable {
    /// In order of weight.
    public let sentences: [String]
    /// The step to take first; nil where nothing needs doing.
    public let firstStep: String?

    /// The sentences as one text.
    public var text: String { sentences.joined(separator: " ") }

    public init(_ report: Report, time: TimeDisplay = .utc) {
        let judge = Judge(context: NarrationContext(report, time: time))
        let verdict = judge.verdict
        sentences = verdict.0 + ViewWords(report, time: time).sentences
        firstStep = verdict.1
    }
}

private struct Judge {
    let context: NarrationContext

    private var report: Report { context.report }
    private var coverage: Coverage { report.capture.coverage }
    private var faults: [Finding] { report.findings.filter { $0.severity > .info } }

    var verdict: ([String], String?) {
        var result = told
        if report.capture.partial {
            result.0.append("Reading was stopped early: this covers only the part that was read.")
        }
        return result
    }

    private var told: ([String], String?) {
        switch report.summary.status {
        case .fault, .degraded: rootIncident.map(told) ?? withFaults
        case .healthy: healthy
        case .cannotJudge: cannotJudge
        }
    }

    private var rootIncident: Incident? {
        report.summary.rootIncident.flatMap { id in report.incidents.first { $0.id == id } }
    }

    private func told(_ incident: Incident) -> ([String], String?) {
        var sentences = [IncidentWords(incident, in: context)].flatMap { [$0.title + "."] + $0.sentences }
        let others = faults.filter { !incident.findings.contains($0.id) }
        if report.incidents.count > 1 {
            sentences.append("\(Format.count(report.incidents.count - 1, "more incident")) below.")
        }
        if !others.isEmpty { sentences.append("Besides: \(kinds(others)).") }
        let mine = incident.findings.compactMap(context.finding)
        let atRoot =
            mine.first { $0.id == incident.rootFinding }
            ?? mine.first { $0.server != nil && $0.server == incident.rootServer }
        let first = atRoot ?? mine.first ?? faults.first
        return (sentences + shortfall, first.flatMap { Narration($0, in: context).advice.first })
    }

    private var withFaults: ([String], String?) {
        guard let first = faults.first else { return healthy }
        let words = Narration(first, in: context)
        var sentences = [words.title + "."] + (first.severity == .error ? words.sentences.prefix(1) : [])
        if faults.count > 1 { sentences.append("In all \(Format.count(faults.count)) findings: \(kinds(faults)).") }
        return (sentences + shortfall, words.advice.first)
    }

    /// `2 tls-failure, 1 throttled`, in the order of the findings.
    private func kinds(_ findings: [Finding]) -> String {
        var counts: [(kind: FindingKind, count: Int)] = []
        for finding in findings {
            if let i = counts.firstIndex(where: { $0.kind == finding.kind }) {
                counts[i].count += 1
            } else {
                counts.append((finding.kind, 1))
            }
        }
        return Format.list(counts.map { "\(Format.count($0.count)) \($0.kind.rawValue)" })
    }

    /// What the findings do not cover, where that is much.
    private var shortfall: [String] {
        guard let share = coverage.understoodShare, share < 0.99 else { return [] }
        let readable = share == 0 ? "None" : "Only \(Format.percent(share))"
        return ["\(readable) of the traffic could be read; there may be more."]
    }

    private var healthy: ([String], String?) {
        let summary = report.summary
        let wanted = max(0, summary.requests - summary.wantNoAnswer)
        let want = summary.wantNoAnswer - summary.mayWantNoAnswer
        let silent =
            (want > 0 ? ["\(Format.count(want)) want none"] : [])
            + (summary.mayWantNoAnswer > 0 ? ["\(Format.count(summary.mayWantNoAnswer)) may want none"] : [])
        let requests = "\(Format.count(summary.answered)) of \(Format.count(wanted, "request")) answered"
        let answered = ([requests] + OpenRequests(report).phrases + silent).joined(separator: ", ")
        let length =
            ViewWords.scope(report) + (context.durationMs.map { " in \(Format.duration(ms: $0))" } ?? "")
        let share = Format.percent(coverage.understoodShare ?? 0)
        return (["Nothing wrong found\(length): \(answered), \(share) of the traffic read."], nil)
    }

    private var cannotJudge: ([String], String?) {
        let unjudged = UnjudgedWords(report)
        var sentences = ["Cannot judge: \(unjudged.why)."]
        if let seen = unjudged.seen { sentences.append(seen) }
        if let reason = coverage.reasons.first { sentences.append(reason.hasSuffix(".") ? reason : reason + ".") }
        return (sentences, unjudged.help)
    }
}
