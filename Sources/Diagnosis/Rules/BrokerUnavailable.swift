import Conversations
import ReportModel
import Streams
import Vocabulary

/// A broker that is at work at another time of the capture accepted nobody for a while, whether or not a request was lost by
/// it: told for each host that tried.
struct BrokerUnavailable: Rule {
    /// An attempt so young when the capture ends may still be answered.
    private static let youngest = Span.seconds(1)

    /// Attempts of one host at one server that follow one another, nothing between them having worked.
    private struct Outage {
        var failed: [ConnectionRecord]
        /// The server accepted somebody afterwards.
        var back: CaptureTime?
        /// Attempts of all hosts in that time.
        var attemptsOfAll = 0

        var from: CaptureTime { failed.first?.tcp.firstTime ?? .distantPast }
        var to: CaptureTime { failed.last?.tcp.lastTime ?? .distantPast }
    }

    func judge(_ view: CaseView) -> [Verdict] {
        view.byServer.keys.sorted().filter { isKnown($0, view) }.flatMap { server in
            let records = view.connections(to: server)
            // What the server sent on an old connection and its client's kernel refused was no service.
            let served = view.served(by: server).map { $0 }
                .filter { !$0.startsMidway || $0.fromServer.acknowledged >= 0 }
            let failed = records.filter {
                $0.isFailedAttempt && !$0.wasEstablished && !view.lostAttempts.contains($0)
            }.map { $0 }
            let begins = failed.map(\.tcp.firstTime).sorted()
            let ends = failed.map(\.tcp.lastTime).sorted()
            // A TLS handshake that fails is no refused connection.
            let accepted = records.map { $0 }.filter {
                !$0.startsMidway && ($0.isServed || $0.fromServer.payloadBytes > 0)
            }
            let byHost = Dictionary(grouping: failed, by: \.client.address)
            return byHost.sorted { $0.key < $1.key }.flatMap { client, failed in
                outages(failed, accepted, view)
                    .compactMap { judge(counted($0, begins, ends), client, server, served, view) }
            }
        }
    }

    private func counted(_ outage: Outage, _ begins: [CaptureTime], _ ends: [CaptureTime]) -> Outage {
        let end = outage.back ?? outage.to
        let endedBefore = ends.partitionPoint { $0 >= outage.from }
        var outage = outage
        outage.attemptsOfAll = begins.partitionPoint { $0 > end } - endedBefore
        return outage
    }

    private func isKnown(_ server: Endpoint, _ view: CaseView) -> Bool {
        let records = view.connections(to: server)
        guard records.contains(where: \.isFailedAttempt) else { return false }
        return view.deadFromTheStart.contains(server)
            || records.contains {
                $0.kafka.responses > 0 || $0.kafka.wantNoAnswer > 0 && $0.isServed
                    || view.isKafkaPort(server.port) && $0.isServed
            }
    }

    private func judge(
        _ outage: Outage, _ client: IPAddress, _ server: Endpoint, _ served: [ConnectionRecord], _ view: CaseView
    ) -> Verdict? {
        let open = servedMeanwhile(outage, served, view)
        guard AddressUse.of([server], whileFailing: outage.failed, view) == .atAnotherTime,
            open.isEmpty || isClosedToAll(outage, open),
            StaleAddress.givers(of: server, outage.failed, view).isEmpty, let detail = view.worstEnd(of: outage.failed),
            // A SYN that was not sent again was not waited for.
            detail != .noAnswer || outage.failed.contains(where: { $0.tcp.synCount > 1 })
        else { return nil }
        var outage = outage
        // An attempt given up before anybody could be expected to answer says nothing beside those that were answered.
        if detail != .noAnswer { outage.failed.removeAll { $0.tcp.end == .noAnswer && $0.wasGivenUpAtOnce } }
        var verdict = verdict(outage, client, server, detail, view)
        if !open.isEmpty { verdict.add(.servedMeanwhile, .flag(true)) }
        return verdict
    }

    /// Connections that were accepted, or answered, in the middle of it.
    private func servedMeanwhile(
        _ outage: Outage, _ served: [ConnectionRecord], _ view: CaseView
    ) -> [ConnectionRecord] {
        let places = outage.failed.oneFrameOfEachSource
        return served.filter { record in
            record.tcp.firstTime < outage.to && record.lastServed > outage.from
                && places.contains { view.capture.haveOneClock($0, record.tcp.firstFrame) }
        }
    }

    /// So many attempts over so long are no passing loss on their way.
    private static let severalAttempts = 2
    private static let notPassing = Span.seconds(5)

    /// It served those whom it had accepted before, and accepted nobody.
    private func isClosedToAll(_ outage: Outage, _ open: [ConnectionRecord]) -> Bool {
        outage.attemptsOfAll >= Self.severalAttempts
            && (outage.back ?? outage.to).since(outage.from) >= Self.notPassing
            && open.allSatisfy { $0.tcp.firstTime < outage.from }
    }

    /// - Parameters failed, served: connections of the server in order of time: one host's attempts, and anybody's that were
    ///   accepted and heard something of it.
    private func outages(_ failed: [ConnectionRecord], _ served: [ConnectionRecord], _ view: CaseView) -> [Outage] {
        var outages: [Outage] = []
        var next = served.startIndex
        for record in failed {
            while next < served.endIndex, served[next].tcp.firstTime <= record.tcp.firstTime {
                if let last = outages.indices.last, served[next].tcp.firstTime > outages[last].from,
                    outages[last].back == nil
                {
                    outages[last].back = served[next].tcp.firstTime
                }
                next += 1
            }
            if let last = outages.indices.last, outages[last].back == nil {
                outages[last].failed.append(record)
            } else {
                outages.append(Outage(failed: [record]))
            }
        }
        if let last = outages.indices.last, outages[last].back == nil, next < served.endIndex {
            outages[last].back = served[next].tcp.firstTime
        }
        return outages.filter { view.captureEnd.since($0.from) >= Self.youngest }
    }

    private func verdict(
        _ outage: Outage, _ client: IPAddress, _ server: Endpoint, _ detail: Detail, _ view: CaseView
    ) -> Verdict {
        let lasts =
            outage.back == nil && !isAliveAsClient(server, after: outage.to, view)
            && !view.hasMoved(server, for: client, after: outage.from)
        let isStuck = !worksElsewhere(client, server, outage, view)
        var verdict = Verdict(
            .brokerUnavailable, lasts || isStuck ? .error : .warning, .certain, at: outage.from)
        verdict.last = outage.to
        verdict.detail = detail
        verdict.nature = .transient
        verdict.client = "\(client)"
        verdict.server = "\(server)"
        verdict.nodeId = view.node(at: server)
        verdict.count = outage.failed.count
        verdict.clientIds =
            view.connections(of: client, to: server)
            .compactMap { view.file.text($0.kafka.clientId) }.uniqued
        verdict.frames = outage.failed.prefix(10).flatMap {
            [$0.tcp.firstFrame, $0.fromServer.resetFrame, $0.tcp.icmpFrame]
        }
        verdict.connections = outage.failed.prefix(20).map(\.id)
        verdict.add(.attemptCount, .number(outage.failed.count))
        if let back = outage.back { verdict.add(.outageMs, .milliseconds(back.milliseconds(since: outage.from))) }
        verdict.add(.lastsToTheEnd, .flag(lasts))
        let other = view.otherListener(
            of: server, from: outage.from.adding(nanoseconds: Self.youngest), to: outage.to)
        verdict.add(.nodeServesAt, .some(other.map { ["\($0)"] } ?? []))
        if stoppedInOrder(server, outage, view) { verdict.add(.stoppedInOrder, .flag(true)) }
        return verdict
    }

    /// The stop that began it had moved leadership away before.
    private func stoppedInOrder(_ server: Endpoint, _ outage: Outage, _ view: CaseView) -> Bool {
        view.nodeEnds[server]?.last { $0.from <= outage.from }.map { end in
            end.announced && end.isStop && end.back.map { $0 >= outage.from } ?? true
        } ?? false
    }

    /// Its host is heard of as a client, so what runs there is alive.
    private func isAliveAsClient(_ server: Endpoint, after time: CaptureTime, _ view: CaseView) -> Bool {
        view.traits(of: server.address).lastConnected > time
    }

    /// The host got answers from another server while this one was gone, and not only when all was over.
    private func worksElsewhere(_ client: IPAddress, _ server: Endpoint, _ outage: Outage, _ view: CaseView) -> Bool {
        guard view.traits(of: client).isServed(byOtherThan: server, after: outage.from) else { return false }
        guard let back = outage.back else { return true }
        return view.servers(of: client).prefix(Self.mostOthers).contains { other in
            guard other != server else { return false }
            let times = view.file.times.answers(of: other, to: client)
            let next = times.partitionPoint { $0 > outage.from }
            return next < times.count && times[next] < back
        }
    }

    /// Servers of one host that are looked at for one that worked.
    private static let mostOthers = 64
}

extension ConnectionRecord {
    /// Tried for less than a second.
    fileprivate var wasGivenUpAtOnce: Bool { tcp.lastTime.since(tcp.firstTime) < Span.seconds(1) }
}
