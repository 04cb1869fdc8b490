import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis

/// What happens to groups and their readers, beside codes that only tell of it.
@Suite struct GroupTroubleTests {
    private let made = SmallCase()

    private func group(_ change: (inout GroupRow) -> Void) -> DepthTables {
        var row = GroupRow(seen: Seen(first: made.time(0), last: made.time(60)))
        row.group = "billing"
        change(&row)
        var tables = DepthTables()
        tables.groups = [row]
        return tables
    }

    private func told(_ tables: DepthTables, _ made: SmallCase? = nil) -> [String] {
        (made ?? self.made).findings(tables: tables).map {
            "\($0.kind.rawValue) \($0.error ?? $0.cause?.rawValue ?? "-") \($0.severity)"
        }
    }

    // MARK: A leader that sends no assignment

    private func share(from: Double = 10, to: Double = 20) -> MissingShare {
        var share = MissingShare(from: made.time(from), to: made.time(to), generation: 1)
        (share.client, share.clientId, share.waiting) = (SmallCase.client, "shop", ["b", "c"])
        share.frames = [FrameRef(source: 0, number: 7)]
        return share
    }

    private func rebalance(_ from: Double, _ to: Double) -> RebalanceRow {
        var row = RebalanceRow(from: made.time(from), to: made.time(to), generation: 2)
        (row.trigger, row.members) = (.memberLost, 2)
        return row
    }

    @Test func aMissingAssignmentIsToldWhereItLasts() {
        #expect(told(group { $0.missingShares = [share()] }) == ["rebalance - warning"])
        #expect(told(group { $0.missingShares = [share(to: 16)] }) == [])
    }

    /// The rebalance that goes on without the leader is the end of the same story; a later one is another.
    @Test func whatEndsItIsNoSecondStory() throws {
        let both = group {
            $0.missingShares = [share()]
            $0.rebalances = [rebalance(20, 20.2)]
        }
        let found = made.findings(tables: both)
        #expect(found.count == 1 && found.first?[.assignmentAwaitedBy] == .list(["b", "c"]))
        #expect(found.first?.last == made.time(20.2))
        let later = group {
            $0.missingShares = [share()]
            $0.rebalances = [rebalance(30, 30.2)]
        }
        #expect(made.findings(tables: later).count == 2)
    }

    // MARK: What a status says

    @Test func aStreamsGroupWithoutItsTopicsIsTold() {
        func status(_ seconds: Double) -> DepthTables {
            group {
                var trouble = StreamsTrouble(
                    name: "MISSING_SOURCE_TOPICS", from: made.time(10), to: made.time(10 + seconds))
                trouble.count = 4
                (trouble.clients, trouble.clientIds) = ([SmallCase.client], ["shop"])
                $0.streamsTroubles = [trouble]
            }
        }
        #expect(told(status(20)) == ["error-response MISSING_SOURCE_TOPICS warning"])
        #expect(told(status(5)) == [])
    }

    // MARK: Readers without a group

    @Test func aReaderWithoutAGroupIsHeldBack() {
        func held(_ seconds: Double) -> DepthTables {
            var tables = DepthTables()
            tables.heldReaders = [
                HeldReader(
                    client: SmallCase.client, clientId: "viewer", server: SmallCase.brokers[0], partition: 0,
                    from: made.time(10), to: made.time(10 + seconds), records: 30)
            ]
            return tables
        }
        #expect(told(held(40)) == ["consumer-stalled open-transaction warning"])
        #expect(told(held(8)) == [])
    }

    // MARK: Items that were not tried

    private func response(_ codes: [Int16], sameFrame: Bool = true) -> SmallCase {
        var made = SmallCase()
        var frame = made.nextFrame()
        for (number, code) in codes.enumerated() {
            if !sameFrame { frame = made.nextFrame() }
            let event = ErrorEvent(
                time: made.time(2), frame: frame, code: code, api: 24, version: 3,
                client: Endpoint(made.address(SmallCase.client), 40_000), server: made.endpoint(SmallCase.brokers[0]),
                clientId: made.text("shop"), topic: made.text("orders"), partition: Int32(number), group: .none,
                message: .none)
            made.file.add(event, about: [event.subject])
        }
        made.ends(at: 60)
        return made
    }

    @Test func anItemThatWasNotTriedFollowsFromOneThatWasRefused() {
        let both = response([29, 55])
        #expect(both.errorFindings() == ["OPERATION_NOT_ATTEMPTED info", "TOPIC_AUTHORIZATION_FAILED warning"])
        #expect(Diagnosis.judge(both.file).excuses.map(\.excuse) == [.notAttempted])
        #expect(response([55]).errorFindings() == ["OPERATION_NOT_ATTEMPTED warning"])
        #expect(response([29, 55], sameFrame: false).errorFindings().contains("OPERATION_NOT_ATTEMPTED warning"))
    }

    // MARK: A member that learns that it was out

    private func evicted(again: Bool = true, lost: String = "shop") -> [String] {
        var made = SmallCase()
        made.refuses(25, Api.heartbeat, .group("billing"), at: 25)
        if again { made.accepts(Api.heartbeat, .group("billing"), at: 26) }
        made.ends(at: 60)
        let tables = group {
            var row = rebalance(20, 20.2)
            row.lost = [lost]
            $0.rebalances = [row]
        }
        return told(tables, made)
    }

    @Test func whatThrewAMemberOutIsTheStory() {
        #expect(evicted() == ["rebalance - warning", "error-response UNKNOWN_MEMBER_ID info"])
        #expect(evicted(again: false).contains("error-response UNKNOWN_MEMBER_ID warning"))
        #expect(evicted(lost: "other").contains("error-response UNKNOWN_MEMBER_ID warning"))
    }
}
