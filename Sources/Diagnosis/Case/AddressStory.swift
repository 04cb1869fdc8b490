import Conversations
import Streams
import Vocabulary

/// What became of one address that brokers gave to one client host: how it resolved, what was tried, how that ended.
struct AddressStory {
    var client: IPAddress
    var host: String
    var port: Int
    var nodes: [Int]
    var givers: [Endpoint]
    var claims: [AddressClaim]
    /// Where the name leads for this client.
    var addresses: [IPAddress]
    /// DNS answers to this client about the name.
    var lookups: [DNSAnswer]
    /// Connections of this client host to it, in order; those before it was told too, for an earlier answer may have said so.
    var attempts: [ConnectionRecord]
    /// Where the name leads was not seen, but follows from its port.
    var isInferred = false

    var told: CaptureTime { claims.map(\.firstTime).min() ?? .distantPast }
    var frames: [FrameRef] { claims.flatMap(\.frames).sorted() }

    /// A connection was established and something was answered on it: the address works for this client.
    var works: Bool {
        attempts.contains(where: \.isServed)
    }
    /// Somebody took a connection of this client there, whatever came of it.
    var wasReached: Bool { attempts.contains { $0.wasEstablished && !$0.isBareEnd } }

    /// No family of addresses was found, in any search domain. That another host's look-up does is no help to this one.
    var isUnresolvable: Bool {
        guard attempts.isEmpty, IPAddress(host) == nil, lookups.allSatisfy(\.addresses.isEmpty) else { return false }
        // The IPv4 answer counts: a name without IPv6 is no fault, and where only that answer was captured nothing is known.
        return lookups.contains { $0.type == 1 && ($0.code != nil || $0.wasAskedInVain) }
    }
    /// The name led somewhere once, or the client is connected there from before; now it is looked up again and again and leads
    /// nowhere, and no new connection shows that it was known all the same.
    var goneName: DNSAnswer.VainLookUps? {
        let vain = lookups.vainSinceResolved
        guard let since = vain.map(\.since).min(), var gone = vain.max(by: { $0.last < $1.last }),
            !attempts.contains(where: { $0.wasEstablished && !$0.startsMidway && $0.tcp.firstTime > since })
        else { return nil }
        (gone.since, gone.count) = (since, vain.map(\.count).max() ?? 1)
        gone.frames = vain.flatMap(\.frames).sorted()
        return gone
    }

    /// The addresses are of the client's own network segment, where nobody answers for them: no SYN can be sent.
    func silence(in view: CaseView) -> [Neighbour] {
        guard !wasReached else { return [] }
        let silent = addresses.compactMap { view.file.addresses.neighbours.silent($0, for: client) }
        return silent.count == addresses.count ? silent : []
    }

    /// `0.0.0.0` or `::`: where a broker listens, and no place to go to.
    var isUnspecified: Bool { host == "0.0.0.0" || host == "::" }
    var isLoopback: Bool { host.namesLoopback }

    /// How many answers gave it out: one that names several nodes there counts once.
    var timesTold: Int {
        struct Listener: Hashable {
            var clientId: StringID
            var giver: Endpoint
        }
        let told = Dictionary(grouping: claims) { Listener(clientId: $0.clientId, giver: $0.toldBy) }
        return told.values.reduce(0) { $0 + ($1.map(\.count).max() ?? 0) }
    }

    /// What the client host has to do with the node that lives there: claims by which the node leads partitions that the
    /// client asked for, or coordinates a group of it.
    var needs: [AddressClaim] { claims.filter { $0.leads.count > 0 || $0.coordinates } }
    /// Answers told who leads what the client asked for, and it was never this node.
    var isNeededByNobody: Bool { needs.isEmpty && claims.contains(where: \.leadersTold) }

    /// One story for each client host and address given out.
    static func all(in view: CaseView) -> [AddressStory] {
        let groups = Dictionary(grouping: view.file.addresses.claims, by: \.place)
        return (groups.values.map { make($0, view) } + view.unplacedAddresses).sorted {
            ($0.told, $0.client, $0.host, $0.port) < ($1.told, $1.client, $1.host, $1.port)
        }
    }

    private static func make(_ claims: [AddressClaim], _ view: CaseView) -> AddressStory {
        let sorted = claims.inOrder
        let first = sorted[0]
        let host = view.file.text(first.host) ?? ""
        let addresses = view.names.addresses(of: first.host, for: first.client)
        let ends = view.endpoints(of: first)
        let attempts = ends.flatMap { view.connections(of: first.client, to: $0) }.inOrder
        return AddressStory(
            client: first.client, host: host, port: Int(first.port),
            nodes: Array(Set(sorted.map { Int($0.node) })).sorted(),
            givers: Array(Set(sorted.map(\.toldBy))).sorted(), claims: sorted, addresses: addresses,
            lookups: view.names.answers(to: host.lowercased().droppingFinalDot, for: first.client), attempts: attempts)
    }
}
