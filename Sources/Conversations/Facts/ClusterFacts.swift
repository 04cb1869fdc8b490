import Streams
public import Vocabulary

/// What Metadata said of clusters, by the address that said it.
public struct ClusterFacts {
    private(set) var table: BoundedTable<Key, ClusterSighting>
    /// Found out by `cluster(of:)`, which is asked often.
    fileprivate var byServer: [Endpoint: StringID] = [:]

    struct Key: Hashable {
        var server: Endpoint
        var clusterId: StringID
    }

    public var sightings: [ClusterSighting] { table.values }
    var limitReached: LimitTrip? { table.limitReached }

    init(_ limits: Limits) {
        table = BoundedTable(
            Bound(name: "clusterSightings", most: limits.clusterSightings, leftOut: "clusters that servers named"))
    }

    mutating func add(_ id: StringID, server: Endpoint, client: IPAddress, time: CaptureTime, frame: FrameRef) {
        let first = ClusterSighting(
            server: server, clusterId: id, firstTime: time, firstFrame: frame, lastTime: time, client: client)
        table.update(Key(server: server, clusterId: id), beginning: first) { $0.lastTime = time }
    }

    mutating func forget(before time: CaptureTime) { table.removeAll { $1.lastTime < time } }
}

/// Which cluster a server belongs to, as far as Metadata told. A program may speak to two clusters that have topics and groups of
/// the same names (MirrorMaker does).
extension CaseFile {
    /// False where both servers' clusters are known and differ.
    public func mayBeOneCluster(_ one: Endpoint, _ other: Endpoint) -> Bool {
        let sightings = clusters.sightings
        guard one != other, let first = sightings.first, sightings.contains(where: { $0.clusterId != first.clusterId }),
            let mine = cluster(of: one), let others = cluster(of: other)
        else { return true }
        return mine == others
    }

    private func cluster(of server: Endpoint) -> StringID? {
        if let known = clusters.byServer[server] { return known }
        let found = clusters.sightings.first { $0.server == server }?.clusterId ?? clusterThatGaveOut(server)
        if let found, clusters.byServer.count < limits.errorRows { clusters.byServer[server] = found }
        return found
    }

    /// Of an answer that gives the server's address out; it may be asked for again once more was learned.
    private func clusterThatGaveOut(_ server: Endpoint) -> StringID? {
        let name = addresses.names[server.address]
        return addresses.claims.first { claim in
            guard claim.port == Int32(server.port), !claim.clusterId.isNone, let host = text(claim.host) else {
                return false
            }
            return host == name || host == "\(server.address)"
        }?.clusterId
    }
}
