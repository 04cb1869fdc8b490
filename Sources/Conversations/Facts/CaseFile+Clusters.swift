public import Vocabulary

/// Which cluster a server belongs to, as far as Metadata told. A program may speak to two clusters that have topics and groups of
/// the same names (MirrorMaker does).
extension CaseFile {
    /// False where both servers' clusters are known and differ.
    public func mayBeOneCluster(_ one: Endpoint, _ other: Endpoint) -> Bool {
        guard one != other, let first = clusters.first, clusters.contains(where: { $0.clusterId != first.clusterId }),
            let mine = cluster(of: one), let others = cluster(of: other)
        else { return true }
        return mine == others
    }

    private func cluster(of server: Endpoint) -> StringID? {
        if let known = clusterByServer[server] { return known }
        let found = clusters.first { $0.server == server }?.clusterId ?? clusterThatGaveOut(server)
        if let found, clusterByServer.count < limits.errorRows { clusterByServer[server] = found }
        return found
    }

    /// Of an answer that gives the server's address out; it may be asked for again once more was learned.
    private func clusterThatGaveOut(_ server: Endpoint) -> StringID? {
        let name = names[server.address]
        return claims.first { claim in
            guard claim.port == Int32(server.port), !claim.clusterId.isNone, let host = text(claim.host) else {
                return false
            }
            return host == name || host == "\(server.address)"
        }?.clusterId
    }
}
