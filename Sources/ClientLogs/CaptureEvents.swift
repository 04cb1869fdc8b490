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
        for (place, row) in report.connections.enumerated() { add(row, place) }
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

extension CaptureEvent {
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
