import Conversations
import KafkaSchema
import ReportModel
import Streams
import Vocabulary

/// Why the server's end, or the path, ended a connection with requests pending; told apart by evidence, in this order.
struct EndCause {
    var cause: Cause
    var closedBy: Closer
    var confidence: Confidence
    var nature: Nature?
    var frames: [FrameRef] = []
    var facts: [Fact] = []

    /// Nothing in the capture proves the cause: had the connection's beginning been seen, it might be another.
    var restsOnTheBeginning: Bool {
        cause == .unknown || (confidence < .certain && cause != .requestTimeout && !isProvenAfterwards)
    }

    /// What came behind the end proves it: attempts that were refused.
    var isProvenAfterwards = false

    init(cause: Cause, closedBy: Closer, confidence: Confidence, nature: Nature?) {
        (self.cause, self.closedBy, self.confidence, self.nature) = (cause, closedBy, confidence, nature)
    }

    static func of(_ place: Int, _ record: ConnectionRecord, _ lost: [UnansweredRequest], in view: CaseView) -> EndCause
    {
        let clue = EndClue(place: place, record: record, lost: lost, view: view)
        return clue.forgedReset ?? clue.flushed ?? clue.afterIdle ?? clue.oversized ?? clue.versionNotOffered
            ?? clue.olderThanVersions ?? clue.turnedAway ?? clue.noBrokerBehind ?? clue.versionClosedAgain ?? clue
            .hostRestarted ?? clue.nodeStopped ?? clue.quietTooLong ?? clue.unknown
    }
}

/// The evidence about one end, asked for one cause at a time.
struct EndClue {
    let place: Int
    let record: ConnectionRecord
    let lost: [UnansweredRequest]
    let view: CaseView

    /// A reset that answers a packet comes back within this time.
    static let answersWithin = Span.seconds(2)
    /// The largest request that a broker accepts by default (socket.request.max.bytes).
    private static let largestRequest = 104_857_600

    private var close: (time: CaptureTime, frame: FrameRef, reset: Bool) {
        record.firstClose ?? (record.tcp.lastTime, record.tcp.lastFrame, false)
    }

    private func cause(
        _ cause: Cause, by closer: Closer = .broker, _ confidence: Confidence, _ nature: Nature?, _ facts: [Fact] = []
    ) -> EndCause {
        var found = EndCause(cause: cause, closedBy: closer, confidence: confidence, nature: nature)
        found.facts = facts
        return found
    }

    // MARK: The path

    private var resetIsForeign: Bool { ForeignReset.isForeign(record, in: view) }

    private var idleBefore: Int64 {
        guard let first = lost.first else { return 0 }
        let answered = max(record.kafka.lastResponseTime, record.tcp.firstTime)
        return first.sent.since(max(answered, record.signIn.lastStepTime))
    }

    var forgedReset: EndCause? {
        guard close.reset, !isFirstAfterIdle || resetIsForeign && view.foreignResets.hitBusy(record.server, close.time)
        else { return nil }
        if resetIsForeign {
            return cause(.middleboxReset, by: .middlebox, .certain, nil, ForeignReset.facts(record, in: view))
        }
        // What forges one reset of a server forges those beside it.
        guard view.foreignResets.isBeside(record.server, close.time) else { return nil }
        return cause(.middleboxReset, by: .middlebox, .likely, nil)
    }

    /// The client host lost connections to several servers at that moment, busy ones among them, and others kept theirs: what knows
    /// all of its flows has forgotten them.
    var flushed: EndCause? {
        guard close.reset, nodeEnd?.isStop != true, view.flushedFlows.contains(record) else { return nil }
        return cause(.middleboxReset, by: .middlebox, .likely, nil, [Fact(.flowsFlushed, .flag(true))])
    }

    /// Nothing but the lost requests was sent since the idle gap.
    private var isFirstAfterIdle: Bool {
        guard let first = lost.first, idleBefore >= Idleness.least else { return false }
        return close.time.since(first.sent) < Self.answersWithin
    }

    var afterIdle: EndCause? {
        guard let first = lost.first else { return nil }
        let idle = idleBefore
        if !close.reset, close.time <= first.sent {
            // Sent into a connection that the server had closed before: its close is the cause.
            let before = close.time.since(
                max(record.kafka.lastResponseTime, max(record.tcp.firstTime, lastSentBefore(close.time))))
            guard nodeEnd?.isStop != true, before >= Idleness.least else { return nil }
            return idleCause(.broker, before, .certain)
        }
        guard close.reset, isFirstAfterIdle, nodeEnd?.isStop != true, !view.outlivedPauses.rulesOut(idle, on: record)
        else { return nil }
        return idleCause(resetIsForeign ? .middlebox : .unknown, idle, .likely)
    }

    private func lastSentBefore(_ time: CaptureTime) -> CaptureTime {
        record.fromClient.lastDataTime < time ? record.fromClient.lastDataTime : .distantPast
    }

    private func idleCause(_ closer: Closer, _ idle: Int64, _ confidence: Confidence) -> EndCause {
        var facts = [Fact(.idleMs, .milliseconds(Double(idle) / 1e6))]
        if let name = KnownIdleLimit.name(idle) {
            facts.append(Fact(.knownLimit, .text(name)))
        } else if close.reset {
            // What forgets a connection says so at the next packet only, however long that takes.
            let names = KnownIdleLimit.names(passedBy: idle, survived: view.survivedPauses[record.server] ?? 0)
            if !names.isEmpty { facts.append(Fact(.passedLimits, .list(names))) }
        }
        return cause(.idleTimeout, by: closer, confidence, .structural, facts)
    }

    // MARK: The request

    var oversized: EndCause? {
        guard let bytes = record.kafka.oversized, bytes > Self.largestRequest || bytes < 0 else { return nil }
        // One that some brokers take, and that was sent to its end, is no reason.
        let isTaken = (0...view.file.limits.frameBytes).contains(bytes)
        guard !isTaken || lost.contains(where: \.partial) else { return nil }
        return cause(.oversizedRequest, .likely, .structural, [Fact(.requestBytes, .number(bytes))])
    }

    /// The request that was answered by a close at once, if there was one.
    private var rejected: UnansweredRequest? {
        guard let first = lost.first(where: { !$0.partial }), first.api != Api.apiVersions,
            close.time >= first.sent, close.time.since(first.sent) < ServerTraits.rejectsWithin
        else { return nil }
        return first
    }

    private func versionFacts(_ request: UnansweredRequest) -> [Fact] {
        let versions = OfferedHere.at(record, in: view)?.versions
        let range = versions?.ranges[request.api]
        return [
            Fact(.apiName, .text(Api.name(request.api))), Fact(.apiVersion, .number(Int(request.version))),
            Fact(.offeredVersions, .text(range.map { "\($0.lowerBound)-\($0.upperBound)" } ?? "none")),
        ] + (versions?.isController == true ? [Fact(.controllerPort, .flag(true))] : [])
    }

    /// The broker's list does not have what was asked.
    var versionNotOffered: EndCause? {
        guard let first = rejected, let offered = OfferedHere.at(record, in: view), offered.turnsAway(first, on: record)
        else { return nil }
        return cause(.unsupportedVersion, offered.confidence, .structural, versionFacts(first))
    }

    /// It closes on ApiVersions. Either that version of it is not on its list, or it is older than the API: others are served there,
    /// and nobody ever had a list.
    var olderThanVersions: EndCause? {
        guard let first = lost.first, first.api == Api.apiVersions, !first.partial, close.time >= first.sent,
            close.time.since(first.sent) < ServerTraits.rejectsWithin, record.kafka.responses == 0,
            nodeEnd?.isBehindGateway != true
        else { return nil }
        if let listed = server.offered {
            guard !listed.offers(api: first.api, version: first.version), !answersUnsupported,
                !server.closesOnOffered(listed)
            else { return nil }
            return cause(.unsupportedVersion, .certain, .structural, versionFacts(first))
        }
        guard server.worksWithoutList else { return nil }
        return cause(.unsupportedVersion, .likely, .structural, versionFacts(first))
    }

    /// It answers ApiVersions of a version that it does not have with its own list (KIP-511), and closes on none.
    private var answersUnsupported: Bool {
        view.answeringUnsupported.contains(record.server)
    }

    /// No list was seen, but the same request ends one connection after the other.
    var versionClosedAgain: EndCause? {
        guard let first = rejected, OfferedHere.at(record, in: view) == nil, !wasAnswered(first),
            repeatsForThisRequest(first)
        else { return nil }
        return cause(.unsupportedVersion, .likely, .structural, versionFacts(first))
    }

    /// The program had answers to such requests: the broker knows them.
    private func wasAnswered(_ request: UnansweredRequest) -> Bool {
        view.file.times.answers(to: request.api, of: record.client.address, request.clientId) > 0
    }

    /// The same API and version was answered by a close on other connections too, and never by an answer.
    private func repeatsForThisRequest(_ request: UnansweredRequest) -> Bool {
        guard let alike = server.closedOn[.init(api: request.api, version: request.version)] else { return false }
        return alike.count >= 3 && nodeEnd?.refused ?? 0 == 0 && nodeEnd?.isBehindGateway != true
            && record.kafka.responses > 0
            && alike.alone && !Api.belongsToSignIn(request.api)
    }

    // MARK: The broker

    private var nodeEnd: NodeEnd? {
        view.nodeEndsByPlace.stop(of: place) ?? view.nodeEndsByPlace.end(of: place)
    }

    /// The whole host was gone, and its new kernel does not know the connection: the silence was the end.
    var hostRestarted: EndCause? {
        let end = nodeEnd
        guard
            let since = RestartedHost.silentSince(record, in: view) ?? end.flatMap({ $0.isStop ? $0.silentSince : nil })
        else { return nil }
        var facts = [Fact(.unacknowledgedMs, .milliseconds(close.time.milliseconds(since: since)))]
        if let back = end?.back { facts.append(Fact(.outageMs, .milliseconds(back.milliseconds(since: since)))) }
        return cause(.hostUnreachable, .likely, .transient, facts)
    }

    var nodeStopped: EndCause? {
        guard let end = nodeEnd, end.isStop else { return nil }
        if let id = view.clusterSince(end) {
            return cause(.unknown, .certain, .transient, [Fact(.clusterId, .text(id))])
        }
        var facts: [Fact] = [
            Fact(.connectionsEnded, .number(end.ended.count)), Fact(.refusedAfterwards, .number(end.refused)),
        ]
        if end.isBehindGateway { facts.append(Fact(.turnedAway, .number(end.turnedAway.count))) }
        if let back = end.back { facts.append(Fact(.outageMs, .milliseconds(back.milliseconds(since: end.from)))) }
        if let other = view.otherListener(of: end) { facts.append(Fact(.nodeServesAt, .list(["\(other)"]))) }
        let kind: Cause = end.announced ? .brokerShutdown : .brokerCrashed
        let sure: Confidence = end.refused > 0 && end.ended.count >= 2 ? .certain : .likely
        // Where answers are cut, whether the server served again what it had refused once cannot be seen.
        let isGuess = end.announced && end.announcements.count < 2 && record.fromServer.cutBytes > 0
        var found = cause(kind, isGuess ? .possible : sure, .transient, facts)
        found.frames = end.announcements
        found.isProvenAfterwards = end.refused > 0
        return found
    }

    /// Silent for as long as others that were closed there, while its oldest request waited as it may, and any others behind it:
    /// a timer that counts silence.
    var quietTooLong: EndCause? {
        guard let habit = view.quietLimits[record.server], let quiet = record.silenceBeforeEnd,
            ServerHabits.isAlike(quiet, habit), let first = lost.first, Api.waitsOnPurpose(first.api),
            Double(first.allowedWaitMs ?? 0) > close.time.milliseconds(since: first.sent)
        else { return nil }
        let name = KnownIdleLimit.name(quiet)
        return cause(
            .idleTimeout, .likely, .structural,
            [Fact(.idleMs, .milliseconds(Double(quiet) / 1e6)), Fact(.waitedOnPurpose, .flag(true))]
                + (name.map { [Fact(.knownLimit, .text($0))] } ?? []) + habit.facts)
    }

    private static let turnedAwayAtLeast = 3

    /// Accepted, and closed before the first answer, while the listener goes on serving others: there are too many.
    var turnedAway: EndCause? {
        guard record.wasTurnedAway, nodeEnd?.refused ?? 0 == 0 else { return nil }
        let living = server.living(at: close.time, in: view)
        guard living > 0, !server.closesOnOneRequest(lost.first, of: record.client.address) else { return nil }
        let alike = server.turnedAwayOf[record.client.address] ?? 0
        return cause(
            .connectionLimit, alike >= Self.turnedAwayAtLeast ? .likely : .possible, .structural,
            [
                Fact(.livingConnections, .number(server.living(of: record.client.address, at: close.time, in: view))),
                Fact(.livingAtServer, .number(living)), Fact(.connectionsEnded, .number(alike)),
            ])
    }

    /// Accepted, and closed without a byte, on every connection that anybody ever had there: nothing stands behind it.
    var noBrokerBehind: EndCause? {
        guard record.wasClosedUnanswered, nodeEnd?.refused ?? 0 == 0, nodeEnd?.isStop != true else { return nil }
        guard server.closedUnanswered >= Self.turnedAwayAtLeast, server.isSilent else { return nil }
        // A client that was at work before the capture may have others open there, which are idle now.
        let sure: Confidence = view.wasAtWorkBefore(record.client.address) ? .possible : .likely
        return cause(.noBrokerBehind, sure, .structural, [Fact(.connectionsEnded, .number(server.closedUnanswered))])
    }

    private var server: ServerTraits { view.traits(of: record.server) }

    var unknown: EndCause {
        let closer: Closer = close.reset && resetIsForeign ? .middlebox : .broker
        guard record.wasTurnedAway, server.turnedAway >= Self.turnedAwayAtLeast else {
            return cause(.unknown, by: closer, .certain, nil)
        }
        return cause(
            .unknown, by: closer, .certain, nil, [Fact(.connectionsEnded, .number(server.turnedAway))])
    }
}

/// The idle limits that devices and services are known for.
enum KnownIdleLimit {
    private static let limits: [(milliseconds: Int64, name: String, isOnPath: Bool)] = [
        (30_000, "30 s, a usual proxy setting", true), (50_000, "HAProxy's packaged 50 s", true),
        (60_000, "60 s: AWS Classic ELB/ALB, HAProxy or nginx", true),
        (240_000, "4 min: Azure load balancer or NAT gateway, Event Hubs", true),
        (350_000, "350 s: AWS NLB, NAT gateway or PrivateLink", true),
        (540_000, "9 min: the Java client's own limit", false),
        (600_000, "10 min: connections.max.idle.ms of the broker, GCP or nginx", true),
        (900_000, "15 min: IPVS", true), (1_200_000, "20 min: Cloud NAT", true),
        (1_800_000, "30 min: a usual firewall setting", true),
        (3_600_000, "60 min: a usual firewall or Envoy setting", true),
    ]

    /// Limits of devices on the path that an idle time has passed, and that are longer than what was survived; longest first.
    static func names(passedBy idleNanoseconds: Int64, survived: Int64) -> [String] {
        let (most, least) = (idleNanoseconds / 1_000_000, survived / 1_000_000)
        return limits.filter { $0.isOnPath && $0.milliseconds <= most && $0.milliseconds > least }.suffix(namedAtMost)
            .reversed().map(\.name)
    }

    private static let namedAtMost = 3

    /// The known limit that an idle time has just passed, within 2 % and a few seconds.
    static func name(_ idleNanoseconds: Int64) -> String? {
        let ms = idleNanoseconds / 1_000_000
        return limits.first { ms >= $0.milliseconds - 500 && ms <= $0.milliseconds + max($0.milliseconds / 50, 3000) }?
            .name
    }
}
