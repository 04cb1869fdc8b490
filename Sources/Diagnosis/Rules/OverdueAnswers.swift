import Conversations
import ReportModel
import Streams
import Vocabulary

/// Requests without an answer for too long on connections that are still open when the capture ends: something hangs now.
struct OverdueAnswers: Rule {
    /// A server that works does nothing for so long that is done at once, whatever else it answers meanwhile.
    private static let hangs = Span.seconds(10)

    func judge(_ view: CaseView) -> [Verdict] {
        view.byServer.sorted { $0.key < $1.key }.flatMap { server, places in judge(server, places, view) }
    }

    private func judge(_ server: Endpoint, _ places: [Int], _ view: CaseView) -> [Verdict] {
        let signs = places.map { view.records[$0].lastSignOfLife }.sorted()
        let busy = places.filter {
            isWaiting(view.records[$0]) && !CaptureHoles.hideItsEnd(view.records[$0], in: view)
                && !view.oneWayConnections.contains($0)
                && !view.blackHoledPaths.contains(HostPath(of: view.records[$0])) && SilentHost.judge($0, view) == nil
        }
        let owed = owedSince(places, signs, view)
        let waiting = busy.map { view.records[$0] }.map { record in
            let end = view.captureEnd(of: record)
            let lastAnswer = signs.last(upTo: end)
            let standsStill = owed.map { end.since($0) >= Self.standstill } ?? false
            return (
                record,
                record.unanswered.filter {
                    !$0.wantsNoAnswer
                        && (standsStill && OwedAnswer.mustCome(to: $0, record)
                            || isOverdue($0, record, lastAnswer, view))
                }
            )
        }.filter { !$0.1.isEmpty }
        var verdicts = waiting.map { record, overdue in
            var verdict = verdict(overdue, record, view)
            let lastAnswer = signs.last(upTo: verdict.last)
            if lastAnswer > overdue[0].sentWhole.adding(nanoseconds: OwedAnswer.underWay) {
                verdict.add(.servedMeanwhile, .flag(true))
            }
            return verdict
        }
        verdicts += places.compactMap { signIn(view.records[$0], view) ?? shutOut(view.records[$0], view) }
        guard isStandstill(verdicts, signs, owed) else { return verdicts }
        // What holes of its own connection leave open stays information.
        for i in verdicts.indices where verdicts[i].severity > .info { verdicts[i].severity = .error }
        return verdicts
    }

    /// A server that answers nothing for so long, or that owes so much, does not work.
    private static let standstill = Span.seconds(10)
    private static let manyRequests = 50

    /// Since when a server that shows no sign of life owes an answer, be it on connections that their clients gave up meanwhile:
    /// the first request behind the last sign. Nil where it owes none, or nothing shows that requests reached it.
    private func owedSince(_ places: [Int], _ signs: [CaptureTime], _ view: CaseView) -> CaptureTime? {
        let last = signs.last ?? .distantPast
        return places.map { view.records[$0] }.filter { $0.wasEstablished && !$0.isOneSided }.flatMap { record in
            record.unanswered.filter { !$0.wantsNoAnswer && $0.sentWhole > last && OwedAnswer.mustCome(to: $0, record) }
        }.map(\.sentWhole).min()
    }

    /// - Parameter signs: when the server's connections last showed that it lives, in order.
    private func isStandstill(_ verdicts: [Verdict], _ signs: [CaptureTime], _ owed: CaptureTime?) -> Bool {
        // Where a capture pauses for hours, each part has an end of its own.
        let parts = Dictionary(grouping: verdicts, by: \.last)
        return parts.contains { end, waiting in
            guard let oldest = waiting.map(\.first).min() else { return false }
            return waiting.reduce(0) { $0 + max(1, $1.requests.count + $1.requestsLeftOut) } >= Self.manyRequests
                || end.since(max(min(oldest, owed ?? oldest), signs.last(upTo: end))) >= Self.standstill
        }
    }

    private func isWaiting(_ record: ConnectionRecord) -> Bool {
        record.wasEstablished && record.isOpen && !record.isOneSided
            && [.kafka, .silent].contains(record.serverSpoke) && record.unanswered.contains { !$0.wantsNoAnswer }
    }

    /// - Parameter lastAnswer: of that server, on any connection, as long as the capture shows this one.
    private func isOverdue(
        _ request: UnansweredRequest, _ record: ConnectionRecord, _ lastAnswer: CaptureTime, _ view: CaseView
    ) -> Bool {
        if record.mayWantNoAnswer(request) || record.mayBeInHole(request) || record.hadMoreThanWasCaptured {
            return false
        }
        if isPassedOver(request, record) {
            return view.captureEnd(of: record).since(request.sentWhole) > OwedAnswer.leastWait
        }
        if !request.bodyKnown, Api.waitsByItsFields(request.api), !isShutOut(request, record) { return false }
        // A throttle holds the answer up until it is over, and the reader's own closed window since it closed.
        let captureEnd = view.captureEnd(of: record)
        let end = record.fromClient.windowIsClosed ? record.fromClient.windowClosedSince : captureEnd
        // What still arrives at the end has not kept anybody waiting but for its own length.
        let arriving = record.isReceiving(until: captureEnd) ? record.fromServer.lastDataTime : .distantPast
        let waited = end.since(
            max(request.sentWhole, record.kafka.lastResponseTime, record.kafka.throttledUntil, arriving))
        if let allowed = request.allowedWaitMs, allowed > 0, request.api != Api.produce {
            return waited > Int64(allowed) * 1_000_000 + OwedAnswer.slack
        }
        if let allowed = request.allowedWaitMs, waited > Int64(allowed) * 1_000_000 + OwedAnswer.slack { return true }
        let isSilent = lastAnswer <= request.sentWhole.adding(nanoseconds: OwedAnswer.underWay)
        guard waited > (isSilent ? OwedAnswer.leastWait : Self.hangs) else { return false }
        return OwedAnswer.isOutlier(waited, request, at: record.server, isSilent: isSilent, view)
    }

    /// Younger requests of its connection were answered. What was answered without a request that the capture shows may have
    /// been its own.
    private func isPassedOver(_ request: UnansweredRequest, _ record: ConnectionRecord) -> Bool {
        request.acksKnown && record.kafka.unmatchedAnswers == 0 && record.kafka.wasPassedOver(request.streamEnd)
    }

    /// The server's process takes nothing from its socket any more: its closed window keeps the rest of the request out.
    private func isShutOut(_ request: UnansweredRequest, _ record: ConnectionRecord) -> Bool {
        request.partial && record.fromServer.windowIsClosed
            && record.lastRequestGap.map { $0 < request.sent } ?? true
    }

    // MARK: Without a request

    /// The server's process has taken nothing from its socket for long: what fills it, and whatever its client still has to say, was
    /// sent before the capture began.
    private func shutOut(_ record: ConnectionRecord, _ view: CaseView) -> Verdict? {
        let end = view.captureEnd(of: record)
        guard record.isOpen, record.unanswered.isEmpty, record.fromServer.windowIsClosed, view.mayBeKafkas(record),
            end.since(record.fromServer.windowClosedSince) >= Self.standstill
        else { return nil }
        var verdict = Verdict(
            .responseOverdue, .error, view.isKnownAsKafkas(record) ? .likely : .possible, record, in: view)
        (verdict.first, verdict.last, verdict.nature) = (record.fromServer.windowClosedSince, end, .transient)
        verdict.doubt = [.captureEnds]
        verdict.frames = [record.tcp.firstFrame, record.tcp.lastFrame]
        verdict.add(.waitedMs, .milliseconds(end.milliseconds(since: verdict.first)))
        verdict.add(.windowClosed, .flag(true))
        return verdict
    }

    // MARK: Sign-ins

    /// A token is answered within this time, refusals that are held back included.
    private static let tokenAnsweredWithin = Span.seconds(5)

    /// A token without Kafka's headers is no request; nobody answers it.
    private func signIn(_ record: ConnectionRecord, _ view: CaseView) -> Verdict? {
        let signIn = record.signIn
        guard signIn.inProgress, signIn.handshakeVersion == 0, signIn.clientTokenUnanswered, record.wasEstablished,
            record.isOpen, !record.isOneSided, !record.hadMoreThanWasCaptured,
            record.lastAnswerGap.map({ $0 < signIn.lastStepTime }) ?? true
        else { return nil }
        let end = view.captureEnd(of: record)
        guard end.since(signIn.lastStepTime) > Self.tokenAnsweredWithin else { return nil }
        var verdict = Verdict(.responseOverdue, .warning, .certain, record, in: view)
        (verdict.first, verdict.last, verdict.nature) = (signIn.lastStepTime, end, .transient)
        verdict.doubt = [.captureEnds]
        verdict.frames = signIn.frames
        verdict.add(.stage, .text("sign-in"))
        verdict.add(.mechanism, .optional(view.file.text(signIn.mechanism)))
        verdict.add(.waitedMs, .milliseconds(end.milliseconds(since: signIn.lastStepTime)))
        verdict.add(.tcpAcknowledged, .flag(record.fromClient.acknowledged >= record.fromClient.streamEnd))
        return verdict
    }

    /// The client said a while later, by what it acknowledged, that it had no answer.
    private func isProven(_ request: UnansweredRequest, _ record: ConnectionRecord) -> Bool {
        record.fromClient.lastTime.since(request.sentWhole) > OwedAnswer.leastWait
            && record.fromServer.acknowledged <= record.fromServer.streamEnd
    }

    /// Its answer may be among packets of this connection that are missing. Those of others hold nothing of it.
    private func doubt(
        _ verdict: inout Verdict, _ request: UnansweredRequest, _ record: ConnectionRecord, _ view: CaseView
    ) {
        if isProven(request, record) { return }
        if view.capture.dropped > 0 { verdict.doubt(.packetsDropped, ceiling: .possible) }
        // What is missing of the client's other connections shows that packets were lost then.
        let since = request.sent.adding(nanoseconds: -Span.seconds(1))
        if view.mayBeMissing(of: record.client.address, since: since) {
            verdict.doubt(.gapInAnswers, ceiling: .possible)
        }
        guard CaptureHoles.mayBeMissing(on: record, since: request.sent, in: view) else { return }
        verdict.doubt(.gapInAnswers, ceiling: .possible)
        (verdict.severity, verdict.excuse) = (.info, .mayBeInHole)
    }

    private func verdict(_ overdue: [UnansweredRequest], _ record: ConnectionRecord, _ view: CaseView) -> Verdict {
        let end = view.captureEnd(of: record)
        var verdict = Verdict(.responseOverdue, .warning, .certain, record, in: view)
        verdict.first = overdue[0].sent
        verdict.last = end
        verdict.nature = .transient
        verdict.doubt = [.captureEnds]
        doubt(&verdict, overdue[0], record, view)
        verdict.requests = overdue.map { LostRequest($0, of: record, in: view, ended: end) }
        verdict.requestsLeftOut = record.unansweredLeftOut
        for i in verdict.requests.indices { verdict.requests[i].outcome = .unknown }
        verdict.frames = verdict.requests.prefix(10).map(\.frame)
        verdict.add(.waitedMs, .milliseconds(end.milliseconds(since: overdue[0].sentWhole)))
        verdict.add(.tcpAcknowledged, .flag(record.fromClient.acknowledged >= overdue[0].streamEnd))
        if isPassedOver(overdue[0], record) { verdict.add(.passedOver, .flag(true)) }
        if isShutOut(overdue[0], record) { verdict.add(.windowClosed, .flag(true)) }
        return verdict
    }
}

extension ConnectionRecord {
    /// When the server's process last did something here: it sent data, or closed. Its kernel acknowledges without it.
    fileprivate var lastSignOfLife: CaptureTime {
        let closed = clientClosedFirst == false ? firstClose?.time : nil
        return max(fromServer.lastDataTime, max(kafka.lastResponseTime, closed ?? .distantPast))
    }
}
