import Conversations
import KafkaSchema
import ReportModel
import Vocabulary

/// Error codes in answers, by client host and server. One that its moment explains is information: an error that heals
/// within seconds, or that the protocol uses to ask for the next step.
struct ErrorAnswers: Rule {
    func judge(_ view: CaseView) -> [Verdict] {
        struct Key: Hashable {
            var code: Int16
            var client: IPAddress
            var server: Endpoint
        }
        let rows = view.file.errors.rows.values.filter {
            !ErrorCodes.signIn.contains($0.key.code)
                || $0.key.api != Api.saslHandshake && $0.key.api != Api.saslAuthenticate
        }
        let groups = Dictionary(grouping: rows) { Key(code: $0.key.code, client: $0.key.client, server: $0.key.server) }
        return groups.sorted {
            ($0.key.code, $0.key.client, $0.key.server) < ($1.key.code, $1.key.client, $1.key.server)
        }
        .flatMap { byFault($0.value.sorted { ($0.first, $0.key.api) < ($1.first, $1.key.api) }, view) }
    }

    private typealias Judged = (row: ErrorRow, ruling: ErrorExcuses.Ruling)

    /// Programs of one host that meet a fault, and those beside them for which the same code is normal.
    private func byFault(_ rows: [ErrorRow], _ view: CaseView) -> [Verdict] {
        let excuses = ErrorExcuses(view: view)
        let judged: [Judged] = rows.map { ($0, excuses.judge($0)) }
        let hit = Set(judged.filter { !$0.ruling.isNormal }.map(\.row.key.clientId))
        let faults = judged.filter { hit.contains($0.row.key.clientId) }
        let normal = judged.filter { !hit.contains($0.row.key.clientId) }
        guard !faults.isEmpty, !normal.isEmpty else { return [verdict(judged, excuses)] }
        var beside = verdict(normal, excuses)
        beside.subject = "normal beside a fault"
        return [verdict(faults, excuses), beside]
    }

    private func verdict(_ judged: [Judged], _ excuses: ErrorExcuses) -> Verdict {
        let (rows, view) = (judged.map(\.row), excuses.view)
        let key = rows[0].key
        var verdict = Verdict(kind(rows), .warning, .certain, at: rows.map(\.first).min() ?? rows[0].first)
        verdict.nature = KafkaError.isRetriable(Int(key.code)) ? .transient : .structural
        excuse(&verdict, judged, excuses)
        verdict.last = rows.map(\.last).max() ?? rows[0].last
        verdict.count = rows.reduce(0) { $0 + $1.count }
        verdict.client = "\(key.client)"
        verdict.server = "\(key.server)"
        verdict.nodeId = view.node(at: key.server)
        verdict.clientIds = rows.compactMap { view.file.text($0.key.clientId) }.uniqued
        verdict.error = KafkaError.name(of: Int(key.code)) ?? "error \(key.code)"
        verdict.frames = rows.flatMap(\.frames).sorted()
        addFacts(&verdict, rows, view)
        return verdict
    }

    /// Normal where each of them is.
    private func excuse(_ verdict: inout Verdict, _ judged: [Judged], _ excuses: ErrorExcuses) {
        let (rows, view) = (judged.map(\.row), excuses.view)
        var found: [Excuse] = []
        var isFault = false
        for one in judged {
            switch one.ruling {
            case .normal(let excuse): found.append(excuse)
            case .lasting: return verdict.nature = .structural
            case .fault: isFault = true
            }
        }
        if isFault { return }
        verdict.severity = .info
        verdict.excuse = [.mayBeInHole, .followsLoss].first(where: found.contains) ?? found.first
        if verdict.excuse == .mayBeInHole { verdict.doubt(.gapInAnswers) }
        if found.contains(.nameTaken) { verdict.add(.takenOverBy, .some(view.takenOver.takers(of: rows, view.file))) }
        if verdict.excuse == .behindRefused {
            verdict.nature = .transient
            verdict.add(.errorBefore, .some(rows.flatMap(excuses.refusals).uniqued.sorted()))
        }
        guard verdict.excuse == .followsLoss else { return }
        verdict.nature = .transient
        verdict.add(.follows, .list(Set(rows.flatMap(excuses.lossServers)).sorted().map { "\($0)" }))
    }

    private func addFacts(_ verdict: inout Verdict, _ rows: [ErrorRow], _ view: CaseView) {
        let file = view.file
        verdict.add(.apiName, .text(rows.map { Api.name($0.key.api) }.uniqued.joined(separator: ", ")))
        verdict.add(.topics, .some(rows.flatMap(\.topics).compactMap { file.text($0) }.uniqued))
        verdict.add(.partitions, .some(partitions(rows, file)))
        let groups =
            rows.flatMap(\.groups).uniqued + (ErrorCodes.ofGroups.contains(rows[0].key.code) ? owners(rows) : [])
        verdict.add(.group, .optional(groups.compactMap { file.text($0) }.first))
        if ErrorCodes.ofTransactions.contains(rows[0].key.code) {
            verdict.add(.identities, .some(owners(rows).compactMap { file.text($0) }))
        }
        verdict.add(.brokerMessage, .optional(rows.compactMap { file.text($0.message) }.first))
        verdict.add(.retriable, .flag(KafkaError.isRetriable(Int(rows[0].key.code))))
        let dropped = rows.reduce(0) { sum, row in
            row.courses.keys.reduce(sum) { $0 + view.unrepeated.batches(row.key, $1, file) }
        }
        if ErrorCodes.rebalancing.contains(rows[0].key.code), verdict.severity > .info {
            verdict.add(.waitedMs, view.lateJoiners.waited(rows).map { .milliseconds($0) })
        }
        if dropped > 0 { verdict.add(.notRepeated, .number(dropped)) }
        let skips = rows.flatMap { row in row.courses.keys.flatMap { view.skippedReads.skips(row.key, $0, file) } }
        addSkips(&verdict, skips)
        // Later records went well, and these did not.
        if dropped == 0, skips.isEmpty, rows.allSatisfy({ $0.healedAt != nil }) { verdict.add(.healed, .flag(true)) }
    }

    /// The largest first.
    private func addSkips(_ verdict: inout Verdict, _ skips: [SkippedRecords]) {
        guard !skips.isEmpty else { return }
        let sorted = skips.sorted {
            let (one, other) = ($0.to.subtractingSaturated($0.from), $1.to.subtractingSaturated($1.from))
            return one == other ? ($0.topic ?? "", $0.partition) < ($1.topic ?? "", $1.partition) : one > other
        }
        let sum = sorted.reduce(Int64(0)) { $0.addingSaturated($1.to.subtractingSaturated($1.from)) }
        verdict.add(.skippedOffsets, .number(Int(clamping: sum)))
        let places = sorted.map { "\($0.topic ?? "?")-\($0.partition): \($0.from) to \($0.to)" }
        verdict.add(.skips, .list(Array(places.uniqued.prefix(50))))
    }

    /// Groups or transactional ids that requests about others name (FindCoordinator, DescribeGroups).
    private func owners(_ rows: [ErrorRow]) -> [StringID] {
        Array(
            Set(rows.flatMap { $0.courses.keys.map(\.owner) }.filter { !$0.isNone }).sorted { $0.raw < $1.raw }.prefix(
                5))
    }

    /// The partitions of which nothing went well since.
    private func partitions(_ rows: [ErrorRow], _ file: CaseFile) -> [String] {
        let failing = rows.flatMap { $0.courses.filter { $0.value.failingSince != nil && $0.key.partition >= 0 }.keys }
        let names = failing.map { "\(file.text($0.topic) ?? "?")-\($0.partition)" }
        return Array(names.uniqued.sorted().prefix(50))
    }

    private func kind(_ rows: [ErrorRow]) -> FindingKind {
        if ErrorCodes.unsupportedVersion.contains(rows[0].key.code) { return .unsupportedVersion }
        return ErrorCodes.notLeader.contains(rows[0].key.code) ? .notLeader : .errorResponse
    }
}
