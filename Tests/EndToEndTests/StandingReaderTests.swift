import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Depth

/// What tells that a reader stands where it stood: offsets that it asks for again, and commits that it repeats.
@Suite struct StandingReaderTests {
    private func time(_ seconds: Double) -> CaptureTime { CaptureTime(nanoseconds: Int64(seconds * 1e9)) }

    /// - Parameter asks: the offset asked for each second; each answer brings ten records.
    private func stall(_ asks: [Int64], grows: Bool = true, commits: [Int: Int64] = [:]) -> PartitionStall? {
        var returns = OffsetReturns()
        var position: Int64 = 0
        var found: PartitionStall?
        for (second, offset) in asks.enumerated() {
            if let commit = commits[second] { found = returns.committed(commit) ?? found }
            returns.asks(offset, position, at: time(Double(second)))
            position = offset + 10
            if grows { returns.endMoved(at: time(Double(second) + 0.5)) }
        }
        return returns.stall ?? found
    }

    @Test func whoComesBackToOneOffsetCannotProcessIt() {
        let found = stall([0, 10, 20, 88] + Array(repeating: 88, count: 20))
        #expect(found?.returns?.offset == 88 && found?.returns?.times == 20)
        // It looks ahead between its returns.
        let ahead = stall((0..<30).map { $0 % 2 == 0 ? 88 : 98 })
        #expect(ahead?.returns?.offset == 88)
    }

    @Test func whatOnlyLooksLikeIt() {
        #expect(stall((0..<30).map { Int64($0) * 10 }) == nil)
        // A restart, and one more.
        #expect(stall([0, 10, 20, 30, 0, 10, 20, 30, 0] + (1..<20).map { Int64($0) * 10 }) == nil)
        // Nothing new comes in, so nobody misses it.
        #expect(stall(Array(repeating: 88, count: 20), grows: false) == nil)
        // Each time another offset: it goes on, if slowly.
        #expect(stall((0..<30).flatMap { [Int64($0), Int64($0) + 10] }) == nil)
    }

    @Test func aCommitBehindItEndsIt() {
        let asks = Array(repeating: Int64(88), count: 15) + (1..<20).map { 88 + Int64($0) * 10 }
        let found = stall(asks, commits: [16: 100])
        #expect(found.map { $0.to.since($0.from) <= Span.seconds(14) } == true)
        #expect(stall(Array(repeating: 88, count: 4) + (1..<20).map { 88 + Int64($0) * 10 }, commits: [4: 100]) == nil)
    }

    @Test func commitsThatRepeatTheirOffset() {
        var repeats = CommitRepeats(7, at: time(1), FrameRef(source: 0, number: 1))
        for number: UInt64 in 2...3 { repeats = repeats.again(FrameRef(source: 0, number: number)) }
        #expect(!repeats.isOften)
        for number: UInt64 in 4...9 { repeats = repeats.again(FrameRef(source: 0, number: number)) }
        #expect(repeats.isOften && repeats.since == time(1) && repeats.frames.map(\.number) == [1, 2, 3, 9])
    }

    private let here = TopicScope(client: IPAddress(v4: 1), cluster: 0)

    @Test func aTopicOfTwoClustersIsTwo() {
        var names = TopicNames(limit: 8)
        let there = TopicScope(client: IPAddress(v4: 2), cluster: 1)
        #expect(names.named("orders", in: here) != names.named("orders", in: there))
        #expect(names.named("orders", in: there) == names.named("orders", in: there))
    }

    @Test func aNameAndAnIdThatAreTiedAreOneTopic() {
        var names = TopicNames(limit: 8)
        let id = TopicUUID(high: 1, low: 2)
        let (number, name) = (names.identified(id, in: here), names.named("orders", in: here))
        names.tie(number, to: name)
        #expect(names.name(number) == "orders" && names.identified(id, in: here) == name)
        // What has a name keeps it.
        let other = names.named("audit", in: here)
        names.tie(name, to: other)
        #expect(names.name(name) == "orders" && names.name(other) == "audit")
    }
}

/// When a group that nobody reads for stands still, and when it is not there.
@Suite struct GroupProgressTests {
    private func time(_ seconds: Double) -> CaptureTime { CaptureTime(nanoseconds: Int64(seconds * 1e9)) }
    private let frame = FrameRef(source: 0, number: 1)

    private func log(_ end: Int64, at seconds: Double) -> PartitionLog {
        var log = PartitionLog(kept: 8)
        log.reaches(end, at: time(seconds))
        return log
    }

    /// Committed up to 1,505, set back to 1,000 by somebody else, and read again from there.
    @Test func whatReadsAnewGetsOn() {
        var entry = GroupProgress(seen: Seen(first: time(0), last: time(0)))
        _ = entry.delivered(to: 1505, at: time(10))
        _ = entry.committed(1505, at: time(11), frame)
        entry.endMoved(log(1600, at: 12), at: time(12))
        let back = [1505, 1600, 1000].map { entry.setBack(to: $0) }
        #expect(back == [false, false, true])
        #expect(entry.standstill(until: time(30)) == nil)
        entry.endMoved(log(1700, at: 30), at: time(30))
        let steps = [31.0, 32].map { entry.delivered(to: 1010, at: time($0)) }
        #expect(steps == [time(30)...time(31), nil])
    }

    /// Records that come while a Fetch waits as it said are no lag; once it has waited longer, or was answered, they are.
    @Test func whoWaitsAtTheEndDoesNotFallBehind() {
        func growth(waits ms: Int64, answered: Bool = false, from offset: Int64 = 1000) -> PartitionGrowth? {
            var entry = GroupProgress(seen: Seen(first: time(0), last: time(0)))
            for second in stride(from: 0.0, to: 40, by: 1) {
                let end = 1000 + Int64(second) * 20
                if second == 1 || second == 21 {
                    entry.asks(
                        second == 1 ? offset : offset + 400, time(second), wait: ms, frame,
                        in: log(end - 20, at: second))
                    if answered { entry.answeredPoll() }
                }
                entry.lastHeard = time(second)
                entry.fetched(by: reader, from: Endpoint(IPAddress(v4: 9), 9092), at: time(second), frame)
                entry.endMoved(log(end, at: second), at: time(second))
            }
            return entry.row(log(1800, at: 40), last: time(40)).growth
        }
        #expect(growth(waits: 60_000) == nil)
        #expect(growth(waits: 60_000, answered: true) != nil)
        #expect(growth(waits: 500) != nil)
        #expect(growth(waits: 60_000, from: 900) != nil)
    }

    private let reader = ClientKey(host: IPAddress(v4: 5), clientId: "shop")
}
