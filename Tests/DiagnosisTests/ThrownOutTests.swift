import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Members that never get to work, and programs that keep their group from it.
@Suite struct ThrownOutTests {
    private static let heartbeat: Int16 = 12
    private static let consumerHeartbeat: Int16 = 68
    private static let fenced: Int16 = 110
    private static let unknown: Int16 = 25

    /// A member that is fenced so often, each so many seconds behind the last, and joins again at once.
    private func fenced(_ times: Int, every: Double) -> SmallCase {
        var made = SmallCase()
        for index in 0..<times {
            let start = 1 + Double(index) * every
            made.refuses(Self.fenced, Self.consumerHeartbeat, .member("m-1"), at: start)
            made.accepts(Self.consumerHeartbeat, .member("m-1"), at: start + 0.05)
            made.accepts(Self.consumerHeartbeat, .member("m-1"), at: start + every / 2)
        }
        return made
    }

    @Test(arguments: [(1, 2.0, "info"), (3, 2.0, "info"), (6, 2.1, "warning"), (6, 1200, "info")])
    func fencedAgainAndAgain(_ times: Int, _ every: Double, _ severity: String) {
        #expect(fenced(times, every: every).errorFindings() == ["FENCED_MEMBER_EPOCH \(severity)"])
    }

    /// A classic member has another name each time, and one connection to its coordinator.
    private func unknown(every: Double = 4) -> SmallCase {
        var made = SmallCase()
        for index in 0..<6 {
            let start = 1 + Double(index) * every
            made.refuses(Self.unknown, Self.heartbeat, .member("m-\(index)"), at: start)
            made.accepts(11, .member(nil), at: start + 0.1)
        }
        made.ends(at: 60)
        return made
    }

    @Test func aMemberThatIsUnknownAgainAndAgain() {
        #expect(unknown().errorFindings() == ["UNKNOWN_MEMBER_ID warning"])
    }

    /// Six members of one host, each once.
    @Test func sixMembersOnce() {
        var made = SmallCase()
        for index in 0..<6 {
            let (start, name) = (1 + 3 * Double(index), "m-\(index)")
            made.refuses(
                Self.fenced, Self.consumerHeartbeat, .member(name), at: start, port: 40_000 + UInt16(index))
            made.accepts(Self.consumerHeartbeat, .member(name), at: start + 0.05)
            for beat in 1..<8 { made.accepts(Self.consumerHeartbeat, .member(name), at: start + 0.3 * Double(beat)) }
        }
        made.ends(at: 60)
        #expect(made.errorFindings() == ["FENCED_MEMBER_EPOCH info"])
    }

    // MARK: Rebalances

    private func member(_ made: SmallCase, _ name: String, _ stay: (from: Double?, to: Double?), host: String)
        -> GroupMemberRow
    {
        var row = GroupMemberRow(seen: Seen(first: made.time(stay.from ?? 0), last: made.time(stay.to ?? 90)))
        (row.memberId, row.client, row.clientId) = ("\(name)-\(stay.from ?? 0)", host, name)
        (row.joined, row.left) = (stay.from.map(made.time), stay.to.map(made.time))
        row.leftBecause = stay.to == nil ? nil : .leave
        return row
    }

    /// A member that stays, and one that comes and goes so often, with a rebalance each time.
    private func group(stays: Int, every: Double = 6, others: Bool = true, hosts: (Int) -> String = { _ in "10.0.0.7" })
        -> [String]
    {
        let made = SmallCase()
        var row = GroupRow(seen: Seen(first: made.time(0), last: made.time(90)))
        row.group = "billing"
        if others { row.members.append(member(made, "stays", (1, nil), host: "10.0.0.6")) }
        for index in 0..<stays {
            let start = 4 + Double(index) * every
            row.members.append(member(made, "comes", (start, start + every / 2), host: hosts(index)))
            for time in [start, start + every / 2] {
                var rebalance = RebalanceRow(
                    from: made.time(time), to: made.time(time + 0.4), generation: Int64(row.rebalances.count))
                rebalance.trigger = time == start ? .memberJoined : .memberLeft
                row.rebalances.append(rebalance)
            }
        }
        var tables = DepthTables()
        tables.groups = [row]
        return made.findings(tables: tables).filter { $0.kind == .rebalance }.map {
            "\($0.severity) \($0.count) \($0.client ?? "-")"
        }
    }

    @Test func aProgramThatComesAndGoes() {
        #expect(group(stays: 10) == ["warning 20 10.0.0.7"])
        #expect(group(stays: 3) == ["warning 6 10.0.0.7"])
    }

    @Test func aDeploymentIsNone() {
        #expect(group(stays: 1) == ["info 2 -"])
        #expect(group(stays: 2) == ["info 4 -"])
        // Each instance once.
        #expect(group(stays: 10, hosts: { "10.0.1.\($0)" }) == ["info 20 -"])
    }

    @Test func jobsAndLoneProgramsDisturbNobody() {
        #expect(group(stays: 10, every: 900) == ["info 20 -"])
        #expect(group(stays: 10, others: false) == ["info 20 -"])
    }

    /// Without the tables JoinGroup and LeaveGroup show it.
    private func events(_ stays: Int, leaves: Bool = true) -> [String] {
        var made = SmallCase()
        func event(_ api: Int16, _ seconds: Double, _ name: String, _ host: String) {
            made.file.groupEvents.append(
                GroupEvent(
                    api: api, group: made.text("billing"), client: Endpoint(made.address(host), 40_000),
                    clientId: made.text(name), server: made.endpoint(SmallCase.brokers[0]), sent: made.time(seconds),
                    answered: made.time(seconds + 0.1), frame: made.nextFrame(), answerFrame: made.nextFrame(),
                    failed: false))
        }
        for index in 0..<stays {
            let start = 4 + 10 * Double(index)
            event(11, start, "comes", "10.0.0.7")
            event(11, start + 0.05, "stays", "10.0.0.6")
            if leaves { event(13, start + 5, "comes", "10.0.0.7") }
            event(11, start + 5.05, "stays", "10.0.0.6")
        }
        made.ends(at: 200)
        return made.findings().filter { $0.kind == .rebalance }.map { "\($0.severity) \($0.client ?? "-")" }
    }

    @Test func withoutTables() {
        #expect(events(5) == ["warning 10.0.0.7"])
        #expect(events(1) == ["info -"])
        // Where the goodbyes are missing from the capture, nothing shows that it was gone.
        #expect(events(5, leaves: false) == ["info -"])
    }
}
