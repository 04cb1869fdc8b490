import Conversations
import ReportModel
import Streams
import Vocabulary

/// Connections of several hosts to one server that ended with requests unanswered, where nothing tells why: one thing, which each host
/// sees a part of.
extension SharedTrouble {
    private static let open: Set<Cause> = [.unknown, .requestTimeout]

    func losses() -> [Incident] {
        let lost = findings.filter {
            $0.kind == .disconnectBeforeResponse && $0.severity > .info && $0.server != nil
                && $0.cause.map(Self.open.contains) == true
        }
        return Dictionary(grouping: lost) { [$0.server ?? "", $0.cause?.rawValue ?? ""] }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .flatMap { runs($0.value) }.compactMap { group in
                incident(.connectionsLost, group).map { counted($0, group) }
            }
    }

    private func counted(_ incident: Incident, _ group: [Finding]) -> Incident {
        var incident = incident
        // What lies between two losses went well all the while: nobody has come back.
        for at in incident.clients.indices { incident.clients[at].recoveredAfterMs = nil }
        let lost = group.reduce(0) { $0.addingSaturated($1.count) }
        incident.facts.append(Fact(.connectionsEnded, .number(lost)))
        let hosts = Set(group.compactMap(\.client).compactMap { IPAddress($0) })
        guard let server = group[0].server.flatMap({ view.serversByName[$0] }) else { return incident }
        let mine = view.connections(to: server).filter {
            hosts.contains($0.client.address) && $0.wasEstablished && $0.tcp.firstTime <= incident.to
        }
        let ended = mine.filter { !LostRequests.of($0).requests.isEmpty && !$0.isOpen }
        let served = mine.filter { $0.kafka.responses > 0 && LostRequests.of($0).requests.isEmpty }
        incident.facts.append(Fact(.connectionsOfHosts, .number(max(lost, mine.count))))
        incident.facts.append(Fact(.connectionsServed, .number(served.count)))
        if !ended.isEmpty, ended.allSatisfy({ $0.kafka.responses == 0 && !$0.startsMidway }) {
            incident.facts.append(Fact(.beforeFirstResponse, .flag(true)))
        }
        return incident
    }
}
