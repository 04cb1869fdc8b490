import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Depth

/// When a commit that was acknowledged is lost: the coordinator says that there is none, and its group goes on elsewhere.
@Suite struct CommitMemoryTests {
    private func time(_ seconds: Double) -> CaptureTime { CaptureTime(nanoseconds: Int64(seconds * 1e9)) }
    private func frame(_ number: UInt64) -> FrameRef { FrameRef(source: 0, number: number) }
    private let id = TopicUUID(high: 1, low: 2)

    /// Committed 1505 at 20 s; asked for the offset at 40 s and told that there is none.
    private func lost(
        readFrom: Int64, position: Int64? = 1505, highWatermark: Int64? = 3000, commits: Bool = true,
        keptMs: Int64? = -1, asked: Double = 40, topicId: TopicUUID? = TopicUUID(high: 1, low: 2),
        between: (inout CommitMemory) -> Void = { _ in }
    ) -> LostCommit? {
        var memory = CommitMemory()
        if commits { memory.committed(1505, at: time(20), frame(1), topicId: id, keptMs: keptMs) }
        between(&memory)
        memory.toldNone(sent: time(asked), at: time(40), frame(2), topicId: topicId)
        memory.asks(readFrom, position: position, frame(3))
        memory.answered(highWatermark)
        return memory.lost
    }

    @Test func whoGoesOnElsewhereHasLostIt() {
        #expect(lost(readFrom: 2080)?.readFrom == 2080)
        let again = lost(readFrom: 1000)
        #expect(again?.offset == 1505 && again?.readFrom == 1000 && again?.frames.map(\.number) == [1, 2, 3])
        // It commits where it was reset to before the first records come.
        var memory = CommitMemory()
        memory.committed(1505, at: time(20), frame(1), topicId: nil, keptMs: nil)
        memory.toldNone(sent: time(40), at: time(40), frame(2), topicId: id)
        memory.asks(2080, position: 1505, frame(3))
        memory.committed(2080, at: time(41), frame(4), topicId: id, keptMs: nil)
        memory.answered(2090)
        #expect(memory.lost?.offset == 1505)
    }

    @Test func whoNeverCommittedHasLostNothing() {
        #expect(lost(readFrom: 2080, commits: false) == nil)
        // The commit was on its way when the coordinator was asked.
        #expect(lost(readFrom: 2080, asked: 19.9) == nil)
    }

    @Test func whatWasDeletedOnPurposeIsNotLost() {
        #expect(lost(readFrom: 2080) { $0.deleted() } == nil)
        #expect(lost(readFrom: 2080, keptMs: 5_000) == nil)
        #expect(lost(readFrom: 2080, keptMs: .max)?.offset == 1505)
        // A topic made anew under its old name: by its id, and by a log that ends before what was committed.
        #expect(lost(readFrom: 0, topicId: TopicUUID(high: 3, low: 4)) == nil)
        #expect(lost(readFrom: 0, highWatermark: 40) == nil)
        // The same by a record that is stored before it; one that is stored behind it says nothing.
        #expect(lost(readFrom: 0) { $0.stored(12, sent: time(30)) } == nil)
        #expect(lost(readFrom: 0) { $0.stored(1505, sent: time(30)) }?.readFrom == 0)
        #expect(lost(readFrom: 0) { $0.stored(1400, sent: time(19)) }?.readFrom == 0)
    }

    @Test func whoKnowsItsPositionHasLostNothing() {
        #expect(lost(readFrom: 1505) == nil)
        // A member that reads on, while somebody else asks for the group's offsets.
        #expect(lost(readFrom: 1700, position: 1700) == nil)
        #expect(lost(readFrom: 1700, position: nil) == nil)
    }

    /// The answer that would show where the log ends was not captured.
    @Test func aHoleProvesNothing() { #expect(lost(readFrom: 2080, highWatermark: nil) == nil) }
}
