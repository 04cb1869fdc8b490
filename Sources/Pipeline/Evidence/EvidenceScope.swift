import Conversations
import ReportModel
import Streams
import Vocabulary

/// Which packets belong to a finding, in ever wider circles.
public struct EvidenceScope {
    public enum Width: Int, Sendable, CaseIterable {
        /// The connections in its evidence.
        case connections
        /// All between its clients and its servers.
        case pairs
        /// All of its clients, or, where it names none, of its servers.
        case party
        /// All of its clients and its servers.
        case parties
        case everything
    }

    let width: Width
    private let ends: Set<Set<Endpoint>>
    private let clients: Set<IPAddress>
    private let servers: Set<IPAddress>

    /// - Parameter frames: the ends of the connections that its frames are of.
    init(_ finding: Finding, _ file: CaseFile, frames: Set<Set<Endpoint>>, _ width: Width) {
        self.width = width
        let ids = Set(finding.evidence.connections)
        let records = file.connections.records.filter { ids.contains($0.id) }
        ends = frames.union(records.map { [$0.client, $0.server] })
        clients = Set(records.map(\.client.address) + [finding.client.flatMap(PartyNames.address)].compactMap(\.self))
        let named = [finding.server].compactMap(\.self) + finding.advertisedBy
        servers = Set(records.map(\.server.address) + named.compactMap(PartyNames.address))
    }

    /// Nothing is in it that a narrower one had not.
    var isEmpty: Bool {
        switch width {
        case .connections: ends.isEmpty
        case .pairs: clients.isEmpty || servers.isEmpty
        case .party: clients.isEmpty && servers.isEmpty
        case .parties: clients.isEmpty || servers.isEmpty
        case .everything: false
        }
    }

    func holds(_ view: PacketInspector.View) -> Bool {
        if width == .everything { return true }
        let hosts = [view.source, view.destination]
        let isName = view.outcome == .udp && view.hasNamePort
        // What a client looked up, and who told it that a host is not there.
        if isName || view.isNeighbour || view.outcome == .icmpError, hosts.contains(where: clients.contains) {
            return true
        }
        switch width {
        case .connections:
            return ends.contains([Endpoint(hosts[0], view.sourcePort), Endpoint(hosts[1], view.destinationPort)])
        case .pairs:
            return clients.contains(hosts[0]) && servers.contains(hosts[1])
                || clients.contains(hosts[1]) && servers.contains(hosts[0])
        case .party: return hosts.contains(where: (clients.isEmpty ? servers : clients).contains)
        case .parties: return hosts.contains { clients.contains($0) || servers.contains($0) }
        case .everything: return true
        }
    }
}
