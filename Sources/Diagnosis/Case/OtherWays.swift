import Conversations
import Streams
import Vocabulary

/// Whether a client host reaches nodes by other ways than the addresses given out for them: a port forward, a NAT, a proxy on
/// the host. Only work for a node's own partitions shows that, and clients send such work where they believe the node to be.
struct OtherWays {
    /// Nodes by the places where the addresses given out for them lead.
    private var nodesAt: [Endpoint: Set<Int>] = [:]
    /// Nodes whose place is not known: their names were not looked up in this capture.
    private var unplaced: Set<Int> = []
    /// Servers that sent nobody on to another, with the client ids whose data went there, or whose groups live there.
    private var dataWays: [Endpoint: Set<StringID>] = [:]
    private var groupWays: [Endpoint: Set<StringID>] = [:]

    init(of client: IPAddress, in view: CaseView) {
        var placed: Set<Int> = []
        for claim in (view.claimsByClient[client] ?? []).map({ view.file.addresses.claims[$0] }) {
            let ends = view.endpoints(of: claim)
            for end in ends { nodesAt[end, default: []].insert(Int(claim.node)) }
            if ends.isEmpty { unplaced.insert(Int(claim.node)) } else { placed.insert(Int(claim.node)) }
        }
        unplaced.subtract(placed)
        for record in view.records(of: client) where view.sendAway[client]?.contains(record.server) != true {
            let kafka = record.kafka
            if kafka.carriedData { dataWays[record.server, default: []].insert(kafka.clientId) }
            if kafka.workAnswered > 0, !kafka.group.isNone {
                groupWays[record.server, default: []].insert(kafka.clientId)
            }
        }
    }

    /// There is a server that is no other node's address, and more of them than there are other nodes without a known place,
    /// where clients that were told the address work.
    func lead(to story: AddressStory) -> Bool {
        let nodes = Set(story.nodes)
        let told = Set(story.claims.map(\.clientId))
        let candidates = ways(to: story).filter { server, clientIds in
            nodesAt[server, default: []].isSubset(of: nodes) && !clientIds.isDisjoint(with: told)
        }
        return candidates.count > unplaced.subtracting(nodes).count
    }

    /// What shows a way to a leader is data; to a node that only coordinates, the work of a group.
    private func ways(to story: AddressStory) -> [Endpoint: Set<StringID>] {
        let coordinates = story.claims.contains(where: \.coordinates)
        let leads = story.claims.contains { $0.leads.count > 0 } || !coordinates
        return (leads ? dataWays : [:]).merging(coordinates ? groupWays : [:]) { $0.union($1) }
    }
}
