import Conversations
import ReportModel
import Streams
import TLS
import Vocabulary

/// Connections that take long to be usable, by the step that takes long: looking the name up, TCP, TLS, signing in. All of it is
/// readable without keys.
struct SlowSetup: Rule {
    /// A step that takes so long is slow.
    private static let slow = Span.seconds(1)
    /// SYNs are sent again after a second.
    private static let synAgain = Span.milliseconds(900)
    private static let atLeast = 3
    private static let roundTrips: Int64 = 5

    func judge(_ view: CaseView) -> [Verdict] {
        let everywhere = handshakes(of: view.records.filter(\.wasEstablished), view)
        return lookUps(view)
            + view.byServer.sorted { $0.key < $1.key }.flatMap { server, places -> [Verdict] in
                let records = places.map { view.records[$0] }.filter { $0.tcp.twinOf == nil && $0.wasEstablished }
                guard records.count > 0, view.concernsKafka(records[0]) else { return [] }
                return attempts(server, records, everywhere, view)
                    + Dictionary(grouping: records, by: \.client.address).sorted { $0.key < $1.key }.flatMap {
                        handshakes($0.value, view) + signIns($0.key, server, view)
                    }
            }
    }

    // MARK: Names

    /// Half of a host's look-ups of Kafka's names are slow, and not only one: a datagram that is lost makes one such.
    private func lookUps(_ view: CaseView) -> [Verdict] {
        let asked = view.file.addresses.dns.filter { $0.code == nil && !$0.isReverse && $0.answeredCount > 0 }
        let groups = Dictionary(grouping: asked.filter { $0.slowCount > 0 }, by: \.client)
        let askedBy = Dictionary(grouping: asked, by: \.client)
        return groups.sorted { $0.key < $1.key }.flatMap { client, slow -> [Verdict] in
            let used = slow.compactMap { asked in server(of: asked, view).map { (asked: asked, record: $0) } }
            let slowCount = Dictionary(grouping: used, by: \.asked.name).values.reduce(0) {
                $0 + ($1.map(\.asked.slowCount).max() ?? 0)
            }
            let names = Set(used.map(\.asked.name))
            // A and AAAA are asked for together, and asked again together where one of them stays out.
            let all = Dictionary(grouping: (askedBy[client] ?? []).filter { names.contains($0.name) }, by: \.name)
                .values
                .reduce(0) { $0 + ($1.map(\.answeredCount).max() ?? 0) }
            guard slowCount > 1, slowCount * 2 >= all else { return [] }
            return Dictionary(grouping: used, by: \.asked.name).values.compactMap { alike in
                alike.max { $0.asked.slowest < $1.asked.slowest }.map { verdict($0.asked, $0.record, view) }
            }
        }
    }

    private func verdict(_ asked: DNSAnswer, _ used: ConnectionRecord, _ view: CaseView) -> Verdict {
        var verdict = Verdict(.slowSetup, .warning, .certain, at: asked.slowestAsked)
        verdict.last = max(asked.slowestAsked.adding(nanoseconds: asked.slowest), asked.lastTime)
        (verdict.detail, verdict.count, verdict.nature) = (.dns, asked.slowCount, .structural)
        if view.mayBeMissing(of: asked.client, since: asked.slowestAsked) {
            verdict.doubt(.gapInAnswers, ceiling: .possible)
        }
        (verdict.client, verdict.server) = ("\(asked.client)", "\(used.server)")
        verdict.nodeId = view.node(at: used.server)
        verdict.clientIds = [view.file.text(used.kafka.clientId)].compactMap { $0 }
        verdict.frames = asked.frames + [used.tcp.firstFrame]
        verdict.connections = [used.id]
        verdict.add(.advertisedHost, .optional(view.file.text(asked.name)))
        verdict.add(.maxMs, .milliseconds(Double(asked.slowest) / 1e6))
        return verdict
    }

    private static let atOnce = Span.milliseconds(50)

    /// The connection that waited for it: Kafka's, to where the name leads, and no longer away than a fifth of that.
    private func server(of asked: DNSAnswer, _ view: CaseView) -> ConnectionRecord? {
        let addresses = Set(view.names.addresses(of: asked.name, for: asked.client))
        let places = addresses.flatMap { view.placesByHosts[HostAndHost(client: asked.client, server: $0)] ?? [] }
        let records = RecordList(view.records, places.sorted())
        // Who connects as soon as the question is out had an answer, which the capture passed over.
        let isAnsweredUnseen = records.contains {
            (0...Self.atOnce).contains($0.tcp.firstTime.since(asked.slowestAsked))
        }
        return isAnsweredUnseen
            ? nil
            : records.first {
                view.concernsKafka($0) && $0.tcp.firstTime >= asked.slowestAsked
                    && asked.slowest / Self.roundTrips >= $0.roundTrip
            }
    }

    // MARK: TCP

    /// The handshake was completed late, because SYNs or SYN+ACKs had to be sent again, while the server answered others.
    private func attempts(
        _ server: Endpoint, _ records: [ConnectionRecord], _ everywhere: [IPAddress: Handshakes], _ view: CaseView
    ) -> [Verdict] {
        var lossy: [HostPath: Bool] = [:]
        let late = records.filter { record in
            guard isLate(record.tcp, record, view) else { return false }
            let path = HostPath(of: record)
            let isLossy = lossy[path] ?? isLossy(path, view)
            lossy[path] = isLossy
            return !isLossy
        }
        guard late.count >= Self.atLeast, let first = late.map(\.tcp.firstTime).min(),
            let last = late.map(\.tcp.lastSynTime).max(), isServing(server, records, first, max(first, last), view)
        else { return [] }
        let here = handshakes(of: records, view)
        let byClient = Dictionary(grouping: late, by: \.client.address).filter { client, _ in
            !losesElsewhere(here[client] ?? Handshakes(), everywhere[client] ?? Handshakes())
        }
        return byClient.sorted { $0.key < $1.key }.map { _, hit in
            var verdict = verdict(
                .tcp, hit, hit.map { max($0.tcp.synAckTime, $0.tcp.lastSynTime).since($0.tcp.firstTime) }, view)
            verdict.cause = .acceptQueueFull
            verdict.confidence = .likely
            verdict.frames = hit.prefix(12).flatMap { [$0.tcp.synFrame, $0.tcp.synAckFrame] }
            return verdict
        }
    }

    /// A host's handshakes, and how many of them came about late.
    private struct Handshakes {
        var all = 0
        var late = 0
    }

    private func handshakes(of records: some Sequence<ConnectionRecord>, _ view: CaseView) -> [IPAddress: Handshakes] {
        records.reduce(into: [:]) { found, record in
            guard record.tcp.twinOf == nil else { return }
            found[record.client.address, default: Handshakes()].all += 1
            if isLate(record.tcp, record, view) { found[record.client.address]?.late += 1 }
        }
    }

    /// The host's SYNs to other servers are lost about as often: these do not all have a full queue.
    private func losesElsewhere(_ here: Handshakes, _ everywhere: Handshakes) -> Bool {
        let others = Handshakes(all: everywhere.all - here.all, late: everywhere.late - here.late)
        return others.late > 0 && others.late * Self.timesRarer * here.all >= here.late * others.all
    }
    private static let timesRarer = 4

    private func isLate(_ tcp: TCPFacts, _ record: ConnectionRecord, _ view: CaseView) -> Bool {
        guard !tcp.synFrame.isNone, !tcp.synAckFrame.isNone, view.capture.haveOneClock(tcp.synFrame, tcp.synAckFrame)
        else { return false }
        if tcp.synCount > 1 { return tcp.synAckTime.since(tcp.firstTime) >= Self.synAgain }
        return record.fromServer.synAckRepeats > 0 && record.fromServer.payloadBytes > 0
    }

    private func isServing(
        _ server: Endpoint, _ records: [ConnectionRecord], _ first: CaptureTime, _ last: CaptureTime, _ view: CaseView
    ) -> Bool {
        if view.file.times.answers(of: server).contains(where: { $0 >= first && $0 <= last }) {
            return true
        }
        return records.contains {
            $0.tcp.firstTime < first && $0.fromServer.lastDataTime >= first && $0.fromServer.payloadBytes > 0
        }
    }

    /// Where data is lost too, so are SYNs.
    private func isLossy(_ path: HostPath, _ view: CaseView) -> Bool {
        var (segments, again): (Int64, Int64) = (0, 0)
        for record in view.records(of: path.low) where HostPath(of: record) == path {
            segments += record.fromClient.dataSegments + record.fromServer.dataSegments
            again += record.fromClient.resends + record.fromServer.resends
        }
        for record in view.records(of: path.high) where HostPath(of: record) == path {
            segments += record.fromClient.dataSegments + record.fromServer.dataSegments
            again += record.fromClient.resends + record.fromServer.resends
        }
        return again >= 5 && again.multipliedReportingOverflow(by: 50).partialValue >= segments
    }

    // MARK: TLS

    private func handshakes(_ records: [ConnectionRecord], _ view: CaseView) -> [Verdict] {
        let waits = records.compactMap { record -> (record: ConnectionRecord, from: CaptureTime, to: CaptureTime)? in
            let handshake = record.tls.handshake
            guard let hello = handshake.clientHello, let answer = handshake.serverHello, answer.time > hello.time else {
                return nil
            }
            return (record, hello.time, answer.time)
        }
        let late = waits.filter {
            $0.to.since($0.from).subtractingSaturated($0.record.roundTrip) >= Self.slow && !isResent($0.record)
        }
        guard let first = late.first, late.count * 2 >= waits.count else { return [] }
        let question = reverseLookUp(first.record, late.map { $0.from...$0.to }, view)
        guard question != nil || late.count >= Self.atLeast else { return [] }
        var verdict = verdict(.tls, late.map(\.record), late.map { $0.to.since($0.from) }, view)
        verdict.frames = late.prefix(12).flatMap {
            [$0.record.tls.handshake.clientHello?.frame ?? .none, $0.record.tls.handshake.serverHello?.frame ?? .none]
        }
        if let question {
            verdict.cause = .reverseDNS
            verdict.frames += question.frames
            verdict.add(.advertisedHost, .optional(view.file.text(question.name)))
        }
        return [verdict]
    }

    /// The hello, or its answer, had to be sent again: that is the network's time.
    private func isResent(_ record: ConnectionRecord) -> Bool {
        record.fromClient.lateResends > 0 || record.fromServer.lateResends > 0
    }

    /// The server's host asked for the name of the client's address meanwhile, and had no answer, or a late one.
    private func reverseLookUp(_ record: ConnectionRecord, _ waits: [ClosedRange<CaptureTime>], _ view: CaseView)
        -> DNSAnswer?
    {
        view.file.addresses.dns.first { asked in
            guard asked.isReverse, asked.code == nil, asked.client == record.server.address,
                asked.waitsSince != nil || asked.slowCount > 0, let name = view.file.text(asked.name),
                IPAddress(reverseName: name) == record.client.address
            else { return false }
            return waits.contains { $0.overlaps(asked.firstTime...max(asked.firstTime, asked.lastTime)) }
        }
    }

    // MARK: Signing in

    private func signIns(_ client: IPAddress, _ server: Endpoint, _ view: CaseView) -> [Verdict] {
        guard let late = view.slowSignIns.late[ClientAtServer(client: client, server: server)] else { return [] }
        var verdict = verdict(.signIn, late, late.map(\.signInTime), view)
        verdict.frames = late.prefix(12).flatMap { $0.signIn.frames.prefix(1) + $0.signIn.frames.suffix(1) }
        verdict.add(.mechanism, .optional(view.file.text(late[0].signIn.mechanism)))
        return [verdict]
    }

    // MARK: What is told

    /// - Parameter waits: nanoseconds, one a connection.
    private func verdict(_ detail: Detail, _ hit: [ConnectionRecord], _ waits: [Int64], _ view: CaseView) -> Verdict {
        var verdict = Verdict(.slowSetup, .warning, .certain, hit[0], in: view)
        verdict.first = hit.map(\.tcp.firstTime).min() ?? hit[0].tcp.firstTime
        verdict.last = hit.map(\.tcp.firstTime).max() ?? verdict.first
        verdict.count = hit.count
        verdict.detail = detail
        verdict.nature = .structural
        verdict.clientIds = hit.compactMap { view.file.text($0.kafka.clientId) }.uniqued
        verdict.connections = hit.prefix(20).map(\.id)
        verdict.add(.maxMs, .milliseconds(Double(waits.max() ?? 0) / 1e6))
        return verdict
    }
}

extension ConnectionRecord {
    /// The handshake's, where its first SYN was answered.
    var roundTrip: Int64 {
        guard !tcp.synFrame.isNone, !tcp.synAckFrame.isNone, tcp.synCount == 1 else { return 0 }
        return max(0, tcp.synAckTime.since(tcp.firstTime))
    }

    var signInTime: Int64 { signIn.succeededTime.since(signIn.startTime) }
}
