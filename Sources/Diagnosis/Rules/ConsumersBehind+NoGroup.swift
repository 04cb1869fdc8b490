import Conversations
import ReportModel
import Vocabulary

/// Programs that read without a group, and that an open transaction keeps back: one verdict for each program and topic.
extension ConsumersBehind {
    private struct Reader: Hashable, Comparable {
        var client: String
        var clientId: String
        var topic: String

        static func < (one: Reader, other: Reader) -> Bool {
            (one.client, one.clientId, one.topic) < (other.client, other.clientId, other.topic)
        }
    }

    func held(_ view: CaseView) -> [Verdict] {
        let rows = (view.tables?.heldReaders ?? []).filter { view.shown($0.from, $0.to) >= Span.seconds(10) }
        let readers = Dictionary(grouping: rows) {
            Reader(client: $0.client, clientId: $0.clientId ?? "", topic: $0.topic ?? "")
        }
        return readers.sorted { $0.key < $1.key }.compactMap { reader, rows in held(reader, rows, view) }
    }

    private func held(_ reader: Reader, _ rows: [HeldReader], _ view: CaseView) -> Verdict? {
        guard let from = rows.map(\.from).min(), let to = rows.map(\.to).max() else { return nil }
        var verdict = Verdict(.consumerStalled, .warning, .likely, at: from)
        (verdict.last, verdict.count, verdict.cause) = (to, rows.count, .openTransaction)
        verdict.subject = "/" + reader.topic
        (verdict.client, verdict.clientIds) = (reader.client, rows.compactMap(\.clientId).uniqued)
        verdict.server = rows.first?.server
        verdict.nodeId = verdict.server.flatMap { view.serversByName[$0] }.flatMap { view.node(at: $0) }
        verdict.frames = rows.flatMap(\.frames)
        verdict.add(.topics, .some(reader.topic.isEmpty ? [] : [reader.topic]))
        verdict.add(.partitions, .list(rows.map { "\($0.partition)" }))
        verdict.add(
            .standstillMs, rows.map { $0.to.milliseconds(since: $0.from) }.max().map { .milliseconds($0) })
        verdict.add(.heldBackBy, .some(rows.compactMap(\.owner).uniqued.sorted()))
        let records = rows.reduce(Int64(0)) { $0.addingSaturated($1.records) }
        verdict.add(.unreadable, .number(Int(clamping: records)))
        return verdict
    }
}
