import ReportModel
import Vocabulary

/// Tells the story above the findings: which of them come from one event, with its root, its span, and who was hit.
struct IncidentFinder {
    let view: CaseView
    let findings: [Finding]

    /// Incidents, worst first: by the errors that they explain, then by time.
    func incidents() -> [Incident] {
        let outages = OutageIncidents(view: view, findings: findings).all()
        let switches = SwitchIncidents(view: view, findings: findings).all()
        let told = Set((outages + switches).flatMap(\.findings))
        let rest = findings.filter { !told.contains($0.id) }
        let stalls = StallIncidents(view: view, findings: rest).all()
        let inStalls = Set(stalls.flatMap(\.findings))
        let apart = rest.filter { $0.kind != .networkPath || !inStalls.contains($0.id) }
        let others =
            stalls + PartitionIncidents(view: view, findings: rest).all()
            + GroupedIncidents(view: view, findings: apart).all() + SlowWayIncidents(findings: rest).all()
        let grouped = told.union(others.flatMap(\.findings))
        let shared = SharedTrouble(view: view, findings: findings.filter { !grouped.contains($0.id) }).all()
        let all = LegIncidents(view: view, findings: findings).joined(outages + switches + others + shared)
        return named(sorted(all.map(withoutGateways)))
    }

    /// A gateway is no client where those are told for whom it asked.
    private func withoutGateways(_ incident: Incident) -> Incident {
        guard !view.gatewayLegs.pairs.isEmpty else { return incident }
        let mine = Set(incident.findings)
        let servers = Set(findings.filter { mine.contains($0.id) }.compactMap(\.server))
        let hosts = servers.compactMap { view.serversByName[$0]?.address }
        let gateways = Set(hosts.filter { view.gatewayLegs.pairs[$0] != nil }.map { "\($0)" })
        var incident = incident
        incident.clients.removeAll { gateways.contains($0.client) }
        return incident
    }

    /// By what they cost. Those of one weight and one instant by their server, so that each run names the same one first.
    private func sorted(_ incidents: [Incident]) -> [Incident] {
        let weights = Dictionary(
            findings.filter { $0.severity == .error }.map {
                ($0.id, $0.count + $0.requests.count + $0.requestsLeftOut)
            },
            uniquingKeysWith: +)
        return incidents.map { one in (one, weight: Set(one.findings).reduce(0) { $0 + (weights[$1] ?? 0) }) }.sorted {
            guard $0.weight == $1.weight else { return $0.weight > $1.weight }
            return ($0.0.from, $0.0.rootServer ?? "") < ($1.0.from, $1.0.rootServer ?? "")
        }.map(\.0)
    }

    /// Ids from the first finding's evidence, as those of findings.
    private func named(_ incidents: [Incident]) -> [Incident] {
        var used: [String: Int] = [:]
        return incidents.map { incident in
            var incident = incident
            let id = "incident-\(incident.kind.rawValue)-\(incident.findings.min() ?? "0")"
            used[id, default: 0] += 1
            incident.id = used[id] == 1 ? id : "\(id).\(used[id] ?? 0)"
            return incident
        }
    }
}

extension Incident {
    /// Of findings, from the first of them to the last; when their clients recovered is not known.
    init(_ kind: Kind, of group: [Finding]) {
        self.init(
            kind: kind, from: group.map(\.first).min() ?? .distantPast, to: group.map(\.last).max() ?? .distantPast)
        findings = group.map(\.id)
        clients = group.clientsHit
    }
}

extension [Finding] {
    /// Their clients, each once; a host alone where its programs cannot be told apart.
    var clientsHit: [Incident.ClientRecovery] {
        let programs = Dictionary(grouping: self, by: \.client).mapValues { $0.flatMap { $0.programs ?? [] }.uniqued }
        return compactMap(\.client).uniqued.flatMap { client in
            let ids: [String?] = programs[client] ?? []
            return (ids.isEmpty ? [nil] : ids).map {
                Incident.ClientRecovery(client: client, clientId: $0, recoveredAfterMs: nil)
            }
        }
    }
}

extension Finding {
    /// Overlaps a span of time.
    func overlaps(_ from: CaptureTime, _ to: CaptureTime) -> Bool { episode(from, to) != nil }

    /// The first of its times that overlaps a span.
    func episode(_ from: CaptureTime, _ to: CaptureTime) -> ClosedRange<CaptureTime>? {
        times.first { $0.lowerBound <= to && $0.upperBound >= from }
    }

    var times: [ClosedRange<CaptureTime>] { episodes.isEmpty ? [first...max(first, last)] : episodes }

    /// A request was lost into silence while its server answered others, or ICMP told of it: the client's host, or the way to
    /// it, is cut off.
    var isCutOff: Bool { cause == .hostUnreachable && (!list(.servedMeanwhile).isEmpty || self[.icmp] != nil) }

    func list(_ key: FactKey) -> [String] { if case .list(let list)? = self[key] { list } else { [] } }

    /// An error that comes of requests lost at one of those servers.
    func followsFrom(_ servers: Set<String>) -> Bool {
        if case .list(let lostAt)? = self[.follows] { !servers.isDisjoint(with: lostAt) } else { false }
    }
}
