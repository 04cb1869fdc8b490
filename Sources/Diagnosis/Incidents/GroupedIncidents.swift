import ReportModel
import Vocabulary

/// Findings that are many of one thing: a storm of sign-ins, one wrong setting on several brokers, a path that resets.
struct GroupedIncidents {
    let view: CaseView
    let findings: [Finding]

    private static let storm = 20

    func all() -> [Incident] { signIns() + addresses() + paths() }

    private func signIns() -> [Incident] {
        let failed = findings.filter { $0.kind == .authTerminated }
        return Dictionary(grouping: failed) { $0.server ?? "" }.sorted { $0.key < $1.key }.compactMap { server, group in
            guard group.reduce(0, { $0 + $1.count }) >= Self.storm else { return nil }
            return incident(.signInStorm, group, root: server)
        }
    }

    /// Several addresses that one broker gave out and that fail in the same way: one setting.
    private func addresses() -> [Incident] {
        let wrong = findings.filter { $0.kind == .advertisedAddressMismatch }
        return Dictionary(grouping: wrong) { $0.detail?.rawValue ?? "" }.sorted { $0.key < $1.key }.compactMap {
            _, group in
            guard group.count > 1 else { return nil }
            let givers = group.flatMap(\.advertisedBy).uniqued
            var incident = incident(.addressMismatch, group, root: givers.count == 1 ? givers.first : nil)
            // The node of the root, who gave the addresses out, and not of the addresses.
            incident.nodeId = incident.rootServer.flatMap { view.serversByName[$0] }.flatMap(view.node)
            return incident
        }
    }

    private func paths() -> [Incident] {
        let reset = findings.filter { $0.cause == .middleboxReset }
        return Dictionary(grouping: reset) { $0.server ?? "" }.sorted { $0.key < $1.key }.map { server, group in
            incident(.pathTrouble, group, root: server)
        }
    }

    private func incident(_ kind: Incident.Kind, _ group: [Finding], root: String?) -> Incident {
        var incident = Incident(
            kind: kind, from: group.map(\.first).min() ?? group[0].first, to: group.map(\.last).max() ?? group[0].last)
        incident.rootServer = root
        incident.nodeId = group.compactMap(\.nodeId).uniqued.count == 1 ? group.compactMap(\.nodeId).first : nil
        incident.findings = group.map(\.id)
        incident.clients = group.compactMap(\.client).uniqued.map { client in
            Incident.ClientRecovery(
                client: client, clientId: group.first { $0.client == client }?.clientId, recoveredAfterMs: nil)
        }
        return incident
    }
}
