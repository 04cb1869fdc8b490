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
    /// Connections of this client to it since it was told, in order.
    var attempts: [ConnectionRecord]

    var told: CaptureTime { claims.map(\.firstTime).min() ?? .distantPast }
    var frames: [FrameRef] { claims.flatMap(\.frames).sorted() }

    /// A connection was established and something was answered on it: the address works for this client.
    var works: Bool {
        attempts.contains { $0.kafka.responses > 0 || $0.serverSpoke == .tls && $0.tls.serverRecords > 0 }
    }
    /// No family of addresses was found, in any search domain.
    var isUnresolvable: Bool {
        guard addresses.isEmpty, attempts.isEmpty, IPAddress(host) == nil else { return false }
        // The IPv4 answer counts: a name without IPv6 is no fault, and where only that answer was captured nothing is known.
        return lookups.contains { $0.type == 1 && $0.code != nil && $0.addresses.isEmpty }
    }
    var isLoopback: Bool {
        let name = host.lowercased().droppingFinalDot
        return name == "localhost" || name.hasSuffix(".localhost") || IPAddress(host)?.isLoopback == true
    }

    /// One story for each client host and address given out.
    static func all(in view: CaseView) -> [AddressStory] {
        struct Key: Hashable {
            var client: IPAddress
            var host: StringID
            var port: Int32
        }
        var groups: [Key: [AddressClaim]] = [:]
        for claim in view.file.claims {
            groups[Key(client: claim.client, host: claim.host, port: claim.port), default: []].append(claim)
        }
        return groups.values.map { make($0, view) }.sorted {
            ($0.told, $0.client, $0.host, $0.port) < ($1.told, $1.client, $1.host, $1.port)
        }
    }

    private static func make(_ claims: [AddressClaim], _ view: CaseView) -> AddressStory {
        let sorted = claims.sorted { $0.firstFrame < $1.firstFrame }
        let first = sorted[0]
        let host = view.file.text(first.host) ?? ""
        let addresses = view.file.addresses(of: first.host, for: first.client)
        let ends = Set(addresses.compactMap { address in UInt16(exactly: first.port).map { Endpoint(address, $0) } })
        let attempts = (view.byClient[first.client] ?? []).map { view.records[$0] }.filter {
            ends.contains($0.server) && $0.tcp.lastTime >= first.firstTime
        }
        return AddressStory(
            client: first.client, host: host, port: Int(first.port),
            nodes: Array(Set(sorted.map { Int($0.node) })).sorted(),
            givers: Array(Set(sorted.map(\.toldBy))).sorted(), claims: sorted, addresses: addresses,
            lookups: view.file.answers(to: host.lowercased().droppingFinalDot, for: first.client), attempts: attempts)
    }
}
