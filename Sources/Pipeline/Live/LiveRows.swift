import Conversations
import ReportModel
import Streams
import Vocabulary

/// The live view's rows, from the case as it stands.
struct LiveRows {
    let waiting: [WaitingRequest]
    let clients: [LiveClient]
    /// Of connections that are still there.
    let openBytes: (requests: Int64, responses: Int64, retransmissions: Int64)
    let openConnections: Int
    private let file: CaseFile
    private let nodes: [Endpoint: Int]
    private let connections: [Endpoint: Int]
    private static let rows = 50
    /// Groups and partitions that metrics have, the ones furthest behind.
    private static let lagRows = 2_000
    /// A request that has waited less is on its way.
    private static let moment = Span.seconds(1)

    init(file: CaseFile, findings: [Finding], now: CaptureTime) {
        self.file = file
        nodes = Self.nodes(file)
        let there = file.connections[(file.firstOpen ?? file.connections.count)...]
        let open = there.filter { $0.isOpen && $0.wasEstablished }
        openConnections = open.count
        connections = Dictionary(grouping: open.filter(\.speaksKafka), by: \.server).mapValues(\.count)
        waiting = Self.waiting(open, file, nodes, now)
        clients = Self.clients(open, findings, waiting, file)
        var sums = (requests: Int64(0), responses: Int64(0), retransmissions: Int64(0))
        for record in there {
            sums.requests += record.fromClient.payloadBytes
            sums.responses += record.fromServer.payloadBytes
            sums.retransmissions += record.fromClient.retransmissions + record.fromServer.retransmissions
        }
        openBytes = sums
    }

    private static func nodes(_ file: CaseFile) -> [Endpoint: Int] {
        var nodes: [Endpoint: Int] = [:]
        let names = NameIndex(file)
        for claim in file.claims.prefix(2_000) {
            guard let port = UInt16(exactly: claim.port) else { continue }
            for address in names.addresses(of: claim.host, for: claim.client) {
                nodes[Endpoint(address, port)] = Int(claim.node)
            }
        }
        return nodes
    }

    private static func waiting(
        _ open: [ConnectionRecord], _ file: CaseFile, _ nodes: [Endpoint: Int], _ now: CaptureTime
    ) -> [WaitingRequest] {
        var rows: [WaitingRequest] = []
        for record in open {
            guard let request = record.unanswered.first(where: { !$0.wantsNoAnswer }) else { continue }
            let waited = now.since(request.sent)
            // What its own fields let it wait is no hanging.
            guard waited > moment + Int64(request.allowedWaitMs ?? 0) * 1_000_000 else { continue }
            rows.append(
                WaitingRequest(
                    api: Api.name(request.api), client: "\(record.client)", clientId: file.text(request.clientId),
                    server: "\(record.server)", nodeId: nodes[record.server], waitedMs: Double(waited) / 1e6))
        }
        return Array(rows.sorted { $0.waitedMs > $1.waitedMs }.prefix(Self.rows))
    }

    private static func clients(
        _ open: [ConnectionRecord], _ findings: [Finding], _ waiting: [WaitingRequest], _ file: CaseFile
    ) -> [LiveClient] {
        var rows: [String: LiveClient] = [:]
        for record in open where record.speaksKafka {
            let address = "\(record.client.address)"
            var row = rows[address] ?? LiveClient()
            row.address = address
            row.connections += 1
            row.clientId = row.clientId ?? file.text(record.kafka.clientId)
            rows[address] = row
        }
        for request in waiting {
            guard let host = rows.keys.first(where: { request.client.contains($0) }) else { continue }
            rows[host]?.waiting += 1
        }
        for finding in findings where finding.severity > .info {
            guard let client = finding.client else { continue }
            rows[client, default: LiveClient()].findings += 1
            rows[client]?.address = client
            if rows[client]?.clientId == nil { rows[client]?.clientId = finding.clientId }
        }
        return Array(
            rows.values.sorted {
                ($1.waiting, $1.findings, $1.connections, $0.address)
                    < ($0.waiting, $0.findings, $0.connections, $1.address)
            }.prefix(Self.rows))
    }

    func brokers(_ window: LatencyWindow) -> [LiveBroker] {
        let servers = Set(connections.keys).union(file.latency.keys.compactMap(\.server))
        let rows = servers.sorted().prefix(200).map { server in
            var row = LiveBroker()
            row.server = "\(server)"
            row.nodeId = nodes[server]
            row.name = file.names[server.address]
            row.connections = connections[server] ?? 0
            row.requestsPerSecond = window.rate(of: server)
            row.history = window.history(of: server)
            let recent = window.recent(of: server)
            let slowest = recent.max { $0.times.percentileMs(0.99) < $1.times.percentileMs(0.99) }
            row.slowestApi = slowest.map { Api.name($0.api) }
            row.p50Ms = slowest?.times.percentileMs(0.5)
            row.p99Ms = slowest?.times.percentileMs(0.99)
            row.maxMs = recent.map(\.times.maxMs).max()
            return row
        }
        return rows.sorted { ($0.nodeId ?? .max, $0.server) < ($1.nodeId ?? .max, $1.server) }
    }
}

// MARK: Lag

extension LiveRows {
    /// Of what is seen at two places, the one that is further behind.
    static func lag(_ rows: [LagRow]) -> [GroupLag] {
        var worst: [GroupLag.Place: Int64] = [:]
        for row in rows {
            guard let topic = row.topic, let records = row.lagRecords else { continue }
            let place = GroupLag.Place(group: row.group, topic: topic, partition: row.partition)
            worst[place] = max(records, worst[place] ?? 0)
        }
        let order = worst.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return order.prefix(lagRows).map { GroupLag(place: $0.key, records: $0.value) }
    }
}
