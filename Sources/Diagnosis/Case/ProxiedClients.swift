import Conversations
import ReportModel
import Streams
import Vocabulary

/// Whom a proxy's PROXY headers name. A header proves that its sender passes connections on for others.
struct ProxiedClients {
    private(set) var byProxy: [IPAddress: Set<IPAddress>] = [:]
    /// When each proxy's connections for others were.
    private(set) var seen: [IPAddress: Seen] = [:]
    private let most: Int

    init(_ file: CaseFile) {
        most = file.limits.gatewayClients
        for record in file.connections.records {
            // A client that says it is itself is no proxy, but one that was told to send the header.
            guard let client = record.proxiedFor, client != record.client.address else { continue }
            let proxy = record.client.address
            byProxy[proxy, default: []].insert(client)
            seen[proxy, default: Seen(first: record.tcp.firstTime, last: record.tcp.lastTime)].add(record.tcp.firstTime)
            seen[proxy]?.add(record.tcp.lastTime)
        }
    }

    func tell(_ row: inout GatewayRow, _ host: IPAddress) {
        guard let clients = byProxy[host] else { return }
        row.confidence = .certain
        row.clients = clients.sorted().prefix(most).map { "\($0)" }
        row.clientsLeftOut = clients.count - row.clients.count
    }
}
