import Conversations
import Streams
import Vocabulary

/// Where names that brokers gave out lead those clients whose own look-ups were captured, and who were served there.
struct OtherResolvers {
    private struct Name: Hashable {
        var host: String
        var port: Int
    }
    private struct Way: Hashable {
        var client: IPAddress
        var address: IPAddress
    }

    private var ways: [Name: Set<Way>] = [:]

    init(_ view: CaseView) {
        for claim in view.file.addresses.claims {
            guard let text = view.file.text(claim.host), IPAddress(text) == nil, let port = UInt16(exactly: claim.port)
            else { continue }
            let host = text.lowercased().droppingFinalDot
            for address in view.names.answers(to: host, for: claim.client).flatMap(\.addresses)
            where view.traits(of: Endpoint(address, port)).workedFor.contains(claim.client) {
                ways[Name(host: host, port: Int(port)), default: []].insert(Way(client: claim.client, address: address))
            }
        }
    }

    /// The addresses that others get for a story's name and are served at, and who they are; empty where this client's resolver
    /// gives one of them too.
    func others(than story: AddressStory) -> (addresses: [IPAddress], clients: [IPAddress]) {
        let own = Set(story.lookups.flatMap(\.addresses))
        let name = Name(host: story.host.lowercased().droppingFinalDot, port: story.port)
        guard !own.isEmpty, let ways = ways[name] else { return ([], []) }
        let others = ways.filter { $0.client != story.client }
        let addresses = Set(others.map(\.address))
        guard own.isDisjoint(with: addresses) else { return ([], []) }
        return (addresses.sorted(), Set(others.map(\.client)).sorted())
    }
}
