import ReportModel
import Vocabulary

/// A group's topic: what is told of its partitions is one verdict, for they mostly share the cause.
struct GroupTopic: Hashable, Comparable {
    var group: String
    var topic: String
    var cluster: Int

    init(_ row: LagRow) { (group, topic, cluster) = (row.group, row.topic ?? "", row.cluster) }

    static func < (one: GroupTopic, other: GroupTopic) -> Bool {
        (one.group, one.topic, one.cluster) < (other.group, other.topic, other.cluster)
    }

    /// The group's own row.
    func row(in tables: DepthTables) -> GroupRow? {
        tables.groups.first { $0.group == group && $0.cluster == cluster }
    }

    /// A warning about its partitions, with who reads them.
    func verdict(
        _ kind: FindingKind, _ confidence: Confidence, _ rows: [LagRow], _ row: GroupRow?, at from: CaptureTime,
        until to: CaptureTime
    ) -> Verdict {
        var verdict = Verdict(kind, .warning, confidence, at: from)
        verdict.last = to
        verdict.count = rows.count
        verdict.subject = group + "/" + topic
        let clients = Set(rows.compactMap(\.client))
        verdict.client = clients.count == 1 ? clients.first : nil
        verdict.clientIds = Array(Set(rows.compactMap(\.clientId))).sorted()
        verdict.server = row?.server ?? rows.compactMap(\.server).first
        verdict.nodeId = row?.coordinator
        verdict.add(.group, .text(group))
        verdict.add(.topics, .some(topic.isEmpty ? [] : [topic]))
        verdict.add(.partitions, .list(rows.map { "\($0.partition)" }))
        return verdict
    }
}
