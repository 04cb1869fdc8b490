import ReportModel
import Vocabulary

/// What the packets show that a program would have written a line of.
struct CaptureEvent: Sendable {
    var time: CaptureTime
    var topic: LogTopic
    /// `address:port`; empty where the event has none.
    var server: String
    var clientId: String?
    var clientPort: Int?
    /// Its place among the report's connections.
    var connection: Int?
    /// When that connection began, where the capture shows it: no earlier line is about it.
    var opened: CaptureTime?
    /// How long after it a line of it may come: who gets no answer finds out by waiting.
    var patience: Int64
    /// A sign-in may have been refused on its connection: it signs in, or what it carries is not seen.
    var maySignIn = true
    /// Correlation ids of requests that got no response on its connection, as far as findings list them.
    var pending: Set<Int> = []
    /// A connection that its program opened before the one on which it works with that server: Java's to a bootstrap address.
    var isSpare = false
}

/// The events of a report, by time and by server, and the names of its servers.
struct CaptureEvents: Sendable {
    private(set) var all: [CaptureEvent] = []
    /// Places in `all`, in order of time.
    private(set) var byServer: [String: [Int]] = [:]
    private(set) var byClientPort: [Int: [Int]] = [:]
    let first: CaptureTime
    let last: CaptureTime
    let names: ServerNames
    let clientIds: Set<String>

    static let usual = Span.milliseconds(1500)
    private static let longWait = Span.seconds(130)

    init(_ report: Report) {
        names = ServerNames(report)
        clientIds = Set(report.clients.flatMap(\.clientIds))
        let sources = report.capture.sources
        first = sources.compactMap(\.first).min() ?? CaptureTime(nanoseconds: 0)
        last = sources.compactMap(\.last).max() ?? first
        let (pending, spare) = (Self.pending(report), SpareConnections.of(report.connections))
        for (place, row) in report.connections.enumerated() {
            let begin = all.count
            add(row, place)
            for i in begin..<all.count {
                (all[i].pending, all[i].isSpare) = (pending[row.id] ?? [], spare.contains(place))
            }
        }
        addTimeline(report)
        all.sort { ($0.time, $0.connection ?? -1) < ($1.time, $1.connection ?? -1) }
        for (place, event) in all.enumerated() {
            if !event.server.isEmpty { byServer[event.server, default: []].append(place) }
            if let port = event.clientPort { byClientPort[port, default: []].append(place) }
        }
    }

    private mutating func add(_ row: ConnectionRow, _ place: Int) {
        func add(_ topic: LogTopic, _ time: CaptureTime, _ patience: Int64 = CaptureEvents.usual) {
            all.append(
                CaptureEvent(
                    time: time, topic: topic, server: row.server, clientId: row.clientId,
                    clientPort: Self.port(row.client), connection: place, opened: Self.opened(row), patience: patience,
                    maySignIn: row.securityProtocol != "PLAINTEXT"))
        }
        switch row.end {
        case "refused", "rejected": return add(.connectFailed, row.last)
        case "no-answer": return add(.connectFailed, row.opened, Self.longWait)
        default: break
        }
        if row.handshake == "seen" {
            add(.connected, row.opened.adding(nanoseconds: Int64(max(0, min(row.handshakeMs ?? 0, 1e6)) * 1e6)))
        }
        if row.end == "fin" || row.end == "reset", let ended = row.ended { add(.disconnected, ended) }
    }

    /// Of each connection the correlation ids without a response that may be its own.
    private static func pending(_ report: Report) -> [String: Set<Int>] {
        let rows = Dictionary(report.connections.map { ($0.id, $0) }) { first, _ in first }
        var pending: [String: Set<Int>] = [:]
        for finding in report.findings where !finding.requests.isEmpty {
            let byClient = Dictionary(grouping: finding.requests, by: \.clientId)
            for id in finding.evidence.connections {
                guard let row = rows[id], row.unanswered > 0, let mine = byClient[row.clientId] else { continue }
                pending[id, default: []].formUnion(mine.map(\.correlationId))
            }
        }
        return pending
    }

    private mutating func addTimeline(_ report: Report) {
        let places = Dictionary(
            report.connections.enumerated().map { ($0.element.client + " " + $0.element.server, $0.offset) }
        ) { first, _ in first }
        for event in report.timeline {
            let topic: LogTopic
            switch event.kind {
            case .error: topic = event.text.hasPrefix("Sasl") ? .signInFailed : .errorAnswer
            case .addresses: topic = .metadata
            default: continue
            }
            let place = places[(event.client ?? "") + " " + (event.server ?? "")]
            all.append(
                CaptureEvent(
                    time: event.time, topic: topic, server: event.server ?? "",
                    clientId: place.flatMap { report.connections[$0].clientId },
                    clientPort: Self.port(event.client ?? ""), connection: place,
                    opened: place.flatMap { Self.opened(report.connections[$0]) }, patience: Self.usual))
        }
    }

    private static func opened(_ row: ConnectionRow) -> CaptureTime? {
        let isSeen = row.handshake == "seen" || ["refused", "rejected", "no-answer"].contains(row.end)
        return isSeen ? row.opened : nil
    }

    private static func port(_ endpoint: String) -> Int? {
        guard let colon = endpoint.lastIndex(of: ":"), endpoint.contains(".") || endpoint.contains("]") else {
            return nil
        }
        return Int(endpoint[endpoint.index(after: colon)...])
    }

    /// Events of the port that a line names as its connection's other end; nil where it names none, or one of another server.
    func ofClientPort(_ said: Said) -> [Int]? {
        guard let port = said.clientPort, let places = byClientPort[port] else { return nil }
        if said.peers.allSatisfy({ $0.port == nil }) { return places }
        let servers = servers(of: said) ?? []
        let fitting = places.filter { place in
            let server = all[place].server
            return servers.contains(server)
                || said.peers.contains { names.servers($0).isEmpty && $0.port == KnownPlaces.parts(server)?.port }
        }
        return fitting.isEmpty ? nil : fitting
    }

    /// The line names its connection by a port that no connection of that server has here: it is about one that was not captured.
    func isOfAnotherConnection(_ said: Said) -> Bool {
        guard said.clientPort != nil, ofClientPort(said) == nil else { return false }
        return servers(of: said)?.isEmpty == false
    }

    /// The servers that a line may mean; nil where it names none.
    func servers(of said: Said) -> Set<String>? {
        let named = Set(said.peers.flatMap(names.servers))
        if !named.isEmpty { return named }
        if let node = said.nodeId, node >= 0, let servers = names.byNode[node] {
            // A node is called by names that the capture does not know; its port, and an address, are what they are.
            let fitting =
                said.peers.isEmpty ? servers : servers.filter { server in said.peers.contains { $0.mayBe(server) } }
            if !fitting.isEmpty { return fitting }
        }
        // A node that the capture, which knows nodes, has not: at most a server whose node it does not know.
        if let node = said.nodeId, node >= 0, said.peers.isEmpty, !names.byNode.isEmpty, names.byNode[node] == nil {
            return names.nodeless
        }
        return said.peers.isEmpty ? nil : []
    }
}

/// How servers are called: by name, by address, by node id.
struct ServerNames: Sendable {
    /// `host:port` in lower case to `address:port`.
    private var byEndpoint: [String: Set<String>] = [:]
    /// Those at a host, whatever the port.
    private var byHost: [String: Set<String>] = [:]
    private(set) var byNode: [Int: Set<String>] = [:]
    /// Servers of which no node is known.
    private(set) var nodeless: Set<String> = []

    init(_ report: Report) {
        for row in report.connections {
            add(row.server, hosts: [row.serverName].compactMap(\.self))
            if let node = row.nodeId { byNode[node, default: []].insert(row.server) }
        }
        var names: [String: [String]] = [:]
        for (address, name) in report.names { names["\(address)", default: []].append(name) }
        for event in report.timeline where event.kind == .dns && event.hosts.count > 1 {
            for address in event.hosts.dropFirst() { names[address, default: []].append(event.hosts[0]) }
        }
        for server in Set(report.connections.map(\.server)) { add(server, hosts: names[Self.host(server)] ?? []) }
        for broker in report.brokers {
            for node in broker.nodeIds { byNode[node, default: []].formUnion(broker.addresses) }
            for advertised in broker.advertised {
                byEndpoint[advertised.lowercased(), default: []].formUnion(broker.addresses)
            }
        }
        findNodeless(report)
    }

    private mutating func findNodeless(_ report: Report) {
        let known = byNode.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        nodeless = Set(report.connections.map(\.server)).subtracting(known)
    }

    private mutating func add(_ server: String, hosts: [String]) {
        guard let colon = server.lastIndex(of: ":") else { return }
        for host in hosts + [Self.host(server)] {
            byEndpoint[host.lowercased() + server[colon...], default: []].insert(server)
            byHost[host.lowercased(), default: []].insert(server)
        }
    }

    private static func host(_ endpoint: String) -> String {
        let host = endpoint.lastIndex(of: ":").map { endpoint[..<$0] } ?? endpoint[...]
        return host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host)
    }

    func servers(_ peer: Peer) -> Set<String> {
        var found: Set<String> = []
        for host in peer.hosts {
            if let port = peer.port {
                found.formUnion(byEndpoint["\(host):\(port)"] ?? [])
            } else {
                found.formUnion(byHost[host] ?? [])
            }
        }
        return found
    }
}

/// Connections that a program has open beside a later one to the same server, which carries more.
private enum SpareConnections {
    private struct Key: Hashable {
        var client: Substring
        var clientId: String?
        var server: String
    }
    /// Later ones that are looked at.
    private static let most = 8

    /// - Returns: places of rows.
    static func of(_ rows: [ConnectionRow]) -> Set<Int> {
        let groups = Dictionary(grouping: rows.indices) { place in
            let row = rows[place]
            let host = row.client.lastIndex(of: ":").map { row.client[..<$0] } ?? row.client[...]
            return Key(client: host, clientId: row.clientId, server: row.server)
        }
        var spare: Set<Int> = []
        for places in groups.values where places.count > 1 {
            let places = places.sorted { (rows[$0].opened, $0) < (rows[$1].opened, $1) }
            for (i, place) in places.enumerated() {
                let later = places[(i + 1)...].prefix(most)
                if later.contains(where: { isBeside(rows[$0], rows[place]) }) { spare.insert(place) }
            }
        }
        return spare
    }

    private static func isBeside(_ other: ConnectionRow, _ row: ConnectionRow) -> Bool {
        other.opened < row.ended ?? row.last && other.requests > row.requests
    }
}

extension CaptureEvent {
    /// How long after the start of its state a line of it may be written.
    private static let setUp = Span.seconds(10)

    /// What a line says of its connection's state, and of how long it had been in it, holds of this one.
    func agrees(with said: Said) -> Bool {
        if let wasUp = said.wasUp, wasUp == (topic == .connectFailed) { return false }
        guard let age = said.age, let lived else { return true }
        return age <= lived.addingSaturated(Self.usual) && lived <= age.addingSaturated(Self.setUp)
    }

    private static let usual = CaptureEvents.usual

    /// From its connection's begin to it; nil where the capture does not show that, or where a line comes only by waiting.
    private var lived: Int64? { patience == Self.usual ? opened.map { time.since($0) } : nil }

    /// How far it is from what a line says of its connection beside the time.
    func mismatch(_ said: Said) -> Int64 {
        let ofRequest = said.correlationId.map { pending.contains($0) ? 0 : Span.milliseconds(40) } ?? 0
        // Bootstrap addresses count down from -1.
        let ofRole = said.nodeId.map { ($0 < 0) == isSpare ? 0 : Span.milliseconds(20) } ?? 0
        let ofAge = said.age.flatMap { age in lived.map { $0.subtractingSaturated(age).distanceFromZero } } ?? 0
        return ofRequest.addingSaturated(ofRole).addingSaturated(ofAge)
    }

    /// A line of a topic is written of such a thing.
    func makesLine(of topic: LogTopic) -> Bool {
        topic.isWritten(of: self.topic) && (topic != .signInFailed || self.topic != .disconnected || maySignIn)
    }
}

extension Peer {
    /// - Parameter server: `address:port`.
    func mayBe(_ server: String) -> Bool {
        guard let colon = server.lastIndex(of: ":") else { return false }
        let (host, its) = (server[..<colon], Int(server[server.index(after: colon)...]))
        guard port == nil || port == its else { return false }
        return hosts.allSatisfy { $0 != "localhost" && (IPAddress($0) == nil || $0 == host || "[\($0)]" == host) }
    }
}

extension LogTopic {
    /// What in the packets a line of this kind is written of.
    func isWritten(of event: LogTopic) -> Bool {
        switch self {
        case .connected: event == .connected
        case .disconnected: event == .disconnected || event == .connectFailed || event == .signInFailed
        case .connectFailed: event == .connectFailed
        case .timedOut: event == .disconnected || event == .connectFailed
        case .signInFailed: event == .signInFailed || event == .disconnected
        case .tlsFailed: event == .disconnected
        case .errorAnswer: event == .errorAnswer
        case .metadata: event == .metadata || event == .connected
        case .group, .broker: false
        }
    }
}
