import Vocabulary

/// One input: reads blocks, lists their packets, puts these in order, and keeps the account of it all.
///
/// Blocks take turns (`BlockTurns`). Packets of the one that are younger than the window are held back until the next is read, for
/// that may begin with older ones; when the turn comes back they have gone out.
final class SourceReader {
    let bytes: ByteSource
    /// Its place among the sources.
    let index: Int
    private var format: RecordFormat
    private var current: Block
    private var others: BlockTurns
    /// Bytes of `current` that are filled, and that are done with.
    private var filled: Int
    private var consumed: Int
    /// Offset in the file of `current`'s first byte.
    private var blockOffset: Int64 = 0
    private var skip = 0
    private var wanted = 0
    private var list: EntryList
    /// The entries that can be handed on.
    private(set) var next = 0
    private(set) var ready = 0
    private(set) var isEnded = false
    private let clockOffset: Int64
    private var fault: CaptureFault?
    private var filteredOut: UInt64 = 0
    /// Link types for which the filter has been made.
    private var filtered = 0
    private let filter: PacketFilter?
    /// How long a pipe may be silent before packets held back are handed on.
    private static let pipePatience: Int32 = 100

    /// Of a facts file: what is told of the capture that these packets were of.
    private let member: FactsMember?

    /// Opens the input and reads its first block.
    /// - Parameter waits: for what a pipe gives without a pause.
    init(
        path: String, index: Int, blockBytes: Int, limits: Limits, filter: PacketFilter?, clockOffset: Int64 = 0,
        member: FactsMember? = nil, followed: FollowedFile? = nil, waits: Bool = false
    ) throws(CaptureFault) {
        bytes = try ByteSource(path: path, pieces: member?.pieces, followed: followed, waits: waits)
        self.member = member
        if case .other(let packing) = bytes.packing {
            throw CaptureFault(source: path, kind: .unknownPacking, detail: "is packed with \(packing)")
        }
        self.filter = filter
        self.index = index
        self.clockOffset = clockOffset
        let room = max(blockBytes, 4096)
        var first = Block(capacity: room)
        do { (format, filled) = try Self.open(bytes, &first, limits) } catch {
            first.deallocate()
            throw error
        }
        current = first
        others = BlockTurns(room: room)
        consumed = format.firstRecord
        // What a facts file holds was put in order when it was written.
        list = EntryList(
            source: index, window: member == nil ? limits.reorderWindowNanoseconds : 0, clockOffset: clockOffset,
            isNumbered: member != nil)
        try parse(forced: 0)
    }

    deinit {
        bytes.finish()
        current.deallocate()
        others.deallocate()
        list.deallocate()
    }

    /// Reads until the format can be told.
    private static func open(
        _ bytes: ByteSource, _ block: inout Block, _ limits: Limits
    ) throws(CaptureFault) -> (RecordFormat, Int) {
        var filled = 0
        while filled < RecordFormat.headerBytes {
            let got = try bytes.read(into: block.base + filled, block.capacity - filled)
            if got == 0 { break }
            filled += got
        }
        do throws(Damage) {
            return (try RecordFormat(UnsafeRawBufferPointer(start: block.base, count: filled), limits: limits), filled)
        } catch {
            let damage = filled == 0 ? bytes.damage ?? error : error
            throw damage.fault(source: bytes.input.name, offset: Int64(filled >= 4 ? 0 : filled))
        }
    }

    /// The time of the next packet to hand on; nil where none is ready.
    var head: CaptureTime? { next < ready ? list.storage[next].time : nil }

    /// The entries that can be handed on, in order.
    var entries: UnsafePointer<PacketEntry> { UnsafePointer(list.storage) }

    func take(_ count: Int) { next += count }

    /// From now on another thread uses what is handed on, a few turns later.
    func lend(by ring: TurnRing, mostBlocks: Int) {
        (others.ring, others.mostLent) = (ring, mostBlocks)
        bytes.input.ring = ring
    }

    /// Reads on until a packet is ready, or the input ends. All that was ready has been handed on.
    func refill() throws(CaptureFault) {
        while next == ready, !isEnded {
            let held = list.count - ready
            list.dropFirst(ready)
            (next, ready) = (0, 0)
            if held > 0, !bytes.input.isReadable(within: Self.pipePatience) {
                ready = held
                return
            }
            let forced = try read()
            try parse(forced: forced)
        }
        if next == ready, isEnded { bytes.finish() }
    }

    /// Readable when there is something to read.
    var descriptor: Int32 { bytes.input.descriptor }

    /// Reads once, where that does not wait. Packets held back are handed on where nothing follows them at once.
    func refillIfReadable() throws(CaptureFault) {
        guard next == ready, !isEnded else { return }
        let held = list.count - ready
        list.dropFirst(ready)
        (next, ready) = (0, 0)
        guard bytes.input.isReadable(within: 0) else {
            ready = held
            return
        }
        let forced = try read()
        try parse(forced: forced)
        if next == ready, isEnded { bytes.finish() }
    }

    /// Reads more bytes: behind those in the block where there is room, else into the other block.
    /// - Returns: the number of the packet up to which all must go out now, 0 where none must.
    private func read() throws(CaptureFault) -> UInt64 {
        let tail = filled - consumed
        var forced: UInt64 = 0
        if current.capacity - filled < current.capacity / 4 || tail + current.capacity - filled < wanted {
            let next = others.next(behind: current, atLeast: wanted)
            next.base.copyMemory(from: current.base + consumed, byteCount: tail)
            current = next
            blockOffset += Int64(consumed)
            (filled, consumed) = (tail, 0)
            forced = list.count > 0 ? list.packets : 0
        }
        let got: Int
        do { got = try bytes.read(into: current.base + filled, current.capacity - filled) } catch {
            end(error)
            return forced
        }
        filled += got
        if got == 0, others.ring?.isStopping == true {
            isEnded = true
        } else if got == 0 {
            endOfInput(tail: filled - consumed)
        }
        return forced
    }

    /// Lists what is whole in the block, and decides what of it can be handed on.
    private func parse(forced: UInt64) throws(CaptureFault) {
        let first = list.count
        let skipped = min(skip, filled - consumed)
        skip -= skipped
        consumed += skipped
        if skip == 0, !isEnded { advance() }
        try applyFilter(from: first)
        ready = list.putInOrder(forced: forced)
        if isEnded { ready = list.count }
    }

    private func advance() {
        let progress = format.parse(current.base + consumed, filled - consumed, into: &list)
        consumed += progress.consumed
        wanted = progress.wanted
        if let damage = progress.damage {
            end(damage.fault(source: bytes.input.name, offset: blockOffset + Int64(consumed)))
        }
        guard progress.skip > 0 else { return }
        skip = progress.skip - (filled - consumed)
        consumed = filled
    }

    private func applyFilter(from first: Int) throws(CaptureFault) {
        guard let filter else { return }
        let linkTypes = format.linkTypes
        for linkType in linkTypes[filtered...] { try filter.prepare(linkType, source: bytes.input.name) }
        filtered = linkTypes.count
        filteredOut += UInt64(list.filter(from: first, filter.matches))
    }

    private func endOfInput(tail: Int) {
        let offset = blockOffset + Int64(consumed)
        if let damage = bytes.damage {
            end(damage.fault(source: bytes.input.name, offset: offset))
        } else if tail > 0 || skip > 0 {
            let detail = "the file ends inside a record"
            end(CaptureFault(source: bytes.input.name, offset: offset, kind: .cutShort, detail: detail))
        }
        isEnded = true
    }

    private func end(_ fault: CaptureFault) {
        self.fault = fault
        isEnded = true
    }
}

// MARK: - The account

extension SourceReader {
    /// What is known of the source so far.
    var facts: SourceFacts {
        if let member { return facts(of: member) }
        var facts = SourceFacts()
        facts.name = bytes.input.name
        facts.format = format.name + bytes.packing.suffix
        var names: Set<String> = []
        facts.linkTypes = format.linkTypes.map(linkTypeName).filter { names.insert($0).inserted }
        facts.interfaceNames = format.pcapng.interfaces.map(\.name)
        (facts.packets, facts.filteredOut, facts.bytes) = (list.packets, filteredOut, list.capturedBytes)
        if list.packets > 0 {
            facts.firstTime = CaptureTime(nanoseconds: list.earliest)
            facts.lastTime = CaptureTime(nanoseconds: list.latest)
        }
        facts.clockOffset = clockOffset
        (facts.cutPackets, facts.outOfOrder, facts.fault) = (list.cutPackets, list.outOfOrder, fault)
        facts.truncated = fault?.kind == .cutShort
        facts.isBlanked = format.pcapng.isBlanked
        facts.interfaceDrops = Self.sum(format.pcapng.interfaces.compactMap(\.interfaceDrops))
        facts.systemDrops = Self.sum(format.pcapng.interfaces.compactMap(\.systemDrops))
        return facts
    }

    /// Those of the capture that was condensed.
    private func facts(of member: FactsMember) -> SourceFacts {
        var facts = member.facts
        facts.filteredOut = facts.filteredOut.addingSaturated(filteredOut)
        facts.clockOffset = clockOffset
        for time in [\SourceFacts.firstTime, \.lastTime] {
            facts[keyPath: time] = facts[keyPath: time]?.adding(nanoseconds: -clockOffset)
        }
        if let fault { facts.fault = fault }
        return facts
    }

    /// Names and secrets that the file has had so far.
    var extras: PcapNGExtras { member.map { PcapNGExtras(names: $0.names) } ?? format.pcapng.extras }

    private static func sum(_ counts: [UInt64]) -> UInt64? {
        counts.isEmpty ? nil : counts.reduce(0) { $0.addingSaturated($1) }
    }
}
