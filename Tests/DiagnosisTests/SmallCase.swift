import ReportModel
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Facts made by hand: a case of a few connections, addresses and look-ups, for a rule to judge. Times are seconds.
struct SmallCase {
    let file = CaseFile(limits: Limits())
    private var frame: UInt64 = 0

    static let client = "10.0.0.100"
    static let brokers = ["10.0.0.1:9092", "10.0.0.2:9092", "10.0.0.3:9092"]

    func time(_ seconds: Double) -> CaptureTime { CaptureTime(nanoseconds: 1_000_000_000_000 + Int64(seconds * 1e9)) }
    func text(_ text: String) -> StringID { file.strings.intern(text) }

    mutating func nextFrame() -> FrameRef {
        frame += 1
        return FrameRef(source: 0, number: frame)
    }

    /// The capture ends then.
    mutating func ends(at seconds: Double) { file.lastTime = time(seconds) }

    /// A connection on which the client's work was answered.
    @discardableResult
    mutating func works(
        at server: String, from: Double, to: Double, client: String = client, clientId: String = "shop"
    ) -> ConnectionRecord {
        let record = connection(server, from, to, client)
        record.tcp.established = true
        record.tcp.synAckFrame = nextFrame()
        record.kafka.clientId = text(clientId)
        (record.kafka.requests, record.kafka.responses, record.kafka.workAnswered) = (10, 10, 8)
        record.kafka.produceAnswered = true
        record.kafka.lastResponseTime = time(to)
        return record
    }

    /// Attempts that come to nothing, a second apart.
    mutating func fails(
        at server: String, from: Double, times: Int = 3, end: TCPFacts.End = .refused, client: String = client
    ) {
        for attempt in 0..<times {
            let start = from + Double(attempt)
            let record = connection(server, start, end == .noAnswer ? start + 3 : start, client)
            record.tcp.end = end
            record.tcp.synCount = end == .noAnswer ? 3 : 1
        }
    }

    private mutating func connection(_ server: String, _ from: Double, _ to: Double, _ client: String)
        -> ConnectionRecord
    {
        let port = UInt16(40_000 + file.connections.records.count)
        var tcp = TCPFacts()
        (tcp.initiator, tcp.responder) = (Endpoint(address(client), port), endpoint(server))
        (tcp.firstTime, tcp.lastTime) = (time(from), time(to))
        tcp.firstFrame = nextFrame()
        tcp.synFrame = tcp.firstFrame
        tcp.lastFrame = tcp.firstFrame
        tcp.sides.1.packets = 1
        let record = ConnectionRecord(tcp: tcp, clientSide: .initiator, roleBasis: .handshake)
        file.connections.records.append(record)
        file.lastTime = max(file.lastTime, time(to))
        return record
    }

    /// One broker told a client of the nodes, in order of their ids from 1 on, and how many partitions each leads.
    mutating func told(
        _ addresses: [String] = brokers, by giver: String = brokers[0], at seconds: Double = 1,
        leads: [Int] = [1, 1, 1],
        client: String = client, clientId: String = "shop"
    ) {
        for (index, place) in addresses.enumerated() {
            let colon = place.lastIndex(of: ":") ?? place.endIndex
            var claim = AddressClaim(
                client: address(client), clientId: text(clientId), toldBy: endpoint(giver), node: Int32(index + 1),
                host: text(String(place[..<colon])), port: Int32(place[place.index(after: colon)...]) ?? 0, rack: .none,
                clusterId: .none, api: 3, overTLS: false, signedIn: false, firstTime: time(seconds),
                firstFrame: nextFrame(), lastTime: time(seconds), frames: [])
            claim.frames = [claim.firstFrame]
            claim.leadersTold = !leads.isEmpty
            for partition in 0..<(leads.indices.contains(index) ? leads[index] : 0) {
                claim.leads.add(PartitionName(topic: text("orders"), partition: Int32(partition)))
            }
            file.addresses.claims.append(claim)
        }
    }

    /// What DNS answered: no address means that the name is not known.
    mutating func lookedUp(
        _ name: String, at seconds: Double, addresses: [String] = [], type: UInt16 = 1, times: Int = 1,
        client: String = client
    ) {
        file.addresses.dns.append(
            DNSAnswer(
                client: address(client), name: text(name), type: type, code: addresses.isEmpty ? 3 : 0,
                addresses: addresses.map(address), firstTime: time(seconds), lastTime: time(seconds),
                frames: [nextFrame()], count: times, lastId: 0))
    }

    /// - Parameter tables: nil where not every message was read.
    func findings(_ capture: CaptureHealth = CaptureHealth(), tables: DepthTables? = nil) -> [Finding] {
        Diagnosis.judge(file, capture, tables: tables).findings
    }

    /// Those about addresses, in a short form: `detail server severity`.
    func addressFindings() -> [String] {
        findings().filter { [.advertisedAddressMismatch, .connectFailure].contains($0.kind) }.map {
            "\($0.kind == .connectFailure ? "bootstrap " : "")\($0.detail?.rawValue ?? "?") \($0.server ?? "?") \($0.severity)"
        }.sorted()
    }

    func address(_ text: String) -> IPAddress { IPAddress(text) ?? IPAddress(v4: 0) }
    func endpoint(_ text: String) -> Endpoint {
        let parts = text.split(separator: ":")
        return Endpoint(address(String(parts[0])), UInt16(parts[1]) ?? 0)
    }
}
