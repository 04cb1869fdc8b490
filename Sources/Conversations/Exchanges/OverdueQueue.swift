import Streams
import Vocabulary

/// Produce requests in the order sent, to find those that are still unanswered after a while: a client may send them again
/// long before their connection is seen to end. A ring of fixed size; looking at an entry costs a comparison.
struct OverdueQueue: ~Copyable {
    private struct Entry {
        var pending: Int32
        var correlationId: Int32
        /// Its connection's.
        var slot: FlowSlot
        var sent: CaptureTime
    }

    private static let size = 1 << 14
    private static let after = Span.milliseconds(700)
    private let ring: UnsafeMutablePointer<Entry>
    private var head = 0
    private var count = 0

    init() { ring = .allocate(capacity: Self.size) }

    deinit { ring.deallocate() }

    /// Adds a request. Where the ring is full, the oldest one is no longer watched.
    @inline(__always)
    mutating func add(_ index: Int32, _ request: Waiting, of slot: FlowSlot) {
        if count == Self.size { dropHead() }
        ring[(head + count) & (Self.size - 1)] = Entry(
            pending: index, correlationId: request.pointee.correlationId, slot: slot, sent: request.pointee.sent)
        count += 1
    }

    private mutating func dropHead() {
        head = (head + 1) & (Self.size - 1)
        count -= 1
    }

    /// Whether the oldest has waited for long.
    @inline(__always)
    func isDue(now: CaptureTime) -> Bool { count > 0 && Self.isOverdue(ring[head].sent, at: now) }

    /// Whether a request waits for long by then.
    @inline(__always)
    static func isOverdue(_ sent: CaptureTime, at now: CaptureTime) -> Bool { now.since(sent) > after }

    /// The slab indexes of requests that have waited for longer than a moment, each told once. The caller checks that the
    /// place still holds the same request.
    mutating func due(now: CaptureTime) -> (pending: Int32, correlationId: Int32, slot: FlowSlot, sent: CaptureTime)? {
        guard count > 0 else { return nil }
        let entry = ring[head]
        guard Self.isOverdue(entry.sent, at: now) else { return nil }
        dropHead()
        return (entry.pending, entry.correlationId, entry.slot, entry.sent)
    }
}
