import ReportModel
import Vocabulary

/// Puts equal verdicts together to findings, gives them ids from their evidence, and orders them.
struct Folding {
    let limits: Limits
    /// Whether frames of several sources occur: ids then name the source.
    let severalSources: Bool

    private struct Key: Hashable {
        var kind: FindingKind
        var client: String?
        var server: String?
        var detail: Detail?
        var alert: String?
        var cause: Cause?
        var closedBy: Closer?
        var error: String?
        var subject: String?
    }

    func findings(_ verdicts: [Verdict]) -> [Finding] {
        var groups: [Key: [Verdict]] = [:]
        for verdict in verdicts { groups[Self.key(verdict), default: []].append(verdict) }
        let findings = groups.values.map { fold($0) }.sorted(by: Self.isBefore)
        return named(findings)
    }

    private static func key(_ v: Verdict) -> Key {
        Key(
            kind: v.kind, client: v.client, server: v.server, detail: v.detail, alert: v.alert,
            cause: v.cause, closedBy: isToldApart(v) ? v.closedBy : nil, error: v.error, subject: v.subject)
    }

    /// A sign-in that was refused ends the same way, whoever closes behind that.
    private static func isToldApart(_ v: Verdict) -> Bool { v.kind != .authTerminated || v.cause != .refused }

    private func fold(_ group: [Verdict]) -> Finding {
        let verdicts = group.sorted { ($0.first, $0.frames.first ?? .none) < ($1.first, $1.frames.first ?? .none) }
        // One sure case proves the thing; doubts of the others then say nothing against it.
        let surest = verdicts.map(\.confidence).max() ?? .possible
        // But who closed so many of them is no surer than most are.
        let closersInferred = verdicts.count { $0.closerIsInferred } * 2 >= verdicts.count
        let confidence = closersInferred ? min(surest, .likely) : surest
        let best = verdicts.first { $0.confidence == surest } ?? verdicts[0]
        var finding = Finding(
            kind: best.kind, severity: verdicts.map(\.severity).max() ?? best.severity, confidence: confidence,
            nature: best.nature,
            first: verdicts.map(\.first).min() ?? best.first, last: verdicts.map(\.last).max() ?? best.last)
        finding.episodes = Self.episodes(verdicts)
        finding.count = verdicts.reduce(0) { $0 + $1.count }
        finding.client = best.client
        finding.clientIds = verdicts.flatMap(\.clientIds).unique
        finding.clientId = finding.clientIds.first
        finding.server = best.server
        finding.nodeId = verdicts.compactMap(\.nodeId).first
        finding.nodeIds = Array(verdicts.flatMap(\.nodeIds).unique.sorted().prefix(100))
        finding.advertisedBy = verdicts.flatMap(\.advertisedBy).unique.sorted()
        (finding.detail, finding.alert, finding.cause) = (best.detail, best.alert, best.cause)
        (finding.closedBy, finding.error, finding.doubt) = (best.closedBy, best.error, best.doubt)
        if closersInferred, finding.doubt.isEmpty {
            finding.doubt = verdicts.first { $0.closerIsInferred }?.doubt ?? []
        }
        let requests = verdicts.flatMap(\.requests).sorted { ($0.sent, $0.frame) < ($1.sent, $1.frame) }
        finding.requests = Array(requests.prefix(limits.requestsPerFinding))
        finding.requestsLeftOut =
            requests.count - finding.requests.count + verdicts.reduce(0) { $0 + $1.requestsLeftOut }
        finding.requestsOnOpenConnections = verdicts.reduce(0) { $0 + $1.requestsOnOpenConnections }
        finding.evidence.frames = Array(
            verdicts.flatMap(\.frames).filter { !$0.isNone }.unique.sorted().prefix(limits.framesPerFinding))
        finding.evidence.connections = Array(verdicts.flatMap(\.connections).unique.prefix(limits.framesPerFinding))
        finding.facts = Self.facts(best, verdicts)
        finding.ownApis = Set(verdicts.flatMap(\.ownApis))
        finding.clientSoftware = verdicts.flatMap(\.software).unique
        return finding
    }

    /// What is further apart than this is not one event.
    private static let apart = Span.seconds(600)
    private static let episodesKept = 100

    private static func episodes(_ verdicts: [Verdict]) -> [ClosedRange<CaptureTime>] {
        var episodes: [ClosedRange<CaptureTime>] = []
        for verdict in verdicts {
            let span = verdict.first...max(verdict.first, verdict.last)
            if let last = episodes.last,
                span.lowerBound.since(last.upperBound) < apart || episodes.count >= episodesKept
            {
                episodes[episodes.count - 1] = last.lowerBound...max(last.upperBound, span.upperBound)
            } else {
                episodes.append(span)
            }
        }
        return episodes
    }

    /// The best verdict's facts; client ids that differ become a list.
    private static func facts(_ best: Verdict, _ all: [Verdict]) -> [Fact] {
        let ids = all.flatMap(\.clientIds).unique
        var own = best.facts
        if let names = serverNames(all) {
            own.removeAll { $0.key == .serverName }
            own.append(Fact(.serverName, .list(names)))
        }
        return own + (ids.count > 1 ? [Fact(.clientIds, .list(Array(ids.prefix(20))))] : [])
    }

    /// The names that clients asked for (TLS), the most usual first; nil where there is one at most.
    private static func serverNames(_ all: [Verdict]) -> [String]? {
        var counts: [String: Int] = [:]
        for verdict in all {
            if case .text(let name)? = verdict.facts.first(where: { $0.key == .serverName })?.value {
                counts[name, default: 0] += 1
            }
        }
        let order = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return order.count > 1 ? Array(order.map(\.key).prefix(20)) : nil
    }

    /// Worst first, then what cost most, then by evidence.
    private static func isBefore(_ a: Finding, _ b: Finding) -> Bool {
        if a.severity != b.severity { return a.severity > b.severity }
        // A quota holds back on purpose: whatever nobody wanted goes before it, and what it explains behind it.
        if quotaPlace(a) != quotaPlace(b) { return quotaPlace(a) < quotaPlace(b) }
        let (sureness, other) = (sureness(a), sureness(b))
        if sureness != other { return sureness > other }
        if a.kind != b.kind { return a.kind.rank < b.kind.rank }
        if (a.cause == .unknown) != (b.cause == .unknown) { return b.cause == .unknown }
        if a.count != b.count { return a.count > b.count }
        return place(a) < place(b)
    }

    private static func quotaPlace(_ finding: Finding) -> Int {
        if finding.kind == .throttled { return 1 }
        return finding.kind == .consumerFallsBehind && finding[.throttleMsMax] != nil ? 2 : 0
    }

    /// An end without a known cause is certain, but explains nothing: one that is likely explained is more.
    private static func sureness(_ finding: Finding) -> Confidence {
        finding.cause == .unknown ? min(finding.confidence, .likely) : finding.confidence
    }

    private static func place(_ f: Finding) -> (FrameRef, String, String, String) {
        (
            f.evidence.frames.first ?? .none, f.server ?? "", f.client ?? "",
            f.error ?? f.cause?.rawValue ?? f.detail?.rawValue ?? ""
        )
    }

    private func named(_ findings: [Finding]) -> [Finding] {
        var used: [String: Int] = [:]
        var named = findings
        for i in named.indices.sorted(by: { Self.place(named[$0]) < Self.place(named[$1]) }) {
            let frame = named[i].evidence.frames.first ?? .none
            let place = severalSources ? "s\(frame.source + 1).\(frame.number)" : "\(frame.number)"
            let id = "\(named[i].kind.rawValue)-\(place)"
            used[id, default: 0] += 1
            named[i].id = used[id] == 1 ? id : "\(id).\(used[id] ?? 0)"
        }
        return named
    }
}

extension FindingKind {
    /// Where kinds of one severity stand: what ended work before what only slowed it.
    fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension Array where Element: Hashable {
    /// The elements without repetition, in order.
    fileprivate var unique: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
