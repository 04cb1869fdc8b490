import Vocabulary

/// What a flow waits for.
enum QueueName: UInt8 {
    /// Ended; closes when quiet for 2 s.
    case ended
    /// SYN without an answer; closes when quiet for 130 s, more than Linux tries (6 repeats, 127 s).
    case attempt
    /// Joined midway; leaves when quiet for an hour, as its end may not have been captured.
    case midway
    /// Known from its start: leaves only at its end, or for want of room.
    case whole
    case none

    static let count = 4
}

/// First-in-first-out queues of flows, linked through the flows themselves.
struct FlowQueues {
    private var firsts = SIMD4<UInt32>(repeating: FlowTable.none)
    private var lasts = SIMD4<UInt32>(repeating: FlowTable.none)

    /// The flow that waits longest in a queue.
    func first(_ queue: QueueName) -> FlowSlot { firsts[Int(queue.rawValue)] }

    /// Puts a flow at the end of a queue, out of the one it was in.
    mutating func move(_ slot: FlowSlot, to queue: QueueName, now: CaptureTime, _ flows: borrowing SlotPool<Flow>) {
        remove(slot, flows)
        let flow = flows[slot]
        let index = Int(queue.rawValue)
        flow.pointee.queue = queue
        flow.pointee.queuedAt = Self.seconds(now)
        flow.pointee.earlier = lasts[index]
        flow.pointee.later = FlowTable.none
        if lasts[index] == FlowTable.none {
            firsts[index] = slot
        } else {
            flows[lasts[index]].pointee.later = slot
        }
        lasts[index] = slot
    }

    /// Takes a flow out of its queue.
    mutating func remove(_ slot: FlowSlot, _ flows: borrowing SlotPool<Flow>) {
        let flow = flows[slot]
        guard flow.pointee.queue != .none else { return }
        let index = Int(flow.pointee.queue.rawValue)
        let (earlier, later) = (flow.pointee.earlier, flow.pointee.later)
        if earlier == FlowTable.none { firsts[index] = later } else { flows[earlier].pointee.later = later }
        if later == FlowTable.none { lasts[index] = earlier } else { flows[later].pointee.earlier = earlier }
        flow.pointee.queue = .none
    }

    /// Whole seconds of capture time, wrapping after 136 years.
    static func seconds(_ time: CaptureTime) -> UInt32 { UInt32(truncatingIfNeeded: time.nanoseconds / 1_000_000_000) }
}
