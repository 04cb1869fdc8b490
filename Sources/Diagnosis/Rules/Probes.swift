import Conversations
import ReportModel
import Streams
import Vocabulary

/// A host that tries several protocols or ports and never speaks Kafka: a scanner, or a monitor that looks at everything. What
/// it meets is its business. One foreign protocol alone may be a client with a wrong setting.
struct Probes: EndRule {
    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        view.byClient.sorted { $0.key < $1.key }.flatMap { client, places -> [EndVerdict] in
            let isProbe = view.isProbe(client)
            let concerned = places.filter {
                ends.contains($0)
                    && (isProbe ? view.looksLikeKafka(view.records[$0]) : view.scans.contains(view.records[$0].id))
            }
            let hosts = Set(concerned.map { view.records[$0].server.address })
            return concerned.map {
                EndVerdict(place: $0, verdict: verdict(view.records[$0], isWide: hosts.count > Self.fewHosts, view))
            }
        }
    }

    /// Of more hosts none is named: one finding tells of all.
    private static let fewHosts = 5

    private func verdict(_ record: ConnectionRecord, isWide: Bool, _ view: CaseView) -> Verdict {
        var verdict = Verdict(.probe, .info, .likely, record, in: view)
        verdict.server = isWide ? nil : "\(record.server.address)"
        verdict.nodeId = nil
        verdict.frames = [record.tcp.firstFrame] + verdict.frames
        verdict.add(.sawInstead, .text(record.clientSpoke.name))
        return verdict
    }
}

extension CaseView {
    /// So many different things a host tries that wants to know what there is.
    private static var manyThings: Int { 3 }

    /// The host tried many protocols or ports of hosts that speak Kafka, and never got an answer to a Kafka request.
    func isProbe(_ client: IPAddress) -> Bool { probes.contains(client) }

    func findProbes() -> Set<IPAddress> {
        Set(
            byClient.keys.filter { client in
                let tried = records(of: client)
                guard tried.count >= Self.manyThings, !tried.contains(where: { $0.kafka.workAnswered > 0 }),
                    claimsByClient[client] == nil
                else { return false }
                let concerned = tried.filter(looksLikeKafka)
                let protocols = Set(concerned.map(\.clientSpoke).filter { $0 != .silent })
                return protocols.count >= Self.manyThings || scansPorts(tried) || scansHosts(tried)
            })
    }

    private static var manyHosts: Int { 20 }
    private static var manyPorts: Int { 6 }

    /// It tries host after host, each once or twice, and nearly none of them is there for it.
    private func scansHosts(_ tried: RecordList) -> Bool {
        let failed = Dictionary(grouping: tried.filter { $0.isFailedAttempt && !$0.wasEstablished }.map { $0 }) {
            $0.server.address
        }
        return failed.count >= Self.manyHosts && failed.values.allSatisfy { $0.count <= 2 }
    }

    /// Connections, by id, with which a host tried port after port of another, each once or twice; the host may speak Kafka
    /// besides. Addresses that a broker gave out are no part of a scan.
    func findScans() -> Set<String> {
        let givenOut = Set(file.addresses.claims.flatMap { endpoints(of: $0) })
        var found: Set<String> = []
        for client in byClient.keys where !isProbe(client) {
            let tried = records(of: client).filter {
                $0.kafka.requests + $0.kafka.responses == 0 && !$0.startsMidway && !givenOut.contains($0.server)
            }
            guard tried.count >= Self.manyPorts else { continue }
            for attempts in Dictionary(grouping: tried.map { $0 }, by: \.server.address).values {
                let ports = Dictionary(grouping: attempts, by: \.server.port)
                guard ports.count >= Self.manyPorts, ports.values.allSatisfy({ $0.count <= 2 }),
                    ports.keys.count(where: { !isKafkaPort($0) }) >= Self.manyThings
                else { continue }
                found.formUnion(attempts.map(\.id))
            }
        }
        return found
    }

    /// It tries port after port of one host, each once or twice: Kafka's and others, or such as speaks another protocol at each.
    /// A client that was given a wrong port comes back to it.
    private func scansPorts(_ tried: RecordList) -> Bool {
        Dictionary(grouping: tried.filter(looksLikeKafka).map(\.self), by: \.server.address).contains {
            host, attempts in
            let ports = Dictionary(grouping: attempts, by: \.server.port)
            guard ports.count >= Self.manyThings, ports.values.allSatisfy({ $0.count <= 2 }) else { return false }
            return attempts.allSatisfy(\.clientSpoke.isForeign)
                || kafkaHosts.contains(host) && ports.keys.contains { !isKafkaPort($0) }
        }
    }

    /// It goes to a server, or a host, that speaks Kafka.
    func looksLikeKafka(_ record: ConnectionRecord) -> Bool {
        kafkaHosts.contains(record.server.address) || isKafkaPort(record.server.port)
    }
}
