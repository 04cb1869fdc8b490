import Conversations
import ReportModel
import Vocabulary

/// Responses that carried a throttle time (KIP-13, KIP-219): a quota slows this client on purpose.
struct Throttling: Rule {
    func judge(_ view: CaseView) -> [Verdict] {
        let groups = Dictionary(grouping: view.file.times.throttles.values) {
            ClientAtServer(client: $0.key.client, server: $0.key.server)
        }
        return groups.sorted { ($0.key.client, $0.key.server) < ($1.key.client, $1.key.server) }.map { key, rows in
            var verdict = Verdict(.throttled, .warning, .certain, at: rows.map(\.first).min() ?? rows[0].first)
            verdict.last = rows.map(\.last).max() ?? rows[0].last
            verdict.count = rows.reduce(0) { $0 + $1.count }
            verdict.client = "\(key.client)"
            verdict.server = "\(key.server)"
            verdict.nodeId = view.node(at: key.server)
            verdict.clientIds = rows.compactMap { view.file.text($0.key.clientId) }.uniqued
            verdict.nature = .structural
            verdict.frames = rows.flatMap(\.frames).sorted()
            verdict.add(.apiName, .text(rows.map { Api.name($0.key.api) }.uniqued.joined(separator: ", ")))
            verdict.add(.throttleMsMax, .milliseconds(Double(rows.map(\.maxMs).max() ?? 0)))
            verdict.add(.throttleMsTotal, .milliseconds(Double(rows.reduce(0) { $0 + $1.totalMs })))
            return verdict
        }
    }
}
