import Streams
public import Vocabulary

/// Where host names lead, for each client: asked for by every rule and table, so looked up and not searched.
public struct NameIndex {
    private struct Asked: Hashable {
        var client: IPAddress
        var name: String
    }

    private let file: CaseFile
    /// Places in `file.addresses.dns`, by client and name, the names that a resolver's search list made of it included.
    private var asked: [Asked: [Int]] = [:]
    private struct Leads: Hashable {
        var client: IPAddress
        var address: IPAddress
    }
    /// Names by the addresses that a client was told for them.
    private var byAddress: [Leads: Set<String>] = [:]
    /// Addresses of a name, by what DNS told anybody, and by the user or the capture.
    private var byAnybody: [String: [IPAddress]] = [:]
    private var given: [String: [IPAddress]] = [:]

    public init(_ file: CaseFile) {
        self.file = file
        for (place, answer) in file.addresses.dns.enumerated() {
            guard let name = file.text(answer.name) else { continue }
            for head in name.headsAtDots { asked[Asked(client: answer.client, name: head), default: []].append(place) }
            for address in answer.addresses {
                byAddress[Leads(client: answer.client, address: address), default: []].insert(name)
            }
            if !answer.addresses.isEmpty { byAnybody[name, default: []] += answer.addresses }
        }
        byAnybody = byAnybody.mapValues(\.unique)
        for (address, name) in file.addresses.names { given[name.lowercased(), default: []].append(address) }
    }

    /// Where a host name leads for a client: itself where it is an address, else what DNS told that client, else what DNS
    /// told anybody, or the user.
    public func addresses(of host: StringID, for client: IPAddress) -> [IPAddress] {
        guard let text = file.text(host) else { return [] }
        if let literal = IPAddress(text) { return [literal] }
        let name = text.lowercased().droppingFinalDot
        let own = answers(to: name, for: client).flatMap(\.addresses)
        if !own.isEmpty { return own.unique }
        return ((byAnybody[name] ?? []) + (given[name] ?? []).sorted()).unique
    }

    /// The other addresses of names that lead a client to an address.
    public func siblings(of address: IPAddress, for client: IPAddress) -> [IPAddress] {
        (byAddress[Leads(client: client, address: address)] ?? []).flatMap { answers(to: $0, for: client) }
            .flatMap(\.addresses).unique.filter { $0 != address }
    }

    /// The names for which a client was told an address.
    public func names(leading client: IPAddress, to address: IPAddress) -> Set<String> {
        byAddress[Leads(client: client, address: address)] ?? []
    }

    /// What DNS answered a client about a name, the resolver's search domains included.
    public func answers(to name: String, for client: IPAddress) -> [DNSAnswer] {
        (asked[Asked(client: client, name: name)] ?? []).map { file.addresses.dns[$0] }
    }
}

extension String {
    /// Hosts' names have fewer parts, search domains included; of one with more only the first are told apart.
    private static var parts: Int { 24 }

    /// The name itself, and what stands before each of its dots.
    fileprivate var headsAtDots: [String] {
        [self] + indices.lazy.filter { self[$0] == "." }.prefix(Self.parts).map { String(self[..<$0]) }
    }
}
