import Conversations
import ReportModel
import Vocabulary

/// Heartbeats or commits that a client sends behind a long Fetch on the same connection: a broker answers one request of a
/// connection after the other, so they wait for as long as the Fetch may.
struct HeadOfLine: Rule {
    private static let atLeast = 3

    func judge(_ view: CaseView) -> [Verdict] {
        struct Key: Hashable {
            var client: IPAddress
            var clientId: StringID
            var server: Endpoint
        }
        let groups = Dictionary(grouping: view.file.times.behindFetch.values) {
            Key(client: $0.key.client, clientId: $0.key.clientId, server: $0.key.server)
        }
        return groups.filter { $0.value.reduce(0) { $0 + $1.count } >= Self.atLeast }
            .sorted {
                ($0.key.client, $0.key.server, $0.key.clientId.raw) < (
                    $1.key.client, $1.key.server, $1.key.clientId.raw
                )
            }
            .map { verdict($0.value.sorted { ($0.first, $0.key.api) < ($1.first, $1.key.api) }, view) }
    }

    private func verdict(_ rows: [BehindFetch], _ view: CaseView) -> Verdict {
        let key = rows[0].key
        var verdict = Verdict(.clientSettings, .warning, .certain, at: rows.map(\.first).min() ?? rows[0].first)
        verdict.last = rows.map(\.last).max() ?? rows[0].last
        verdict.count = rows.reduce(0) { $0 + $1.count }
        verdict.detail = .headOfLine
        verdict.nature = .structural
        verdict.client = "\(key.client)"
        verdict.clientIds = [view.file.text(key.clientId)].compactMap { $0 }
        verdict.server = "\(key.server)"
        verdict.nodeId = view.node(at: key.server)
        verdict.frames = rows.flatMap(\.frames).sorted()
        let ends = Set(rows.flatMap(\.connections))
        verdict.connections = view.connections(to: key.server).filter { ends.contains($0.client) }.map(\.id)
        verdict.add(.apiName, .text(rows.map { Api.name($0.key.api) }.uniqued.joined(separator: ", ")))
        verdict.add(.group, .some(rows.compactMap { view.file.text($0.group) }.uniqued))
        let worst = rows.max { $0.longest < $1.longest } ?? rows[0]
        verdict.add(.maxMs, .milliseconds(Double(worst.longest) / 1e6))
        verdict.add(.maxWaitMs, .milliseconds(Double(worst.allowedMs)))
        return verdict
    }
}
