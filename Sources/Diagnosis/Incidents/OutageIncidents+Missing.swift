import Conversations
import ReportModel
import Vocabulary

/// Brokers that stopped and did not come back: somebody tried them, and was refused until the capture ended.
extension OutageIncidents {
    /// The stops that nobody saw the end of, the last of each server.
    func missing(of outages: [Outage]) -> [Outage] {
        let last = Dictionary(grouping: outages, by: \.server).values.compactMap { stops in
            stops.max { $0.end.from < $1.end.from }
        }
        return last.filter { $0.end.back == nil && !tries(of: $0).isEmpty }
            .sorted { ($0.end.from, $0.server) < ($1.end.from, $1.server) }
    }

    /// Of brokers that stop in turn, those that are gone for longer than any other took: the last may still be on its way.
    func missingFromTurn(of outages: [Outage]) -> [Outage] {
        let longest = outages.compactMap { stop in stop.end.back.map { $0.since(stop.end.from) } }.max()
        return missing(of: outages).filter { stop in longest.map { downFor(stop) > $0 } ?? true }
    }

    private func downFor(_ outage: Outage) -> Int64 { view.captureEnd.since(outage.end.from) }

    /// Findings of those that it kept out to the end.
    private func tries(of outage: Outage) -> [Finding] {
        findings.filter {
            $0.kind == .brokerUnavailable && $0.server == "\(outage.server)" && $0[.lastsToTheEnd] == .flag(true)
                && $0.last >= outage.end.from
        }
    }

    /// When each client last tried one of them.
    func lastTried(at missing: [Outage]) -> [IPAddress: CaptureTime] {
        missing.flatMap(tries).reduce(into: [:]) { last, finding in
            guard let client = finding.client.flatMap({ IPAddress($0) }) else { return }
            last[client] = max(last[client] ?? finding.last, finding.last)
        }
    }

    func addMissing(_ incident: inout Incident, _ missing: [Outage]) {
        guard let last = missing.last else { return }
        incident.facts.append(Fact(.notBack, .list(missing.map { "\($0.server)" })))
        incident.facts.append(Fact(.downSince, .time(last.end.from)))
        let gone = Set(missing.map(\.server))
        let clients = Set(incident.clients.compactMap { IPAddress($0.client) })
        let areServed = clients.allSatisfy { isServed($0, byOtherThan: gone, from: last.end.from) }
        if !clients.isEmpty, areServed { incident.facts.append(Fact(.servedMeanwhile, .flag(true))) }
    }

    /// Servers of one host that are looked at for one that answered.
    private static let mostOthers = 64

    private func isServed(_ client: IPAddress, byOtherThan gone: Set<Endpoint>, from: CaptureTime) -> Bool {
        view.servers(of: client).prefix(Self.mostOthers).contains { other in
            guard !gone.contains(other) else { return false }
            let times = view.file.times.answers(of: other, to: client)
            return times.contains { $0.since(from) > Span.seconds(1) }
        }
    }
}
