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

    /// One partition of two is left out for most of the time; a reader that asks for nothing at all is slow.
    @Test func aPausedPartitionIsNoSlowness() {
        var growth = PartitionGrowth(from: made.time(10), to: made.time(40), records: 300, lag: 320)
        growth.unaskedMs = 25_000
        let paused = lag { $0.growth = growth }
        let fetched = lag(1) { $0.fetchPauseMs = 500 }
        #expect(told(lag: [paused, fetched]) == ["consumer-falls-behind not-fetching warning 1"])
        // Another that it did not fetch in that time either: it is slow between two polls.
        #expect(told(lag: [paused, lag(1) { $0.fetchPauseMs = 24_000 }]) == ["consumer-falls-behind - warning 1"])
        #expect(told(lag: [paused, lag(1) { _ in }]) == ["consumer-falls-behind - warning 1"])
        #expect(told(lag: [paused]) == ["consumer-falls-behind - warning 1"])
        growth.unaskedMs = 5_000
        #expect(told(lag: [lag { $0.growth = growth }, lag(1) { _ in }]) == ["consumer-falls-behind - warning 1"])
    }

    /// A quota that holds the reader's Fetches back for most of the time is the root.
    @Test func aQuotaExplainsALag() {
        let growth = PartitionGrowth(from: made.time(10), to: made.time(40), records: 300, lag: 320)
        func found(_ throttles: Int, of clientId: String = "shop") -> [String] {
            let small = SmallCase()
            let key = ThrottleRow.Key(
                client: small.address(SmallCase.client), clientId: small.text(clientId),
                server: small.endpoint(SmallCase.brokers[0]), api: Api.fetch)
            for number in 0..<throttles {
                let time = small.time(10 + Double(number) * 3)
                small.file.times.addThrottle(3000, key, time, FrameRef(source: 0, number: 20))
            }
            var tables = DepthTables()
            tables.lag = [lag { $0.growth = growth }]
            return small.findings(tables: tables).map {
                "\($0.kind.rawValue)\($0.kind == .consumerFallsBehind && $0[.throttleMsMax] != nil ? " held" : "")"
            }
        }
        #expect(found(8) == ["throttled", "consumer-falls-behind held"])
        #expect(found(1) == ["consumer-falls-behind", "throttled"])
        #expect(found(8, of: "other") == ["consumer-falls-behind", "throttled"])
    }

    /// A group that stands still because it waits for one of its members.
    @Test func aRebalanceThatWaitsForAMember() throws {
        func found(told times: Int) throws -> Finding {
            var small = SmallCase()
            small.works(at: SmallCase.brokers[0], from: 0, to: 60, clientId: "late")
            for number in 0..<times {
                small.refuses(27, Api.heartbeat, .group("billing"), at: 11 + Double(number) * 3, clientId: "late")
            }
            small.ends(at: 60)
            var tables = DepthTables()
            tables.lag = [lag { $0.stall = stall() }]
            return try #require(small.findings(tables: tables).first { $0.kind == .consumerStalled })
        }
        #expect(try found(told: 7)[.waitedFor] == .list(["late"]))
        #expect(try found(told: 2)[.waitedFor] == nil)
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

    // MARK: Acknowledged, and lost

    /// Broker 1 gave out offsets of a partition, and broker 2 did again.
    private func twice(
        _ after: String = SmallCase.brokers[1], isOneTopic: Bool = true, tell: (inout SmallCase) -> Void = { $0.told() }
    ) -> [String] {
        var made = SmallCase()
        tell(&made)
        made.ends(at: 60)
        var row = OffsetsTwice(
            topic: "orders", partition: 0, before: SmallCase.brokers[0], after: after, client: SmallCase.client,
            clientId: "shop", isOneTopic: isOneTopic, offsets: 110...129,
            seen: Seen(first: made.time(4), last: made.time(6)))
        row.batches = 20
        var tables = DepthTables()
        tables.offsetsTwice = [row]
        return made.findings(tables: tables).filter { $0.kind == .acknowledgedLost }.map {
            "\($0.server ?? "?") \($0.nodeId ?? -1) \($0.confidence) \($0.count)"
        }
    }

    @Test func offsetsThatTwoLeadersGaveOut() {
        #expect(twice() == ["10.0.0.2:9092 2 certain 20"])
        #expect(twice(isOneTopic: false) == ["10.0.0.2:9092 2 likely 20"])
    }

    /// Two clusters, each of which tells its own node only; an address that nobody gave out; two addresses of one node.
    @Test func otherClustersAndOneNodesAddressesGiveOutTheirOwn() {
        let clusters = twice {
            $0.told([SmallCase.brokers[0]], by: SmallCase.brokers[0])
            $0.told(["10.0.0.9:9092", SmallCase.brokers[1]], by: SmallCase.brokers[1])
        }
        #expect(clusters.isEmpty)
        #expect(twice("10.0.0.7:9092").isEmpty)
        let oneNode = twice("10.0.0.1:9093") {
            $0.told(SmallCase.brokers)
            $0.told(["10.0.0.1:9093"] + SmallCase.brokers.dropFirst())
        }
        #expect(oneNode.isEmpty)
    }
}
