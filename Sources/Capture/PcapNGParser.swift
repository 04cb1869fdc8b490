import Vocabulary

/// The pcapng format (draft-ietf-opsawg-pcapng): sections, each with its own byte order and interfaces.
struct PcapNGParser {
    static let sectionMagic: UInt32 = 0x0A0D_0D0A
    /// A block for local use, in facts files: the number of the packet that follows, where it is not the next one.
    static let frameMark: UInt32 = 0x8000_4254
    static let byteOrderMagic: UInt32 = 0x1A2B_3C4D
    /// The largest block other than of packets that is read; nothing that real tools write comes near.
    private static let blockBytes = 16 << 20

    private var swapped = false
    private var sawSection = false
    private(set) var interfaces: [PcapNGInterface] = []
    /// Their link types, each once, in order of appearance.
    private(set) var linkTypes: [UInt16] = []
    private var knownLinkTypes: Set<UInt16> = []
    /// Where the current section's interfaces begin in `interfaces`.
    private var sectionStart = 0
    private(set) var extras: PcapNGExtras
    private let maximumPacket: UInt32
    /// Simple packet blocks have no time; they get that of the packet before them.
    private var lastTime: Int64 = 0
    /// The section was written by this program, which lists what it blanked of each packet.
    private var listsBlanks = false
    /// Of a packet at least something was.
    private(set) var isBlanked = false

    init(limits: Limits) {
        maximumPacket = UInt32(clamping: limits.packetBytes)
        extras = PcapNGExtras(limits: limits)
    }

    /// Lists the whole packet blocks among the `count` bytes at `base`.
    mutating func parse(_ base: UnsafeRawPointer, _ count: Int, into list: inout EntryList) -> ParseProgress {
        var at = 0
        while at &+ 12 <= count {
            let block = base + at
            if block.load32(0, swapped: false) == Self.sectionMagic, let damage = readByteOrder(block) {
                return ParseProgress(consumed: at, damage: damage)
            }
            guard sawSection else {
                return ParseProgress(consumed: at, damage: Damage("the file does not begin with a section"))
            }
            let type = block.load32(0, swapped: swapped)
            let length = Int(block.load32(4, swapped: swapped))
            guard length >= 12, length & 3 == 0 else {
                return ParseProgress(consumed: at, damage: Damage("a block claims a length of \(length) bytes"))
            }
            if !Self.isRead(type) {
                guard at &+ length <= count else { return ParseProgress(consumed: at, skip: length) }
                at &+= length
                continue
            }
            guard length <= bound(type) else {
                return ParseProgress(
                    consumed: at, damage: Damage("a block claims \(length) bytes, more than are allowed"))
            }
            guard at &+ length <= count else { return ParseProgress(consumed: at, wanted: length) }
            guard block.load32(length &- 4, swapped: swapped) == UInt32(truncatingIfNeeded: length) else {
                return ParseProgress(consumed: at, damage: Damage("the two lengths of a block differ"))
            }
            if let damage = read(type, PcapNGBlock(base: block, length: length &- 4, swapped: swapped), into: &list) {
                return ParseProgress(consumed: at, damage: damage)
            }
            at &+= length
        }
        return ParseProgress(consumed: at, wanted: 12)
    }

    private static func isRead(_ type: UInt32) -> Bool {
        (1...6).contains(type) || type == 10 || type == sectionMagic || type == frameMark
    }

    private func bound(_ type: UInt32) -> Int {
        let isPacket = type == 6 || type == 3 || type == 2
        return isPacket ? Int(maximumPacket) &+ 65_536 &+ 32 : Self.blockBytes
    }

    private mutating func readByteOrder(_ block: UnsafeRawPointer) -> Damage? {
        switch block.load32(8, swapped: false) {
        case Self.byteOrderMagic: swapped = false
        case Self.byteOrderMagic.byteSwapped: swapped = true
        default: return Damage("a section header without byte order")
        }
        sawSection = true
        return nil
    }

    @inline(__always)
    private mutating func read(_ type: UInt32, _ block: PcapNGBlock, into list: inout EntryList) -> Damage? {
        if type == 6 { return readEnhancedPacket(block, into: &list) }
        return readOther(type, block, into: &list)
    }

    @inline(never)
    private mutating func readOther(_ type: UInt32, _ block: PcapNGBlock, into list: inout EntryList) -> Damage? {
        switch type {
        case Self.sectionMagic: return readSection(block)
        case 1: return readInterface(block)
        case 2: return readOldPacket(block, into: &list)
        case 3: return readSimplePacket(block, into: &list)
        case 4: extras.readNames(block)
        case 5: readStatistics(block)
        case 10: extras.readSecrets(block)
        case Self.frameMark: if block.length >= 16 { list.number(next: block.load64(8)) }
        default: break
        }
        return nil
    }
}

// MARK: - Blocks of packets

extension PcapNGParser {
    /// Section 4.3: interface, time in two halves, captured and original length, data, options.
    @inline(__always)
    private mutating func readEnhancedPacket(_ block: PcapNGBlock, into list: inout EntryList) -> Damage? {
        guard block.length >= 28 else { return Damage("a packet block is too short") }
        let interface = Int(block.load32(8))
        let damage = addPacket(
            block, interface: interface, timeAt: 12, captured: block.load32(20), wire: block.load32(24), dataAt: 28,
            into: &list)
        if listsBlanks, damage == nil { noteBlanks(block, Int(block.load32(20)), &list) }
        return damage
    }

    /// The list is told to the packet only where each place lies in it, behind the one before.
    @inline(never)
    private mutating func noteBlanks(_ block: PcapNGBlock, _ captured: Int, _ list: inout EntryList) {
        var options = PcapNGOptions(block, from: 28 + (captured + 3) & ~3)
        while let option = options.next() {
            guard option.code == BlankedBytes.optionCode else { continue }
            let places = option.length / BlankedBytes.placeBytes
            guard option.length > 0, option.length % BlankedBytes.placeBytes == 0, places <= BlankedBytes.most else {
                return
            }
            var last = 0
            for index in 0..<places {
                let at = option.offset + index * BlankedBytes.placeBytes
                let (start, end) = (Int(block.load32(at)), Int(block.load32(at + 4)))
                guard start >= last, end > start, end <= captured else { return }
                last = end
            }
            isBlanked = true
            return list.noteBlanks(at: UInt32(option.offset - BlankedBytes.headBytes - 28))
        }
    }

    /// Appendix A of older drafts: as the enhanced one, with a 16-bit interface and a drop count.
    private mutating func readOldPacket(_ block: PcapNGBlock, into list: inout EntryList) -> Damage? {
        guard block.length >= 28 else { return Damage("a packet block is too short") }
        return addPacket(
            block, interface: Int(block.load16(8)), timeAt: 12, captured: block.load32(20), wire: block.load32(24),
            dataAt: 28, into: &list)
    }

    @inline(__always)
    private mutating func addPacket(
        _ block: PcapNGBlock, interface: Int, timeAt: Int, captured: UInt32, wire: UInt32, dataAt: Int,
        into list: inout EntryList
    ) -> Damage? {
        let index = sectionStart &+ interface
        guard index < interfaces.count else {
            return Damage("a packet names interface \(interface), which is not defined")
        }
        guard captured <= maximumPacket, Int(captured) <= block.length &- dataAt else {
            return Damage("a packet block claims \(captured) captured bytes, more than it has or are allowed")
        }
        let ticks = UInt64(block.load32(timeAt)) << 32 | UInt64(block.load32(timeAt &+ 4))
        let time = interfaces[index].clock.nanoseconds(ticks)
        lastTime = time
        add(block.base + dataAt, captured, max(captured, wire), time, index, into: &list)
        return nil
    }

    @inline(__always)
    private func add(
        _ bytes: UnsafeRawPointer, _ captured: UInt32, _ wire: UInt32, _ time: Int64, _ index: Int,
        into list: inout EntryList
    ) {
        // The check sequence stands at the end of what was sent, not of what was captured.
        let kept = wire &- min(wire, interfaces[index].checkSequenceBytes)
        list.add(
            bytes, captured: min(captured, kept), wire: kept, time: time, linkType: interfaces[index].linkType,
            interface: UInt16(truncatingIfNeeded: index))
    }

    /// Section 4.4: only the original length; the captured one is what the snap length and the block leave of it.
    private mutating func readSimplePacket(_ block: PcapNGBlock, into list: inout EntryList) -> Damage? {
        guard block.length >= 12 else { return Damage("a packet block is too short") }
        guard sectionStart < interfaces.count else { return Damage("a packet without any interface defined") }
        let wire = block.load32(8)
        let snap = interfaces[sectionStart].snapLength
        let room = UInt32(truncatingIfNeeded: block.length &- 12)
        let captured = min(wire, snap == 0 ? wire : snap, room)
        guard captured <= maximumPacket else { return Damage("a packet block claims \(captured) captured bytes") }
        add(block.base + 12, captured, wire, lastTime, sectionStart, into: &list)
        return nil
    }
}

// MARK: - Other blocks

extension PcapNGParser {
    private mutating func readSection(_ block: PcapNGBlock) -> Damage? {
        guard block.length >= 24 else { return Damage("a section header is too short") }
        let major = block.load16(12)
        guard major == 1 else {
            return Damage(kind: .unsupportedVersion, detail: "pcapng version \(major), of which nothing is known")
        }
        sectionStart = interfaces.count
        var options = PcapNGOptions(block, from: 24)
        listsBlanks = false
        while let option = options.next() {
            if option.code == BlankedBytes.optionCode { listsBlanks = !swapped }
        }
        return nil
    }

    private mutating func readInterface(_ block: PcapNGBlock) -> Damage? {
        guard block.length >= 16 else { return Damage("an interface block is too short") }
        guard interfaces.count < Int(UInt16.max) else { return Damage("more than 65,535 interfaces") }
        let interface = PcapNGInterface(block)
        interfaces.append(interface)
        if knownLinkTypes.insert(interface.linkType).inserted { linkTypes.append(interface.linkType) }
        return nil
    }

    /// Section 4.6; counts are totals, so the last block of an interface tells.
    private mutating func readStatistics(_ block: PcapNGBlock) {
        guard block.length >= 20 else { return }
        let (index, overflow) = sectionStart.addingReportingOverflow(Int(block.load32(8)))
        guard !overflow, interfaces.indices.contains(index) else { return }
        var options = PcapNGOptions(block, from: 20)
        while let option = options.next() {
            guard option.length >= 8 else { continue }
            if option.code == 5 { interfaces[index].interfaceDrops = block.load64(option.offset) }
            if option.code == 7 { interfaces[index].systemDrops = block.load64(option.offset) }
        }
    }
}

extension Damage {
    /// A block that contradicts itself.
    init(_ detail: String) { self.init(kind: .damaged, detail: detail) }
}
