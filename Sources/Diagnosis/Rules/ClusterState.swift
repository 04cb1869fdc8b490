import Conversations
import ReportModel
import Vocabulary

/// Partitions that Metadata told without a leader, or with fewer in-sync replicas than replicas.
struct PartitionsUnwell: Rule {
    /// A moment's lack, as after a topic was made, is no news.
    private static let lasts = Span.seconds(2)

    func judge(_ view: CaseView) -> [Verdict] {
        let lasting = view.file.partitions.health.filter { lasts($0, view) }
        return [false, true].compactMap { leaderless in
            verdict(lasting.filter { $0.leaderless == leaderless }, leaderless, view)
        }
    }

    /// It was seen for a while, or was never told whole again though there was time for that.
    private func lasts(_ partition: PartitionHealth, _ view: CaseView) -> Bool {
        if partition.longest >= Self.lasts || partition.mostInRun > 3 { return true }
        guard partition.wellAt == nil else { return false }
        // A new topic has no leader for a moment, and all replicas from the first.
        return !partition.leaderless || view.captureEnd.since(partition.last) >= Self.lasts
    }

    private func verdict(_ partitions: [PartitionHealth], _ leaderless: Bool, _ view: CaseView) -> Verdict? {
        guard let first = partitions.min(by: { $0.first < $1.first }) else { return nil }
        var verdict = Verdict(leaderless ? .leaderless : .underReplicated, .warning, .certain, at: first.first)
        verdict.last = partitions.map(\.last).max() ?? first.last
        verdict.count = partitions.reduce(0) { $0 + $1.count }
        verdict.nature = partitions.contains(where: view.partitionErrors.goesOn) ? .structural : .transient
        verdict.add(.toldBy, .some(partitions.map { "\($0.server)" }.uniqued.sorted()))
        let missing = Set(partitions.flatMap { Set($0.replicas).subtracting($0.inSync) }.map(Int.init))
        verdict.nodeIds = missing.sorted()
        verdict.frames = partitions.flatMap(\.frames).sorted()
        let names = partitions.map { "\(view.file.text($0.topic) ?? "?")-\($0.partition)" }.sorted()
        verdict.add(.partitions, .list(Array(names.prefix(50))))
        verdict.add(.topics, .some(partitions.compactMap { view.file.text($0.topic) }.uniqued.sorted()))
        return verdict
    }
}
