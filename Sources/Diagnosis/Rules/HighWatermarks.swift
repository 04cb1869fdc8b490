import Conversations
import ReportModel
import Vocabulary

/// Partitions whose high watermark stood still while their leader acknowledged records beyond it: one verdict for each leader and
/// topic, for its partitions wait for the same follower.
struct HighWatermarks: Rule {
    private static let least = Span.seconds(10)

    private struct Subject: Hashable {
        var server: String
        var topic: String
    }

    func judge(_ view: CaseView) -> [Verdict] {
        let rows = (view.tables?.watermarks ?? []).filter { view.shown($0.from, $0.to) >= Self.least }
        let groups = Dictionary(grouping: rows) { Subject(server: $0.server, topic: $0.topic ?? "") }
        return groups.sorted { ($0.key.server, $0.key.topic) < ($1.key.server, $1.key.topic) }.compactMap {
            verdict($0.key, $0.value, view)
        }
    }

    private func verdict(_ subject: Subject, _ rows: [WatermarkStall], _ view: CaseView) -> Verdict? {
        guard let from = rows.map(\.from).min(), let to = rows.map(\.to).max() else { return nil }
        var verdict = Verdict(.highWatermarkStuck, .warning, .certain, at: from)
        verdict.last = to
        verdict.count = rows.count
        verdict.subject = subject.topic
        verdict.server = subject.server
        verdict.nodeId = view.serversByName[subject.server].flatMap { view.node(at: $0) }
        let clients = rows.flatMap(\.clients).uniqued
        verdict.client = clients.count == 1 ? clients.first : nil
        verdict.clientIds = rows.flatMap(\.clientIds).uniqued
        verdict.frames = rows.flatMap(\.frames)
        verdict.add(.topics, .some(subject.topic.isEmpty ? [] : [subject.topic]))
        verdict.add(.partitions, .list(rows.map { "\($0.partition)" }))
        verdict.add(.standstillMs, rows.map { $0.to.milliseconds(since: $0.from) }.max().map { .milliseconds($0) })
        let records = rows.reduce(Int64(0)) { $0.addingSaturated($1.end.subtractingSaturated($1.highWatermark)) }
        verdict.add(.unreadable, .number(Int(clamping: records)))
        let marks = rows.map { "\($0.topic ?? "?")-\($0.partition): \($0.highWatermark)" }
        verdict.add(.highWatermarks, .list(Array(marks.prefix(50))))
        // A fetch session leaves out what has not changed; an answer that is missing may have told more.
        if clients.compactMap({ IPAddress($0) }).contains(where: { view.mayBeMissing(of: $0, since: from) }) {
            verdict.doubt(.gapInAnswers)
        }
        return verdict
    }
}
