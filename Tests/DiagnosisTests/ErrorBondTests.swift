import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// What a success is bound to, besides the thing that the error was about: the program, the batch, the moment.
@Suite struct ErrorBondTests {
    // MARK: Two programs under one name

    /// One program is refused each second; another of the same name is served half a second later each time.
    private func twins(
        ports: (UInt16, UInt16), servers: (String, String) = (SmallCase.brokers[0], SmallCase.brokers[0])
    )
        -> [String]
    {
        var small = SmallCase()
        for second in 1..<20 {
            small.refuses(SmallCase.notEnoughReplicas, at: Double(second), server: servers.0, port: ports.0)
            small.accepts(at: Double(second) + 0.5, server: servers.1, port: ports.1)
        }
        small.ends(at: 60)
        return small.errorFindings()
    }

    @Test func anotherProgramsSuccessHealsNothing() {
        #expect(twins(ports: (40_000, 40_001)) == ["NOT_ENOUGH_REPLICAS warning"])
    }

    /// A program's own repeats go well, on the same connection or at the next leader.
    @Test func itsOwnSuccessHeals() {
        #expect(twins(ports: (40_000, 40_000)) == ["NOT_ENOUGH_REPLICAS info"])
        #expect(
            twins(ports: (40_000, 40_001), servers: (SmallCase.brokers[0], SmallCase.brokers[1]))
                == ["NOT_ENOUGH_REPLICAS info"])
    }

    // MARK: A member that does not join again

    private static let rebalanceInProgress: Int16 = 27

    private func leftBehind(isThere: Bool = true, rejoins: Bool = false, ends: Double = 60) -> [String] {
        var small = SmallCase()
        small.works(at: SmallCase.brokers[0], from: 0, to: isThere ? ends : 9.5)
        if !isThere, let record = small.file.connections.records.inOrder.last {
            (record.tcp.firstCloser, record.tcp.end) = (.initiator, .fin)
            (record.tcp.sides.0.finFrame, record.tcp.sides.0.finTime) = (small.nextFrame(), small.time(9.5))
        }
        small.refuses(Self.rebalanceInProgress, Api.heartbeat, .member("m-1"), at: 9)
        if rejoins { small.accepts(Api.joinGroup, .member("m-1"), at: 9.2) }
        small.ends(at: ends)
        return small.errorFindings()
    }

    @Test func aMemberThatNeverRejoinsIsTold() {
        #expect(leftBehind() == ["REBALANCE_IN_PROGRESS warning"])
    }

    @Test func oneThatRejoinsOrIsGoneOrHadNoTimeIsNot() {
        #expect(leftBehind(rejoins: true) == ["REBALANCE_IN_PROGRESS info"])
        #expect(leftBehind(isThere: false) == ["REBALANCE_IN_PROGRESS info"])
        #expect(leftBehind(ends: 15) == ["REBALANCE_IN_PROGRESS info"])
    }

    /// Its JoinGroup waits for another member until the capture ends: it has done what it was told.
    private func waiting(sent: Double, group: String = "billing") -> [String] {
        var small = SmallCase()
        let record = small.works(at: SmallCase.brokers[0], from: 0, to: 60)
        small.refuses(Self.rebalanceInProgress, Api.heartbeat, .group("billing"), at: 9)
        record.unanswered.append(
            UnansweredRequest(
                api: Api.joinGroup, version: 5, correlationId: 7, clientId: small.text("shop"), sent: small.time(sent),
                sentWhole: small.time(sent), frame: small.nextFrame(), streamEnd: 100, partial: false,
                wantsNoAnswer: false, acksKnown: false, bodyKnown: true, allowedWaitMs: 300_000, acks: nil, topics: [],
                group: small.text(group), batches: [], idempotent: false, transactional: false, answeredLate: nil,
                queuedBehind: 0))
        small.ends(at: 60)
        return small.errorFindings()
    }

    @Test func aMemberThatWaitsInJoinGroupIsNotLeftBehind() {
        #expect(waiting(sent: 9.1) == ["REBALANCE_IN_PROGRESS info"])
        // A JoinGroup before it was told, and one of another group.
        #expect(waiting(sent: 4) == ["REBALANCE_IN_PROGRESS warning"])
        #expect(waiting(sent: 9.1, group: "audit") == ["REBALANCE_IN_PROGRESS warning"])
    }

    // MARK: A position that the log no longer has

    private func outOfRange(began: Double, times: Int = 1) -> [String] {
        var small = SmallCase()
        small.works(at: SmallCase.brokers[0], from: began, to: 60)
        for time in 0..<times { small.refuses(1, Api.fetch, at: 20 + Double(time) * 3) }
        small.accepts(Api.fetch, at: 21 + Double(times) * 3)
        small.ends(at: 60)
        return small.errorFindings()
    }

    @Test func theFirstPositionMayHaveExpired() {
        #expect(outOfRange(began: 19) == ["OFFSET_OUT_OF_RANGE info"])
    }

    @Test func whoWasReadingOrIsToldAgainFellBehind() {
        #expect(outOfRange(began: 0) == ["OFFSET_OUT_OF_RANGE warning"])
        #expect(outOfRange(began: 19, times: 3) == ["OFFSET_OUT_OF_RANGE warning"])
    }

    /// - Parameter to: where it went on.
    private func skipping(from: Int64 = 4_800, to: Int64 = 9_900, hasRead: Bool, partition: Int = 0) -> [Finding] {
        var small = SmallCase()
        small.works(at: SmallCase.brokers[0], from: 19, to: 60)
        small.refuses(1, Api.fetch, at: 20)
        small.accepts(Api.fetch, at: 21)
        small.ends(at: 60)
        var tables = DepthTables()
        tables.skipped = [
            SkippedRecords(
                client: SmallCase.client, clientId: "shop", topic: "orders", partition: partition, from: from, to: to,
                hasRead: hasRead, time: small.time(20))
        ]
        return small.findings(tables: tables).filter { $0.error != nil }
    }

    @Test func aReaderThatGoesOnBehindRecordsLostThem() {
        let lost = skipping(hasRead: true)
        #expect(lost.map(\.severity) == [.warning])
        #expect(lost.first?[.skippedOffsets] == .number(5_100))
        #expect(lost.first?[.skips] == .list(["orders-0: 4800 to 9900"]))
        #expect(lost.first?[.healed] == nil)
        // A program that begins, and another partition.
        #expect(skipping(hasRead: false).map(\.severity) == [.info])
        #expect(skipping(hasRead: true, partition: 1).first?[.healed] == .flag(true))
    }

    // MARK: Refused, and not sent again

    private func refused(notRepeatedAt partition: Int? = nil, code: Int = 19) -> [String] {
        var small = SmallCase()
        small.refuses(SmallCase.notEnoughReplicas, at: 5)
        small.accepts(at: 5.5)
        small.ends(at: 60)
        var tables = DepthTables()
        tables.refusedForGood =
            partition.map {
                [
                    RefusedForGood(
                        client: SmallCase.client, clientId: "shop", topic: "orders", partition: $0, code: code,
                        batches: 1)
                ]
            } ?? []
        let found = small.findings(tables: tables).filter { $0.error != nil }
        // What was not sent again was not healed by a retry.
        #expect(found.allSatisfy { $0[.healed] == nil || $0[.notRepeated] == nil })
        return found.map { "\($0.error ?? "") \($0.severity)" }
    }

    @Test func laterRecordsHealNoBatchThatWasNotSentAgain() {
        #expect(refused(notRepeatedAt: 0) == ["NOT_ENOUGH_REPLICAS warning"])
        #expect(refused() == ["NOT_ENOUGH_REPLICAS info"])
        #expect(refused(notRepeatedAt: 1) == ["NOT_ENOUGH_REPLICAS info"])
        #expect(refused(notRepeatedAt: 0, code: 6) == ["NOT_ENOUGH_REPLICAS info"])
    }
}
