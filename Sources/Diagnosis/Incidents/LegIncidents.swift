import Conversations
import ReportModel
import Vocabulary

/// Both legs of a gateway: what its clients meet goes with what it met itself, at the server furthest behind that shows the cause.
struct LegIncidents {
    let view: CaseView
    let findings: [Finding]

    /// Ends of connections in front that may come of one behind.
    private static let inFront: Set<FindingKind> = [.disconnectBeforeResponse, .authTerminated, .tlsFailure]
    /// What may show behind why a gateway could not serve.
    private static let causes: Set<FindingKind> = [
        .disconnectBeforeResponse, .authTerminated, .tlsFailure, .protocolMismatch, .brokerUnavailable, .connectFailure,
        .networkPath,
    ]
    /// Connections looked at for a finding.
    private static let triesAtMost = 32

    /// - Returns: incidents, those that have the cause with what comes of it, and further ones where none had it.
    func joined(_ incidents: [Incident]) -> [Incident] {
        let roots = roots()
        guard !roots.isEmpty else { return incidents }
        let byRoot = Dictionary(grouping: roots.keys.sorted(), by: { roots[$0] ?? "" })
        var all = incidents
        var alone: [String: [String]] = [:]
        for (root, fronts) in byRoot.sorted(by: { $0.key < $1.key }) {
            if let place = all.firstIndex(where: { $0.findings.contains(root) }) {
                add(fronts, to: &all[place], besides: incidents)
            } else if let place = all.firstIndex(where: { !Set($0.findings).isDisjoint(with: fronts) }) {
                // What is told of those in front is told of it.
                take(root, into: &all[place])
                add(fronts, to: &all[place], besides: incidents)
            } else {
                alone[root] = fronts
            }
        }
        all += together(alone)
        // What is wholly told elsewhere is no story of its own.
        return all.indices.filter { place in
            !all.indices.contains { $0 != place && isWholly(all[place], in: all[$0], roots) }
        }.map { all[$0] }
    }

    private func isWholly(_ incident: Incident, in other: Incident, _ roots: [String: String]) -> Bool {
        incident.findings.allSatisfy { roots[$0].map(other.findings.contains) == true }
    }

    private func take(_ root: String, into incident: inout Incident) {
        incident.findings.append(root)
        guard let finding = findings.first(where: { $0.id == root }),
            let server = incident.rootServer.flatMap({ view.serversByName[$0] }), "\(server.address)" == finding.client
        else { return }
        (incident.rootServer, incident.nodeId) = (finding.server, finding.nodeId)
    }

    private func add(_ fronts: [String], to incident: inout Incident, besides others: [Incident]) {
        let told = Set(others.flatMap(\.findings))
        let new = fronts.filter { !told.contains($0) && !incident.findings.contains($0) }
        incident.findings += new
        let known = Set(incident.clients.map(\.client))
        incident.clients += findings.filter { new.contains($0.id) }.clientsHit.filter { !known.contains($0.client) }
    }

    /// One incident for what several servers show alike.
    private func together(_ alone: [String: [String]]) -> [Incident] {
        struct Alike: Hashable {
            var kind: FindingKind
            var cause: Cause?
            var detail: Detail?
            var gateway: String?
        }
        let roots = findings.filter { alone[$0.id] != nil }
        let groups = Dictionary(grouping: roots) {
            Alike(kind: $0.kind, cause: $0.cause, detail: $0.detail, gateway: $0.client)
        }
        return groups.values.map { group in
            let fronts = Set(group.flatMap { alone[$0.id] ?? [] })
            let mine = group + findings.filter { fronts.contains($0.id) }
            let root = group.max { $0.count < $1.count } ?? group[0]
            var incident = Incident(.behindGateway, of: mine)
            incident.clients = findings.filter { fronts.contains($0.id) }.clientsHit
            (incident.rootServer, incident.nodeId, incident.rootFinding) = (root.server, root.nodeId, root.id)
            return incident
        }
    }

    // MARK: What is behind

    /// For each finding in front, by its id, the one furthest behind that explains it.
    private func roots() -> [String: String] {
        let causes = Dictionary(
            grouping: findings.filter { Self.causes.contains($0.kind) && $0.severity > .info }
        ) { [$0.client ?? "", $0.server ?? ""] }
        var next: [String: Finding] = [:]
        for finding in findings where Self.inFront.contains(finding.kind) && finding.severity > .info {
            next[finding.id] = cause(of: finding, causes)
        }
        return next.mapValues { first in
            var (last, seen): (Finding, Set<String>) = (first, [first.id])
            while let behind = next[last.id], seen.insert(behind.id).inserted { last = behind }
            return last.id
        }
    }

    private func cause(of finding: Finding, _ causes: [[String]: [Finding]]) -> Finding? {
        var votes: [String: (count: Int, finding: Finding)] = [:]
        for id in finding.evidence.connections.prefix(Self.triesAtMost) {
            guard let place = view.placesById[id], let behind = view.behind(place) else { continue }
            let record = view.records[behind]
            let found = (causes[["\(record.client.address)", "\(record.server)"]] ?? []).filter {
                $0.id != finding.id && $0.overlaps(finding.first, finding.last)
            }
            let best = found.first { $0.evidence.connections.contains(record.id) } ?? found.max { $0.count < $1.count }
            if let best { votes[best.id, default: (0, best)].count += 1 }
        }
        return votes.values.max { ($0.count, $1.finding.id) < ($1.count, $0.finding.id) }?.finding
    }
}

extension CaseView {
    /// The connection that a gateway made for one that it ended, where it is not the gateway's own end; a place.
    func behind(_ place: Int) -> Int? {
        let record = records[place]
        guard let close = record.firstClose else { return nil }
        if let upstream = Upstream.of(record, LostRequests.of(record).requests, ended: close.time, in: self) {
            return upstream.isEndedByGateway ? nil : upstream.place
        }
        return gatewayLegs.behind[record.id].flatMap { placesById[$0] }
    }
}
