import Vocabulary

/// The addresses given out, each kept once for a client host, client id, giver, node and address.
struct ClaimTable {
    private struct Key: Hashable {
        var client: IPAddress
        var clientId: StringID
        var toldBy: Endpoint
        var node: Int32
        var host: StringID
        var port: Int32

        init(_ claim: AddressClaim) {
            (client, clientId, toldBy) = (claim.client, claim.clientId, claim.toldBy)
            (node, host, port) = (claim.node, claim.host, claim.port)
        }

        /// The same for any client id of the host.
        var ofHost: Key {
            var key = self
            key.clientId = .none
            return key
        }
    }

    private var places: [Key: Int] = [:]
    private var toldToHosts: Set<Key> = []

    /// - Returns: true where this is the first time that this client was told this.
    mutating func add(_ claim: AddressClaim, to file: CaseFile) -> Bool {
        let key = Key(claim)
        if let at = places[key] {
            file.addresses.claims[at].add(claim)
            return false
        }
        guard file.addresses.claims.append(claim) else { return false }
        let place = file.addresses.claims.count - 1
        places[key] = place
        file.addresses.claims[place].isNews = toldToHosts.insert(key.ofHost).inserted
        return true
    }

    /// Drops the addresses last given out before a moment.
    mutating func forget(before time: CaptureTime, in file: CaseFile) {
        guard file.addresses.claims.contains(where: { $0.lastTime < time }) else { return }
        file.addresses.claims.removeAll { $0.lastTime < time }
        places.removeAll(keepingCapacity: true)
        toldToHosts.removeAll(keepingCapacity: true)
        for (place, claim) in file.addresses.claims.enumerated() {
            places[Key(claim)] = place
            toldToHosts.insert(Key(claim).ofHost)
        }
    }
}
