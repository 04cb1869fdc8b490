import Conversations
import KafkaSchema
import ReportModel
import Vocabulary

/// Error codes in answers, by client host and server. One that its moment explains is information: an error that heals
/// within seconds, or that the protocol uses to ask for the next step.
struct ErrorAnswers: Rule {
    /// Sign-in errors are the sign-in rule's.
    private static let signIn: Set<Int16> = [33, 34, 58]
    /// Leadership moved, or the client's idea of it is old.
    private static let notLeader: Set<Int16> = [6, 74, 75, 41]
    /// Part of the protocol's normal way: member id required, rebalance in progress, fetch session not found or out of
    /// order, topic exists, telemetry refused, replica not available in Metadata, fenced or stale member epochs.
    private static let ordinary: Set<Int16> = [79, 27, 70, 71, 36, 117, 118, 9, 110, 113, 106]
    /// What clients meet for a moment while leaders, coordinators and topics come about: unknown topic, no leader yet, moved
    /// leadership, coordinator loading, moved or not there yet, a transaction that is still ending.
    private static let momentary: Set<Int16> = notLeader.union([3, 5, 14, 15, 16, 51])
    /// "Within seconds".
    private static let healsWithin = Span.seconds(10)

    func judge(_ view: CaseView) -> [Verdict] {
        struct Key: Hashable {
            var code: Int16
            var client: IPAddress
            var server: Endpoint
        }
        let rows = view.file.errorRows.values.filter {
            !Self.signIn.contains($0.key.code) || $0.key.api != Api.saslHandshake && $0.key.api != Api.saslAuthenticate
        }
        let groups = Dictionary(grouping: rows) { Key(code: $0.key.code, client: $0.key.client, server: $0.key.server) }
        return groups.sorted {
            ($0.key.code, $0.key.client, $0.key.server) < ($1.key.code, $1.key.client, $1.key.server)
        }
        .map { verdict($0.value.sorted { ($0.first, $0.key.api) < ($1.first, $1.key.api) }, view) }
    }

    private func verdict(_ rows: [ErrorRow], _ view: CaseView) -> Verdict {
        let key = rows[0].key
        let first = rows.map(\.first).min() ?? rows[0].first
        let last = rows.map(\.last).max() ?? rows[0].last
        // What shows that all is well again may be among the packets that are missing.
        let holed = view.holes.mayBeAfter(last)
        let normal = isNormal(rows, from: first, to: last, captureEnd: view.file.lastTime, holed: false)
        let mayBeNormal =
            normal || holed && isNormal(rows, from: first, to: last, captureEnd: view.file.lastTime, holed: true)
        var verdict = Verdict(kind(rows), mayBeNormal ? .info : .warning, .certain, at: first)
        if mayBeNormal, !normal { verdict.doubt(.gapInAnswers) }
        verdict.last = last
        verdict.count = rows.reduce(0) { $0 + $1.count }
        verdict.client = "\(key.client)"
        verdict.server = "\(key.server)"
        verdict.nodeId = view.node(at: key.server)
        verdict.clientIds = rows.compactMap { view.file.text($0.key.clientId) }.uniqued
        verdict.error = KafkaError.name(of: Int(key.code)) ?? "error \(key.code)"
        verdict.nature = KafkaError.isRetriable(Int(key.code)) ? .transient : .structural
        verdict.frames = rows.flatMap(\.frames).sorted()
        addFacts(&verdict, rows, view)
        return verdict
    }

    private func addFacts(_ verdict: inout Verdict, _ rows: [ErrorRow], _ view: CaseView) {
        let file = view.file
        verdict.add(.apiName, .text(rows.map { Api.name($0.key.api) }.uniqued.joined(separator: ", ")))
        verdict.add(.topics, .some(rows.flatMap(\.topics).compactMap { file.text($0) }.uniqued))
        verdict.add(.group, .optional(rows.flatMap(\.groups).uniqued.compactMap { file.text($0) }.first))
        verdict.add(.brokerMessage, .optional(rows.compactMap { file.text($0.message) }.first))
        verdict.add(.retriable, .flag(KafkaError.isRetriable(Int(rows[0].key.code))))
        if rows.allSatisfy({ $0.healedAt != nil }) { verdict.add(.healed, .flag(true)) }
    }

    private func kind(_ rows: [ErrorRow]) -> FindingKind {
        if rows[0].key.code == 35 { return .unsupportedVersion }
        return Self.notLeader.contains(rows[0].key.code) ? .notLeader : .errorResponse
    }

    private func isNormal(
        _ rows: [ErrorRow], from first: CaptureTime, to last: CaptureTime, captureEnd: CaptureTime, holed: Bool
    ) -> Bool {
        let code = rows[0].key.code
        if Self.ordinary.contains(code) { return true }
        // A client asks with its newest ApiVersions and takes the broker's older ones (KIP-511).
        if code == 35 { return rows.allSatisfy { $0.key.api == Api.apiVersions } }
        guard KafkaError.isRetriable(Int(code)), last.since(first) <= Self.healsWithin else { return false }
        // Where the capture ends sooner, the seconds in which it would have healed are not there.
        let endsTooSoon = Self.momentary.contains(code) && captureEnd.since(last) <= Self.healsWithin
        return rows.allSatisfy { row in
            row.healedAt.map { $0.since(row.last) <= Self.healsWithin }
                ?? (holed || endsTooSoon)
        }
    }
}
