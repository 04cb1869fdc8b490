/// The pcap format (draft-ietf-opsawg-pcap), in both byte orders, with microseconds and nanoseconds, and the longer
/// records of the old "modified" format (magic a1b2cd34).
struct PcapParser {
    static let headerBytes = 24

    let swapped: Bool
    let nanosecondsPerTick: Int64
    let recordHeaderBytes: Int
    let link: LinkTypeWord
    let maximumPacket: UInt32

    static func recognises(_ magic: UInt32) -> Bool { traits(magic) != nil }

    /// - Parameter header: the file's first 24 bytes.
    init?(header: UnsafeRawPointer, maximumPacket: Int) {
        guard let traits = Self.traits(header.load32(0, swapped: false)) else { return nil }
        swapped = traits.swapped
        nanosecondsPerTick = traits.nanoseconds
        recordHeaderBytes = traits.recordHeader
        link = LinkTypeWord(header.load32(20, swapped: traits.swapped))
        self.maximumPacket = UInt32(clamping: maximumPacket)
    }

    /// Byte order, length of a tick and of a record's header, by the magic number as a little-endian machine loads it.
    static func traits(_ magic: UInt32) -> (swapped: Bool, nanoseconds: Int64, recordHeader: Int)? {
        switch magic {
        case 0xA1B2_C3D4: (false, 1000, 16)
        case 0xD4C3_B2A1: (true, 1000, 16)
        case 0xA1B2_3C4D: (false, 1, 16)
        case 0x4D3C_B2A1: (true, 1, 16)
        case 0xA1B2_CD34: (false, 1000, 24)
        case 0x34CD_B2A1: (true, 1000, 24)
        default: nil
        }
    }

    /// Lists the whole records among the `count` bytes at `base`.
    func parse(_ base: UnsafeRawPointer, _ count: Int, into list: inout EntryList) -> ParseProgress {
        // Two copies of the loop, so that neither asks for the byte order once a field.
        if swapped { return run(base, count, swapped: true, into: &list) }
        return run(base, count, swapped: false, into: &list)
    }

    @inline(__always)
    private func run(
        _ base: UnsafeRawPointer, _ count: Int, swapped: Bool, into whole: inout EntryList
    ) -> ParseProgress {
        // A list of our own, so that its counts can stay in registers.
        var list = whole
        defer { whole = list }
        var at = 0
        let header = recordHeaderBytes
        while at &+ header <= count {
            let record = base + at
            let captured = record.load32(8, swapped: swapped)
            let wire = record.load32(12, swapped: swapped)
            guard captured <= maximumPacket else { return ParseProgress(consumed: at, damage: tooLarge(captured)) }
            let end = at &+ header &+ Int(captured)
            guard end <= count else { return ParseProgress(consumed: at, wanted: end &- at) }
            let seconds = Int64(record.load32(0, swapped: swapped))
            let ticks = Int64(record.load32(4, swapped: swapped))
            let time = seconds &* 1_000_000_000 &+ ticks &* nanosecondsPerTick
            if link.checkSequenceBytes == 0 {
                list.add(
                    record + header, captured: captured, wire: max(captured, wire), time: time,
                    linkType: link.linkType, interface: 0)
            } else {
                addWithoutCheckSequence(record + header, captured, max(captured, wire), time, into: &list)
            }
            at = end
        }
        return ParseProgress(consumed: at, wanted: header)
    }

    @inline(never)
    private func addWithoutCheckSequence(
        _ bytes: UnsafeRawPointer, _ captured: UInt32, _ wire: UInt32, _ time: Int64, into list: inout EntryList
    ) {
        let kept = wire &- min(wire, link.checkSequenceBytes)
        list.add(
            bytes, captured: min(captured, kept), wire: kept, time: time, linkType: link.linkType, interface: 0)
    }

    @inline(never)
    private func tooLarge(_ captured: UInt32) -> Damage {
        Damage(
            kind: .damaged,
            detail: "a packet record claims \(captured) captured bytes, more than the \(maximumPacket) allowed")
    }
}
