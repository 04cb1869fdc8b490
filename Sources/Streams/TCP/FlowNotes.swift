import Vocabulary

/// What a flow has only once something uncommon, or its end, happens to it.
struct FlowNotes {
    /// First, so that a side is found by pointer arithmetic.
    var sides = (SideNotes(), SideNotes())
    // Links in the list of flows that hold something.
    var earlierHolder = FlowTable.none
    var laterHolder = FlowTable.none
    var icmpType: UInt8 = 255
    var icmpCode: UInt8 = 0
    var icmpSender = IPAddress(v4: 0)
    var icmpTime = CaptureTime(nanoseconds: 0)
    var icmpFrame = FrameRef.none
    /// The flow with the same SYN, while that is in the table, known by its first frame.
    var suspect = FlowTable.none
    var suspectFrame = FrameRef.none
    /// Both SYNs had the same time stamp option and a port in common: twins even without an answer.
    var suspectIsSure = false
    var twinKey = FlowKey()
    var twinInitiatorIsB = false

    init() {}
}

/// The uncommon facts of one side.
struct SideNotes {
    var retransmissions: Int64 = 0
    var retransmissionsUnanswered: Int64 = 0
    /// What was surely sent again; how much came so late that a request waited for it, and the longest of these waits.
    var resends: Int64 = 0
    var lateResends: Int64 = 0
    var longestResend: Int64 = 0
    /// Its times without an acknowledgement (`TCPCore.spansOf`), `FlowTable.none` where it never sent anything again.
    var spans = FlowTable.none
    var backoff = Backoff()
    /// The side's first packet that another source shows than the one that saw the flow begin.
    var otherView = FrameRef.none
    /// SYN+ACKs sent again though the capture shows the initiator's answer to the first.
    var synAckRepeats: Int64 = 0
    /// The last of them, and where it was seen.
    var lastRepeat = FrameRef.none
    var lastRepeatTime = CaptureTime.distantPast
    var duplicatePackets: Int64 = 0
    var outOfOrder: Int64 = 0
    var keepAlives: Int64 = 0
    var firstProbe = FirstProbe()
    var gapBytes: Int64 = 0
    var cutBytes: Int64 = 0
    /// When bytes last came that lie before the first ones told.
    var beforeStart: CaptureTime?
    var zeroWindows: Int64 = 0
    var zeroWindowNanoseconds: Int64 = 0
    var windowClosedAt = CaptureTime(nanoseconds: 0)
    var windowOpenedAt = CaptureTime.distantPast
    /// The closing before which the window had been open for longer than a moment.
    var windowRunBegan = CaptureTime(nanoseconds: 0)
    var finFrame = FrameRef.none
    var finTime = CaptureTime(nanoseconds: 0)
    var finOffset: Int64 = 0
    /// The other side's offset that the FIN acknowledged, its FIN counted as a byte.
    var finAcknowledged: Int64 = -1
    /// The other side's last packet that acknowledged one byte beyond what was captured: that byte may be a FIN.
    var beyondFrame = FrameRef.none
    var beyondTime = CaptureTime(nanoseconds: 0)
    /// The side's own last empty packet behind such a byte, and its offset.
    var ownBeyond: Int64 = -1
    var ownBeyondFrame = FrameRef.none
    var ownBeyondTime = CaptureTime(nanoseconds: 0)
    /// The furthest number of the side's own empty packets, as an offset, and when one first stood beyond what the capture has.
    var sentUpTo: Int64 = 0
    var sentAheadSince: CaptureTime?
    var resetFrame = FrameRef.none
    var resetTime = CaptureTime(nanoseconds: 0)
    /// As `finAcknowledged`, for the first RST; -1 where it had no ACK.
    var resetAcknowledged: Int64 = -1
    /// The RST's acknowledgement number as sent.
    var resetAcknowledgement: UInt32 = 0
    /// The RST's sequence number as sent.
    var resetSequence: UInt32 = 0
    var packetsAfterReset: Int64 = 0
    var resetIPID: Int32 = -1
    var resetSequenceOffset: Int32 = 0
    var resetWindow: UInt16 = 0
    var resetTTL: UInt8 = 0
    var resetHasOptions = false
    // What is held out of order.
    var heldLast = FlowTable.none
    var heldPages: Int32 = 0
    var holeSince = CaptureTime(nanoseconds: 0)
    /// Holes before this offset are declared when `ackMarkTime` is 200 ms ago; -1 for no mark.
    var ackMark: Int64 = -1
    var ackMarkTime = CaptureTime(nanoseconds: 0)
    /// When the side's hole is looked at next: the time of its valid entry in `HoleQueue`.
    var queuedFor = CaptureTime(nanoseconds: .max)

    init() {}
}

extension UnsafeMutablePointer where Pointee == FlowNotes {
    /// One side by key order.
    func side(_ index: Int) -> UnsafeMutablePointer<SideNotes> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: SideNotes.self) + index
    }
}
