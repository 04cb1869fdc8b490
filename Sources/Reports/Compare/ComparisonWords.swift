internal import ReportModel

/// What is said of two captures side by side.
enum ComparisonWords {
    static func verdict(_ comparison: Comparison) -> String {
        if comparison.isEmpty { return "Nothing changed from A to B." }
        var sentences: [String] = []
        let (before, after) = (comparison.a.status, comparison.b.status)
        if before != after { sentences.append("B is \(status(after)), A was \(status(before)).") }
        sentences.append(faults(comparison))
        let slower = comparison.apis.filter(\.isSlower).map { Trim.name($0.api) }
        if !slower.isEmpty { sentences.append("\(Format.list(slower)) \(slower.count == 1 ? "is" : "are") slower.") }
        let failing = comparison.apis.filter(\.failsMore).map { Trim.name($0.api) }
        if !failing.isEmpty {
            sentences.append("\(Format.list(failing)) \(failing.count == 1 ? "fails" : "fail") more often.")
        }
        let faster = comparison.apis.filter { $0.trend == .better && $0.isFaster }.map { Trim.name($0.api) }
        if !faster.isEmpty { sentences.append("\(Format.list(faster)) \(faster.count == 1 ? "is" : "are") faster.") }
        let settings = comparison.settings.count
        if settings > 0 { sentences.append("\(Format.count(settings, "setting")) changed.") }
        return sentences.joined(separator: " ")
    }

    private static func faults(_ comparison: Comparison) -> String {
        let serious = Comparison.Change.allCases.compactMap { change -> String? in
            let count = comparison.of(change).count { $0.severity > .info }
            return count == 0 ? nil : "\(Format.count(count)) \(change.rawValue)"
        }
        return serious.isEmpty ? "No fault is new, worse or gone." : "Faults: \(serious.joined(separator: ", "))."
    }

    private static func status(_ status: String) -> String {
        switch Status(rawValue: status) {
        case .fault: "faulty"
        case .degraded: "degraded"
        case .cannotJudge: "not to be judged"
        case .healthy: "healthy"
        case nil: "unknown"
        }
    }

    /// `crash.pcap, 2026-09-12T03:18:10Z, 16.4 s`.
    static func capture(_ digest: ReportDigest) -> String {
        let names = digest.sources.isEmpty ? "no capture" : Format.list(digest.sources.map(Trim.name))
        let start = digest.first.map { ", from \(Trim.name(String($0.prefix(19))))Z" } ?? ""
        return "\(names)\(start), \(Format.duration(ms: digest.seconds * 1000)): \(status(digest.status))"
    }

    /// `3x, 2 client hosts`.
    static func problem(_ problem: ReportDigest.Problem) -> String {
        let hosts = problem.clients.isEmpty ? "" : ", \(Format.count(problem.clients.count, "client host"))"
        let ids = Format.list(problem.ids.map(Trim.name), limit: 3)
        return "\(problem.severity.rawValue), \(Format.count(problem.count))x\(hosts), id \(ids)"
    }

    static func pair(_ a: ReportDigest.Api?, _ b: ReportDigest.Api?, _ text: (ReportDigest.Api) -> String) -> String {
        let (before, after) = (a.map(text) ?? "-", b.map(text) ?? "-")
        return before == after ? after : "\(before) -> \(after)"
    }

    /// `0.4 %`; 0 and 100 only where it is so.
    static func share(_ share: Double) -> String {
        if share <= 0 { return "0 %" }
        return share < 0.001 ? "<0.1 %" : "\(Format.decimal(share * 100, digits: share < 0.1 ? 1 : 0)) %"
    }

    /// Of nothing that was timed there is none.
    static func time(_ ms: Double?) -> String { ms.map { Format.duration(ms: $0) } ?? "-" }

    static func api(_ row: Comparison.ApiChange) -> String {
        "\(Trim.name(row.api)): answers \(pair(row.a, row.b) { Format.count($0.answers) }), median"
            + " \(pair(row.a, row.b) { ComparisonWords.time($0.p50Ms) }), p99"
            + " \(pair(row.a, row.b) { ComparisonWords.time($0.p99Ms) }), with errors"
            + " \(pair(row.a, row.b) { share($0.errorRate) })"
    }

    static func setting(_ row: Comparison.SettingChange) -> String {
        "\(Trim.name(row.key.subject)): \(row.key.setting) is \(values(row.b)), was \(values(row.a))"
    }

    private static func values(_ values: [String]) -> String { Format.list(values.map(Trim.name)) }

    /// What could not be compared.
    static func doubts(_ comparison: Comparison) -> [String] {
        var doubts: [String] = []
        for (name, digest) in [("A", comparison.a), ("B", comparison.b)] {
            if digest.status == Status.cannotJudge.rawValue {
                doubts.append("too little of \(name) could be read to judge it: what is missing there may be hidden")
            }
            if digest.isNarrowed {
                doubts.append("\(name) is a narrowed report: what it leaves out looks gone, and it has no times by API")
            }
        }
        let (a, b) = (comparison.a.tablesState, comparison.b.tablesState)
        if (a == DepthState.made.rawValue) != (b == DepthState.made.rawValue) {
            doubts.append(
                "only \(a == DepthState.made.rawValue ? "A" : "B") has tables, so acks, groups and software were not compared"
            )
        }
        return doubts
    }
}
