import Conversations
import ReportModel
import Vocabulary

/// Partitions that Metadata told without a leader, or with followers that are behind, and what clients were refused because of
/// them: the partitions are the root of these errors.
struct PartitionIncidents {
    let view: CaseView
    let findings: [Finding]

    /// A client may be refused so long before one of them is told why.
    private static let before = Span.seconds(15)

    func all() -> [Incident] {
        let roots = findings.filter { $0.severity > .info && [.leaderless, .underReplicated].contains($0.kind) }
        let errors = Dictionary(uniqueKeysWithValues: Set(roots.map(\.kind)).map { ($0, refusals(for: $0)) })
        return roots.compactMap { incident($0, errors[$0.kind] ?? []) }
    }

    /// What clients were refused at partitions that are unwell in that way.
    private func refusals(for kind: FindingKind) -> [Finding] {
        let health = view.file.partitions.health.filter { $0.leaderless == (kind == .leaderless) }
        // What is said of a topic alone may be about any of its partitions.
        let unwell = Dictionary(grouping: health) { name($0.topic, $0.partition) }
            .merging(Dictionary(grouping: health) { name($0.topic, -1) }) { $0 + $1 }
        let codes = kind == .leaderless ? ErrorCodes.ofLeaderless : ErrorCodes.ofTooFewReplicas
        return findings.filter { $0.error.map(codes.contains) == true && isAbout($0, unwell) }
    }

    private func incident(_ root: Finding, _ errors: [Finding]) -> Incident? {
        guard errors.contains(where: { $0.severity > .info }) else { return nil }
        var incident = Incident(
            kind: .partitionsUnwell, from: min(root.first, errors.map(\.first).min() ?? root.first),
            to: max(root.last, errors.map(\.last).max() ?? root.last))
        incident.rootFinding = root.id
        incident.nodeId = root.nodeIds.count == 1 ? root.nodeIds.first : nil
        incident.findings = [root.id] + errors.map(\.id)
        incident.clients = errors.clientsHit
        if errors.contains(where: { $0.nature == .structural && $0[.partitions] != nil }) {
            incident.facts.append(Fact(.lastsToTheEnd, .flag(true)))
        }
        return incident
    }

    private func name(_ topic: StringID, _ partition: Int32) -> String {
        "\(view.file.text(topic) ?? "?")-\(partition)"
    }

    /// All that the error speaks of was unwell meanwhile.
    private func isAbout(_ error: Finding, _ unwell: [String: [PartitionHealth]]) -> Bool {
        let subjects = view.partitionErrors.subjects(error: error.error, client: error.client, server: error.server)
        guard !subjects.isEmpty else { return false }
        return subjects.allSatisfy { subject in
            unwell[name(subject.topic, subject.partition)]?.contains { isDuring(error, $0) } == true
        }
    }

    private func isDuring(_ error: Finding, _ partition: PartitionHealth) -> Bool {
        error.overlaps(
            partition.first.adding(nanoseconds: -Self.before), partition.wellAt ?? max(error.last, partition.last))
    }
}
