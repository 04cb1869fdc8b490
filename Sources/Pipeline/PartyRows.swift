import Conversations
import ReportModel
import Vocabulary

/// What was learned of each client host.
struct ClientRows {
    let file: CaseFile

    var rows: [ClientRow] {
        var byHost: [IPAddress: ClientRow] = [:]
        for record in file.connections.records where record.speaksKafka || record.tls.seen || !record.wasEstablished {
            var row = byHost[record.client.address] ?? ClientRow()
            row.address = "\(record.client.address)"
            row.connections += 1
            row.requests += Int64(record.kafka.requests)
            row.clientIds.note(file.text(record.kafka.clientId))
            row.software.note(file.software(record))
            row.mechanisms.note(file.text(record.signIn.mechanism))
            byHost[record.client.address] = row
        }
        return byHost.sorted { $0.key < $1.key }.map(\.value)
    }
}

/// What was learned of each broker: by node id where addresses were given out, else by address.
struct BrokerRows {
    /// Whose connections count.
    let file: CaseFile
    /// What was given out to anybody: node ids and names are the same in every view.
    let capture: CaseFile

    var rows: [BrokerRow] {
        var byServer: [Endpoint: BrokerRow] = [:]
        for record in file.connections.records where record.speaksKafka {
            var row = byServer[record.server] ?? BrokerRow()
            row.addresses = ["\(record.server)"]
            row.connections += 1
            row.requests += Int64(record.kafka.requests)
            row.errors += Int64(record.kafka.errorResponses)
            row.clusterIds.note(file.text(record.kafka.clusterId))
            byServer[record.server] = row
        }
        let names = NameIndex(capture)
        for claim in capture.addresses.claims { addClaim(claim, names, to: &byServer) }
        return byServer.sorted { $0.key < $1.key }.map(\.value)
    }

    private func addClaim(_ claim: AddressClaim, _ names: NameIndex, to rows: inout [Endpoint: BrokerRow]) {
        guard let port = UInt16(exactly: claim.port) else { return }
        for address in names.addresses(of: claim.host, for: claim.client) {
            let endpoint = Endpoint(address, port)
            guard rows[endpoint] != nil else { continue }
            rows[endpoint]?.nodeIds.note(Int(claim.node))
            rows[endpoint]?.advertised.note(file.text(claim.host).map { "\($0):\(claim.port)" })
            if rows[endpoint]?.rack == nil { rows[endpoint]?.rack = file.text(claim.rack) }
        }
    }
}

/// Response times by API and broker, and by API and client.
struct LatencyRows {
    let file: CaseFile

    var rows: [LatencyRow] {
        // The order's texts are made once for each row, not once for each comparison.
        file.times.latency.map { (order: order($0.key), key: $0.key, histogram: $0.value) }
            .sorted { $0.order < $1.order }
            .map { row($0.key, $0.histogram) }
    }

    private func row(_ key: LatencyKey, _ histogram: Histogram) -> LatencyRow {
        var row = LatencyRow(api: Api.name(key.api), longPoll: key.longPoll, histogram)
        row.broker = key.server.map { "\($0)" }
        if let client = key.client { row.client = file.text(key.clientId) ?? "\(client)" }
        return row
    }

    /// Every part of the key, so that two clients of one client id keep their places from run to run.
    private func order(_ key: LatencyKey) -> (String, Endpoint, String, IPAddress, Int) {
        let none = IPAddress(v4: 0)
        return (
            Api.name(key.api), key.server ?? Endpoint(none, 0), file.text(key.clientId) ?? "", key.client ?? none,
            key.longPoll ? 1 : 0
        )
    }
}

extension LatencyRow {
    /// Of nobody yet.
    init(api: String, longPoll: Bool, _ histogram: Histogram) {
        self.init()
        self.api = api
        self.longPoll = longPoll
        count = histogram.count
        p50Ms = histogram.percentileMs(0.5)
        p90Ms = histogram.percentileMs(0.9)
        p99Ms = histogram.percentileMs(0.99)
        p999Ms = histogram.percentileMs(0.999)
        maxMs = histogram.maxMs
        octaves = histogram.octaves
    }
}

extension [String] {
    fileprivate mutating func note(_ value: String?) {
        if let value, !contains(value), count < 50 { append(value) }
    }
}

extension [Int] {
    fileprivate mutating func note(_ value: Int) { if !contains(value), count < 50 { append(value) } }
}
