import ReportModel
import Vocabulary

/// Ports that a capture knows, for logs that are about others.
struct KnownPlaces: Sendable {
    private var ports: Set<Int> = []

    init(_ report: Report) {
        for row in report.connections { add(row.server) }
        for finding in report.findings { if let server = finding.server { add(server) } }
        for broker in report.brokers { for endpoint in broker.addresses + broker.advertised { add(endpoint) } }
    }

    private mutating func add(_ endpoint: String) {
        if let port = KnownPlaces.parts(endpoint)?.port { ports.insert(port) }
    }

    static func parts(_ endpoint: String) -> (host: String, port: Int)? {
        guard let colon = endpoint.lastIndex(of: ":"), let port = Int(endpoint[endpoint.index(after: colon)...]) else {
            return nil
        }
        let host = endpoint[..<colon].lowercased()
        return (host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host, port)
    }

    /// False where lines name servers, and all at ports at which the capture has none and knows of none: the log is another
    /// cluster's. Hosts alone tell less, for a name may be unknown here and an address translated.
    func knowsAny(of entries: [ReadLog.Entry]) -> Bool {
        var isAnyNamed = false
        for entry in entries {
            for port in entry.said.peers.compactMap(\.port) {
                if ports.contains(port) { return true }
                isAnyNamed = true
            }
        }
        return !isAnyNamed
    }
}

extension CaptureEvents {
    /// The line names addresses, and none of them can be where the finding is.
    func isElsewhere(_ said: Said, _ finding: Finding, in report: Report) -> Bool {
        let peers = said.peers.filter { $0.port != nil }
        guard !peers.isEmpty, let server = finding.server?.lowercased() else { return false }
        var servers: Set<String> = [server]
        // Who advertises an address is not the address.
        if finding.kind != .advertisedAddressMismatch {
            for node in finding.nodeIds + [finding.nodeId].compactMap(\.self) {
                servers.formUnion(names.byNode[node] ?? [])
            }
        }
        return !peers.contains { peer in servers.contains { isAt($0, peer, isOfNode: said.nodeId != nil) } }
    }

    private func isAt(_ server: String, _ peer: Peer, isOfNode: Bool) -> Bool {
        let known = names.servers(peer)
        if known.contains(server) { return true }
        guard let (host, port) = KnownPlaces.parts(server) else { return true }
        let isLoopback = host == "localhost" || IPAddress(host)?.isLoopback == true
        if peer.hosts.contains(host) || isLoopback && peer.isLoopback { return isOfNode || port == peer.port }
        // A name that the capture does not know may be any host's, but not another port.
        return known.isEmpty && (peer.mayBe(server) || IPAddress(host) == nil && port == peer.port)
    }
}
