import Vocabulary

/// Within this, the same packet again is the capture's doing ("any" interface, two mirror ports) and not TCP's.
private let duplicateTicks: UInt32 = 10_000_000 >> 10

extension TCPCore {
    /// Whether the capture holds this packet twice; counts it where so.
    mutating func isDuplicate(_ slot: FlowSlot, _ segment: Segment) -> Bool {
        let flow = flows[slot]
        let side = flow.side(segment.from)
        if segment.frame.source != flow.pointee.firstFrame.source {
            noteView(flow, segment)
        } else if !seen.isOn, flow.pointee.notes != FlowTable.none, isViewed(flow) {
            compareViews()
        }
        if segment.isSyn, !segment.flags.contains(.ack), isCopyOfSyn(flow, segment) {
            return countDuplicate(flow, segment)
        }
        if segment.length > 0, isCopyByStamp(side, segment) { return countDuplicate(flow, segment) }
        if seen.isOn, let print = Fingerprint(segment.headers).value,
            seen.isCopy(print, slot, segment.frame, segment.time)
        {
            return countDuplicate(flow, segment)
        }
        guard !bringsData(side, segment), let print = Fingerprint(segment.headers).value else { return false }
        let stamp = ticks(segment.time)
        // Both differences, as times may go back a little between two interfaces.
        let age = SIMD4(repeating: stamp) &- side.pointee.printTimes
        let recent = (age .<= duplicateTicks) .| (SIMD4(repeating: 0) &- age .<= duplicateTicks)
        let matches = recent .& (side.pointee.prints .== print)
        guard any(matches), side.pointee.packets > 0 else { return false }
        return countDuplicate(flow, segment)
    }

    /// Another source than the one that saw the flow begin shows it too.
    @inline(never)
    private mutating func noteView(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let note = notesOf(flow).side(segment.from)
        if note.pointee.otherView.isNone { note.pointee.otherView = segment.frame }
    }

    /// Another source showed the flow, and the one that saw it begin goes on: files that follow one another do not come back.
    private func isViewed(_ flow: UnsafeMutablePointer<Flow>) -> Bool {
        let note = notes[flow.pointee.notes]
        return !note.side(0).pointee.otherView.isNone || !note.side(1).pointee.otherView.isNone
    }

    private mutating func compareViews() {
        seen.turnOn(limits)
        takesPlainPackets = false
    }

    private mutating func countDuplicate(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Bool {
        let note = notesOf(flow).side(segment.from)
        note.pointee.duplicatePackets += 1
        if segment.length > 0 { knownSpans(note)?.pointee.noteCopy(segment.frame, segment.time) }
        totals.duplicates += 1
        return true
    }

    /// Data that is known, in a segment older than the last one of its side: what TCP sends again has the time of then.
    private func isCopyByStamp(_ side: UnsafeMutablePointer<FlowSide>, _ segment: Segment) -> Bool {
        guard segment.headers.pointee.hasTimestamp, segment.flags.isDisjoint(with: [.syn, .fin, .reset]),
            side.pointee.marks.intersection([.baseKnown, .baseSoft]) == .baseKnown, side.pointee.stamp != 0,
            Int32(bitPattern: segment.headers.pointee.timestamp &- side.pointee.stamp) < 0
        else { return false }
        return side.offset(segment.dataSequence, near: side.pointee.next) + segment.length <= side.pointee.next
    }

    /// Keeps the packet's fingerprint among the last four of its side.
    @inline(__always)
    func remember(_ side: UnsafeMutablePointer<FlowSide>, _ fingerprint: Fingerprint, _ time: CaptureTime) {
        guard let print = fingerprint.value else { return }
        let place = Int(truncatingIfNeeded: side.pointee.packets) & 3
        side.pointee.prints[place] = print
        side.pointee.printTimes[place] = ticks(time)
    }

    /// Bytes that were never seen cannot be a repetition: spares the common packet the comparison, and makes sure that
    /// two fingerprints that are equal by chance never cost data.
    private func bringsData(_ side: UnsafeMutablePointer<FlowSide>, _ segment: Segment) -> Bool {
        guard segment.length > 0, side.pointee.marks.contains(.baseKnown) else { return false }
        let offset = side.offset(segment.dataSequence, near: side.pointee.seen)
        return offset + segment.length > side.pointee.seen
    }

    /// Time in units of 1,024 nanoseconds.
    @inline(__always)
    private func ticks(_ time: CaptureTime) -> UInt32 { UInt32(truncatingIfNeeded: time.nanoseconds >> 10) }
}

/// A number of all that stays the same in a packet that the capture holds twice (its TTL need not).
struct Fingerprint {
    /// Nil where nothing in the packet tells a repetition by the capture from one by TCP. An IP id of 0 is what Linux sends
    /// where it counts none.
    let value: UInt32?

    init(_ headers: UnsafePointer<PacketHeaders>) {
        value = Self.value(
            headers.pointee.sequence, headers.pointee.acknowledgement, headers.pointee.flags, headers.pointee.window,
            headers.pointee.payloadLength, headers.pointee.ipID,
            headers.pointee.hasTimestamp ? headers.pointee.timestamp : nil)
    }

    @inline(__always)
    init(_ packet: PlainPacket, _ length: Int64) {
        value = Self.value(
            packet.sequence, packet.acknowledgement, packet.flags, packet.window, Int32(truncatingIfNeeded: length),
            packet.ipID, packet.hasTimestamp ? packet.timestamp : nil)
    }

    /// Sums of products of 32-bit words with constants: any two packets that differ meet by chance only.
    @inline(__always)
    private static func value(
        _ sequence: UInt32, _ acknowledgement: UInt32, _ flags: TCPFlags, _ window: UInt16, _ length: Int32,
        _ ipID: Int32, _ timestamp: UInt32?
    ) -> UInt32? {
        guard ipID > 0 || timestamp != nil else { return nil }
        let numbers =
            (0x9E37_79B9_7F4A_7C15 &+ UInt64(sequence)) &* (0xD6E8_FEB8_6659_FD93 &+ UInt64(acknowledgement))
        let stamps =
            (0xA076_1D64_78BD_642F &+ UInt64(timestamp ?? 0))
            &* (0xE703_7ED1_A0B4_28DB &+ UInt64(UInt32(bitPattern: ipID)))
        let rest =
            (0x8EBC_6AF0_9C88_C6E3 &+ (UInt64(flags.rawValue) << 16 | UInt64(window)))
            &* (0x5896_5CC3_75D6_9F2D &+ UInt64(UInt32(bitPattern: length)))
        return UInt32(truncatingIfNeeded: (numbers &+ stamps &+ rest) >> 32)
    }
}
