import Conversations
import ReportModel
import Vocabulary

/// Records that a leader acknowledged and the next one has not: two brokers of one cluster gave the same offsets of a partition
/// to different batches. Brokers of two clusters do so every day, and so may the legs of a gateway: both have to be given out as
/// different nodes by one and the same answer.
struct AcknowledgedLost: Rule {
    func judge(_ view: CaseView) -> [Verdict] {
        guard let rows = view.tables?.offsetsTwice, !rows.isEmpty else { return [] }
        let nodes = NodesTogether(view)
        let mine = rows.filter { nodes.areOfOneCluster($0.before, $0.after) }
        let groups = Dictionary(grouping: mine) { Key(client: $0.client, before: $0.before, after: $0.after) }
        return groups.sorted {
            ($0.key.client, $0.key.before, $0.key.after) < ($1.key.client, $1.key.before, $1.key.after)
        }
        .map { verdict($0.key, $0.value, nodes) }
    }

    private struct Key: Hashable {
        var client: String
        var before: String
        var after: String
    }

    private func verdict(_ key: Key, _ rows: [OffsetsTwice], _ nodes: NodesTogether) -> Verdict {
        let sure: Confidence = rows.contains(where: \.isOneTopic) ? .certain : .likely
        var verdict = Verdict(
            .acknowledgedLost, .error, sure, at: rows.map(\.seen.first).min() ?? rows[0].seen.first)
        verdict.last = rows.map(\.seen.last).max() ?? rows[0].seen.last
        verdict.count = max(1, rows.reduce(0) { $0 + $1.batches })
        verdict.nature = .transient
        verdict.client = key.client
        verdict.clientIds = rows.compactMap(\.clientId).uniqued
        verdict.server = key.after
        verdict.nodeId = nodes.node(key.after)
        verdict.subject = key.before
        verdict.frames = rows.flatMap(\.frames)
        verdict.add(.leaderBefore, .text(key.before))
        verdict.add(.topics, .some(rows.compactMap(\.topic).uniqued))
        let places = rows.map { "\($0.topic ?? "?")-\($0.partition): \($0.first)-\($0.last)" }
        verdict.add(.offsets, .list(Array(places.uniqued.prefix(50))))
        return verdict
    }
}

/// Which addresses one answer gave out as nodes of its cluster.
struct NodesTogether {
    private struct Told: Hashable {
        var teller: Endpoint
        var cluster: StringID
    }

    private var byServer: [String: [Told: Int32]] = [:]

    init(_ view: CaseView) {
        for claim in view.file.addresses.claims {
            for end in view.endpoints(of: claim) {
                byServer["\(end)", default: [:]][Told(teller: claim.toldBy, cluster: claim.clusterId)] = claim.node
            }
        }
    }

    func node(_ server: String) -> Int? {
        let nodes = Set((byServer[server] ?? [:]).values)
        return nodes.count == 1 ? nodes.first.map(Int.init) : nil
    }

    /// Two nodes of it.
    func areOfOneCluster(_ one: String, _ other: String) -> Bool {
        guard let first = byServer[one], let second = byServer[other] else { return false }
        return first.contains { told, node in second[told].map { $0 != node } == true }
    }
}
