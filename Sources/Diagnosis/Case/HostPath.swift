import Conversations
import ReportModel
import Streams
import Vocabulary

/// The way between two hosts, whoever of them is the client.
struct HostPath: Hashable, Comparable {
    let low: IPAddress
    let high: IPAddress

    init(_ one: IPAddress, _ other: IPAddress) { (low, high) = one < other ? (one, other) : (other, one) }

    init(of record: ConnectionRecord) { self.init(record.client.address, record.server.address) }

    func other(than host: IPAddress) -> IPAddress { host == low ? high : low }

    static func < (a: HostPath, b: HostPath) -> Bool { (a.low, a.high) < (b.low, b.high) }
}

/// The two ends of what a path's finding is told of.
struct PathEnds: Hashable, Comparable {
    let client: IPAddress
    let server: Endpoint

    init(of record: ConnectionRecord) { (client, server) = (record.client.address, record.server) }

    static func < (a: PathEnds, b: PathEnds) -> Bool { (a.client, a.server) < (b.client, b.server) }
}

extension Verdict {
    /// A path's finding, about the connections that it hit.
    init(
        path ends: PathEnds, _ detail: Detail, _ severity: Severity, _ confidence: Confidence,
        from: CaptureTime, to: CaptureTime, hit: [ConnectionRecord], in view: CaseView
    ) {
        self.init(.networkPath, severity, confidence, at: from)
        last = to
        self.detail = detail
        client = "\(ends.client)"
        server = "\(ends.server)"
        nodeId = view.node(at: ends.server)
        count = hit.count
        clientIds = hit.compactMap { view.file.text($0.kafka.clientId) }.uniqued
        connections = hit.prefix(20).map(\.id)
    }
}

extension CaseView {
    /// Connections and attempts between each two hosts, in order of their first packet. The other leg of a NAT tells the
    /// same packets again.
    func paths(where isWanted: (ConnectionRecord) -> Bool) -> [(path: HostPath, places: [Int])] {
        let wanted = Set(records.filter(isWanted).map { HostPath(of: $0) })
        guard !wanted.isEmpty else { return [] }
        let places = records.indices.filter {
            records[$0].tcp.twinOf == nil && wanted.contains(HostPath(of: records[$0]))
        }
        return Dictionary(grouping: places) { HostPath(of: records[$0]) }.sorted { $0.key < $1.key }
            .map { (path: $0.key, places: $0.value) }
    }

    /// Kafka, or what may be Kafka: a path between other hosts is nobody's business here.
    func concernsKafka(_ record: ConnectionRecord) -> Bool {
        record.speaksKafka || kafkaServers.contains(record.server) || isKafkaPort(record.server.port)
    }
}

extension ConnectionRecord {
    /// What a host sent on it.
    func sent(by host: IPAddress) -> SideFacts { host == tcp.initiator.address ? tcp.sides.0 : tcp.sides.1 }
}
