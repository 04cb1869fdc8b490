import Conversations
import ReportModel
import Vocabulary

/// One address, or one name, that answers for two clusters: a failover, wrong routing, or a name that leads to both.
struct ClusterChanges: Rule {
    /// A cluster id told at, or for, an address.
    private struct Sighting {
        var server: Endpoint
        var clusterId: StringID
        var first: CaptureTime
        var last: CaptureTime
        var frame: FrameRef
        var client: IPAddress
    }

    func judge(_ view: CaseView) -> [Verdict] {
        let told = view.file.clusters.sightings.map {
            Sighting(
                server: $0.server, clusterId: $0.clusterId, first: $0.firstTime, last: $0.lastTime,
                frame: $0.firstFrame, client: $0.client)
        }
        let changed = addresses(told, view)
        let servers = Set(changed.compactMap(\.server))
        return changed + names(told, view).filter { $0.server.map(servers.contains) != true }
    }

    // MARK: One address

    private func addresses(_ told: [Sighting], _ view: CaseView) -> [Verdict] {
        let groups = Dictionary(grouping: told, by: \.server)
        let given = givenOut(at: Set(groups.keys), view)
        return groups.sorted { $0.key < $1.key }.compactMap { server, sightings in
            var order = sightings
            for other in given[server] ?? [] where !order.contains(where: { $0.clusterId == other.clusterId }) {
                order.append(other)
            }
            order.sort { ($0.first, $0.frame) < ($1.first, $1.frame) }
            guard order.count > 1 else { return nil }
            return verdict(.sameAddress, order, order[1], view)
        }
    }

    /// A node's address counts as one of the cluster that gave it out. What every host has of its own does not.
    private func givenOut(at servers: Set<Endpoint>, _ view: CaseView) -> [Endpoint: [Sighting]] {
        var given: [Endpoint: [Sighting]] = [:]
        for claim in view.file.addresses.claims where !claim.clusterId.isNone {
            for end in view.endpoints(of: claim)
            where end != claim.toldBy && servers.contains(end) && !end.address.isLoopback && !end.address.isUnspecified
            {
                given[end, default: []].append(
                    Sighting(
                        server: end, clusterId: claim.clusterId, first: claim.firstTime, last: claim.lastTime,
                        frame: claim.firstFrame, client: claim.client))
            }
        }
        return given
    }

    // MARK: One name

    private func names(_ told: [Sighting], _ view: CaseView) -> [Verdict] {
        let byServer = Dictionary(grouping: told, by: \.server)
        var seen: Set<Endpoint> = []
        return told.sorted { ($0.first, $0.frame) < ($1.first, $1.frame) }.flatMap { later -> [Verdict] in
            guard !later.server.address.isLoopback, !seen.contains(later.server) else { return [] }
            let siblings = view.names.siblings(of: later.server.address, for: later.client)
            let earlier = siblings.flatMap { byServer[Endpoint($0, later.server.port)] ?? [] }
                .filter { $0.clusterId != later.clusterId && ($0.first, $0.frame) < (later.first, later.frame) }
            guard let first = earlier.min(by: { ($0.first, $0.frame) < ($1.first, $1.frame) }) else { return [] }
            seen.insert(later.server)
            var verdict = verdict(.sameName, [first, later], later, view)
            let shared = Set(view.names.names(leading: later.client, to: first.server.address))
            let names = view.names.names(leading: later.client, to: later.server.address).filter(shared.contains)
            verdict.add(.bootstrapAddress, .some(names.sorted().prefix(3).map { "\($0):\(later.server.port)" }))
            verdict.add(.resolvedTo, .list([first.server, later.server].map { "\($0)" }))
            return [verdict]
        }
    }

    private func verdict(_ detail: Detail, _ order: [Sighting], _ other: Sighting, _ view: CaseView) -> Verdict {
        var verdict = Verdict(.clusterChanged, .warning, .certain, at: other.first)
        verdict.last = order.map(\.last).max() ?? other.last
        verdict.count = order.count - 1
        verdict.detail = detail
        verdict.client = "\(other.client)"
        verdict.server = "\(other.server)"
        verdict.nature = .structural
        verdict.frames = order.map(\.frame)
        verdict.add(.clusterIdBefore, .optional(view.file.text(order[0].clusterId)))
        verdict.add(.clusterId, .optional(view.file.text(other.clusterId)))
        return verdict
    }
}
