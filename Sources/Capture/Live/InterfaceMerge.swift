import Vocabulary

/// Packets of several interfaces in one order of time.
///
/// The kernel hands on each interface's packets in blocks, up to a tenth of a second late. So a packet is held until every
/// other interface has shown a later one, or until all that is earlier must have come.
final class InterfaceMerge {
    private struct Held {
        var entry: PacketEntry
        /// By the clock that is never set.
        var arrival: Int64
    }

    /// Packets of one interface with the memory that their bytes lie in.
    private final class Segment {
        let store = PacketStore()
        var held: [Held] = []
        var next = 0
        var bytes = 0
    }

    private final class Lane {
        let device: LiveDevice
        var segments: [Segment] = []
        /// The last question was answered with as many packets as it allowed.
        var mayHaveMore = false
        var head: Held? { segments.first { $0.next < $0.held.count }.map { $0.held[$0.next] } }
        init(_ device: LiveDevice) { self.device = device }
    }

    private let lanes: [Lane]
    private var spare: [Segment] = []
    private let batch: UnsafeMutableBufferPointer<PacketEntry>
    private let window: Int64
    private let mostBytes: Int
    private var heldBytes = 0
    /// A segment of this size takes no more, so that its memory is free again soon.
    private static let segmentBytes = 1 << 20

    init(_ devices: [LiveDevice], limits: Limits) {
        lanes = devices.map(Lane.init)
        batch = .allocate(capacity: max(1, limits.batchPackets))
        (window, mostBytes) = (limits.mergeWindowNanoseconds, limits.mergeBytes)
    }

    deinit { batch.deallocate() }

    /// Whether packets came that were not handed on.
    var isHolding: Bool { lanes.contains { $0.head != nil } }

    /// Reads what is there, and gives what can be handed on; nil where nothing can. It is valid until the next call.
    func nextBatch() -> UnsafeBufferPointer<PacketEntry>? {
        recycle()
        let now = MonotonicClock.now
        for lane in lanes { read(lane, now) }
        return fill { [self] head in
            heldBytes > mostBytes || now - head.arrival >= window
                || lanes.allSatisfy { $0.head != nil || $0.device.isEnded }
        }
    }

    /// What is held, without reading more and without waiting: no more will be asked for.
    func rest() -> UnsafeBufferPointer<PacketEntry>? {
        recycle()
        for lane in lanes { lane.mayHaveMore = false }
        return fill { _ in true }
    }

    private func fill(while mayGo: (Held) -> Bool) -> UnsafeBufferPointer<PacketEntry>? {
        var count = 0
        while count < batch.count, let (lane, head) = earliest(), mayGo(head) {
            batch.initializeElement(at: count, to: head.entry)
            count += 1
            drop(lane)
            if lane.mayHaveMore, lane.head == nil { break }
        }
        return count > 0 ? UnsafeBufferPointer(rebasing: batch[..<count]) : nil
    }

    /// At equal times the interface named first goes first.
    private func earliest() -> (Lane, Held)? {
        var best: (lane: Lane, head: Held)?
        for lane in lanes {
            guard let head = lane.head else { continue }
            if let leader = best, leader.head.entry.time <= head.entry.time { continue }
            best = (lane, head)
        }
        return best
    }

    // MARK: What is held

    private func read(_ lane: Lane, _ now: Int64) {
        let segment = roomySegment(of: lane)
        lane.device.take(batch.count, into: segment.store)
        lane.mayHaveMore = lane.device.list.count == batch.count
        for entry in UnsafeBufferPointer(start: lane.device.list.storage, count: lane.device.list.count) {
            segment.held.append(Held(entry: entry, arrival: now))
            segment.bytes += Int(entry.capturedLength)
            heldBytes += Int(entry.capturedLength)
        }
    }

    private func roomySegment(of lane: Lane) -> Segment {
        if let last = lane.segments.last, last.bytes < Self.segmentBytes { return last }
        let segment = spare.popLast() ?? Segment()
        lane.segments.append(segment)
        return segment
    }

    private func drop(_ lane: Lane) {
        guard let segment = lane.segments.first(where: { $0.next < $0.held.count }) else { return }
        heldBytes -= Int(segment.held[segment.next].entry.capturedLength)
        segment.next += 1
    }

    /// Segments whose packets have all been handed on can be used again: the batch that pointed into them is done with.
    private func recycle() {
        for lane in lanes {
            while let first = lane.segments.first, first.next == first.held.count {
                lane.segments.removeFirst()
                first.store.removeAll()
                first.held.removeAll(keepingCapacity: true)
                (first.next, first.bytes) = (0, 0)
                spare.append(first)
            }
        }
    }
}
