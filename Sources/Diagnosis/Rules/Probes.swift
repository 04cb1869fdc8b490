import Conversations
import ReportModel
import Streams
import Vocabulary

/// A host that tries several protocols or ports and never speaks Kafka: a scanner, or a monitor that looks at everything. What
/// it meets is its business. One foreign protocol alone may be a client with a wrong setting.
struct Probes: EndRule {
    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        view.byClient.sorted { $0.key < $1.key }.flatMap { client, places -> [EndVerdict] in
            guard view.isProbe(client) else { return [] }
            let concerned = places.filter { ends.contains($0) && view.looksLikeKafka(view.records[$0]) }
            return concerned.map { EndVerdict(place: $0, verdict: verdict(view.records[$0], view)) }
        }
    }

    private func verdict(_ record: ConnectionRecord, _ view: CaseView) -> Verdict {
        var verdict = Verdict(.probe, .info, .likely, record, in: view)
        verdict.server = "\(record.server.address)"
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
                return protocols.count >= Self.manyThings || scansPorts(tried)
            })
    }

    /// It tries port after port of one host, Kafka's and others, each once or twice; a client that was given a wrong port
    /// comes back to it.
    private func scansPorts(_ tried: RecordList) -> Bool {
        let byHost = Dictionary(grouping: tried.filter { kafkaHosts.contains($0.server.address) }.map { $0.server }) {
            $0.address
        }
        return byHost.values.contains { servers in
            let ports = Dictionary(grouping: servers, by: \.port)
            return ports.count >= Self.manyThings && ports.values.allSatisfy { $0.count <= 2 }
                && ports.keys.contains { !isKafkaPort($0) }
        }
    }

    /// It goes to a server, or a host, that speaks Kafka.
    func looksLikeKafka(_ record: ConnectionRecord) -> Bool {
        kafkaHosts.contains(record.server.address) || isKafkaPort(record.server.port)
    }
}
