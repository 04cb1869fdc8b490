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

    func all() -> [Incident] { outOfReach() + unresolved() + refusals() + losses() }

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

    func runs(_ group: [Finding]) -> [[Finding]] {
        group.sorted { ($0.first, $0.id) < ($1.first, $1.id) }.runs(within: Self.apart, from: \.first, to: \.last)
    }

    func incident(_ kind: Incident.Kind, _ group: [Finding]) -> Incident? {
        var incident = Incident(kind, of: group)
        guard Set(incident.clients.map(\.client)).count >= Self.atLeast else { return nil }
        let servers = group.compactMap(\.server).uniqued.sorted()
        if servers.count == 1 {
            incident.rootServer = servers[0]
            incident.nodeId = group[0].nodeId
        } else {
            incident.rootFinding = group[0].id
            incident.facts.append(Fact(.tried, .list(servers)))
        }
        let byClient = Dictionary(grouping: group, by: \.client)
        for i in incident.clients.indices {
            guard let mine = byClient[incident.clients[i].client] else { continue }
            incident.clients[i].recoveredAfterMs =
                work(behind: mine)?.milliseconds(since: incident.from) ?? acceptance(behind: mine, since: incident.from)
        }
        return incident
    }

    /// When its server accepted somebody again, of a client that was not seen to work behind that.
    private func acceptance(behind mine: [Finding], since from: CaptureTime) -> Double? {
        let backs = mine.compactMap { finding -> Double? in
            guard case .milliseconds(let length)? = finding[.outageMs] else { return nil }
            return finding.first.milliseconds(since: from) + length
        }
        return backs.count == mine.count ? backs.max() : nil
    }

    /// The client's first work behind its last trouble.
    private func work(behind mine: [Finding]) -> CaptureTime? {
        guard let last = mine.map(\.last).max(), let client = mine[0].client.flatMap({ IPAddress($0) }) else {
            return nil
        }
        return view.records(of: client).lazy.map(\.kafka.firstWorkTime).filter { $0 > last }.min()
    }
}
