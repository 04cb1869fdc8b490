import Conversations
import ReportModel
import Vocabulary

/// Brokers that stopped, one incident each; several that stopped in turn, in good order, are a rolling restart.
struct OutageIncidents {
    let view: CaseView
    let findings: [Finding]
    /// All of the capture, of which incidents are made.
    private let found: [Outage]
    /// When each server stopped for the last time.
    private let lastStops: [Endpoint: CaptureTime]

    init(view: CaseView, findings: [Finding]) {
        (self.view, self.findings, found) = (view, findings, Self.outages(view, findings))
        lastStops = Dictionary(found.map { ($0.server, $0.end.from) }, uniquingKeysWith: max)
    }

    private static let causes: Set<Cause> = [.brokerCrashed, .brokerShutdown]
    /// Stops of different nodes that follow one another within this time are one restart.
    private static let inTurn = Span.seconds(600)
    /// Consequences show for this long before and after.
    private static let before = Span.seconds(10)
    private static let moment = Span.seconds(1)
    private static let after = Span.seconds(15)

    struct Outage {
        var server: Endpoint
        var end: NodeEnd
        /// When the losses were seen that show it.
        var losses: ClosedRange<CaptureTime>
        /// Nobody lost a request by it, and one client was kept out.
        var isOneClients: Bool
    }

    func all() -> [Incident] {
        let outages = found.sorted { ($0.end.from, $0.server) < ($1.end.from, $1.server) }
        // Stops that follow one another.
        let turns = outages.filter(\.end.announced).runs { turn, next in
            next.end.from.since(turn[0].end.from) < Self.inTurn
        }
        return turns.flatMap { turn in
            Set(turn.map(\.server)).count >= 2 ? [rollingRestart(turn)] : turn.map { incident([$0]) }
        } + together(outages.filter { !$0.end.announced }).map(incident)
    }

    /// Different nodes that stop within this time have one reason: power, a network, a deployment.
    private static let atOnce = Span.seconds(2)

    /// Those that stop at once, in order of time; the ports of one host are each told for themselves.
    private func together(_ outages: [Outage]) -> [[Outage]] {
        let groups = outages.runs { group, next in next.end.from.since(group[0].end.from) < Self.atOnce }
        return groups.flatMap { group in
            let hosts = Set(group.map(\.server.address))
            // A gateway's ports are one program's.
            let isGateway = hosts.count == 1 && hosts.allSatisfy { view.gatewayLegs.pairs[$0] != nil }
            return hosts.count == group.count || isGateway ? [group] : group.map { [$0] }
        }
    }

    private static func outages(_ view: CaseView, _ findings: [Finding]) -> [Outage] {
        let lost = Dictionary(
            grouping: findings.filter {
                $0.kind == .disconnectBeforeResponse && $0.cause.map(causes.contains) == true
            }, by: \.server)
        let keptOut = Dictionary(grouping: findings.filter { $0.kind == .brokerUnavailable }, by: \.server)
        let found = view.nodeEnds.flatMap { server, ends in
            ends.filter { $0.isStop && view.clusterSince($0) == nil }.compactMap { end -> Outage? in
                let losses = lost["\(server)"]
                // Where nobody lost a request, one connection's end among many that live on is no stop.
                let signs = losses ?? (end.survivors == 0 ? keptOut["\(server)"] : nil) ?? []
                // Clients that seldom ask are refused long after it stopped.
                let until = max(end.to.adding(nanoseconds: Span.seconds(5)), end.firstRefused ?? end.to)
                let times = signs.lazy.compactMap {
                    $0.episode(end.from.adding(nanoseconds: -Span.seconds(1)), until)
                }
                let isAlone = losses == nil && Set(signs.compactMap(\.client)).count == 1
                return times.first.map { Outage(server: server, end: end, losses: $0, isOneClients: isAlone) }
            }
        }
        return withoutOneClients(found)
    }

    /// That a server, which lost nobody's request, kept out one client is a finding that says all; where others stop at the same
    /// moment it is part of that.
    private static func withoutOneClients(_ outages: [Outage]) -> [Outage] {
        let others = outages.filter { !$0.isOneClients && !$0.end.announced }.map(\.end.from).sorted()
        return outages.filter { outage in
            guard outage.isOneClients else { return true }
            let next = others.partitionPoint { $0 > outage.end.from.adding(nanoseconds: -atOnce) }
            return next < others.count && others[next].since(outage.end.from) < atOnce
        }
    }

    /// - Parameter outages: of nodes that stopped at once; mostly one.
    private func incident(_ outages: [Outage]) -> Incident {
        let ends = outages.map(\.end)
        let to = outages.map { $0.end.back ?? max($0.end.to, $0.losses.upperBound) }.max() ?? ends[0].to
        let silent = outages.count == 1 ? stoodStill(outages[0]) : nil
        var incident = Incident(kind: .brokerOutage, from: silent ?? ends[0].from, to: to)
        // Behind a gateway is the root; of several the one that took most connections along.
        let behind = outages.filter { !$0.end.isBehindGateway && !isInFront($0, of: outages) }
        let roots = behind.isEmpty ? outages : behind
        let root = roots.max { $0.end.ended.count < $1.end.ended.count } ?? outages[0]
        incident.rootServer = "\(root.server)"
        incident.nodeId = view.node(at: root.server)
        fill(&incident, outages)
        addMissing(&incident, missing(of: outages))
        let backs = ends.compactMap(\.back)
        if backs.count == ends.count, let back = backs.max() {
            incident.facts.append(Fact(.outageMs, .milliseconds(back.milliseconds(since: ends[0].from))))
        }
        if let silent {
            incident.facts.append(Fact(.silentBeforeMs, .milliseconds(ends[0].from.milliseconds(since: silent))))
        }
        incident.facts.append(Fact(.refusedAfterwards, .number(ends.reduce(0) { $0 + $1.refused })))
        incident.facts.append(Fact(.connectionsEnded, .number(ends.reduce(0) { $0 + $1.ended.count })))
        if ends.allSatisfy(\.announced) { incident.facts.append(Fact(.stoppedInOrder, .flag(true))) }
        if let other = view.otherListener(of: root.end) {
            incident.facts.append(Fact(.nodeServesAt, .list(["\(other)"])))
        }
        if roots.count > 1 { incident.facts.append(Fact(.tried, .list(roots.map { "\($0.server)" }))) }
        return incident
    }

    /// Whoever kills a broker that hangs ends a standstill: since when it had answered nobody, though requests waited.
    private func stoodStill(_ outage: Outage) -> CaptureTime? {
        let end = outage.end.from
        let waiting = outage.end.ended.map { view.records[$0] }.flatMap { record in
            record.unanswered.filter { !$0.wantsNoAnswer && $0.waitsForItsBrokerAlone }
        }
        guard let first = waiting.map(\.sentWhole).min() else { return nil }
        let heard = view.file.times.answers(of: outage.server).last(upTo: end)
        let since = max(first, heard)
        return end.since(since) >= Self.standstill ? since : nil
    }
    /// Shorter waits end with the broker that they wait for.
    private static let standstill = Span.seconds(3)

    /// Another that stopped is what this one, a gateway, passes on to.
    private func isInFront(_ outage: Outage, of others: [Outage]) -> Bool {
        view.gatewayLegs.pairs[outage.server.address]?.contains { pair in
            pair.front.server == outage.server && others.contains { $0.server == pair.behind.server }
        } == true
    }

    private func rollingRestart(_ outages: [Outage]) -> Incident {
        let to = outages.map { $0.end.back ?? max($0.end.to, $0.losses.upperBound) }.max() ?? outages[0].end.to
        var incident = Incident(kind: .rollingRestart, from: outages[0].end.from, to: to)
        fill(&incident, outages)
        incident.facts.append(Fact(.tried, .list(outages.map { "\($0.server)" }.uniqued)))
        let gone = missingFromTurn(of: outages)
        addMissing(&incident, gone)
        if gone.count == 1 {
            incident.rootServer = "\(gone[0].server)"
            incident.nodeId = view.node(at: gone[0].server)
        }
        return incident
    }

    private func fill(_ incident: inout Incident, _ outages: [Outage]) {
        let from = incident.from.adding(nanoseconds: -Self.before)
        let to = incident.to.adding(nanoseconds: Self.after)
        let servers = Set(outages.map { "\($0.server)" }).union(otherPorts(of: outages))
        let waits = FollowerWaits(view: view, gone: Set(outages.map(\.server.address)), from: incident.from, to: to)
        let isBack = outages.allSatisfy { $0.end.back != nil }
        let gone = from...max(from, isBack ? incident.to : to)
        let mine = findings.filter { belongs($0, servers, from...to, gone: gone) || waits.explain($0) }
        incident.findings = mine.map(\.id)
        let aftermath = Aftermath(view: view)
        let hit = outages.flatMap(\.end.ended).map { view.records[$0] }.filter {
            $0.unanswered.contains { !$0.wantsNoAnswer }
        }
        let tried = lastTried(at: missing(of: outages))
        incident.clients = aftermath.recoveries(of: hit, from: incident.from, stillTrying: tried)
        // What its clients met when it stopped once more says nothing of how long this stop cost them.
        let stopsAgain = outages.contains { outage in lastStops[outage.server].map { $0 > incident.to } ?? false }
        incident.clients += aftermath.alsoHit(
            mine, besides: incident.clients, from: outages[0].end.from, until: stopsAgain ? incident.to : nil)
        // What moved before a stop in good order moved for it; before any other it had its own reason.
        let isAnnounced = outages.contains { $0.end.announced }
        incident.related = aftermath.related(
            from: isAnnounced ? from : incident.from.adding(nanoseconds: -Self.moment), to: to)
    }

    /// Further listeners of the same nodes: they are gone together. Ports of one host that stopped at another time, or are other
    /// nodes', are not among them.
    private func otherPorts(of outages: [Outage]) -> Set<String> {
        let own = Set(found.map(\.server))
        let ports = view.byServer.keys.filter { port in
            !own.contains(port)
                && outages.contains {
                    guard $0.server.address == port.address else { return false }
                    let (one, other) = (view.node(at: $0.server), view.node(at: port))
                    return one == nil || other == nil || one == other
                }
        }
        return Set(ports.map { "\($0)" })
    }

    /// Losses and refused attempts of those servers, and the errors and missing replicas of the same time.
    /// - Parameter gone: as long as others may wait for them.
    private func belongs(
        _ finding: Finding, _ servers: Set<String>, _ span: ClosedRange<CaptureTime>, gone: ClosedRange<CaptureTime>
    ) -> Bool {
        guard finding.overlaps(span.lowerBound, span.upperBound) else { return false }
        switch finding.kind {
        case .disconnectBeforeResponse:
            return finding.server.map(servers.contains) == true && finding.cause.map(Self.causes.contains) == true
                || finding.upstreams.contains(where: servers.contains)
        case .brokerUnavailable: return finding.server.map(servers.contains) == true
        case .notLeader, .underReplicated, .leaderless: return true
        // Behind its return, and of what waits for nobody, a late answer has another reason.
        case .slowResponse:
            return finding.server.map(servers.contains) == true
                || !finding.waitsForNobodyElse && finding.overlaps(gone.lowerBound, gone.upperBound)
        case .errorResponse:
            return finding[.retriable] == .flag(true) || finding.followsFrom(servers)
        default: return false
        }
    }
}
