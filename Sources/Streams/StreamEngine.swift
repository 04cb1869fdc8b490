public import Vocabulary

/// Packets to ordered byte streams: decodes headers, follows connections, puts bytes in order, declares what is missing.
///
/// Not for several threads at once. Events, datagrams and what they point to are valid until the next call.
public final class StreamEngine {
    @exclusivity(unchecked) var core: TCPCore
    var decoder: PacketDecoder
    var datagramList = EventBuffer<Datagram>(room: 64)
    var prepared = PreparedPackets()

    /// - Parameters:
    ///   - verifiesChecksums: leaves out segments that were damaged on the way, which costs a look at every byte.
    ///   - seed: of the flow table's hash. No output depends on it.
    public init(limits: Limits, verifiesChecksums: Bool = false, seed: UInt64 = 0x5851_F42D_4C95_7F2D) {
        core = TCPCore(limits: limits, seed: seed)
        decoder = PacketDecoder(limits: limits, verifiesChecksums: verifiesChecksums)
    }

    /// The UDP datagrams of the current batch; a `.datagram` event's slot is an index into them.
    public var datagrams: UnsafeBufferPointer<Datagram> { datagramList.all }

    /// A tick of capture time without packets: closes and gives up what is due.
    public func advance(to time: CaptureTime) -> UnsafeBufferPointer<StreamEvent> {
        begin()
        if time > core.now { core.now = time }
        core.tick()
        return core.events.all
    }

    /// The capture has ended: tells all that is held and closes every flow, in order of first frame, some at a time.
    public func finish(_ body: (UnsafeBufferPointer<StreamEvent>) -> Void) {
        var slots = core.openSlots()[...]
        while !slots.isEmpty {
            begin()
            for slot in slots.prefix(Self.closedAtOnce) { core.close(slot, .captureEnded) }
            slots = slots.dropFirst(Self.closedAtOnce)
            body(core.events.all)
        }
        begin()
    }

    /// So that the events of a hundred thousand ends are never there at once.
    private static let closedAtOnce = 1024

    /// What TCP says about a flow. Good until the batch with its `closed` event has been used.
    public func facts(_ slot: FlowSlot) -> TCPFacts { core.facts(slot) }

    /// How a flow begins, as far as is known by now.
    public func beginning(_ slot: FlowSlot) -> FlowBeginning? { core.beginning(slot) }

    /// The sequence number of a side's first byte; 0 where the flow is not there.
    public func firstSequence(_ slot: FlowSlot, _ side: Side) -> UInt32 {
        guard slot < core.flows.end else { return 0 }
        let flow = core.flows[slot]
        return flow.side(side == .initiator ? flow.initiatorIndex : 1 - flow.initiatorIndex).pointee.base
    }

    /// The frame that its connection was first seen in.
    public func firstFrame(_ slot: FlowSlot) -> FrameRef {
        slot < core.flows.end ? core.flows[slot].pointee.firstFrame : .none
    }

    /// From the last SYN to its answer: from the place of the capture to the responder and back. Nil where either is not captured.
    public func handshakeTime(_ slot: FlowSlot) -> Int64? {
        guard slot < core.flows.end else { return nil }
        let flow = core.flows[slot]
        if flow.pointee.synFrame.isNone || flow.pointee.synAckFrame.isNone { return nil }
        let time = flow.pointee.synAckTime.since(flow.pointee.lastSynTime)
        return time >= 0 ? time : nil
    }

    /// The offset up to which the other side's TCP acknowledged what a side sent, a FIN counted as a byte; -1: unknown.
    public func acknowledged(_ slot: FlowSlot, _ side: Side) -> Int64 {
        guard slot < core.flows.end else { return -1 }
        let flow = core.flows[slot]
        let index = side == .initiator ? flow.initiatorIndex : 1 - flow.initiatorIndex
        return flow.side(index).pointee.acknowledged
    }

    /// When a side's window was last closed; nil where it never was.
    public func closedWindow(_ slot: FlowSlot, _ side: Side) -> ClosedWindow? {
        guard slot < core.flows.end else { return nil }
        let flow = core.flows[slot]
        guard flow.pointee.notes != FlowTable.none else { return nil }
        let index = side == .initiator ? flow.initiatorIndex : 1 - flow.initiatorIndex
        let note = core.notes[flow.pointee.notes].side(index)
        guard note.pointee.zeroWindows > 0 else { return nil }
        let isClosed = flow.side(index).pointee.marks.contains(.windowClosed)
        return ClosedWindow(from: note.pointee.windowRunBegan, to: isClosed ? nil : note.pointee.windowOpenedAt)
    }

    /// When a side last sent data again, if that began before an offset; else, and where it never did, `distantPast`.
    public func lastRetransmission(_ slot: FlowSlot, _ side: Side, before end: Int64) -> CaptureTime {
        guard slot < core.flows.end else { return .distantPast }
        let flow = core.flows[slot]
        guard flow.pointee.notes != FlowTable.none else { return .distantPast }
        let index = side == .initiator ? flow.initiatorIndex : 1 - flow.initiatorIndex
        let note = core.notes[flow.pointee.notes].side(index)
        return note.pointee.lastRetransmissionOffset < end ? note.pointee.lastRetransmission : .distantPast
    }

    /// What a report tells of the packets; it stays when the engine goes.
    public var summary: StreamSummary {
        StreamSummary(
            limitTrips: limitTrips,
            outcomes: PacketOutcome.allCases.map { ($0, prepared.counts[Int($0.rawValue)]) },
            strayBytes: totals.strayBytes, pauses: core.pauses)
    }

    /// What was counted over the whole capture.
    public var totals: StreamTotals { core.totals }

    /// Nothing could be seen from a moment on: what became of a connection that is not seen again is not known.
    public func note(blindFrom time: CaptureTime) { core.pauses.note(blindFrom: time) }

    /// Limits that were reached so far.
    public var limitTrips: [LimitTrip] { core.trips.trips }

    /// Connections in the table.
    public var liveConnections: Int { core.live }

    /// Forgets what the last call gave out.
    func begin() {
        core.beginBatch()
        datagramList.removeAll()
    }
}

/// What is left to tell of the packets when all of them were seen.
public struct StreamSummary: Sendable {
    public let limitTrips: [LimitTrip]
    /// How many packets had each outcome.
    public let outcomes: [(outcome: PacketOutcome, count: Int)]

    /// Packets that had this outcome.
    public func count(_ outcome: PacketOutcome) -> Int { outcomes.first { $0.outcome == outcome }?.count ?? 0 }
    /// Payload bytes of no known position in any stream.
    public let strayBytes: Int64
    /// Hours in which nothing was captured.
    public let pauses: CapturePauses
}
