import Conversations
import Streams
import Vocabulary

/// All the ways in which a user may name the clients and brokers of a capture. In lower case.
struct PartyNames {
    private let file: CaseFile
    private let index: NameIndex
    /// Node ids and names under which a server's address was given out.
    private var givenOut: [Endpoint: Set<String>] = [:]
    /// Of a host with one client id alone: that one.
    private var onlyId: [IPAddress: String] = [:]

    init(_ file: CaseFile) {
        self.file = file
        index = NameIndex(file)
        for claim in file.addresses.claims {
            guard let port = UInt16(exactly: claim.port), let host = file.text(claim.host) else { continue }
            let names = Self.spellings(ofHost: host, port: port).union(["\(claim.node)"])
            for address in index.addresses(of: claim.host, for: claim.client) {
                givenOut[Endpoint(address, port), default: []].formUnion(names)
            }
        }
        var ids: [IPAddress: Set<String>] = [:]
        for record in file.connections.records {
            if let id = file.text(record.kafka.clientId) { ids[record.client.address, default: []].insert(id) }
        }
        onlyId = ids.compactMapValues { $0.count == 1 ? $0.first : nil }
    }

    /// A connection that was refused tells no client id: where its host has one alone, it is that one's.
    func client(_ address: IPAddress, port: UInt16? = nil, ids: [String]) -> Set<String> {
        var names: Set<String> = ["\(address)"]
        if let port { names.insert("\(Endpoint(address, port))") }
        for id in ids.isEmpty ? onlyId[address].map({ [$0] }) ?? [] : ids { names.insert(id.lowercased()) }
        if let name = file.addresses.names[address] { names.formUnion(Self.spellings(ofHost: name, port: nil)) }
        return names
    }

    func client(_ endpoint: Endpoint, id: StringID) -> Set<String> {
        client(endpoint.address, port: endpoint.port, ids: [file.text(id)].compactMap(\.self))
    }

    func server(_ endpoint: Endpoint) -> Set<String> {
        var names: Set<String> = ["\(endpoint.address)", "\(endpoint)"]
        if let name = file.addresses.names[endpoint.address] {
            names.formUnion(Self.spellings(ofHost: name, port: endpoint.port))
        }
        return names.union(givenOut[endpoint] ?? [])
    }

    /// Of a server as a report names it: `address:port`, or `name:port` as it was given out.
    func server(_ text: String) -> Set<String> {
        if let endpoint = Self.endpoint(text) { return server(endpoint) }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = UInt16(parts[1]) else { return [text.lowercased()] }
        return Self.spellings(ofHost: String(parts[0]), port: port)
    }

    /// Of an address that was given out, used or not, and of where it leads.
    func claimed(_ claim: AddressClaim) -> Set<String> {
        guard let host = file.text(claim.host) else { return ["\(claim.node)"] }
        let port = UInt16(exactly: claim.port)
        var names = Self.spellings(ofHost: host, port: port).union(["\(claim.node)"])
        for address in index.addresses(of: claim.host, for: claim.client) {
            names.insert("\(address)")
            if let port { names.insert("\(Endpoint(address, port))") }
        }
        return names
    }

    // MARK: Texts

    /// An address is written in one way, however it was given.
    static func canonical(_ text: String) -> String {
        let text = text.lowercased()
        let bare = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
        if let address = IPAddress(bare) { return "\(address)" }
        return endpoint(text).map { "\($0)" } ?? text
    }

    /// `address:port`, IPv6 in brackets.
    static func endpoint(_ text: String) -> Endpoint? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        // Without brackets, the last part of an IPv6 address is no port.
        guard !host.contains(":") || text.hasPrefix("["), let address = IPAddress(host) else { return nil }
        return Endpoint(address, port)
    }

    /// The address of `address` or `address:port`.
    static func address(_ text: String) -> IPAddress? { IPAddress(text) ?? endpoint(text)?.address }

    /// A host's name, its first label, and both with the port. An address has no labels.
    private static func spellings(ofHost host: String, port: UInt16?) -> Set<String> {
        var names: Set<String> = []
        if let address = IPAddress(host) {
            names.insert("\(address)")
            if let port { names.insert("\(Endpoint(address, port))") }
            return names
        }
        let name = host.lowercased().droppingFinalDot
        for spelling in [name, name.split(separator: ".").first.map(String.init) ?? name] {
            names.insert(spelling)
            if let port { names.insert("\(spelling):\(port)") }
        }
        return names
    }
}
