import Conversations
import ReportModel
import Streams
import Vocabulary

/// Offsets that a group had committed, and that its coordinator no longer knew when the group came back: no error says so, and
/// the group begins elsewhere. One verdict for each topic.
struct CommittedOffsetsLost: Rule {
    func judge(_ view: CaseView) -> [Verdict] {
        guard let tables = view.tables else { return [] }
        let known = tables.lag.filter { row in row.lostCommit.map { !mayBeDeleted($0, view) } ?? false }
        let lost = Dictionary(grouping: known, by: GroupTopic.init)
        return lost.sorted { $0.key < $1.key }.compactMap { subject, rows in
            verdict(subject, rows, subject.row(in: tables), view)
        }
    }

    /// The capture paused for an hour and more in between, in which a group can be deleted and made anew.
    private func mayBeDeleted(_ lost: LostCommit, _ view: CaseView) -> Bool {
        view.capture.pauses.first(behind: lost.committed).map { $0 < lost.told } ?? false
    }

    private func verdict(_ subject: GroupTopic, _ rows: [LagRow], _ group: GroupRow?, _ view: CaseView) -> Verdict? {
        let lost = rows.compactMap(\.lostCommit)
        guard let first = lost.map(\.told).min(), let last = lost.map(\.told).max() else { return nil }
        var verdict = subject.verdict(.committedOffsetLost, .certain, rows, group, at: first, until: last)
        verdict.frames = lost.flatMap(\.frames)
        verdict.add(
            .lostOffsets, .list(rows.compactMap { row in row.lostCommit.map { "\(place(row)): \($0.offset)" } }))
        add(.skippedOffsets, .skips, rows.filter(\.passedOver), &verdict)
        add(.rereadOffsets, .rereads, rows.filter { !$0.passedOver }, &verdict)
        // A deletion, or another commit, may be among packets that are missing.
        let since = lost.map(\.committed).min() ?? first
        if rows.compactMap(\.client).contains(where: { view.mayBeMissing(of: $0, since: since) }) {
            verdict.doubt(.gapInAnswers)
        }
        return verdict
    }

    private func place(_ row: LagRow) -> String { "\(row.topic ?? "?")-\(row.partition)" }

    /// How many offsets, and from where to where.
    private func add(_ sum: FactKey, _ spans: FactKey, _ rows: [LagRow], _ verdict: inout Verdict) {
        let lost = rows.compactMap { row in row.lostCommit.map { (row, $0) } }
        guard !lost.isEmpty else { return }
        let total = lost.reduce(Int64(0)) { total, entry in
            let (low, high) = entry.1.span
            return total.addingSaturated(high.subtractingSaturated(low))
        }
        verdict.add(sum, .number(Int(clamping: total)))
        let texts = lost.map { row, commit in "\(place(row)): \(commit.span.low) to \(commit.span.high)" }
        verdict.add(spans, .list(Array(texts.prefix(50))))
    }
}

extension LagRow {
    /// The group went on behind what it had committed.
    fileprivate var passedOver: Bool { lostCommit.map { $0.readFrom > $0.offset } ?? false }
}

extension LostCommit {
    /// What was passed over, or read again.
    fileprivate var span: (low: Int64, high: Int64) { (min(offset, readFrom), max(offset, readFrom)) }
}

extension CaseView {
    fileprivate func mayBeMissing(of client: String, since time: CaptureTime) -> Bool {
        IPAddress(client).map { mayBeMissing(of: $0, since: time) } ?? false
    }
}
