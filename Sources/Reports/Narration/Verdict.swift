public import ReportModel
internal import Vocabulary

/// The first thing that a reader should know of a report: what happened, to whom, why, and what to do now.
public struct Verdict: Sendable {
    /// What the verdict comes to.
    public enum Tone: String, Sendable, CaseIterable {
        /// Something failed.
        case fault
        /// Nothing failed outright, but something is not as it should be.
        case attention
        /// What could be read shows no fault.
        case healthy
        /// Too little could be read to say.
        case cannotJudge
    }

    public let tone: Tone
    /// In order of weight.
    public let sentences: [String]
    /// The step to take first; nil where nothing needs doing.
    public let firstStep: String?

    /// The sentences as one text.
    public var text: String { sentences.joined(separator: " ") }

    public init(_ report: Report, time: TimeDisplay = .utc) {
        let judge = Judge(context: NarrationContext(report, time: time))
        let verdict = judge.verdict
        (tone, firstStep) = (verdict.0, verdict.2)
        sentences = verdict.1 + ViewWords(report, time: time).sentences
    }
}

private struct Judge {
    let context: NarrationContext

    private var report: Report { context.report }
    private var coverage: Coverage { report.capture.coverage }
    private var faults: [Finding] { report.findings.filter { $0.severity > .info } }

    var verdict: (Verdict.Tone, [String], String?) {
        var result = told
        if report.capture.partial {
            result.1.append("Reading was stopped early: this covers only the part that was read.")
        }
        return result
    }

    private var told: (Verdict.Tone, [String], String?) {
        if !report.incidents.isEmpty, !faults.isEmpty { return incident }
        if !faults.isEmpty { return withFaults }
        return coverage.canJudge ? healthy : cannotJudge
    }

    private var tone: Verdict.Tone { faults.contains { $0.severity == .error } ? .fault : .attention }

    private var incident: (Verdict.Tone, [String], String?) {
        guard let incident = report.incidents.first else { return withFaults }
        var sentences = [IncidentWords(incident, in: context)].flatMap { [$0.title + "."] + $0.sentences }
        let others = faults.filter { !incident.findings.contains($0.id) }
        if report.incidents.count > 1 {
            sentences.append("\(Format.count(report.incidents.count - 1, "more incident")) below.")
        }
        if !others.isEmpty { sentences.append("Besides: \(kinds(others)).") }
        let mine = incident.findings.compactMap(context.finding)
        let atRoot = mine.first { $0.server != nil && $0.server == incident.rootServer }
        let first = atRoot ?? mine.first ?? faults.first
        return (tone, sentences + shortfall, first.flatMap { Narration($0, in: context).advice.first })
    }

    private var withFaults: (Verdict.Tone, [String], String?) {
        guard let first = faults.first else { return healthy }
        let words = Narration(first, in: context)
        var sentences = [words.title + "."] + (first.severity == .error ? words.sentences.prefix(1) : [])
        if faults.count > 1 { sentences.append("In all \(Format.count(faults.count)) findings: \(kinds(faults)).") }
        return (tone, sentences + shortfall, words.advice.first)
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

    private var healthy: (Verdict.Tone, [String], String?) {
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
        let share = coverage.understoodShare ?? 0
        if share >= 0.99 {
            return (
                .healthy, ["Nothing wrong found\(length): \(answered), \(Format.percent(share)) of the traffic read."],
                nil
            )
        }
        return (
            .healthy, ["Nothing found in what could be read (\(Format.percent(share)))\(length): \(answered)."], nil
        )
    }

    private var cannotJudge: (Verdict.Tone, [String], String?) {
        var sentences = ["Cannot judge: \(CannotJudge.why(report))."]
        if let reason = coverage.reasons.first { sentences.append(reason.hasSuffix(".") ? reason : reason + ".") }
        return (.cannotJudge, sentences, CannotJudge.help(report))
    }
}

/// Why nothing can be said, what was seen instead, and what would help.
private enum CannotJudge {
    static func why(_ report: Report) -> String {
        let coverage = report.capture.coverage
        let packets = report.capture.sources.reduce(Int64(0)) { $0 + $1.packets }
        if packets == 0 { return "there are no packets in the capture" }
        if coverage.tcpPayloadBytes == 0, coverage.otherProtocols.isEmpty {
            return report.summary.connectionsRefused > 0
                ? "\(Format.count(report.summary.connectionsRefused, "connection attempt")) failed and no data was carried"
                : "\(Format.count(packets, "packet")), but no TCP data among them"
        }
        if coverage.encryptedBytes * 2 > coverage.tcpPayloadBytes {
            return "\(Format.bytes(coverage.encryptedBytes)) are encrypted (TLS) and there are no keys"
        }
        if coverage.isMostlyOneSided {
            return "only one direction of most connections was captured"
        }
        if coverage.messagesDecoded + coverage.messagesPairedOnly == 0 {
            let names = coverage.otherProtocols.map(\.name)
            return names.isEmpty
                ? "no Kafka was recognised" : "no Kafka was recognised, but \(Format.list(names.map(Trim.name)))"
        }
        return "only \(Format.percent(coverage.understoodShare ?? 0)) of the traffic could be read"
    }

    static func help(_ report: Report) -> String {
        let coverage = report.capture.coverage
        if coverage.encryptedBytes * 2 > coverage.tcpPayloadBytes, coverage.encryptedBytes > 0 {
            return CaptureAdvice.keys
        }
        if coverage.isMostlyOneSided {
            return CaptureAdvice.bothWays
        }
        return CaptureAdvice.record
    }
}
