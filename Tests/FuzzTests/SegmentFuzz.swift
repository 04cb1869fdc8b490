import Vocabulary

@testable import Streams

/// Segments with any numbers, flags and times: nothing need fit, and each stream is told in order all the same.
enum SegmentFuzz {
    private static let times: [Int64] = [0, .min, .max, 1000, 5_000_000_000, 8_000_000_000_000]

    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        var limits = Limits()
        let tight = input.byte()
        if tight & 1 != 0 { limits.liveConnections = tight >> 4 & 3 }
        if tight & 2 != 0 { limits.outOfOrderBytes = (tight >> 2) * 600 }
        let order = DeliveredOrder()
        let streams = FuzzStreams(limits, told: order.take)
        var now: Int64 = 0
        while !input.isEmpty { streams.take(segment(&input, &now)) }
        streams.finish()
        if !order.open.isEmpty { FuzzTarget.fail("a connection was opened and never closed") }
    }

    private static func segment(_ input: inout FuzzInput, _ now: inout Int64) -> FuzzSegment {
        let what = input.byte()
        var segment = FuzzSegment.of(what & 1 == 0 ? .initiator : .responder, TCPFlags(rawValue: UInt8(input.byte())))
        if what & 2 != 0 { segment.headers.flags = .ack }
        // Another connection, or another way to the same.
        segment.headers.sourcePort &+= UInt16(what >> 2 & 1)
        if what & 8 != 0 { segment.headers.destination = IPAddress(v4: 77) }
        segment.headers.sequence = UInt32(truncatingIfNeeded: input.word() &- 2500)
        segment.headers.acknowledgement = UInt32(truncatingIfNeeded: input.word() &- 2500)
        segment.headers.window = UInt16(input.byte() & 3)
        segment.headers.hasTimestamp = what & 16 != 0
        segment.headers.timestamp = UInt32(what)
        segment.headers.ipID = Int32(input.byte() & 3) - 1
        segment.payload = [UInt8](repeating: 7, count: what & 32 != 0 ? input.byte() * 12 : 0)
        if what & 64 != 0 { segment.captured = input.byte() }
        let time = input.byte()
        now = time & 128 != 0 ? times[time % times.count] : now &+ Int64(time) << 20
        segment.time = CaptureTime(nanoseconds: now)
        segment.outcome = time == 77 ? .icmpError : .tcp
        return segment
    }
}

/// How far each side of each open connection has been told.
private final class DeliveredOrder {
    var open: [FlowSlot: [Int64]] = [:]

    func take(_ batch: StreamBatch) {
        for event in batch.events {
            switch event.kind {
            case .opened:
                if open.updateValue([0, 0], forKey: event.slot) != nil { FuzzTarget.fail("opened twice") }
            case .closed:
                if open.removeValue(forKey: event.slot) == nil { FuzzTarget.fail("closed twice") }
            case .data, .gap: deliver(event)
            default: break
            }
        }
    }

    private func deliver(_ event: StreamEvent) {
        guard let places = open[event.slot] else { FuzzTarget.fail("bytes of no connection") }
        if event.offset != places[event.side.index] || event.length <= 0 { FuzzTarget.fail("bytes out of order") }
        open[event.slot]?[event.side.index] += event.length
    }
}
