import TestSupport
import Testing
import Vocabulary

@testable import Conversations

/// The time that a capture spans is the same however its packets come.
@Suite struct SpanTests {
    /// Times that mostly go on, and now and then back, by little or much.
    private func times(_ random: inout Seeded) -> [Int64] {
        var now: Int64 = 50_000
        return (0..<60).map { _ in
            let step: Int64 = Int.random(in: 0..<12, using: &random) == 0 ? .random(in: -3000..<0, using: &random) : 40
            now += step
            return now
        }
    }

    private func span(_ times: [Int64], batch: Int, tellsOrder: Bool) -> CaptureSpan {
        var span = CaptureSpan()
        for start in stride(from: 0, to: times.count, by: batch) {
            let part = times[start..<min(times.count, start + batch)]
            let bytes: [UInt8] = [0]
            bytes.withUnsafeBufferPointer { bytes in
                guard let place = bytes.baseAddress else { return }
                let entries = part.map {
                    PacketEntry(
                        bytes: place, capturedLength: 1, wireLength: 1, time: CaptureTime(nanoseconds: $0 * 1_000_000),
                        frame: FrameRef(source: 0, number: 1), linkType: 1, interface: 0)
                }
                let isOrdered = zip(part, part.dropFirst()).allSatisfy { $0 <= $1 }
                entries.withUnsafeBufferPointer { span.note($0, isOrdered: tellsOrder && isOrdered) }
            }
        }
        return span
    }

    @Test(arguments: 0..<40) func whatIsInOrderIsTakenAtOnce(_ seed: UInt64) {
        var random = Seeded(seed)
        let times = times(&random)
        let whole = span(times, batch: 60, tellsOrder: false)
        for batch in [1, 2, 5, 13] {
            let part = span(times, batch: batch, tellsOrder: true)
            #expect(part.first == whole.first && part.last == whole.last && part.packets == whole.packets)
        }
    }
}
