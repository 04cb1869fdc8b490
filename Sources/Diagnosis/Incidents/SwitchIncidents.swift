import Conversations
import ReportModel
import Vocabulary

/// An address that was switched over to another cluster: what was lost at that moment, attempts in between that came to nothing,
/// and what the other cluster does not know of these clients.
struct SwitchIncidents {
    let view: CaseView
    let findings: [Finding]

    /// Its consequences show for this long before the other cluster is seen, and afterwards.
    private static let before = Span.seconds(60)
    private static let after = Span.seconds(60)

    func all() -> [Incident] {
        let changed = findings.filter { $0.kind == .clusterChanged && $0.detail == .sameAddress }
        let byHost = Dictionary(grouping: changed) { finding in
            finding.server.flatMap { view.serversByName[$0] }?.address
        }
        return byHost.compactMap { host, changed in host.flatMap { incident($0, changed) } }.sorted {
            $0.from < $1.from
        }
    }

    private func incident(_ host: IPAddress, _ changed: [Finding]) -> Incident? {
        let seen = changed.map(\.first).min() ?? changed[0].first
        let (from, to) = (seen.adding(nanoseconds: -Self.before), seen.adding(nanoseconds: Self.after))
        let near = findings.filter { isAt(host, $0) && $0.first >= from && $0.first <= to }
        let lost = near.filter { $0.kind == .disconnectBeforeResponse && $0[.clusterId] != nil }
        // Without a loss at the switch there is no moment: two clusters may both answer there all the time.
        guard let moment = lost.map(\.first).min() else { return nil }
        let follows = near.filter { $0.first >= moment && Self.consequences.contains($0.kind) }
        let mine = (changed + lost + follows).sorted { ($0.first, $0.id) < ($1.first, $1.id) }
        var incident = Incident(.switchedOver, of: changed + mine.filter { $0.kind != .clusterChanged })
        (incident.from, incident.to) = (moment, mine.map(\.last).max() ?? moment)
        let root = changed.max { ($0.count, $1.id) < ($1.count, $0.id) } ?? changed[0]
        (incident.rootServer, incident.rootFinding) = (root.server, root.id)
        let named = Set(lost.flatMap(\.evidence.connections))
        incident.clients = Aftermath(view: view).recoveries(
            of: view.records.filter { named.contains($0.id) }, from: moment)
        return incident
    }

    private static let consequences: Set<FindingKind> = [.brokerUnavailable, .errorResponse, .notLeader]

    /// On either leg.
    private func isAt(_ host: IPAddress, _ finding: Finding) -> Bool {
        finding.client == "\(host)" || finding.server.flatMap { view.serversByName[$0] }?.address == host
    }
}
