public import ReportModel
internal import Vocabulary

/// What is different between two reports. Two reports of one capture differ in nothing.
public struct Comparison {
    /// What became of a fault from A to B.
    enum Change: String, CaseIterable {
        case new, worse, gone
    }

    struct ProblemChange {
        var change: Change
        var key: ReportDigest.ProblemKey
        /// Nil in A of what is new, and in B of what is gone.
        var a: ReportDigest.Problem?
        var b: ReportDigest.Problem?

        var severity: Severity { max(a?.severity ?? .info, b?.severity ?? .info) }
        var title: String { b?.title ?? a?.title ?? "" }
    }

    enum Trend: String, CaseIterable {
        case worse, better, same
    }

    struct ApiChange {
        var api: String
        var trend: Trend
        var a: ReportDigest.Api?
        var b: ReportDigest.Api?
        /// What makes it worse, or better.
        var isSlower = false
        var isFaster = false
        var failsMore = false
        var failsLess = false
    }

    struct SettingChange {
        var key: ReportDigest.SettingKey
        var a: [String]
        var b: [String]
    }

    let a: ReportDigest
    let b: ReportDigest
    /// New ones first, then what is worse, then what is gone; each worst first.
    let problems: [ProblemChange]
    /// Those with any difference, by name.
    let apis: [ApiChange]
    let settings: [SettingChange]

    /// Of less than this, times and rates say nothing.
    private static let enoughAnswers: Int64 = 20
    /// So much more is a change: of times, of rates, and of counts in relation to how long was captured.
    private static let factor = 1.5
    private static let leastMs = 1.0

    public init(_ a: ReportDigest, _ b: ReportDigest) {
        (self.a, self.b) = (a, b)
        problems = Self.problems(a, b)
        apis = Set(a.apis.keys).union(b.apis.keys).sorted().compactMap { Self.api($0, a.apis[$0], b.apis[$0]) }
        settings = Set(a.settings.keys).intersection(b.settings.keys).sorted().compactMap { key in
            guard let before = a.settings[key], let after = b.settings[key], before != after else { return nil }
            return SettingChange(key: key, a: before.sorted(), b: after.sorted())
        }
    }

    public var isEmpty: Bool { problems.isEmpty && apis.isEmpty && settings.isEmpty && a.status == b.status }

    /// The worst of what is new or worse; nil where nothing is.
    public var worst: Severity? { problems.filter { $0.change != .gone }.compactMap(\.b?.severity).max() }

    func of(_ change: Change) -> [ProblemChange] { problems.filter { $0.change == change } }

    // MARK: Faults

    private static func problems(_ a: ReportDigest, _ b: ReportDigest) -> [ProblemChange] {
        let changes = Set(a.problems.keys).union(b.problems.keys).compactMap { key -> ProblemChange? in
            switch (a.problems[key], b.problems[key]) {
            case (nil, let after?): ProblemChange(change: .new, key: key, a: nil, b: after)
            case (let before?, nil): ProblemChange(change: .gone, key: key, a: before, b: nil)
            case (let before?, let after?) where isWorse(before, after, a.seconds, b.seconds):
                ProblemChange(change: .worse, key: key, a: before, b: after)
            default: nil
            }
        }
        return changes.sorted { one, other in
            let (first, second) = (rank(one.change), rank(other.change))
            if first != second { return first < second }
            return one.severity == other.severity ? one.key < other.key : one.severity > other.severity
        }
    }

    private static func rank(_ change: Change) -> Int { Change.allCases.firstIndex(of: change) ?? 0 }

    /// Graver, of more clients, or more often; a capture that is twice as long shows twice as much of the same.
    private static func isWorse(
        _ a: ReportDigest.Problem, _ b: ReportDigest.Problem, _ secondsA: Double, _ secondsB: Double
    ) -> Bool {
        if b.severity != a.severity { return b.severity > a.severity }
        if b.clients.count > a.clients.count { return true }
        let longer = secondsA > 0 && secondsB > 0 ? max(1, secondsB / secondsA) : 1
        return b.count > a.count && Double(b.count) >= Double(a.count) * longer * factor
    }

    // MARK: APIs

    private static func api(_ name: String, _ a: ReportDigest.Api?, _ b: ReportDigest.Api?) -> ApiChange? {
        guard let a, let b else { return ApiChange(api: name, trend: .same, a: a, b: b) }
        if a.answers == b.answers, a.p50Ms == b.p50Ms, a.p99Ms == b.p99Ms, a.errors == b.errors { return nil }
        var change = ApiChange(api: name, trend: .same, a: a, b: b)
        if min(a.answers, b.answers) >= enoughAnswers {
            change.isSlower = isMore(a.p50Ms, b.p50Ms, by: leastMs) || isMore(a.p99Ms, b.p99Ms, by: leastMs)
            change.isFaster = isMore(b.p50Ms, a.p50Ms, by: leastMs) || isMore(b.p99Ms, a.p99Ms, by: leastMs)
            change.failsMore = isMore(a.errorRate, b.errorRate, by: 0.001) && b.errorCount > a.errorCount
            change.failsLess = isMore(b.errorRate, a.errorRate, by: 0.001) && a.errorCount > b.errorCount
        }
        if change.isSlower || change.failsMore {
            change.trend = .worse
        } else if change.isFaster || change.failsLess {
            change.trend = .better
        }
        return change
    }

    private static func isMore(_ before: Double?, _ after: Double?, by least: Double) -> Bool {
        guard let before, let after else { return false }
        return after >= before * factor && after - before >= least
    }
}
