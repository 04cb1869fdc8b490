import Vocabulary

/// Within this, the same packet again is the capture's doing ("any" interface, two mirror ports) and not TCP's.
private let duplicateMicroseconds: UInt32 = 10_000

extension TCPCore {
    /// Whether the capture holds this packet twice; counts it where so.
    mutating func isDuplicate(_ slot: FlowSlot, _ segment: Segment) -> Bool {
        let flow = flows[slot]
        let side = flow.side(segment.from)
        guard !bringsData(side, segment), let print = fingerprint(segment) else { return false }
        let stamp = microseconds(segment.time)
        // Both differences, as times may go back a little between two interfaces.
        let age = SIMD4(repeating: stamp) &- side.pointee.printTimes
        let recent = (age .<= duplicateMicroseconds) .| (SIMD4(repeating: 0) &- age .<= duplicateMicroseconds)
        let matches = recent .& (side.pointee.prints .== print)
        guard any(matches), side.pointee.packets > 0 else { return false }
        notesOf(flow).side(segment.from).pointee.duplicatePackets += 1
        totals.duplicates += 1
        return true
    }

    /// Keeps the packet's fingerprint among the last four of its side.
    func remember(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        guard let print = fingerprint(segment) else { return }
        let side = flow.side(segment.from)
        let place = Int(truncatingIfNeeded: side.pointee.packets) & 3
        side.pointee.prints[place] = print
        side.pointee.printTimes[place] = microseconds(segment.time)
    }

    /// Bytes that were never seen cannot be a repetition: spares the common packet the comparison, and makes sure that
    /// two fingerprints that are equal by chance never cost data.
    private func bringsData(_ side: UnsafeMutablePointer<FlowSide>, _ segment: Segment) -> Bool {
        guard segment.length > 0, side.pointee.marks.contains(.baseKnown) else { return false }
        let offset = side.offset(segment.dataSequence, near: side.pointee.seen)
        return offset + segment.length > side.pointee.seen
    }

    /// A number of all that stays the same in a repeated packet (its TTL need not); nil where nothing in the packet
    /// tells a repetition by the capture from one by TCP. An IP id of 0 is what Linux sends where it counts none.
    private func fingerprint(_ segment: Segment) -> UInt32? {
        let headers = segment.headers
        guard headers.pointee.ipID > 0 || headers.pointee.hasTimestamp else { return nil }
        let numbers = UInt64(headers.pointee.sequence) << 32 | UInt64(headers.pointee.acknowledgement)
        let stamps = UInt64(headers.pointee.timestamp) << 32 | UInt64(UInt32(bitPattern: headers.pointee.ipID))
        let rest =
            UInt64(headers.pointee.flags.rawValue) << 48 | UInt64(headers.pointee.window) << 32
            | UInt64(UInt32(bitPattern: headers.pointee.payloadLength))
        let mixed = folded(
            folded(numbers ^ 0x9E37_79B9_7F4A_7C15, stamps ^ 0xD6E8_FEB8_6659_FD93),
            rest ^ 0xA076_1D64_78BD_642F)
        return UInt32(truncatingIfNeeded: mixed ^ mixed >> 32)
    }

    private func microseconds(_ time: CaptureTime) -> UInt32 {
        UInt32(truncatingIfNeeded: time.nanoseconds / 1000)
    }
}
