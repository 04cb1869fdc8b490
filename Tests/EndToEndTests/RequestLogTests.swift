import Testing
import Vocabulary

@testable import Conversations

@Suite struct RequestLogTests {
    @Test func whatFindsRoomIsKeptWhole() {
        let log = filled(100, limit: 100)
        #expect(log.count == 100 && log.seen == 100 && log.ordinaryStride == 1)
    }

    /// What stays is spread evenly over all, and nothing notable is lost.
    @Test func aFullLogIsThinnedEvenly() {
        let log = filled(100_000, limit: 1000)
        #expect(log.seen == 100_000)
        #expect(log.count <= 1000 && log.count > 450)
        #expect(log.notableStride == 1)
        var (times, lost) = ([Int64](), 0)
        log.forEach {
            if $0.marks.contains(.lost) { lost += 1 } else { times.append($0.sent.nanoseconds) }
        }
        #expect(lost == 100)
        #expect(times == times.sorted())
        let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
        #expect((gaps.max() ?? 0) <= Int64(log.ordinaryStride * 2))
    }

    @Test func evenNotableOnesKeepToTheLimit() {
        let log = RequestLog(limit: 64)
        for i in 0..<10_000 { log.append(request(i, .lost)) }
        #expect(log.count <= 64 && log.count > 30)
        #expect(log.notableStride > 1)
    }

    /// Drained, it gives what it gives when asked, once.
    @Test func aDrainedLogGivesAllAndIsEmpty() {
        let (log, twin) = (filled(40_000, limit: 30_000), filled(40_000, limit: 30_000))
        var (drained, asked): ([Int32], [Int32]) = ([], [])
        log.drain { drained.append($0.correlationId) }
        twin.forEach { asked.append($0.correlationId) }
        #expect(drained == asked && drained.count == twin.count)
        #expect(log.count == 0)
        log.forEach { _ in Issue.record("nothing is left") }
    }

    private func filled(_ count: Int, limit: Int) -> RequestLog {
        let log = RequestLog(limit: limit)
        for i in 0..<count { log.append(request(i, i % 1000 == 7 ? .lost : .answered)) }
        return log
    }

    private func request(_ i: Int, _ marks: LoggedRequest.Marks) -> LoggedRequest {
        LoggedRequest(
            sent: CaptureTime(nanoseconds: Int64(i)), frame: FrameRef(source: 0, number: UInt64(i + 1)), connection: 1,
            correlationId: Int32(i), microseconds: 5, requestBytes: 10, responseBytes: 10, framesToAnswer: 1, api: 0,
            errorCode: 0,
            version: 9, marks: marks)
    }
}
