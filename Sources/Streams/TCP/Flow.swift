import Vocabulary

/// A connection in the flow table: what nearly every packet reads or writes. What is rare is in `FlowNotes`.
///
/// Sides are kept by key order (A, B); `FlowMarks.initiatorIsB` says who is who, so that a late SYN moves nothing. The order
/// of fields is that of cache lines: a packet touches both lines of its sender, the first one of its receiver, and the first
/// of what both share.
struct Flow {
    /// First, so that a side is found by pointer arithmetic (`UnsafeMutablePointer<Flow>.side`).
    var sides = (FlowSide(), FlowSide())
    var key: FlowKey
    var lastFrame: FrameRef
    var marks: FlowMarks = []
    var queue = QueueName.none
    var end = TCPFacts.End.stillOpen
    var hash: UInt32
    /// Index of the flow's `FlowNotes`, `FlowTable.none` where it has none.
    var notes = FlowTable.none

    var firstFrame: FrameRef
    var synFrame = FrameRef.none
    var synAckFrame = FrameRef.none
    var synAckTime = CaptureTime(nanoseconds: 0)
    var lastSynTime = CaptureTime(nanoseconds: 0)
    var synCount: UInt32 = 0
    /// Fingerprint of the SYN, 0 where it has none: a copy of it has the same, another try has not.
    var synPrint: UInt32 = 0
    // Links in the queue it waits in.
    var earlier = FlowTable.none
    var later = FlowTable.none
    /// Capture time in seconds when it was put into its queue.
    var queuedAt: UInt32 = 0

    /// What a plain packet touches lies before this.
    static let hotBytes = 320

    init(key: FlowKey, hash: UInt32, frame: FrameRef) {
        self.key = key
        self.hash = hash
        firstFrame = frame
        lastFrame = frame
    }
}

/// What one side sends, as far as nearly every packet needs it. The first half is also read where the other side sends.
struct FlowSide {
    /// The sequence number of offset 0.
    var base: UInt32 = 0
    var marks: SideMarks = []
    var ttlLow: UInt8 = 0
    var ttlHigh: UInt8 = 0
    /// The first piece held out of order, `FlowTable.none` where nothing is.
    var heldFirst = FlowTable.none
    /// The time stamp option of the last packet that had one (RFC 7323).
    var stamp: UInt32 = 0
    /// The offset up to which all was delivered or declared missing.
    var next: Int64 = 0
    /// The offset behind the last byte seen.
    var seen: Int64 = 0
    /// What the other side acknowledged, a FIN counted as a byte; -1 for nothing yet.
    var acknowledged: Int64 = -1
    var packets: Int64 = 0
    var lastTime = CaptureTime(nanoseconds: 0)
    var payloadBytes: Int64 = 0

    var dataSegments: Int64 = 0
    var firstTime = CaptureTime(nanoseconds: 0)
    var lastDataTime = CaptureTime(nanoseconds: 0)
    var lastDataFrame = FrameRef.none
    /// Fingerprints of the last four packets, and when they came (units of 1,024 nanoseconds, wrapping).
    var prints = SIMD4<UInt32>(repeating: 0)
    var printTimes = SIMD4<UInt32>(repeating: 0)
}

/// Yes-or-no facts of a flow.
struct FlowMarks: OptionSet {
    var rawValue: UInt16
    static let initiatorIsB = FlowMarks(rawValue: 1 << 0)
    static let established = FlowMarks(rawValue: 1 << 1)
    /// RST in answer to a SYN.
    static let refused = FlowMarks(rawValue: 1 << 2)
    /// The other leg of a NAT: nothing of it but its opening and closing is told.
    static let twin = FlowMarks(rawValue: 1 << 3)
    /// Its SYN was also seen on another tuple (`FlowNotes.suspect`).
    static let suspect = FlowMarks(rawValue: 1 << 4)
    /// Bytes of either side were handed on: offsets can no longer move.
    static let delivered = FlowMarks(rawValue: 1 << 5)
    /// Segments of no known position came lately: `StrayTable` keeps them.
    static let straying = FlowMarks(rawValue: 1 << 6)
    static let live = FlowMarks(rawValue: 1 << 7)
    /// Something is held out of order, or a FIN waits.
    static let holding = FlowMarks(rawValue: 1 << 8)
    static let anyFin = FlowMarks(rawValue: 1 << 9)
    static let firstFinByB = FlowMarks(rawValue: 1 << 10)
    static let anyReset = FlowMarks(rawValue: 1 << 11)
    static let firstResetByB = FlowMarks(rawValue: 1 << 12)
    /// The first RST was captured before any FIN.
    static let resetBeforeFin = FlowMarks(rawValue: 1 << 13)
    /// The first RST was captured before both FINs were.
    static let resetBeforeBothFins = FlowMarks(rawValue: 1 << 14)
    /// An ICMP error quoted one of its packets.
    static let icmp = FlowMarks(rawValue: 1 << 15)
}

/// Yes-or-no facts of a side.
struct SideMarks: OptionSet {
    var rawValue: UInt16
    static let baseKnown = SideMarks(rawValue: 1 << 0)
    /// The base comes from an ACK or an empty packet: the first data may still move it.
    static let baseSoft = SideMarks(rawValue: 1 << 1)
    static let midway = SideMarks(rawValue: 1 << 2)
    static let windowClosed = SideMarks(rawValue: 1 << 3)
    static let finSeen = SideMarks(rawValue: 1 << 4)
    static let finTold = SideMarks(rawValue: 1 << 5)
    static let resetSeen = SideMarks(rawValue: 1 << 6)
    /// Something was sent again since the other side was last heard.
    static let unanswered = SideMarks(rawValue: 1 << 7)
    static let synSeen = SideMarks(rawValue: 1 << 8)
    /// The base comes from an empty packet of the side itself.
    static let baseOwn = SideMarks(rawValue: 1 << 9)
}

// On pointers, so that a side is never copied to ask it something.
extension UnsafeMutablePointer where Pointee == FlowSide {
    /// The 64-bit offset of a sequence number, taken to be within 2^31 of `near` (RFC 9293, 3.4).
    func offset(_ sequence: UInt32, near: Int64) -> Int64 {
        let expected = pointee.base &+ UInt32(truncatingIfNeeded: near)
        return near &+ Int64(Int32(bitPattern: sequence &- expected))
    }

    /// Stamps go on (RFC 7323, 5.4); one that is behind came late.
    /// - Returns: whether it is ahead of all before.
    @inline(__always)
    @discardableResult
    func noteStamp(_ stamp: UInt32) -> Bool {
        guard pointee.stamp == 0 || Int32(bitPattern: stamp &- pointee.stamp) > 0 else { return false }
        pointee.stamp = stamp
        return true
    }

    /// The sequence number of an offset.
    func sequence(_ offset: Int64) -> UInt32 { pointee.base &+ UInt32(truncatingIfNeeded: offset) }
}

extension UnsafeMutablePointer where Pointee == Flow {
    /// The index of the side that is the initiator.
    var initiatorIndex: Int { pointee.marks.contains(.initiatorIsB) ? 1 : 0 }

    /// The name of the side with an index.
    func name(_ index: Int) -> Side { index == initiatorIndex ? .initiator : .responder }

    /// Time of the last packet of either side.
    var lastTime: CaptureTime {
        let (a, b) = (side(0), side(1))
        if a.pointee.packets == 0 { return b.pointee.lastTime }
        return b.pointee.packets == 0 ? a.pointee.lastTime : max(a.pointee.lastTime, b.pointee.lastTime)
    }

    /// Time of the first packet of either side.
    var firstTime: CaptureTime {
        let (a, b) = (side(0), side(1))
        if a.pointee.packets == 0 { return b.pointee.firstTime }
        return b.pointee.packets == 0 ? a.pointee.firstTime : min(a.pointee.firstTime, b.pointee.firstTime)
    }

    /// One side by key order.
    func side(_ index: Int) -> UnsafeMutablePointer<FlowSide> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: FlowSide.self) + index
    }
}
