import Conversations
import Diagnosis
import ReportModel
import Streams
import Vocabulary

/// The live view's rows, from the case as it stands.
struct LiveRows {
    let waiting: [WaitingRequest]
    let waitingAt: [String: WaitingSum]
    let clients: [LiveClient]
    /// Connections that are still there, and those of them that are established.
    let there: ArraySlice<ConnectionRecord>
    let open: [ConnectionRecord]
    private let file: CaseFile
    private let nodes: [Endpoint: Int]
    private let connections: [Endpoint: Int]
    private static let rows = 50
    /// Brokers that are told of one client.
    private static let servers = 16
    /// Groups and partitions that metrics have, the ones furthest behind.
    private static let lagRows = 2_000

    init(file: CaseFile, findings: [Finding], now: CaptureTime) {
        self.file = file
        nodes = Self.nodes(file)
        there = file.connections.records[(file.connections.firstOpen ?? file.connections.records.count)...]
        open = there.filter { $0.isOpen && $0.wasEstablished }
        connections = Dictionary(grouping: open.filter(\.speaksKafka), by: \.server).mapValues(\.count)
        let waits = WaitingNow(file, in: open, most: Self.rows) { record in
            record.tcp.pausedAt.map { min($0, now) } ?? now
        }
        waiting = waits.longest.map { [nodes] in Self.row($0, file, nodes) }
        waitingAt = Dictionary(
            waits.byServer.map { ("\($0)", WaitingSum(count: $1.count, longestMs: Double($1.longest) / 1e6)) },
            uniquingKeysWith: { first, _ in first })
        clients = Self.clients(open, findings, waits.byClient, file)
    }

    static func nodes(_ file: CaseFile) -> [Endpoint: Int] {
        var nodes: [Endpoint: Int] = [:]
        let names = NameIndex(file)
        for claim in file.addresses.claims.prefix(2_000) {
            guard let port = UInt16(exactly: claim.port) else { continue }
            for address in names.addresses(of: claim.host, for: claim.client) {
                nodes[Endpoint(address, port)] = Int(claim.node)
            }
        }
        return nodes
    }

    private static func row(_ wait: WaitingNow.Wait, _ file: CaseFile, _ nodes: [Endpoint: Int]) -> WaitingRequest {
        let (record, request) = (wait.record, wait.request)
        var row = WaitingRequest(
            api: Api.name(request.api), client: "\(record.client)", clientId: file.text(request.clientId),
            server: "\(record.server)", nodeId: nodes[record.server], waitedMs: Double(wait.nanoseconds) / 1e6)
        row.topic = request.topics.first.flatMap(file.text)
        return row
    }

    /// Whose a row is: a program's by its client id, else a host's.
    private struct Clients {
        private var rows: [String: LiveClient] = [:]
        private var hosts: [String: Set<String>] = [:]

        mutating func change(_ clientId: String?, _ address: String, _ body: (inout LiveClient) -> Void) {
            // No address begins so.
            let key = clientId.map { "id \($0)" } ?? address
            var row = rows[key] ?? LiveClient()
            if row.address.isEmpty { (row.address, row.clientId) = (address, clientId) }
            if !address.isEmpty { hosts[key, default: []].insert(address) }
            row.hosts = max(1, hosts[key]?.count ?? 1)
            body(&row)
            rows[key] = row
        }

        /// Those with most trouble first.
        var worst: [LiveClient] {
            rows.values.sorted {
                ($1.waiting, $1.findings, $1.connections, $0.clientId ?? "", $0.address)
                    < ($0.waiting, $0.findings, $0.connections, $1.clientId ?? "", $1.address)
            }
        }
    }

    private static func clients(
        _ open: [ConnectionRecord], _ findings: [Finding], _ waiting: [WaitingNow.Client: Int], _ file: CaseFile
    ) -> [LiveClient] {
        var clients = Clients()
        for record in open where record.speaksKafka {
            clients.change(file.text(record.kafka.clientId), "\(record.client.address)") {
                $0.connections += 1
                let server = "\(record.server)"
                if $0.servers.count < servers, !$0.servers.contains(server) { $0.servers.append(server) }
            }
        }
        for (client, count) in waiting {
            clients.change(file.text(client.id), "\(client.address)") { $0.waiting += count }
        }
        for finding in findings where finding.severity > .info {
            guard let address = finding.client else { continue }
            let ids = finding.clientIds.isEmpty ? [finding.clientId] : finding.clientIds.map { Optional($0) }
            for id in ids { clients.change(id, host(address)) { $0.findings += 1 } }
        }
        return Array(clients.worst.prefix(Self.rows))
    }

    /// Without the port, where one stands behind it.
    private static func host(_ text: String) -> String {
        IPAddress(text) == nil ? String(text[..<(text.lastIndex(of: ":") ?? text.endIndex)]) : text
    }

    func brokers(_ window: LatencyWindow) -> [LiveBroker] {
        let servers = Set(connections.keys).union(file.times.latency.keys.compactMap(\.server))
        let rows = servers.sorted().prefix(200).map { server in
            var row = LiveBroker()
            row.server = "\(server)"
            row.nodeId = nodes[server]
            row.name = file.addresses.names[server.address]
            row.connections = connections[server] ?? 0
            row.requestsPerSecond = window.rate(of: server)
            row.history = window.history(of: server)
            row.apis = window.recent(of: server).map { api, times in
                LiveApi(
                    name: Api.name(api), p50Ms: times.percentileMs(0.5), p99Ms: times.percentileMs(0.99),
                    maxMs: times.maxMs)
            }.sorted { ($1.p99Ms, $0.name) < ($0.p99Ms, $1.name) }
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
