import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Committed offsets that the coordinator forgot, and high watermarks that stand still: what rows of the tables make of them.
@Suite struct LostCommitTests {
    /// A group had committed up to 1505 in partition 0, and went on at another offset.
    private func findings(_ readFrom: Int64?, tell: (inout SmallCase) -> Void = { _ in }) -> [Finding] {
        var made = SmallCase()
        tell(&made)
        made.ends(at: 60)
        var row = LagRow(seen: Seen(first: made.time(0), last: made.time(60)))
        (row.group, row.topic, row.partition) = ("billing", "orders", 0)
        (row.client, row.clientId) = (SmallCase.client, "shop")
        row.lostCommit = readFrom.map {
            LostCommit(
                offset: 1505, committed: made.time(20), told: made.time(40), readFrom: $0,
                frames: [FrameRef(source: 0, number: 7)])
        }
        var tables = DepthTables()
        tables.lag = [row]
        return made.findings(tables: tables).filter { $0.kind == .committedOffsetLost }
    }

    @Test func whatWasPassedOverAndWhatWasReadAgain() throws {
        let skipped = try #require(findings(2080).first)
        #expect(skipped.severity == .warning && skipped.confidence == .certain && skipped.count == 1)
        #expect(skipped[.skippedOffsets] == .number(575) && skipped[.rereadOffsets] == nil)
        #expect(skipped[.skips] == .list(["orders-0: 1505 to 2080"]))
        let reread = try #require(findings(1000).first)
        #expect(reread[.rereadOffsets] == .number(505) && reread[.skippedOffsets] == nil)
        #expect(findings(nil).isEmpty)
    }

    /// The deletion may be among packets that were not captured; a hole before the commit hides none.
    @Test func aHoleLeavesADoubt() throws {
        let hidden = try #require(
            findings(2080) { made in
                let record = made.works(at: SmallCase.brokers[0], from: 1, to: 59)
                record.lastAnswerGap = made.time(30)
            }.first)
        #expect(hidden.confidence == .likely && hidden.doubt == [.gapInAnswers])
        let before = findings(2080) { made in
            let record = made.works(at: SmallCase.brokers[0], from: 1, to: 59)
            record.lastAnswerGap = made.time(10)
        }
        #expect(before.first?.confidence == .certain)
    }

    @Test func recordsThatNobodyMayRead() throws {
        var made = SmallCase()
        made.told()
        let record = made.works(at: SmallCase.brokers[0], from: 1, to: 59)
        made.ends(at: 60)
        var row = WatermarkStall(
            server: SmallCase.brokers[0], topic: "orders", partition: 0, from: made.time(20), to: made.time(50),
            highWatermark: 2000, end: 2750)
        (row.clients, row.clientIds) = ([SmallCase.client], ["shop"])
        row.frames = [FrameRef(source: 0, number: 7)]
        var tables = DepthTables()
        #expect(!made.findings(tables: tables).contains { $0.kind == .highWatermarkStuck })
        tables.watermarks = [row]
        let found = try #require(made.findings(tables: tables).first { $0.kind == .highWatermarkStuck })
        #expect(found.severity == .warning && found.confidence == .certain && found.nodeId == 1)
        #expect(found[.unreadable] == .number(750) && found[.standstillMs] == .milliseconds(30_000))
        record.lastAnswerGap = made.time(30)
        let doubted = made.findings(tables: tables).first { $0.kind == .highWatermarkStuck }
        #expect(doubted?.confidence == .likely)
    }

    /// A share group has no position, and is told as standing still all the same.
    @Test func aShareGroupThatGetsNothing() throws {
        let made = SmallCase()
        let seen = Seen(first: made.time(0), last: made.time(60))
        var row = ShareGroupRow(seen: seen)
        (row.group, row.topic, row.client, row.clientId) = ("share-jobs", "orders", SmallCase.client, "worker")
        row.frames = [FrameRef(source: 0, number: 7)]
        var group = GroupRow(seen: seen)
        (group.group, group.type) = ("share-jobs", .share)
        var tables = DepthTables()
        (tables.groups, tables.shareGroups) = ([group], [row])
        #expect(made.findings(tables: tables).isEmpty)
        tables.shareGroups[0].stall = PartitionStall(from: made.time(10), to: made.time(55))
        tables.shareGroups[0].stall?.isFetched = true
        let found = try #require(made.findings(tables: tables).first)
        #expect(found.kind == .consumerStalled && found.cause == .unknown && found[.groupType] == .text("share"))
    }

    /// What a member was to give up and never released is its doing, and not another member's slowness.
    @Test func whoDoesNotReleaseAPartitionIsNamed() throws {
        let made = SmallCase()
        var row = LagRow(seen: Seen(first: made.time(0), last: made.time(60)))
        (row.group, row.topic, row.client, row.clientId) = ("k848", "orders", SmallCase.client, "inst-a")
        row.frames = [FrameRef(source: 0, number: 7)]
        var stall = PartitionStall(from: made.time(10), to: made.time(55))
        var tables = DepthTables()
        row.stall = stall
        tables.lag = [row]
        #expect(try #require(made.findings(tables: tables).first)[.heldUpBy] == nil)
        stall.isUnreleased = true
        row.stall = stall
        tables.lag = [row]
        let found = try #require(made.findings(tables: tables).first)
        #expect(found.cause == .notFetching && found[.heldUpBy] == .list(["inst-a"]))
    }
}
