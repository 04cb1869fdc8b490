import Conversations
import ReportModel
import Streams
import Vocabulary

/// A request left, and its connection ended, or its client gave up, before the answer came. Where the client closed first
/// and had not waited too long, the request was abandoned: a normal shutdown looks so.
struct LostResponses: EndRule {
    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        let patience = ClientPatience(view)
        return ends.judge { judge($0, view, patience) }
    }

    private func judge(_ place: Int, _ view: CaseView, _ patience: ClientPatience) -> Verdict? {
        let record = view.records[place]
        guard record.wasEstablished, !record.isOneSided, let close = record.firstClose else {
            return SilentHost.judge(place, view)
        }
        var lost = LostRequests.of(record)
        guard !lost.requests.isEmpty else { return nil }
        lost.upstream = Upstream.of(record, lost.requests, ended: close.time, in: view)
        if record.clientClosedFirst == true {
            if ForeignReset.isInClientsName(record) {
                var cause = EndCause(
                    cause: .middleboxReset, closedBy: .middlebox,
                    confidence: ForeignReset.confidence(record, in: view), nature: nil)
                cause.facts = ForeignReset.factsOfClient(record)
                return verdict(record, lost, cause, close.time, view)
            }
            return byClient(place, record, lost, close.time, view, patience)
        }
        var cause = EndCause.of(place, record, lost.requests, in: view)
        if let upstream = lost.upstream, !upstream.isEndedByGateway, Self.maybeUpstream.contains(cause.cause) {
            // A gateway that ends what it can no longer serve looks like a broker that stops.
            cause = upstream.cause(in: view)
        }
        // A cut of a live run: how long a session was to last, for one, stood before it, and may have been blanked.
        if cause.cause == .unknown, view.capture.isBlanked, record.startsMidway { return nil }
        return verdict(record, lost, cause, close.time, view)
    }

    // MARK: The client closed

    private func byClient(
        _ place: Int, _ record: ConnectionRecord, _ lost: LostRequests, _ closed: CaptureTime, _ view: CaseView,
        _ patience: ClientPatience
    ) -> Verdict? {
        let gaveUp = patience.gaveUp(place, record, lost.requests, at: closed)
        let goesOn = view.goesOn(record.client.address, after: closed, except: place)
        // Whether it would have gone on lies behind the capture's end.
        let isUnseen =
            !goesOn && view.captureEnd(of: record).since(closed) <= Self.goesOnWithin && livesOn(record, view)
        lazy var isOwed = OwedAnswer.stayedAway(
            from: patience.beforeJoin(lost.requests, record, at: closed), record, until: closed, view)
        let isSeenToBeLost = view.lostBetweenViews(record, from: lost.requests.first?.sentWhole, to: closed)
        let isUnheard =
            !record.answerLostOnWay
            && (isSeenToBeLost || lost.requests.allSatisfy { $0.answerNeverArrived(by: closed) })
        let isLostOnTheWay = isUnheard || record.answerLostOnWay
        guard let confidence = gaveUp ?? (isLostOnTheWay || isOwed ? .likely : nil),
            goesOn || isUnseen || isLostOnTheWay || isOwed || patience.othersGaveUpAlike(record)
        else {
            // What it waited for before may be in what was blanked.
            let isBlanked = view.capture.isBlanked && record.startsMidway && record.fromClient.cutBytes > 0
            return isBlanked ? nil : abandoned(record, lost, closed, view)
        }
        var cause = EndCause(cause: .requestTimeout, closedBy: .client, confidence: confidence, nature: .transient)
        cause.facts = patience.facts(record) + Self.answeredBehind(lost, record, closed, view)
        if let since = record.tookNothing(since: lost.requests.first?.sentWhole, until: closed) {
            cause.facts.append(Fact(.clientWindowClosedMs, .milliseconds(closed.milliseconds(since: since))))
        } else if record.isReceiving(until: closed), let bytes = record.kafka.answerCutSize {
            cause.facts.append(Fact(.answerArriving, .number(Int(clamping: bytes))))
        }
        let heldBack = isLostOnTheWay ? nil : HeldBack.throttleMs(record, until: closed, view)
        if let heldBack { cause.facts.append(Fact(.throttleMsMax, .milliseconds(heldBack))) }
        if isLostOnTheWay { cause.facts.append(Fact(isUnheard ? .answerUnheard : .answerLostOnWay, .flag(true))) }
        if isUnheard, isSeenToBeLost { cause.facts.append(Fact(.lostFrom, .text("\(record.server.address)"))) }
        if let forgotten = ForgottenFlow.cause(record, in: view) {
            cause = forgotten
        } else if ForgottenFlow.isForgotten(record, in: view) {
            cause.facts.append(Fact(.flowForgotten, .flag(true)))
        }
        var verdict = verdict(record, lost, cause, closed, view)
        if isUnseen { verdict.doubt(.captureEnds, ceiling: .possible) }
        return verdict
    }

    /// All that it waited for had been answered to a gateway, which kept the answers.
    private static func answeredBehind(
        _ lost: LostRequests, _ record: ConnectionRecord, _ closed: CaptureTime, _ view: CaseView
    ) -> [Fact] {
        let kept = lost.requests.compactMap { AnsweredBehind.find($0, of: record, ended: closed, in: view) }
        guard kept.count == lost.requests.count, let first = kept.first else { return [] }
        return [
            Fact(.answeredBehind, .text("\(first.server)")),
            Fact(.answeredBehindMs, .milliseconds(first.wait.answered.milliseconds(since: first.wait.sent))),
        ]
    }

    /// A client that gave up connects again within this time.
    private static let goesOnWithin = Span.seconds(1)

    /// It has other connections that it did not close, as a program that ends does.
    private func livesOn(_ record: ConnectionRecord, _ view: CaseView) -> Bool {
        view.program(record.client.address, record.kafka.clientId).isWorking
    }

    private func abandoned(_ record: ConnectionRecord, _ lost: LostRequests, _ closed: CaptureTime, _ view: CaseView)
        -> Verdict
    {
        var verdict = Verdict(.abandonedByClient, .info, lost.doubt.isEmpty ? .certain : .possible, record, in: view)
        verdict.closedBy = .client
        verdict.doubt = lost.doubt
        fill(&verdict, record, lost, closed, view)
        verdict.add(.closeKind, .text(record.firstClose?.reset == true ? "RST" : "FIN"))
        if record.kafka.leftGroup { verdict.add(.group, .optional(view.file.text(record.kafka.group))) }
        verdict.facts += ProgramEnd(record, closed, view).facts(lost.requests)
        return verdict
    }

    // MARK: For both

    /// Causes with which the broker closes before it acts on the request.
    private static let unread: Set<Cause> = [.unsupportedVersion, .oversizedRequest, .connectionLimit]

    /// Causes that the end of a gateway's other leg may look like.
    private static let maybeUpstream: Set<Cause> = [.brokerCrashed, .brokerShutdown, .connectionLimit, .unknown]

    /// Causes that a limit on idle time or age may be behind.
    private static let maybeHabits: Set<Cause> = [.idleTimeout, .middleboxReset, .unknown]

    private func verdict(
        _ record: ConnectionRecord, _ lost: LostRequests, _ cause: EndCause, _ closed: CaptureTime, _ view: CaseView
    ) -> Verdict {
        var verdict = Verdict(.disconnectBeforeResponse, .error, cause.confidence, record, in: view)
        verdict.cause = cause.cause
        verdict.closedBy = cause.closedBy
        verdict.nature = cause.nature
        for reason in lost.doubt { verdict.doubt(reason, ceiling: .possible) }
        if record.startsMidway, cause.restsOnTheBeginning {
            // What came before the capture (a sign-in, a session's age, the other connections) would tell what this was.
            verdict.doubt(.startsMidway, ceiling: .possible)
            // Nothing that was answered shows that it was a request.
            if record.kafka.responses == 0, !lost.requests.contains(where: \.bodyKnown) { verdict.severity = .info }
        }
        if cause.cause == .unknown, record.lastAnswerGap != nil {
            // What is missing of the answers (versions, a session's life) might tell.
            verdict.doubt(.gapInAnswers)
        }
        if cause.cause == .idleTimeout, mayHaveHoles(record, view) {
            // What seems to be an idle time may only be a hole.
            verdict.doubt(.gapInAnswers, ceiling: record.kafka.answerGaps > 0 ? .possible : .likely)
        }
        fill(&verdict, record, lost, closed, view)
        if Self.unread.contains(cause.cause) {
            for i in verdict.requests.indices { verdict.requests[i].outcome = .unread(verdict.requests[i].outcome) }
        }
        verdict.frames += cause.frames
        verdict.facts += cause.facts
        let knowsHabit = cause.facts.contains { $0.key == .alikeCount }
        if Self.maybeHabits.contains(cause.cause), !knowsHabit, let habit = view.habits[record.server] {
            verdict.facts += habit.facts
        }
        verdict.add(.closeKind, .text(record.firstClose?.reset == true ? "RST" : "FIN"))
        return verdict
    }

    private func mayHaveHoles(_ record: ConnectionRecord, _ view: CaseView) -> Bool {
        view.capture.dropped > 0 || CaptureHoles.mayBeMissing(on: record, since: record.tcp.firstTime, in: view)
    }

    private func fill(
        _ verdict: inout Verdict, _ record: ConnectionRecord, _ lost: LostRequests, _ closed: CaptureTime,
        _ view: CaseView
    ) {
        verdict.requests = lost.requests.map { LostRequest($0, of: record, in: view, ended: max(closed, $0.sentWhole)) }
        verdict.requestsLeftOut = record.unansweredLeftOut
        verdict.frames =
            verdict.requests.prefix(10).flatMap { [$0.frame, $0.resentFrame, $0.resentAnswerFrame].compactMap { $0 } }
            + verdict.frames
        verdict.add(.lostTotal, .number(lost.requests.count + record.unansweredLeftOut))
        if let upstream = lost.upstream {
            verdict.add(upstream.isEndedByGateway ? .endedByGateway : .upstream, .text("\(upstream.server)"))
            verdict.frames.append(upstream.frame)
        }
    }
}

/// The requests of an ended connection that want an answer and surely, or probably, got none.
struct LostRequests {
    var requests: [UnansweredRequest] = []
    /// Why that is not sure.
    var doubt: [Doubt] = []
    /// The server behind a gateway that owes the answer.
    var upstream: Upstream?

    static func of(_ record: ConnectionRecord) -> LostRequests {
        var lost = LostRequests()
        for request in record.unanswered where !request.wantsNoAnswer {
            if record.mayWantNoAnswer(request) || record.mayBeInHole(request) { continue }
            lost.requests.append(request)
        }
        if record.kafka.requestGaps > 0 { lost.doubt.append(.gapInRequests) }
        if record.fromServer.packets == 0, record.fromClient.resentInVain == 0 { lost.doubt.append(.oneDirection) }
        return lost
    }
}

extension ConnectionRecord {
    /// A window closed for less is a moment's.
    private static let shutOut = Span.seconds(1)

    /// Since when its client had no room for the answer: the server was heard until then, and could not go on.
    ///
    /// - Parameter sent: when the request had been sent that was lost.
    func tookNothing(since sent: CaptureTime?, until end: CaptureTime) -> CaptureTime? {
        let (client, server) = (fromClient, fromServer)
        guard client.windowIsClosed, end.since(client.windowClosedSince) >= Self.shutOut, let sent else { return nil }
        let heard = kafka.answerCutSize == nil ? sent : max(sent, server.lastDataTime)
        return client.windowClosedSince.since(heard) <= Self.answerPauses ? client.windowClosedSince : nil
    }
}
