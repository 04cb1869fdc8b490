import Conversations
import KafkaSchema
import ReportModel
import Streams
import Vocabulary

/// A sign-in that was refused, cut off, or never begun where the listener wants one (KIP-12, KIP-43, KIP-152, KIP-368).
struct SignInEnded: EndRule {
    /// A client that closes while the broker owes the answer has given up, if it waited for so long; before that it may
    /// just have ended.
    private static let patience = Span.seconds(3)

    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        let accepted = (around: AcceptedAround(view), later: AcceptedLater(view))
        let begun = ends.judge { judge(view.records[$0], view, accepted) }
        var rest = ends
        rest.close(begun)
        return begun + WithoutSignIn().judge(rest, view)
    }

    private typealias Accepted = (around: AcceptedAround, later: AcceptedLater)

    private func judge(_ record: ConnectionRecord, _ view: CaseView, _ accepted: Accepted) -> Verdict? {
        if record.signIn.stage == .refused { return refused(record, view, accepted) }
        guard record.signIn.inProgress, record.tcp.firstCloser != nil else { return nil }
        return cutOff(record, view)
    }

    // MARK: Refused

    private func refused(_ record: ConnectionRecord, _ view: CaseView, _ accepted: Accepted) -> Verdict {
        var verdict = start(record, .certain, view)
        let error = record.signIn.error
        verdict.error = KafkaError.name(of: Int(error)) ?? "error \(error)"
        verdict.cause = cause(ofRefused: record, view)
        verdict.nature = .structural
        verdict.frames.insert(record.signIn.errorFrame, at: 0)
        if verdict.cause == .refused { addAccepted(record, accepted, &verdict) }
        return verdict
    }

    private func addAccepted(_ record: ConnectionRecord, _ accepted: Accepted, _ verdict: inout Verdict) {
        if let between = accepted.around.around(record) {
            verdict.nature = .transient
            verdict.subject = "\(verdict.subject ?? "") passing"
            verdict.add(.acceptedBeforeMs, .milliseconds(between.before))
            verdict.add(.acceptedAfterMs, .milliseconds(between.after))
        } else if let since = accepted.later.time(record) {
            verdict.subject = "\(verdict.subject ?? "") until accepted"
            verdict.add(.acceptedSince, .time(since))
        }
    }

    private func cause(ofRefused record: ConnectionRecord, _ view: CaseView) -> Cause {
        if record.signIn.isRepeat { return .reauthentication }
        if ErrorCodes.unsupportedMechanism.contains(record.signIn.error) { return .unsupportedMechanism }
        if ErrorCodes.illegalState.contains(record.signIn.error) {
            // A listener that others sign in at has SASL: it is this sign-in that came at the wrong moment. What another
            // broker has at that port says nothing of this one.
            let hasSasl = view.traits(of: record.server).signsIn
            return hasSasl ? .reauthentication : .listenerWithoutSasl
        }
        return .refused
    }

    // MARK: Cut off

    private func cutOff(_ record: ConnectionRecord, _ view: CaseView) -> Verdict? {
        guard let byClient = record.clientClosedFirst, let close = record.firstClose else { return nil }
        // Tokens without headers, and what came behind them, are blanked together.
        let isBlanked = view.capture.isBlanked && record.fromServer.cutBytes + record.fromClient.cutBytes > 0
        if isBlanked, byClient || record.signIn.handshakeVersion == 0 { return nil }
        var verdict = start(record, .certain, view)
        if isDone(record, view) {
            verdict.silence(.signInWasDone)
            return verdict
        }
        if !byClient {
            // A raw token has no other "no" than the close.
            let rawRefusal = record.signIn.handshakeVersion == 0 && record.signIn.clientTokenUnanswered
            verdict.cause = rawRefusal ? .refused : record.signIn.isRepeat ? .reauthentication : .closedMidway
            verdict.nature = rawRefusal ? .structural : nil
            return doubted(verdict, record)
        }
        let clientOwes = record.signIn.clientOwes && record.clientHadHeardAll
        let waited = close.time.since(record.signIn.lastStepTime)
        guard clientOwes ? !isDropped(record, close.time, view) : waited > Self.patience else { return nil }
        // The broker owed the answer to a step, and had time.
        verdict.cause = clientOwes ? .clientGaveUp : .requestTimeout
        if !clientOwes { verdict.doubt(.attemptNotSeen, ceiling: .likely) }
        return doubted(verdict, record)
    }

    /// A connection that is no longer wanted is closed at once, and the next to that server is there a moment later.
    private static let atOnce = Span.seconds(1)
    private static let nearby = Span.seconds(3)
    private static let mostNearby = 256

    /// The client dropped the connection as it was signing in, and signs in there on another, or learns just then that it is
    /// refused: librdkafka ends its bootstrap connections as soon as it knows the brokers.
    private func isDropped(_ record: ConnectionRecord, _ closed: CaptureTime, _ view: CaseView) -> Bool {
        guard closed.since(record.signIn.lastStepTime) <= Self.atOnce else { return false }
        let own = view.records(of: record.client.address, record.kafka.clientId)
        let begin = own.partitionPoint { $0.tcp.firstTime >= closed.adding(nanoseconds: -Self.nearby) }
        return own[begin...].prefix(Self.mostNearby).contains {
            ($0.signIn.stage == .succeeded && $0.server == record.server || $0.signIn.stage == .refused)
                && $0.signIn.startTime.since(closed).distanceFromZero <= Self.nearby
        }
    }

    /// GSSAPI has no sign of its own for the end: both sides have had their tokens, and the broker owes nothing.
    private func isDone(_ record: ConnectionRecord, _ view: CaseView) -> Bool {
        view.file.text(record.signIn.mechanism) == "GSSAPI" && record.signIn.tokensFromServer >= Self.tokensOfGSSAPI
            && !record.signIn.clientTokenUnanswered
    }

    /// A context is made, and a protection agreed on (RFC 4752).
    private static let tokensOfGSSAPI = 2

    /// Missing bytes may have held the step that looks missing.
    private func doubted(_ verdict: Verdict, _ record: ConnectionRecord) -> Verdict {
        var verdict = verdict
        let start = record.signIn.startTime
        if record.lastAnswerGap.map({ $0 >= start }) == true { verdict.doubt(.gapInAnswers, ceiling: .possible) }
        if record.lastRequestGap.map({ $0 >= start }) == true { verdict.doubt(.gapInRequests, ceiling: .possible) }
        if record.fromServer.cutBytes + record.fromClient.cutBytes > 0 {
            verdict.doubt(.packetsCut, ceiling: .possible)
        }
        if verdict.confidence == .possible { verdict.severity = .info }
        // Whose end it was is read from what others acknowledge.
        if record.fromServer.finNotCaptured || record.fromClient.finNotCaptured {
            verdict.doubt(.gapInAnswers, ceiling: .likely)
            verdict.closerIsInferred = true
        }
        return verdict
    }

    private func start(_ record: ConnectionRecord, _ confidence: Confidence, _ view: CaseView) -> Verdict {
        var verdict = Verdict(.authTerminated, .error, confidence, record, in: view)
        verdict.closedBy = record.closer
        // The node behind never saw it.
        if view.signInAtGateway.contains(record.server.address) { verdict.nodeId = nil }
        verdict.frames = record.signIn.frames + verdict.frames
        verdict.requests = record.unanswered.filter { !$0.wantsNoAnswer }.prefix(20).map {
            LostRequest($0, of: record, in: view, ended: verdict.last)
        }
        let file = view.file
        verdict.subject = file.text(record.signIn.mechanism)
        verdict.add(.mechanism, .optional(file.text(record.signIn.mechanism)))
        verdict.add(.mechanismsOffered, .some(record.signIn.offered.compactMap { file.text($0) }))
        verdict.add(.brokerMessage, .optional(file.text(record.signIn.message)))
        verdict.add(.principal, .optional(file.text(record.signIn.principal)))
        verdict.add(.handshakeVersion, .number(Int(record.signIn.handshakeVersion)))
        verdict.add(.tokenIssuer, .optional(file.text(record.signIn.tokenIssuer)))
        verdict.add(.tokenAudience, .optional(file.text(record.signIn.tokenAudience)))
        if record.signIn.tokenExpires > 0 {
            verdict.add(.tokenExpires, .time(CaptureTime(nanoseconds: record.signIn.tokenExpires &* 1_000_000_000)))
        }
        addKerberos(&verdict, record, view)
        if let close = record.firstClose {
            verdict.add(.endedWithin, .milliseconds(close.time.milliseconds(since: record.signIn.startTime)))
        }
        return verdict
    }
}

extension SignInEnded {
    /// Tickets are asked for within this time before the sign-in's first step.
    private static let ticketWithin = Span.seconds(5)

    /// What the KDC refused the client's host while it signed in.
    private func addKerberos(_ verdict: inout Verdict, _ record: ConnectionRecord, _ view: CaseView) {
        guard view.file.text(record.signIn.mechanism) == "GSSAPI" else { return }
        let from = record.signIn.startTime.adding(nanoseconds: -Self.ticketWithin)
        let to = (record.firstClose?.time ?? record.tcp.lastTime).adding(nanoseconds: Self.ticketWithin)
        let error = view.file.identities.kerberosErrors.last {
            $0.client == record.client.address && $0.time >= from && $0.time <= to
        }
        guard let error else { return }
        verdict.add(.kdcError, .text(KerberosCode.name(error.code)))
        verdict.add(.kdc, .text("\(error.kdc)"))
        verdict.add(.kdcService, .optional(view.file.text(error.service)))
        verdict.add(.kdcRealm, .optional(view.file.text(error.realm)))
        verdict.frames.append(error.frame)
    }
}

/// Kerberos' names of its codes (RFC 4120, 7.5.9).
enum KerberosCode {
    private static let names: [Int: String] = [
        6: "KDC_ERR_C_PRINCIPAL_UNKNOWN", 7: "KDC_ERR_S_PRINCIPAL_UNKNOWN", 9: "KDC_ERR_NULL_KEY",
        12: "KDC_ERR_POLICY", 13: "KDC_ERR_BADOPTION", 14: "KDC_ERR_ETYPE_NOSUPP", 18: "KDC_ERR_CLIENT_REVOKED",
        23: "KDC_ERR_KEY_EXPIRED", 24: "KDC_ERR_PREAUTH_FAILED", 31: "KRB_AP_ERR_BAD_INTEGRITY",
        32: "KRB_AP_ERR_TKT_EXPIRED", 33: "KRB_AP_ERR_TKT_NYV", 37: "KRB_AP_ERR_SKEW", 41: "KRB_AP_ERR_MODIFIED",
        60: "KRB_ERR_GENERIC", 68: "KDC_ERR_WRONG_REALM",
    ]

    static func name(_ code: Int) -> String { names[code] ?? "KRB-ERROR \(code)" }
}

/// Clients without a sign-in on a listener that wants one: the first request that is no sign-in is answered by a close, on
/// every connection to that listener that does not sign in.
struct WithoutSignIn {
    /// Brokers up to 3.9 keep silent for up to 400 ms before they close.
    private static let closesWithin = Span.milliseconds(1500)

    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        view.byServer.sorted { $0.key < $1.key }.flatMap { server, places in listener(server, places, ends, view) }
    }

    private func listener(_ server: Endpoint, _ places: [Int], _ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        let candidates = places.filter { ends.contains($0) && looksTurnedAway(view.records[$0], view) }
        guard !candidates.isEmpty else { return [] }
        let plain = places.map { view.records[$0] }.filter {
            $0.speaksKafka && $0.signIn.stage == .none && !$0.startsMidway
        }
        // One connection without sign-in that works shows that the listener wants none.
        if plain.contains(where: { $0.kafka.workAnswered > 0 }) { return [] }
        let signsIn = places.contains {
            view.records[$0].signIn.stage == .succeeded
                || view.records[$0].signIn.stage == .refused
                    && !ErrorCodes.illegalState.contains(view.records[$0].signIn.error)
        }
        let stopped = view.nodeEnds[server]?.contains { $0.refused > 0 } ?? false
        if stopped, !signsIn { return [] }
        return candidates.map { place in
            EndVerdict(place: place, verdict: verdict(view.records[place], signsIn ? .certain : .likely, view))
        }
    }

    private func looksTurnedAway(_ record: ConnectionRecord, _ view: CaseView) -> Bool {
        guard record.speaksKafka, record.signIn.stage == .none, !record.startsMidway, record.clientClosedFirst == false,
            record.kafka.workAnswered == 0, let close = record.firstClose,
            let asked = record.unanswered.first(where: { !Api.belongsToSignIn($0.api) })
        else { return false }
        if record.kafka.offered?.isController == true { return false }
        if OfferedHere.at(record, in: view)?.turnsAway(asked, on: record) == true { return false }
        // Without an ApiVersions exchange nothing tells this from a version that the broker does not know.
        guard record.kafka.offered != nil || record.kafka.offerCut || asked.api == Api.metadata else { return false }
        return close.time.since(asked.sent) < Self.closesWithin && !asked.partial
            && record.kafka.answerGaps == 0 && record.kafka.requestGaps == 0
    }

    private func verdict(_ record: ConnectionRecord, _ confidence: Confidence, _ view: CaseView) -> Verdict {
        var verdict = Verdict(.authTerminated, .error, confidence, record, in: view)
        if record.kafka.offered == nil, record.kafka.offerCut {
            // The versions that the broker offers would tell whether it just does not know the request.
            verdict.doubt(.packetsCut, ceiling: .possible)
            verdict.severity = .info
        }
        verdict.cause = .clientWithoutSasl
        verdict.closedBy = .broker
        verdict.nature = .structural
        verdict.requests = record.unanswered.prefix(20).map {
            LostRequest($0, of: record, in: view, ended: verdict.last)
        }
        for i in verdict.requests.indices { verdict.requests[i].outcome = .noEffect }
        verdict.frames = verdict.requests.map(\.frame) + verdict.frames
        verdict.add(.apiName, .optional(verdict.requests.first?.api))
        if let told = AdvertisedBy.told(record, in: view), told.speaksAlike {
            verdict.add(.toldBy, .list(told.givers))
            if told.isAssumed { verdict.doubt(.startsMidway, ceiling: .likely) }
        }
        return verdict
    }
}

extension ConnectionRecord {
    /// What the client's FIN acknowledges is all that the server had sent: else its last step was still on its way, and awaited.
    fileprivate var clientHadHeardAll: Bool {
        let heard = fromClient.finAcknowledged
        return heard < 0 || heard >= fromServer.streamEnd
    }
}
