import Vocabulary

/// The addresses given out, each kept once for a client host, client id, giver, node and address.
struct ClaimTable {
    private struct Key: Hashable {
        var client: IPAddress
        var toldBy: Endpoint
        var node: Int32
        var host: StringID
        var port: Int32
    }

    private var places: [Key: Int] = [:]

    /// - Returns: true where this is the first time that this client was told this.
    mutating func add(_ claim: AddressClaim, to file: CaseFile) -> Bool {
        let key = Key(client: claim.client, toldBy: claim.toldBy, node: claim.node, host: claim.host, port: claim.port)
        if let at = places[key] {
            file.claims[at].count += 1
            file.claims[at].lastTime = claim.lastTime
            if file.claims[at].frames.count < CaseFile.framesPerFact { file.claims[at].frames += claim.frames }
            return false
        }
        guard file.claims.count < file.limits.addressClaims else {
            file.trip("addressClaims", allowed: file.limits.addressClaims, leftOut: "addresses given out beyond it")
            return false
        }
        places[key] = file.claims.count
        file.claims.append(claim)
        return true
    }

    /// Drops the addresses last given out before a moment.
    mutating func forget(before time: CaptureTime, in file: CaseFile) {
        guard file.claims.contains(where: { $0.lastTime < time }) else { return }
        file.claims.removeAll { $0.lastTime < time }
        places.removeAll(keepingCapacity: true)
        for (place, claim) in file.claims.enumerated() {
            let key = Key(
                client: claim.client, toldBy: claim.toldBy, node: claim.node, host: claim.host, port: claim.port)
            places[key] = place
        }
    }
}
