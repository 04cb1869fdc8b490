internal import ReportModel
internal import Vocabulary

/// What went over a gateway, as far as the capture shows it: who came to which of its doors, and whom it asked behind.
struct GatewayTraffic {
    /// A port of the gateway, and a name where names tell its nodes apart.
    struct Door: Hashable {
        var port: String
        var name: String?
    }

    /// What went over one leg.
    struct Leg {
        var connections = 0
        var requests: Int64 = 0
        var unanswered: Int64 = 0
        /// Of those without an answer, what a finding of severity warning or error names. That a program ends while it waits for
        /// records is no fault.
        var lost: Int64 = 0
        var failed = 0

        var isBad: Bool { lost > 0 || failed > 0 }

        var words: String {
            var parts: [String] = []
            if failed > 0 { parts.append(Format.count(failed, "failed attempt")) }
            if lost > 0 { parts.append("\(Format.count(lost)) lost or overdue") }
            if unanswered > lost { parts.append("\(Format.count(unanswered - lost)) given up or waiting") }
            if requests > 0 {
                parts.append(Format.count(requests, "request"))
            } else if connections > 0 {
                parts.append(Format.count(connections, "connection"))
            }
            return parts.isEmpty ? "nothing seen" : parts.joined(separator: ", ")
        }
    }

    let row: GatewayRow
    private(set) var clients: [String] = []
    private(set) var doors: [Door] = []
    /// Addresses of brokers behind, as the gateway itself asks them.
    private(set) var brokers: [String] = []
    private(set) var front: [(client: String, door: Door, leg: Leg)] = []
    private(set) var behind: [(broker: String, leg: Leg)] = []
    /// Which door leads to which broker, where both legs tell.
    private(set) var through: [(door: Door, broker: String)] = []
    /// Clients that went to a broker behind past the gateway.
    private(set) var past: [(client: String, broker: String, leg: Leg)] = []
    private let nodes: [Door: Int]
    private let nodeOfBroker: [String: Int]

    init(_ row: GatewayRow, _ report: Report) {
        self.row = row
        let isByName = row.routing == .byName
        nodes = Dictionary(
            row.nodes.compactMap { node in
                node.nodeId.map { (Door(port: String(node.port), name: isByName ? node.host.lowercased() : nil), $0) }
            }, uniquingKeysWith: { first, _ in first })
        nodeOfBroker = Dictionary(
            report.brokers.flatMap { broker in
                broker.nodeIds.count == 1 ? broker.addresses.map { ($0, broker.nodeIds[0]) } : []
            }, uniquingKeysWith: { first, _ in first })
        let sums = LegSums(report, byName: isByName ? row.address : nil)
        takeFront(sums, isByName)
        takeBehind(sums)
        takePast(sums)
    }

    /// The node that a door leads to; nil: that is not told, as of a bootstrap port.
    func node(of door: Door) -> Int? {
        let ids = Set(row.nodes.filter { String($0.port) == door.port }.compactMap(\.nodeId))
        return nodes[door] ?? (door.name == nil && ids.count == 1 ? ids.first : nil)
    }

    /// What a broker says of itself, or else what the door says that leads to it alone.
    func node(of broker: String) -> Int? {
        if let node = nodeOfBroker[broker] { return node }
        let told = Set(through.filter { $0.broker == broker }.compactMap { node(of: $0.door) })
        return told.count == 1 ? told.first : nil
    }

    private mutating func takeFront(_ sums: LegSums, _ isByName: Bool) {
        for entry in sums.all where HostPort(entry.key.server).host == row.address {
            let door = Door(port: HostPort(entry.key.server).port ?? "", name: entry.key.name)
            front.append((entry.key.client, door, entry.leg))
        }
        clients = Self.unique(front.map(\.client))
        // Those that nobody came to stand there too: a port that nobody listens on is not seen otherwise.
        let told = row.nodes.map { Door(port: String($0.port), name: isByName ? $0.host.lowercased() : nil) }
        doors = Self.unique(front.map(\.door) + told).sorted {
            (node(of: $0) ?? -1, Int($0.port) ?? 0, $0.name ?? "") < (
                node(of: $1) ?? -1, Int($1.port) ?? 0, $1.name ?? ""
            )
        }
    }

    private mutating func takeBehind(_ sums: LegSums) {
        for entry in sums.all
        where entry.key.client == row.address && HostPort(entry.key.server).host != row.address {
            behind.append((entry.key.server, entry.leg))
        }
        through = row.legs.map { leg in
            (Door(port: String(leg.port), name: row.routing == .byName ? leg.name : nil), leg.server)
        }
        brokers = behind.map(\.broker).sorted { (node(of: $0) ?? .max, $0) < (node(of: $1) ?? .max, $1) }
    }

    /// Of clients that use the gateway: what they had with the brokers behind it without it.
    private mutating func takePast(_ sums: LegSums) {
        let (known, seen) = (Set(clients), Set(brokers))
        for entry in sums.all where known.contains(entry.key.client) && seen.contains(entry.key.server) {
            past.append((entry.key.client, entry.key.server, entry.leg))
        }
    }

    private static func unique<Element: Hashable>(_ all: [Element]) -> [Element] {
        var seen: Set<Element> = []
        return all.filter { seen.insert($0).inserted }
    }
}

extension GatewayTraffic.Leg {
    mutating func add(_ other: Self) {
        connections += other.connections
        requests = requests.addingSaturated(other.requests)
        unanswered = unanswered.addingSaturated(other.unanswered)
        lost = lost.addingSaturated(other.lost)
        failed += other.failed
    }

    mutating func add(_ row: ConnectionRow, lost: Int64) {
        if ["refused", "rejected", "no-answer"].contains(row.end) { failed += 1 } else { connections += 1 }
        requests = requests.addingSaturated(row.requests)
        unanswered = unanswered.addingSaturated(row.unanswered)
        self.lost = self.lost.addingSaturated(min(lost, row.unanswered))
    }
}

/// The connections between each client host and each server, added up in the order of the report.
private struct LegSums {
    struct Key: Hashable {
        var client: String
        var server: String
        var name: String?
    }

    private(set) var all: [(key: Key, leg: GatewayTraffic.Leg)] = []

    /// - Parameter byName: the host at which the ClientHello's name tells where it leads.
    init(_ report: Report, byName host: String?) {
        var places: [Key: Int] = [:]
        var sums: [(key: Key, leg: GatewayTraffic.Leg)] = []
        func add(_ key: Key, _ change: (inout GatewayTraffic.Leg) -> Void) {
            let place = places[key] ?? sums.count
            if place == sums.count { sums.append((key, GatewayTraffic.Leg())) }
            places[key] = place
            change(&sums[place].leg)
        }
        let lost = Self.lost(report)
        for (place, row) in report.connections.enumerated() {
            let isNamed = host != nil && HostPort(row.server).host == host
            let key = Key(
                client: HostPort(row.client).host, server: row.server,
                name: isNamed ? row.tlsServerName?.lowercased() : nil)
            add(key) { $0.add(row, lost: lost?[place] ?? row.unanswered) }
        }
        for row in report.connectionGroups {
            add(Key(client: row.client, server: row.server, name: nil)) { leg in
                leg.connections += row.connections
                leg.requests = leg.requests.addingSaturated(row.requests)
            }
        }
        all = sums
    }

    /// Of each connection, the requests without an answer that findings name; nil where requests were not kept.
    private static func lost(_ report: Report) -> [Int64]? {
        guard let log = report.requestLog else { return nil }
        var lost = [Int64](repeating: 0, count: report.connections.count)
        for i in 0..<log.count where !log.marks[i].isDisjoint(with: [.namedByError, .namedByWarning]) {
            let isOpen = log.marks[i].contains(.lost) || !log.marks[i].contains(.answered)
            if isOpen, log.connections[i] < lost.count { lost[Int(log.connections[i])] += 1 }
        }
        return lost
    }
}
