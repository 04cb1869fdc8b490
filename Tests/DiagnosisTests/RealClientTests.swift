import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// What real clients and servers do, and a case beside each that is still told.
@Suite struct RealClientTests {
    private static let broker = SmallCase.brokers[0]

    private func closes(_ record: ConnectionRecord, at seconds: Double, _ small: inout SmallCase) {
        record.tcp.firstCloser = .initiator
        record.tcp.end = .fin
        record.tcp.sides.0.finFrame = small.nextFrame()
        record.tcp.sides.0.finTime = small.time(seconds)
    }

    /// A member leaves while its JoinGroup waits as long as its group allows. Only a broker that answers others meanwhile is proof
    /// that nothing hangs.
    @Test(arguments: [
        (true, Int32(300_000), FindingKind.abandonedByClient), (false, 300_000, .disconnectBeforeResponse),
        (true, 4_000, .disconnectBeforeResponse),
    ])
    func aMemberThatLeavesWhileItWaits(_ answersOthers: Bool, _ allowed: Int32, _ kind: FindingKind) {
        var small = SmallCase()
        let record = small.works(at: Self.broker, from: 0, to: 1)
        small.waits(record, api: Api.joinGroup, since: 2, allowedMs: allowed)
        small.waits(record, api: Api.leaveGroup, since: 5)
        closes(record, at: 10.05, &small)
        small.works(at: SmallCase.brokers[1], from: 0, to: 30).tcp.sides.0.lastDataTime = small.time(30)
        if answersOthers {
            for second in 3..<10 {
                small.file.times.noteAnswering(
                    record.server, to: small.address("10.0.0.101"), small.time(Double(second)))
            }
        }
        small.ends(at: 40)
        let kinds = small.findings().filter {
            [.disconnectBeforeResponse, .abandonedByClient].contains($0.kind)
        }.map(\.kind)
        #expect(kinds == [kind])
    }

    /// A batch that is sent again behind the close was waited for in vain.
    @Test(arguments: [(true, FindingKind.disconnectBeforeResponse), (false, .abandonedByClient)])
    func aBatchThatIsSentAgain(_ isResent: Bool, _ kind: FindingKind) {
        var small = SmallCase()
        let record = small.works(at: Self.broker, from: 0, to: 1)
        small.waits(record, api: Api.produce, since: 2, allowedMs: 30_000)
        if isResent { record.unanswered[0].retry.resentTime = small.time(4) }
        #expect(ends(record, closedAt: 3.7, &small) == [kind])
    }

    /// What is told of a connection that its client closes while it is at work with another broker.
    private func ends(_ record: ConnectionRecord, closedAt: Double, _ small: inout SmallCase) -> [FindingKind] {
        closes(record, at: closedAt, &small)
        small.works(at: SmallCase.brokers[1], from: 0, to: 30).tcp.sides.0.lastDataTime = small.time(30)
        small.ends(at: 40)
        return small.findings().map(\.kind).filter { [.disconnectBeforeResponse, .abandonedByClient].contains($0) }
    }

    /// Of a Produce whose packets were cut its timeout may still be there to be read; where it is not, nothing is known.
    @Test(arguments: [(Int32?(3_000), FindingKind.disconnectBeforeResponse), (nil, .abandonedByClient)])
    func aProduceThatIsOnlyBegun(_ allowed: Int32?, _ kind: FindingKind) {
        var small = SmallCase()
        let record = small.works(at: Self.broker, from: 0, to: 1)
        small.waits(record, api: Api.produce, since: 2, allowedMs: allowed)
        record.unanswered[0].bodyKnown = false
        #expect(ends(record, closedAt: 6.1, &small) == [kind])
    }

    /// A wait on a path that loses packets all the time is the path's; a wait much longer than its resends is not.
    @Test(arguments: [(true, 1.5, 0), (true, 9, 1), (false, 1.5, 1)])
    func aLateAnswerOnALossyPath(_ isLossy: Bool, _ waited: Double, _ told: Int) {
        var small = SmallCase()
        let record = small.works(at: Self.broker, from: 0, to: 60)
        if isLossy {
            record.tcp.sides.0.dataSegments = 1_000
            (record.tcp.sides.0.retransmissions, record.tcp.sides.0.lateResends) = (100, 60)
            record.tcp.sides.0.resends = 100
            record.tcp.sides.0.longestResend = Span.seconds(2)
        }
        small.file.times.slowAnswers.append(
            SlowAnswer(
                api: Api.produce, client: record.client, clientId: .none, server: record.server, sent: small.time(10),
                waitsSince: small.time(10), aloneSince: small.time(10), behind: .none,
                firstByte: small.time(10 + waited),
                answered: small.time(10 + waited), requestFrame: small.nextFrame(), frame: small.nextFrame(),
                allowedMs: 0, heldBackFor: 0))
        small.ends(at: 60)
        #expect(small.findings().filter { $0.kind == .slowResponse }.count == told)
    }

    /// A device resets two connections in a server's name within a second: one of them shows that it was not the server.
    @Test(arguments: [(0.4, true), (5, false)]) func aResetBesideAForgedOne(_ later: Double, _ isForged: Bool) {
        var small = SmallCase()
        let resets = [0.0, later].map { (offset: Double) -> ConnectionRecord in
            let record = small.works(at: Self.broker, from: 0, to: 9)
            small.waits(record, since: 9.9 + offset)
            small.dies(record, at: 10 + offset)
            record.tcp.sides.1.ttlLow = 64
            record.tcp.sides.1.ttlHigh = 64
            record.tcp.sides.1.resetTTL = 64
            return record
        }
        resets[0].tcp.sides.1.packetsAfterReset = 5
        small.works(at: Self.broker, from: 0, to: 30)
        small.ends(at: 40)
        let lost = small.findings().filter { $0.kind == .disconnectBeforeResponse }
        #expect(lost.contains { $0.cause == .middleboxReset })
        #expect(lost.allSatisfy { $0.cause == .middleboxReset } == isForged)
    }

    /// New connections are closed on one kind of request while others are answered: no limit. Where all are turned away that come,
    /// it may be one.
    @Test(arguments: [(true, Cause.unknown), (false, .connectionLimit)])
    func closedOnOneRequestOnly(_ othersAreAdmitted: Bool, _ cause: Cause) {
        var small = SmallCase()
        let old = small.works(at: Self.broker, from: 0, to: 30)
        old.tcp.sides.1.payloadBytes = 100
        for start in 1...4 {
            let record = small.works(at: Self.broker, from: Double(start), to: Double(start))
            (record.kafka.requests, record.kafka.responses, record.kafka.workAnswered) = (1, 0, 0)
            small.waits(record, api: Api.produce, since: Double(start))
            small.dies(record, at: Double(start) + 0.01)
            if othersAreAdmitted {
                small.works(at: Self.broker, from: Double(start) + 0.5, to: Double(start) + 0.6).tcp.sides.1
                    .payloadBytes = 9
            }
        }
        small.ends(at: 40)
        let lost = small.findings().filter { $0.kind == .disconnectBeforeResponse }
        #expect(Set(lost.map(\.cause)) == [cause])
    }
}
