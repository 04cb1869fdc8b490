import Testing
import Vocabulary

@testable import Streams

@Suite struct HoleQueueTests {
    @Test(arguments: 1...40) func givesTheEarliestFirst(seed: UInt64) {
        var random = Numbers(state: seed)
        var queue = HoleQueue()
        var waiting: [Int64] = []
        for _ in 0..<200 {
            if random.next() % 3 == 0, let least = waiting.min() {
                #expect(queue.take().due.nanoseconds == least)
                waiting.remove(at: waiting.firstIndex(of: least) ?? 0)
            } else {
                let due = Int64(random.next() % 50)
                queue.add(.init(due: CaptureTime(nanoseconds: due), slot: UInt32(random.next() % 9), side: 0))
                waiting.append(due)
            }
            #expect(queue.count == waiting.count)
            #expect(queue.first?.nanoseconds == waiting.min())
        }
    }
}

private struct Numbers {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
