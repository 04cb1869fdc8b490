import Vocabulary

/// One TCP segment on its way through the core.
struct Segment {
    let headers: UnsafePointer<PacketHeaders>
    let time: CaptureTime
    let frame: FrameRef
    /// Index of the sender in the flow's key.
    let from: Int
    /// What was blanked of the packet.
    var blanked: BlankedBytes?

    var flags: TCPFlags { headers.pointee.flags }
    var isSyn: Bool { flags.contains(.syn) }
    var isReset: Bool { flags.contains(.reset) }
    var length: Int64 { Int64(max(0, headers.pointee.payloadLength)) }
    /// Captured payload, never more than was sent.
    var captured: Int64 {
        headers.pointee.payload == nil ? 0 : min(length, Int64(max(0, headers.pointee.payloadCaptured)))
    }
    /// Where the piece of payload ends that begins at `place`, `end` at the most, and whether it was not blanked.
    func piece(from place: Int64, to end: Int64) -> (end: Int64, isShown: Bool) {
        guard let blanked, let payload = headers.pointee.payload else { return (end, true) }
        let start = payload - blanked.packet
        // Fragments that were put together lie elsewhere.
        guard start >= 0, start <= 1 << 20 else { return (end, true) }
        let at = start + Int(place)
        let next = blanked.first(endingBehind: at)
        guard next < blanked.count else { return (end, true) }
        let range = blanked[next]
        return range.lowerBound > at
            ? (min(end, Int64(range.lowerBound - start)), true) : (min(end, Int64(range.upperBound - start)), false)
    }

    /// The sequence number of the first payload byte: a SYN takes one of its own.
    var dataSequence: UInt32 { headers.pointee.sequence &+ (isSyn ? 1 : 0) }
}

/// All state of TCP reassembly, as one value: a batch is one exclusive access to it.
///
/// Some methods that change nothing are `mutating` all the same: any other is handed a copy of the whole value where it is
/// not inlined, and eight hundred bytes are more than most packets' own work.
struct TCPCore: ~Copyable {
    let limits: Limits
    let seed: UInt64
    var table = FlowTable()
    var flows = SlotPool<Flow>()
    var notes = SlotPool<FlowNotes>()
    var spans = SlotPool<UnacknowledgedSpans>()
    var pages = PagePool()
    var queues = FlowQueues()
    var events = EventBuffer<StreamEvent>()
    /// What events index.
    var begun = EventBuffer<FlowBeginning>(room: 64)
    var ends = EventBuffer<FlowEnd>(room: 64)
    var recentSyns = RecentSyns()
    var ended = EndedConnections()
    var totals = StreamTotals()
    var trips = TripLog()
    /// Slots whose `closed` is in the current batch.
    var leaving: [FlowSlot] = []
    /// Capture time of the packet at hand.
    var now = CaptureTime(nanoseconds: 0)
    /// When queues and holes were last looked at.
    var lastTick = CaptureTime.distantPast
    var nextTick = CaptureTime.distantPast
    var seen = SeenPackets()
    /// Off where each packet must be compared with what another source shows, and in tests that compare with what the long way
    /// alone says.
    var takesPlainPackets = true
    var holeQueue = HoleQueue()
    var strays = StrayTable()
    var beginnings = Beginnings()
    // The flows that hold something, the longest holding first.
    var firstHolder = FlowTable.none
    var lastHolder = FlowTable.none
    var live = 0
    /// When the capture paused.
    var pauses = CapturePauses()
    /// The segment being taken has a later time stamp option than any before it, or none.
    var stampIsNew = false
    /// The segment being taken is the first of its side behind what the other one sent again.
    var answersResend = false

    init(limits: Limits, seed: UInt64) {
        self.limits = limits
        self.seed = seed
    }

    /// Frees what was valid until now: events, closed slots, pages handed on.
    mutating func beginBatch() {
        events.removeAll()
        begun.removeAll()
        ends.removeAll()
        pages.recycle()
        strays.recycle()
        var slots: [FlowSlot] = []
        swap(&slots, &leaving)
        free(&slots)
        swap(&slots, &leaving)
    }

    /// Frees slots of closed flows.
    mutating func free(_ slots: inout [FlowSlot]) {
        guard !slots.isEmpty else { return }
        for slot in slots {
            if flows[slot].pointee.notes != FlowTable.none { giveNotes(flows[slot].pointee.notes) }
            flows[slot].pointee.notes = FlowTable.none
            flows.give(slot)
        }
        slots.removeAll(keepingCapacity: true)
    }

    private mutating func giveNotes(_ slot: UInt32) {
        for index in 0...1 where notes[slot].side(index).pointee.spans != FlowTable.none {
            spans.give(notes[slot].side(index).pointee.spans)
        }
        notes.give(slot)
    }

    /// The slot of a live flow, or `FlowTable.none`.
    mutating func find(_ step: UnsafeMutablePointer<PreparedPackets.Step>) -> FlowSlot {
        table.find(step.pointee.hash) { flows[$0].pointee.key == step.pointee.key }
    }

    /// The flow's notes, made where it has none yet.
    mutating func notesOf(_ flow: UnsafeMutablePointer<Flow>) -> UnsafeMutablePointer<FlowNotes> {
        if flow.pointee.notes == FlowTable.none { flow.pointee.notes = notes.take(FlowNotes()) }
        return notes[flow.pointee.notes]
    }

    /// The side's times without an acknowledgement, kept from the first thing on that it sends again.
    mutating func spansOf(_ note: UnsafeMutablePointer<SideNotes>) -> UnsafeMutablePointer<UnacknowledgedSpans> {
        if note.pointee.spans == FlowTable.none { note.pointee.spans = spans.take(UnacknowledgedSpans()) }
        return spans[note.pointee.spans]
    }

    /// These times, where the side has any.
    mutating func knownSpans(_ note: UnsafeMutablePointer<SideNotes>) -> UnsafeMutablePointer<UnacknowledgedSpans>? {
        note.pointee.spans == FlowTable.none ? nil : spans[note.pointee.spans]
    }

    /// Adds an event about one side.
    mutating func emit(
        _ kind: StreamEvent.Kind, _ slot: FlowSlot, _ index: Int, offset: Int64 = 0, length: Int64 = 0,
        bytes: UnsafePointer<UInt8>? = nil, time: CaptureTime, frame: FrameRef, reason: GapReason = .lost
    ) {
        let flow = flows[slot]
        if flow.pointee.marks.contains(.twin), kind != .opened, kind != .closed { return }
        if offset == 0, kind == .data || kind == .gap { tellBeginning(slot, flow, index, time, frame) }
        let stream = kind == .reset ? 1 - index : index
        events.append(
            StreamEvent(
                kind: kind, side: flow.name(index), slot: slot, offset: offset, length: length,
                acknowledged: flow.side(stream).pointee.acknowledged, bytes: bytes, time: time, frame: frame,
                gapReason: reason))
    }

    /// Tells what is known of a flow where a side's stream begins.
    @inline(never)
    mutating func tellBeginning(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ index: Int, _ time: CaptureTime, _ frame: FrameRef,
        _ kind: StreamEvent.Kind = .began
    ) {
        emit(kind, slot, index, offset: Int64(begun.count), time: time, frame: frame)
        begun.append(FlowBeginning(flow, index))
    }
}
