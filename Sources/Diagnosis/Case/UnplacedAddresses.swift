import Conversations
import Streams
import Vocabulary

/// Addresses given out whose names were not looked up in this capture: a filter left DNS out, a hosts file or a cache knew them.
/// Where a client fails at the port of such a name, at a place that is no other node's, that is most likely where it leads.
enum UnplacedAddresses {
    static func stories(in view: CaseView) -> [AddressStory] {
        view.claimsByClient.sorted { $0.key < $1.key }.flatMap { client, places -> [AddressStory] in
            let unplaced = places.map { view.file.addresses.claims[$0] }.filter { isUnplaced($0, view) }
            let placed = Set(places.flatMap { view.endpoints(of: view.file.addresses.claims[$0]) })
            guard !unplaced.isEmpty else { return [] }
            let tried = Dictionary(grouping: view.records(of: client).filter { !placed.contains($0.server) }) {
                $0.server.port
            }
            return Dictionary(grouping: unplaced, by: \.port).sorted { $0.key < $1.key }.flatMap { port, claims in
                UInt16(exactly: port).map { stories(tried[$0] ?? [], claims, view) } ?? []
            }
        }
    }

    private static func isUnplaced(_ claim: AddressClaim, _ view: CaseView) -> Bool {
        guard view.endpoints(of: claim).isEmpty, let host = view.file.text(claim.host), !host.namesLoopback else {
            return false
        }
        return view.names.answers(to: host.lowercased().droppingFinalDot, for: claim.client).isEmpty
    }

    private static func stories(
        _ tried: [ConnectionRecord], _ claims: [AddressClaim], _ view: CaseView
    ) -> [AddressStory] {
        let told = claims.map(\.firstTime).min() ?? .distantPast
        // Names that lead to where the client went and was served, since it was told, are none of those that fail.
        let reached = Set(tried.filter { $0.isServed && $0.tcp.firstTime >= told }.map(\.server))
        let hosts = Set(claims.map(\.host))
        let failed = Dictionary(grouping: tried.filter { !$0.wasEstablished && $0.isFailedAttempt }, by: \.server)
            .filter { !reached.contains($0.key) && $0.value.contains { $0.tcp.lastTime >= told } }
        let left = hosts.count - reached.count
        guard left > 0, !failed.isEmpty, hosts.count == 1 || failed.count <= left else { return [] }
        if hosts.count == 1 {
            return [story(claims, failed.keys.sorted(), failed.values.flatMap { $0 }, isOne: true, view)]
        }
        return failed.sorted { $0.key < $1.key }.map { story(claims, [$0.key], $0.value, isOne: false, view) }
    }

    /// - Parameter isOne: it can only be this one name.
    private static func story(
        _ claims: [AddressClaim], _ servers: [Endpoint], _ attempts: [ConnectionRecord], isOne: Bool, _ view: CaseView
    ) -> AddressStory {
        let sorted = claims.inOrder
        let host = isOne ? view.file.text(sorted[0].host) ?? "" : "\(servers[0].address)"
        var story = AddressStory(
            client: sorted[0].client, host: host, port: Int(sorted[0].port),
            nodes: isOne ? Array(Set(sorted.map { Int($0.node) })).sorted() : [],
            givers: Array(Set(sorted.map(\.toldBy))).sorted(), claims: sorted, addresses: servers.map(\.address),
            lookups: [], attempts: attempts.inOrder)
        story.isInferred = true
        return story
    }
}

extension [ConnectionRecord] {
    /// In order of their first packet.
    var inOrder: [ConnectionRecord] {
        sorted { ($0.tcp.firstTime, $0.tcp.firstFrame) < ($1.tcp.firstTime, $1.tcp.firstFrame) }
    }
}

extension [AddressClaim] {
    /// In order of the first answer.
    var inOrder: [AddressClaim] { sorted { ($0.firstTime, $0.firstFrame) < ($1.firstTime, $1.firstFrame) } }
}

extension String {
    /// `localhost` or a loopback address: the host itself.
    var namesLoopback: Bool {
        let name = lowercased().droppingFinalDot
        return name == "localhost" || name.hasSuffix(".localhost") || IPAddress(self)?.isLoopback == true
    }
}
