import Conversations
import ReportModel
import Streams
import Vocabulary

/// A broker that held still while its host's TCP went on answering, or a host that was gone: clients gave up on it, answers
/// came late, and healthy leaders that waited for it as a follower answered REQUEST_TIMED_OUT.
struct StallIncidents {
    let view: CaseView
    let findings: [Finding]

    private static let apart = Span.seconds(30)
    /// So many late answers are no slow request, but a broker that stood still.
    private static let several = 3
    /// Silence so short is nothing that one gives up on.
    private static let shortStallMs = 1000.0
    private static let requestTimedOut = "REQUEST_TIMED_OUT"

    /// A finding at one of its times.
    private struct Symptom {
        var finding: Finding
        var from: CaptureTime
        var to: CaptureTime

        /// When the oldest of its requests was sent: what it waited for may have begun then, and not when the wait ended.
        init(_ finding: Finding, _ times: ClosedRange<CaptureTime>) {
            self.finding = finding
            to = times.upperBound
            let sent = finding.requests.map(\.sent).filter {
                $0 <= times.upperBound
                    && (finding.times.count == 1 || times.lowerBound.since($0) < StallIncidents.longestWait)
            }.min()
            from = min(times.lowerBound, sent ?? times.lowerBound)
        }
    }

    /// Requests that were sent longer before belong to an earlier time of their finding.
    fileprivate static let longestWait = Span.seconds(600)

    func all() -> [Incident] {
        let mine = findings.filter(isSymptom).flatMap { finding in finding.times.map { Symptom(finding, $0) } }
        let groups = mine.sorted { $0.from < $1.from }.runs(within: Self.apart, from: \.from, to: \.to)
        var told: [(group: [Symptom], incident: Incident)] = []
        for group in groups {
            guard let made = incident(group) else { continue }
            // What has not been heard of since is not gone once more.
            let open = told.lastIndex {
                $0.incident.rootServer == made.rootServer && $0.incident[.lastsToTheEnd] != nil
            }
            if let open, let both = incident(told[open].group + group) {
                told[open] = (told[open].group + group, both)
            } else {
                told.append((group, made))
            }
        }
        return told.map(\.incident) + unheard()
    }

    /// Clients that never got what servers answered, and the path that shows why.
    private func unheard() -> [Incident] {
        let mine = findings.filter { $0[.answerUnheard] != nil }
        return Dictionary(grouping: mine) { $0.client ?? "" }.sorted { $0.key < $1.key }.compactMap {
            heldUpOnTheWay($1)
        }
    }

    private func isSymptom(_ finding: Finding) -> Bool {
        if finding.isCutOff || finding[.answerArriving] != nil || finding[.clientWindowClosedMs] != nil
            || finding[.answerLostOnWay] != nil || finding[.answerUnheard] != nil
        {
            return false
        }
        return switch finding.kind {
        case .disconnectBeforeResponse: finding.cause == .requestTimeout || finding.cause == .hostUnreachable
        case .responseOverdue: true
        case .slowResponse: !finding.isSlowWay && !finding.isSlowStart
        default: false
        }
    }

    private func incident(_ group: [Symptom]) -> Incident? {
        let symptoms = group.map(\.finding)
        if symptoms.allSatisfy(\.reachedLate) { return heldUpOnTheWay(symptoms) }
        guard let from = group.map(\.from).min(), let to = group.map(\.to).max(),
            let root = root(of: symptoms, from, to)
        else { return nil }
        let follower = symptoms.allSatisfy(\.isLateProduce) ? SlowFollower(view: view).find(from: from, to: to) : nil
        guard
            areSeveral(symptoms, root, from, to) || follower != nil && symptoms.compactMap(\.server).uniqued.count > 1,
            !servedAllTheWhile(root, symptoms, from, to), !isForgotten(root, from, to),
            !waitsForOthers(symptoms, root, from, to)
        else { return nil }
        let isUnheard = follower == nil && tcpIsSilent(root, from, to)
        if isUnheard, let cutOff = cutOff(symptoms, from, to) { return cutOff }
        let gone = isUnheard && isMostlySilent(root, from, to)
        let quiet = longestSilence(root, from, to)
        var incident = Incident(
            kind: gone ? .hostUnreachable : .brokerStall, from: began(root, symptoms, from, to),
            // It is back when it answers again, whoever goes on waiting.
            to: gone ? min(to, quiet.from.adding(nanoseconds: quiet.nanoseconds)) : to)
        let origin = follower ?? root
        incident.rootServer = "\(origin)"
        incident.nodeId = view.node(at: origin)
        if follower != nil { incident.facts.append(Fact(.slowFollower, .flag(true))) }
        let others = follower != nil ? [] : alsoHit(root, symptoms, from, to, gone: gone)
        if !others.isEmpty { incident.facts.append(Fact(.tried, .list(([root] + others).sorted().map { "\($0)" }))) }
        if !gone, workedMeanwhile(root, symptoms, from, to) {
            incident.facts.append(Fact(.servedMeanwhile, .flag(true)))
        }
        if ([root] + others).allSatisfy({ isSilent($0, after: from) }) {
            incident.facts.append(Fact(.lastsToTheEnd, .flag(true)))
        }
        if symptoms.contains(where: { $0.isFromBefore && $0.first <= incident.from }) {
            incident.facts.append(Fact(.sentBeforeCapture, .flag(true)))
        }
        if let waiting = view.waitingNow.byServer[root] {
            incident.facts.append(Fact(.waitingNow, .number(waiting.count)))
        }
        let errors = findings.filter {
            $0.error == Self.requestTimedOut || $0.kind == .notLeader || $0.kind == .underReplicated
        }
        let servers = Set(symptoms.compactMap(\.server))
        let follow = findings.filter {
            $0.followsFrom(servers) || $0.overlaps(from, to) && $0.upstreams.contains(where: servers.contains)
        }
        incident.findings = (symptoms + errors.filter { $0.overlaps(from, to) } + follow).map(\.id).uniqued
        if gone { addAttempts(&incident, [root] + others) }
        let aftermath = Aftermath(view: view)
        let named = Set(symptoms.flatMap(\.evidence.connections))
        incident.clients = aftermath.recoveries(
            of: view.records.filter { named.contains($0.id) && $0.tcp.firstTime <= to }, from: from, until: to)
        incident.clients += aftermath.alsoHit(symptoms, besides: incident.clients, from: incident.from, until: to)
        incident.related = aftermath.related(from: from, to: to)
        if !gone, follower == nil { shape(&incident, root, symptoms) }
        return incident
    }

    /// One host got nothing through to brokers that served others all the while: it is its path, and none of these hosts.
    private func cutOff(_ symptoms: [Finding], _ from: CaptureTime, _ to: CaptureTime) -> Incident? {
        let servers = Set(symptoms.compactMap(\.server)).compactMap { view.serversByName[$0] }
        guard Set(symptoms.map(\.client)).count == 1, let name = symptoms[0].client, !servers.isEmpty,
            servers.allSatisfy({ silence($0, from, to) < to.since(from) / 4 })
        else { return nil }
        let served = servers.flatMap { server in
            view.connections(to: server).map(\.client.address).uniqued.filter { host in
                "\(host)" != name && view.file.times.answers(of: server, to: host).contains { $0 > from && $0 < to }
            }
        }.uniqued.sorted()
        guard !served.isEmpty else { return nil }
        let paths = findings.filter { $0.kind == .networkPath && $0.client == name && $0.overlaps(from, to) }
        var incident = Incident(.pathTrouble, of: paths + symptoms)
        (incident.from, incident.to) = (from, to)
        incident.rootFinding = paths.first?.id
        incident.facts.append(Fact(.servedMeanwhile, .list(served.prefix(8).map { "\($0)" })))
        return incident
    }

    /// What was lost had reached the servers when its client had given up, and was answered at once: the path had kept it.
    private func heldUpOnTheWay(_ symptoms: [Finding]) -> Incident? {
        guard Set(symptoms.map(\.client)).count == 1, let name = symptoms[0].client,
            let first = symptoms.map(\.first).min(), let last = symptoms.map(\.last).max()
        else { return nil }
        let paths = findings.filter {
            $0.kind == .networkPath && $0.client == name
                && $0.overlaps(first.adding(nanoseconds: -Self.keptWithin), last)
        }
        guard !paths.isEmpty else { return nil }
        var incident = Incident(.pathTrouble, of: paths + symptoms)
        incident.rootFinding = paths[0].id
        let served = paths.flatMap { $0.list(.servedMeanwhile) }.uniqued
        if !served.isEmpty { incident.facts.append(Fact(.servedMeanwhile, .list(served))) }
        return incident
    }
    /// TCP sends again what a dead path kept, for minutes, at longer and longer distances.
    private static let keptWithin = Span.seconds(120)

    /// More than one slow request: many of one client, or of several hosts together, for which nothing was answered meanwhile. So
    /// are single ones at several leaders that wait for one follower.
    private func areSeveral(_ symptoms: [Finding], _ root: Endpoint, _ from: CaptureTime, _ to: CaptureTime) -> Bool {
        if symptoms.contains(where: { $0.kind != .slowResponse || $0.count >= Self.several * $0.times.count }) {
            return true
        }
        let mine = symptoms.filter { $0.server == "\(root)" }
        // A process that reads nothing from its socket stands still, whoever else would have asked it.
        return mine.compactMap(\.client).uniqued.count > 1 && silence(root, from, to) >= to.since(from) / 2
            || mine.contains { $0[.windowClosed] != nil } && silence(root, from, to) >= to.since(from) / 2
    }

    /// A client gave up, and the broker answered others all the while: one client's, or one connection's, trouble.
    private func servedAllTheWhile(
        _ root: Endpoint, _ symptoms: [Finding], _ from: CaptureTime, _ to: CaptureTime
    ) -> Bool {
        let given = symptoms.filter { $0.cause == .requestTimeout && $0.server == "\(root)" }
        guard !given.isEmpty, given.count == symptoms.count else { return false }
        let longest = given.flatMap(\.requests).map(\.waitedMs).max() ?? to.milliseconds(since: from)
        return Double(silence(root, from, to)) / 1e6 < max(longest / 2, Self.shortStallMs)
    }

    /// What a broker has to ask the controller for.
    private static let controllers: Set<String> = ["InitProducerId"]

    /// Only what the controller has a part in was late, and the server answered all else meanwhile.
    private func waitsForOthers(
        _ symptoms: [Finding], _ root: Endpoint, _ from: CaptureTime, _ to: CaptureTime
    ) -> Bool {
        symptoms.allSatisfy { $0.kind == .slowResponse && $0.apis.isSubset(of: Self.controllers) }
            && workedMeanwhile(root, symptoms, from, to)
    }

    /// The flows that were silent had been forgotten on the way: others between the same hosts went on.
    private func isForgotten(_ root: Endpoint, _ from: CaptureTime, _ to: CaptureTime) -> Bool {
        let silent = silentOnes(root, from, to)
        return !silent.isEmpty && silent.allSatisfy { ForgottenFlow.isForgotten($0, in: view) }
    }

    /// The server that stood still: the one that answered least while others that had trouble went on answering. A leader
    /// that answers REQUEST_TIMED_OUT is a victim.
    private func root(of symptoms: [Finding], _ from: CaptureTime, _ to: CaptureTime) -> Endpoint? {
        let servers = Set(symptoms.compactMap(\.server)).compactMap { view.serversByName[$0] }.sorted()
        guard let silent = servers.min(by: { silence($0, from, to) > silence($1, from, to) }) else { return nil }
        // Of several ports of one host, which stood still together, the one that lost most.
        let ports = servers.filter { $0.address == silent.address }
        let port = ports.max { cost($0, symptoms) < cost($1, symptoms) }
        // A gateway waits for what stands still behind it.
        return port.flatMap { behind($0, among: servers, from, to) } ?? port
    }

    /// The server to which a gateway's port passes on, where that one was silent for nearly as long.
    private func behind(
        _ port: Endpoint, among servers: [Endpoint], _ from: CaptureTime, _ to: CaptureTime
    ) -> Endpoint? {
        let silent = Double(silence(port, from, to)) * Self.nearly
        let next = (view.gatewayLegs.pairs[port.address] ?? []).filter { $0.front.server == port }.map(\.behind.server)
        return servers.filter { next.contains($0) && Double(silence($0, from, to)) >= silent }.max {
            silence($0, from, to) < silence($1, from, to)
        }
    }

    /// Others that went away with the root, or stood still with it.
    private func alsoHit(
        _ root: Endpoint, _ symptoms: [Finding], _ from: CaptureTime, _ to: CaptureTime, gone: Bool
    ) -> [Endpoint] {
        guard gone else { return alsoStill(root, symptoms, from, to) }
        let silent = Double(silence(root, from, to)) * Self.nearly
        return Set(symptoms.compactMap(\.server)).compactMap { view.serversByName[$0] }.filter {
            $0.address != root.address && Double(silence($0, from, to)) >= silent && isMostlySilent($0, from, to)
                && tcpIsSilent($0, from, to)
        }.sorted()
    }

    /// A gateway that passes on to the root, or to what stands behind another such.
    private func isGateway(_ server: Endpoint, to root: Endpoint) -> Bool {
        (view.gatewayLegs.pairs[server.address] ?? []).contains {
            $0.front.server == server && $0.behind.server == root
        }
    }

    /// Others that were silent for nearly as long, with work that waits for no other broker: they are no victims, but stood still too.
    private func alsoStill(_ root: Endpoint, _ symptoms: [Finding], _ from: CaptureTime, _ to: CaptureTime)
        -> [Endpoint]
    {
        let own = symptoms.filter(\.waitsForNobodyElse)
        let servers = Set(own.compactMap(\.server)).compactMap { view.serversByName[$0] }
        let silent = Double(silence(root, from, to)) * Self.nearly
        return servers.filter {
            $0.address != root.address && Double(silence($0, from, to)) >= silent && !isGateway($0, to: root)
        }.sorted()
    }

    private static let nearly = 0.8

    private func cost(_ server: Endpoint, _ symptoms: [Finding]) -> Int {
        symptoms.filter { $0.server == "\(server)" }.reduce(0) { $0 + $1.count + 1000 * $1.requests.count }
    }

    /// A wait that a request allows is no standstill yet: where the server answered others meanwhile, and all was late only, its
    /// silence begins with the last of these answers.
    private func began(_ root: Endpoint, _ symptoms: [Finding], _ from: CaptureTime, _ to: CaptureTime) -> CaptureTime {
        let longest = longestSilence(root, from, to)
        guard symptoms.allSatisfy({ $0.kind == .slowResponse }), longest.nanoseconds >= to.since(from) / 2 else {
            return from
        }
        return longest.from
    }

    /// The longest time within the span for which no connection of the server carried an answer; nanoseconds.
    private func silence(_ server: Endpoint, _ from: CaptureTime, _ to: CaptureTime) -> Int64 {
        longestSilence(server, from, to).nanoseconds
    }

    private func longestSilence(
        _ server: Endpoint, _ from: CaptureTime, _ to: CaptureTime
    ) -> (from: CaptureTime, nanoseconds: Int64) {
        let times = view.file.times.answers(of: server).filter { $0 >= from && $0 <= to }
        var (longest, previous) = ((from: from, nanoseconds: Int64(0)), from)
        for time in times.sorted() + [to] {
            if time.since(previous) > longest.nanoseconds { longest = (previous, time.since(previous)) }
            previous = time
        }
        return longest
    }

    /// It answered others all the while, or was held up several times: some of its work is late, and it did not stand still from
    /// the first wait to the last.
    private func workedMeanwhile(
        _ root: Endpoint, _ symptoms: [Finding], _ from: CaptureTime, _ to: CaptureTime
    ) -> Bool {
        guard symptoms.allSatisfy({ $0.kind == .slowResponse || $0.kind == .responseOverdue }) else { return false }
        return Double(silence(root, from, to)) < Double(to.since(from)) * Self.nearly
    }

    /// Nothing came from it to the capture's end.
    private func isSilent(_ root: Endpoint, after time: CaptureTime) -> Bool {
        let since = time.adding(nanoseconds: Self.underWay)
        return !view.connections(to: root).contains {
            max($0.fromServer.lastDataTime, $0.kafka.lastResponseTime) > since
        }
    }

    /// Answers that were under way when the wait began are no sign of life.
    private static let underWay = Span.milliseconds(500)

    /// Not even TCP answered: retransmissions and SYNs into silence.
    private func tcpIsSilent(_ server: Endpoint, _ from: CaptureTime, _ to: CaptureTime) -> Bool {
        if kernelAnswered(server, from, to) { return false }
        return !silentOnes(server, from, to).isEmpty
            || view.connections(to: server).contains {
                $0.tcp.lastTime >= from && $0.tcp.firstTime <= to && RestartedHost.silentSince($0, in: view) != nil
            }
    }

    /// Who answers all the while is there, however late the answers come. Some that a reboot cost their connection wait on
    /// behind it.
    private func isMostlySilent(_ server: Endpoint, _ from: CaptureTime, _ to: CaptureTime) -> Bool {
        silence(server, from, to) >= min(Self.longSilence, to.since(from) / 2)
    }
    private static let longSilence = Span.seconds(10)

    /// A SYN was answered in the middle of its silence: the host lives, and what answers nothing is its process.
    private func kernelAnswered(_ server: Endpoint, _ from: CaptureTime, _ to: CaptureTime) -> Bool {
        let silence = longestSilence(server, from, to)
        let first = silence.from.adding(nanoseconds: Span.seconds(1))
        let last = silence.from.adding(nanoseconds: silence.nanoseconds).adding(nanoseconds: -Span.seconds(1))
        return view.connections(to: server).contains {
            !$0.tcp.synAckFrame.isNone && $0.tcp.established && $0.tcp.synAckTime > first && $0.tcp.synAckTime < last
                && $0.fromClient.acknowledged > 0
        }
    }

    private func silentOnes(_ server: Endpoint, _ from: CaptureTime, _ to: CaptureTime) -> [ConnectionRecord] {
        view.connections(to: server).filter {
            $0.tcp.lastTime >= from && $0.tcp.firstTime <= to
                && ($0.tcp.end == .noAnswer || $0.tcp.synCount > 1 || $0.fromClient.retransmissionsUnanswered >= 2
                    || $0.fromClient.wasInVain(from, to))
        }
    }
}

extension SideFacts {
    /// What it sent again and again in that time was never acknowledged, whatever came of its host later.
    fileprivate func wasInVain(_ from: CaptureTime, _ to: CaptureTime) -> Bool {
        unacknowledged.contains {
            !$0.recovered && $0.headResends >= 3 && $0.from <= to && $0.to >= from
                && min($0.to, to).since($0.from) >= Span.seconds(3)
        }
    }
}
