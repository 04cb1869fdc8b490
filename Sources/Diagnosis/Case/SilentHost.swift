import Conversations
import ReportModel
import Streams
import Vocabulary

/// A host that is gone without a word: the client's data is sent again and again, and no end of the connection was seen.
/// Where the same server served others meanwhile, it is the client's own host that is cut off, or the way between the two.
enum SilentHost {
    /// So many retransmissions into silence, over so long a time, are no passing loss.
    private static let retransmissions: Int64 = 4
    private static let silence = Span.seconds(5)
    /// What TCP's timer alone sends again, at growing intervals, is known to be lost sooner.
    private static let inVain = Span.milliseconds(2500)

    static func judge(_ place: Int, _ view: CaseView) -> Verdict? {
        let record = view.records[place]
        let client = record.fromClient
        guard record.wasEstablished, !record.isOneSided, record.firstClose == nil,
            record.fromServer.packets > 0 || client.resentInVain > 0
        else { return nil }
        let unreachable = record.icmp != nil
        guard isSilent(record) || unreachable || isSilentSoFar(record, view) else { return nil }
        let lost = LostRequests.of(record)
        // What wants no answer has to be acknowledged by TCP all the same.
        let isUnheard = record.kafka.wantNoAnswer > 0 && client.acknowledged < client.streamEnd
        guard !lost.requests.isEmpty || isUnheard else { return nil }
        var verdict = Verdict(.disconnectBeforeResponse, .error, unreachable ? .certain : .likely, record, in: view)
        verdict.first = lost.requests.first?.sent ?? max(record.fromServer.lastTime, record.tcp.firstTime)
        let end = end(of: record, since: verdict.first, view)
        verdict.last = end
        verdict.cause = .hostUnreachable
        verdict.closedBy = .unknown
        verdict.nature = .transient
        if !isSilent(record), !unreachable {
            // It may yet come back: nothing has been given up.
            verdict.severity = .warning
            verdict.doubt(.captureEnds, ceiling: .likely)
        }
        for reason in lost.doubt { verdict.doubt(reason, ceiling: .possible) }
        if record.fromServer.packets == 0, !record.startsMidway { verdict.doubt(.oneDirection, ceiling: .possible) }
        verdict.requests = lost.requests.map {
            var request = LostRequest($0, of: record, in: view, ended: client.lastTime)
            request.waitedMs = max(0, (request.resentTime ?? end).milliseconds(since: $0.sentWhole))
            return request
        }
        verdict.requestsOnOpenConnections = verdict.requests.count
        verdict.frames = verdict.requests.prefix(10).map(\.frame) + [record.tcp.lastFrame]
        if unreachable { verdict.frames.append(record.tcp.icmpFrame) }
        verdict.add(.icmp, .optional(record.icmp))
        verdict.add(.lostTotal, .number(lost.requests.count))
        if !unreachable, let forgotten = ForgottenFlow.cause(record, in: view) {
            verdict.cause = forgotten.cause
            verdict.nature = forgotten.nature
            verdict.facts += forgotten.facts
        } else if !unreachable, ForgottenFlow.isForgotten(record, in: view) {
            // The host is there for whoever begins anew.
            verdict.cause = .unknown
            verdict.add(.flowForgotten, .flag(true))
        } else {
            let others = ServedMeanwhile(record, view)
            verdict.add(.servedMeanwhile, .some(others.clients.prefix(8).map { "\($0)" }))
            verdict.add(.reachedMeanwhile, .some(others.servers.prefix(8).map { "\($0)" }))
        }
        if lost.requests.isEmpty { verdict.add(.acks, .number(0)) }
        return verdict
    }

    /// Until when it waits: for as long as TCP may still send it again, which is as long again as it has tried so far.
    private static func end(of record: ConnectionRecord, since from: CaptureTime, _ view: CaseView) -> CaptureTime {
        let (last, end) = (record.fromClient.lastTime, view.captureEnd(of: record))
        return end.since(last) <= 2 * min(last.since(from), Span.seconds(120)) + Span.seconds(1) ? end : last
    }

    private static func isSilent(_ record: ConnectionRecord) -> Bool {
        let client = record.fromClient
        let heard = max(record.fromServer.lastTime, record.fromClient.firstTime)
        return client.retransmissionsUnanswered >= retransmissions && client.lastTime.since(heard) >= silence
    }

    private static func isSilentSoFar(_ record: ConnectionRecord, _ view: CaseView) -> Bool {
        let client = record.fromClient
        return client.resentInVain > 0 && view.captureEnd(of: record).since(client.inVainSince) >= inVain
    }
}

/// Who was served while what a client sent on one connection was acknowledged by nobody.
struct ServedMeanwhile {
    /// What had been under way still arrives.
    private static let settling = Span.seconds(1)
    /// An acknowledgement of the last that was sent again would have come by then.
    private static let answersWithin = Span.seconds(1)

    /// Other hosts that the same server answered.
    let clients: [IPAddress]
    /// Other servers that answered the client's host.
    let servers: [IPAddress]

    init(_ record: ConnectionRecord, _ view: CaseView) {
        let side = record.fromClient
        let sent = side.resentInVain > 0 ? side.inVainSince : record.unanswered.first?.sent ?? side.lastTime
        let from = max(record.fromServer.lastTime, sent).adding(nanoseconds: Self.settling)
        // A server that came back would have acknowledged what was sent again behind that.
        let last = side.lastDataTime
        let isAnswerable = view.captureEnd(of: record).since(last) >= Self.answersWithin
        let to = isAnswerable ? last : from.adding(nanoseconds: last.since(from) / 2)
        guard from < to else {
            (clients, servers) = ([], [])
            return
        }
        let host = record.client.address
        let answered = view.file.times.answeringClients.filter { pair, answers in
            pair.client != pair.server.address && answers.times.contains { $0 > from && $0 < to }
        }.map(\.key)
        servers = answered.filter { $0.client == host }.map(\.server.address).uniqued.sorted()
        // A host that nobody answers at once is cut off, whichever of its servers serve others.
        let silent = servers.isEmpty ? Self.silent(to: host, since: from, until: to, view) : []
        let asked = silent.union([record.server.address])
        clients = answered.filter { asked.contains($0.server.address) && $0.client != host }.map(\.client).uniqued
            .sorted()
    }

    /// Servers that acknowledge nothing more of what this host sends, as of the same time.
    private static func silent(to host: IPAddress, since from: CaptureTime, until to: CaptureTime, _ view: CaseView)
        -> Set<IPAddress>
    {
        Set(
            view.records(of: host).filter {
                $0.fromClient.resentInVain > 0 && $0.firstClose == nil && $0.fromClient.inVainSince < to
                    && $0.fromClient.lastDataTime > from
            }.map(\.server.address))
    }
}
