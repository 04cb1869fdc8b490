public import Vocabulary

/// Between which times a capture saw anything at all.
public struct CaptureSpan: Sendable {
    public private(set) var first: CaptureTime?
    public private(set) var last: CaptureTime
    public private(set) var packets: Int64

    /// Interfaces differ by little; a larger step back is the clock's, and what came last tells the time.
    private static let setBack = Span.seconds(1)

    public init(first: CaptureTime? = nil, last: CaptureTime = .distantPast, packets: Int64 = 0) {
        (self.first, self.last, self.packets) = (first, last, packets)
    }

    /// Takes the next packets. The same comes of them however they are divided.
    /// - Parameter isOrdered: none of them is earlier than the one before it; the first and the last then tell all.
    public mutating func note(_ batch: UnsafeBufferPointer<PacketEntry>, isOrdered: Bool = false) {
        guard let beginning = batch.first?.time, let end = batch.last?.time else { return }
        packets += Int64(batch.count)
        if isOrdered {
            last = last.since(beginning) >= Self.setBack ? end : max(last, end)
            return first = min(first ?? beginning, beginning)
        }
        var (earliest, latest) = (first ?? beginning, last)
        for i in 0..<batch.count {
            let time = batch[i].time
            if time >= latest {
                latest = time
                continue
            }
            if latest.since(time) >= Self.setBack { latest = time }
            earliest = min(earliest, time)
        }
        (first, last) = (earliest, latest)
    }
}
