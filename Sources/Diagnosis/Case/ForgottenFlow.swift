import Conversations
import ReportModel
import Streams
import Vocabulary

/// A connection that a device on the way (NAT, firewall, load balancer) has forgotten, silently: what the client sends behind a
/// pause is never acknowledged, while other connections between the same two hosts are.
enum ForgottenFlow {
    /// Answers that were under way when the silence began come so late.
    private static let settling = Span.seconds(1)
    /// Sent again so often in vain is no passing loss.
    private static let resends: Int64 = 2
    /// Behind a pause as long as devices allow, less proof is enough.
    private static let longIdle = Span.seconds(60)

    /// What ended the wait of its requests, where it was that; nil where it was not.
    static func cause(_ record: ConnectionRecord, in view: CaseView) -> EndCause? {
        guard isForgotten(record, in: view) else { return nil }
        guard let first = record.unanswered.first else { return nil }
        // What outlived such a pause before met no limit now: the way of this one flow is gone.
        guard !view.outlivedPauses.rulesOut(idle(record), on: record) else { return nil }
        if idle(record) >= Idleness.least { return idleCause(record, idle(record), unheardSince: first.sent) }
        guard let quiet = quietBeforeFIN(record) else { return nil }
        var cause = idleCause(record, quiet, unheardSince: record.fromClient.finTime)
        let isPoll = record.unanswered.allSatisfy { Api.waitsForRecords($0.api) || $0.api == Api.joinGroup }
        if isPoll { cause.facts.append(Fact(.waitedOnPurpose, .flag(true))) }
        return cause
    }

    private static func idleCause(_ record: ConnectionRecord, _ idle: Int64, unheardSince time: CaptureTime) -> EndCause
    {
        var cause = EndCause(cause: .idleTimeout, closedBy: .unknown, confidence: .likely, nature: .structural)
        cause.facts =
            [
                Fact(.idleMs, .milliseconds(Double(idle) / 1e6)),
                Fact(.unacknowledgedMs, .milliseconds(record.fromClient.lastTime.milliseconds(since: time))),
            ] + (KnownIdleLimit.name(idle).map { [Fact(.knownLimit, .text($0))] } ?? [])
        return cause
    }

    /// How long nothing had been said when the client closed, where all that it had sent before was acknowledged, and its FIN
    /// was not: the request that waited meanwhile had reached its server.
    private static func quietBeforeFIN(_ record: ConnectionRecord) -> Int64? {
        let client = record.fromClient
        guard client.finSeen, client.streamEnd > 0, client.acknowledged == client.streamEnd,
            client.finTime > record.fromServer.lastTime
        else { return nil }
        let quiet = client.finTime.since(max(record.fromServer.lastTime, client.lastDataTime))
        return quiet >= leastQuiet ? quiet : nil
    }
    /// Devices that track connections forget none sooner.
    private static let leastQuiet = Span.seconds(30)

    /// How long nothing had been sent before the first request that got no answer.
    private static func idle(_ record: ConnectionRecord) -> Int64 {
        guard let first = record.unanswered.first else { return 0 }
        return first.sent.since(max(record.kafka.lastResponseTime, record.tcp.firstTime))
    }

    static func isForgotten(_ record: ConnectionRecord, in view: CaseView) -> Bool {
        let client = record.fromClient
        guard record.wasEstablished, client.retransmissionsUnanswered >= resends, record.tcp.icmpType == 255,
            !record.fromServer.resetSeen
        else { return false }
        // What was sent again in vain was sent since then; what came through before says nothing of it.
        let heard = max(record.fromServer.lastTime, record.kafka.lastResponseTime)
        let resent = client.lastDataTime.adding(nanoseconds: -client.longestUnacknowledged)
        let from = max(heard, resent).adding(nanoseconds: settling)
        // Behind a long pause it is enough that the next attempt succeeds at once.
        let to = client.lastTime.adding(nanoseconds: idle(record) >= longIdle ? settling : 0)
        guard from < to else { return false }
        let isReached = view.connections(of: record.client.address, to: record.server).contains {
            $0.id != record.id && !$0.tcp.synAckFrame.isNone && $0.tcp.established && $0.tcp.synCount <= 1
                && $0.tcp.synAckTime > from && $0.tcp.synAckTime < to
        }
        let isAnswered = view.file.times.answers(of: record.server, to: record.client.address).contains {
            $0 > from && $0 < client.lastTime
        }
        return isReached || isAnswered
    }
}

extension SideFacts {
    /// How long the longest stretch was that nothing acknowledged; nanoseconds.
    fileprivate var longestUnacknowledged: Int64 { unacknowledged.map(\.nanoseconds).max() ?? 0 }
}
