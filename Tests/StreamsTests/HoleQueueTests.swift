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
                let frame = FrameRef(source: 0, number: UInt64(random.next() % 9 + 1))
                queue.add(
                    .init(due: CaptureTime(nanoseconds: due), slot: UInt32(random.next() % 9), side: 0, frame: frame))
                waiting.append(due)
            }
            #expect(queue.count == waiting.count)
            #expect(queue.first?.nanoseconds == waiting.min())
        }
    }

    /// Slots are used again sooner or later, as threads have it: which one a flow has decides nothing.
    @Test func ofSeveralAtOnceTheEarlierFlowGoesFirst() {
        var queue = HoleQueue()
        let due = CaptureTime(nanoseconds: 7)
        for (slot, number) in [(3, 20), (1, 40), (9, 10), (2, 30)] as [(UInt32, UInt64)] {
            queue.add(.init(due: due, slot: slot, side: 0, frame: FrameRef(source: 0, number: number)))
        }
        #expect((0..<4).map { _ in queue.take().slot } == [9, 3, 2, 1])
    }
}

private struct Numbers {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
