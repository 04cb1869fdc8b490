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
