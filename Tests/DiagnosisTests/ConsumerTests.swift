import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis

/// What rows of the depth tables make of groups that read too little, and of rebalances.
@Suite struct ConsumerTests {
    private let made = SmallCase()

    private func lag(_ partition: Int = 0, _ change: (inout LagRow) -> Void) -> LagRow {
        var row = LagRow(seen: Seen(first: made.time(0), last: made.time(60)))
        (row.group, row.topic, row.partition) = ("billing", "orders", partition)
        (row.client, row.clientId, row.lagRecords) = (SmallCase.client, "shop", 40)
        row.frames = [FrameRef(source: 0, number: 7)]
        change(&row)
        return row
    }

    private func told(_ tables: DepthTables?) -> [String] {
        made.findings(tables: tables).map {
            "\($0.kind.rawValue) \($0.cause?.rawValue ?? "-") \($0.severity) \($0.count)"
        }
    }

    private func told(lag rows: [LagRow]) -> [String] {
        var tables = DepthTables()
        tables.lag = rows
        return told(tables)
    }

    private func stall(held: Bool = false, fetched: Bool = false) -> PartitionStall {
        var stall = PartitionStall(from: made.time(10), to: made.time(30))
        (stall.isHeldBack, stall.isFetched) = (held, fetched)
        return stall
    }

    @Test func aStallIsToldWithItsCause() {
        #expect(told(lag: [lag { $0.stall = stall() }]) == ["consumer-stalled not-fetching warning 1"])
        let held = lag { $0.stall = stall(held: true, fetched: true) }
        #expect(told(lag: [held]) == ["consumer-stalled open-transaction warning 1"])
        #expect(told(lag: [lag { $0.stall = stall(fetched: true) }]) == ["consumer-stalled unknown warning 1"])
    }

    @Test func partitionsOfATopicAreOneFindingAndGroupsAreNot() {
        let rows = [lag(0) { $0.stall = stall() }, lag(1) { $0.stall = stall() }]
        #expect(told(lag: rows) == ["consumer-stalled not-fetching warning 2"])
        var other = rows[1]
        other.group = "audit"
        #expect(told(lag: [rows[0], other]).count == 2)
    }

    /// Neither rows without a stall nor a plain analysis says anything.
    @Test func lagAloneIsNoFault() {
        #expect(told(lag: [lag { $0.standstillMs = 30_000 }]) == [])
        #expect(told(nil) == [])
    }

    @Test func growthIsToldUnlessThePartitionStandsStill() {
        let growth = PartitionGrowth(from: made.time(10), to: made.time(25), records: 300, lag: 320)
        #expect(told(lag: [lag { $0.growth = growth }]) == ["consumer-falls-behind - warning 1"])
        let both = lag {
            $0.growth = growth
            $0.stall = stall()
        }
        #expect(told(lag: [both]) == ["consumer-stalled not-fetching warning 1"])
    }

    private func group(_ trigger: RebalanceTrigger, _ left: LeftBecause?, at seconds: Double = 10.5) -> DepthTables {
        let seen = Seen(first: made.time(0), last: made.time(60))
        var member = GroupMemberRow(seen: seen)
        (member.memberId, member.clientId, member.leftBecause) = ("m-1", "shop", left)
        member.left = left == nil ? nil : made.time(seconds)
        var rebalance = RebalanceRow(from: made.time(10), to: made.time(12), generation: 3)
        rebalance.trigger = trigger
        rebalance.frames = [FrameRef(source: 0, number: 9)]
        var row = GroupRow(seen: seen)
        (row.group, row.members, row.rebalances) = ("billing", [member], [rebalance])
        var tables = DepthTables()
        tables.groups = [row]
        return tables
    }

    @Test func aRebalanceIsAWarningWhereAMemberWasLost() {
        #expect(told(group(.memberJoined, nil)) == ["rebalance - info 1"])
        #expect(told(group(.memberLeft, .leave)) == ["rebalance - info 1"])
        #expect(told(group(.memberLeft, .pollInterval)) == ["rebalance - warning 1"])
        #expect(told(group(.memberJoined, .sessionTimeout)) == ["rebalance - warning 1"])
        #expect(told(group(.memberLost, nil)) == ["rebalance - warning 1"])
        // Lost at another time: this rebalance is not that one's.
        #expect(told(group(.memberJoined, .sessionTimeout, at: 40)) == ["rebalance - info 1"])
    }
}
