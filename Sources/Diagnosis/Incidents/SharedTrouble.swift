import Conversations
import ReportModel
import Vocabulary

/// What several clients meet alike, with no broker's end seen behind it: servers that accept none of them, a name that none can
/// resolve, one error that all of them are answered. It is one thing, and none of the clients' own.
struct SharedTrouble {
    let view: CaseView
    let findings: [Finding]

    /// Two may be chance, or one host's setting under two addresses.
    private static let atLeast = 3
    /// Attempts of different clients that lie further apart are no one thing.
    private static let apart = Span.seconds(60)

    func all() -> [Incident] { outOfReach() + unresolved() + refusals() }

    /// Servers that nobody reaches.
    private func outOfReach() -> [Incident] {
        let failed = findings.filter {
            ($0.kind == .brokerUnavailable || $0.kind == .connectFailure) && $0.severity > .info
                && $0.detail != .unresolvable
        }
        return runs(failed).compactMap { incident(.hostUnreachable, $0) }
    }

    private func unresolved() -> [Incident] {
        let failed = findings.filter { $0.kind == .connectFailure && $0.detail == .unresolvable }
        return Dictionary(grouping: failed) { $0.server ?? "" }.sorted { $0.key < $1.key }
            .flatMap { runs($0.value) }.compactMap { incident(.hostUnreachable, $0) }
    }

    private func refusals() -> [Incident] {
        let refused = findings.filter { $0.kind == .errorResponse && $0.severity > .info && $0.error != nil }
        return Dictionary(grouping: refused) { $0.error ?? "" }.sorted { $0.key < $1.key }
            .flatMap { runs($0.value) }.compactMap { incident(.brokerErrors, $0) }
    }

    private func runs(_ group: [Finding]) -> [[Finding]] {
        group.sorted { ($0.first, $0.id) < ($1.first, $1.id) }.runs { run, next in
            run.map(\.last).max().map { next.first.since($0) < Self.apart } ?? false
        }
    }

    private func incident(_ kind: Incident.Kind, _ group: [Finding]) -> Incident? {
        let clients = group.compactMap(\.client).uniqued
        guard clients.count >= Self.atLeast else { return nil }
        let servers = group.compactMap(\.server).uniqued.sorted()
        var incident = Incident(
            kind: kind, from: group.map(\.first).min() ?? group[0].first, to: group.map(\.last).max() ?? group[0].last)
        if servers.count == 1 {
            incident.rootServer = servers[0]
            incident.nodeId = group[0].nodeId
        } else {
            incident.rootFinding = group[0].id
            incident.facts.append(Fact(.tried, .list(servers)))
        }
        incident.findings = group.map(\.id)
        let from = incident.from
        incident.clients = clients.map { client in recovery(of: client, group.filter { $0.client == client }, from) }
        return incident
    }

    /// Until the client's first work behind its last trouble.
    private func recovery(of client: String, _ mine: [Finding], _ from: CaptureTime) -> Incident.ClientRecovery {
        let last = mine.map(\.last).max() ?? from
        let records = view.clientsByName[client].map { view.records(of: $0) }
        let work = records?.lazy.map(\.kafka.firstWorkTime).filter { $0 > last }.min()
        return Incident.ClientRecovery(
            client: client, clientId: mine.first?.clientId, recoveredAfterMs: work?.milliseconds(since: from))
    }
}
