import CZstd
public import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Writes a facts file: the packets of one or several captures, condensed by whoever hands them over, packed, with a table at
/// the end of what each capture was (docs/facts.md). Unpacked, the packets of each are a pcapng of their own.
public final class FactsWriter {
    /// Unpacked bytes of a piece; each is packed by itself.
    private static let pieceBytes = 1 << 20
    /// Members whose packets are held at once: as many as there may be views of the same minutes.
    private static let heldMembers = SourceSet.openAtOnce + 1
    private static let level: Int32 = 3

    /// The packets of one capture that are not yet written.
    private struct Held {
        var bytes: [UInt8] = []
        var interfaces: [UInt32: UInt32] = [:]
        var frame: UInt64 = 0
        var hasBegun = false
        var lastUse: UInt64 = 0
    }

    private let file: BlockFile
    private let limit: Int64
    private var packer: OpaquePointer?
    private var packed: [UInt8]
    private var members: [Int: Held] = [:]
    /// Those of which bytes are held.
    private var holding: Set<Int> = []
    private var pieces: [Int: [Range<Int64>]] = [:]
    private var uses: UInt64 = 0
    private var index = FactsIndex()
    /// Bytes of the file so far.
    public private(set) var bytes: Int64 = 0
    public private(set) var packets: Int64 = 0
    /// Packets beyond the file's bound.
    public private(set) var leftOut: Int64 = 0
    /// `errno` of the write that failed; nothing is written afterwards.
    public var failure: Int32? { file.failure }

    /// Creates the file, readable by its owner alone.
    /// - Throws: `CaptureFault` where it cannot be made.
    public init(path: String, limits: Limits) throws(CaptureFault) {
        file = try BlockFile(path: path)
        limit = Int64(clamping: limits.factsBytes)
        packed = [UInt8](repeating: 0, count: ZSTD_compressBound(2 * Self.pieceBytes))
        packer = ZSTD_createCCtx()
        write(Self.skipped(FactsIndex.opening))
    }

    deinit { ZSTD_freeCCtx(packer) }

    public func add(_ entry: PacketEntry) {
        guard bytes < limit else {
            leftOut += 1
            return
        }
        let source = entry.frame.source
        var held = members.removeValue(forKey: source) ?? Held()
        uses += 1
        held.lastUse = uses
        if !held.hasBegun { begin(&held) }
        let interface = place(entry, &held)
        let frame = entry.frame.number
        if frame != held.frame + 1 {
            held.bytes.append32(PcapNGParser.frameMark)
            held.bytes.append32(20)
            held.bytes.append32(UInt32(truncatingIfNeeded: frame))
            held.bytes.append32(UInt32(truncatingIfNeeded: frame >> 32))
            held.bytes.append32(20)
        }
        held.frame = frame
        put(entry, interface, &held)
        packets += 1
        if held.bytes.count >= Self.pieceBytes { flush(source, &held) } else { holding.insert(source) }
        members[source] = held
        if holding.count > Self.heldMembers { flushOldest() }
    }

    private func put(_ entry: PacketEntry, _ interface: UInt32, _ held: inout Held) {
        let captured = Int(entry.capturedLength)
        let length = UInt32(32 + (captured + 3) & ~3)
        let time = UInt64(bitPattern: entry.time.nanoseconds)
        for word in [6, length, interface, UInt32(truncatingIfNeeded: time >> 32), UInt32(truncatingIfNeeded: time)] {
            held.bytes.append32(word)
        }
        held.bytes.append32(entry.capturedLength)
        held.bytes.append32(entry.wireLength)
        held.bytes += UnsafeBufferPointer(start: entry.bytes, count: captured)
        held.bytes.pad()
        held.bytes.append32(length)
    }

    private func begin(_ held: inout Held) {
        held.hasBegun = true
        held.bytes += [UInt8](
            sectionWith:
                "brokertap facts \(FactsIndex.version): a condensed capture; what is not known to be harmless is zeros")
    }

    /// An interface of the original, described before its first packet.
    private func place(_ entry: PacketEntry, _ held: inout Held) -> UInt32 {
        let key = UInt32(entry.interface) << 16 | UInt32(entry.linkType)
        if let place = held.interfaces[key] { return place }
        let place = UInt32(held.interfaces.count)
        held.interfaces[key] = place
        var body: [UInt8] = []
        body.append16(entry.linkType)
        body.append16(0)
        body.append32(0)
        body.appendOption(9, [9])
        body.append32(0)
        held.bytes += [UInt8](block: 1, body)
        return place
    }

    // MARK: Pieces

    private func flushOldest() {
        guard let oldest = holding.min(by: { (members[$0]?.lastUse ?? 0, $0) < (members[$1]?.lastUse ?? 0, $1) }),
            var held = members.removeValue(forKey: oldest)
        else { return }
        flush(oldest, &held)
        held.bytes = []
        members[oldest] = held
    }

    private func flush(_ source: Int, _ held: inout Held) {
        holding.remove(source)
        guard !held.bytes.isEmpty else { return }
        let bound = ZSTD_compressBound(held.bytes.count)
        if packed.count < bound { packed = [UInt8](repeating: 0, count: bound) }
        let size = held.bytes.withUnsafeBytes { bytes in
            packed.withUnsafeMutableBytes { room in
                ZSTD_compressCCtx(packer, room.baseAddress, room.count, bytes.baseAddress, bytes.count, Self.level)
            }
        }
        held.bytes.removeAll(keepingCapacity: true)
        guard ZSTD_isError(size) == 0 else { return file.fail(ENOMEM) }
        let first = bytes
        write(packed[..<size])
        pieces[source, default: []].append(first..<bytes)
    }

    private func write(_ some: some Collection<UInt8>) {
        file.write(some)
        bytes += Int64(some.count)
    }

    private static func skipped(_ content: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = []
        frame.append32(FactsIndex.skippedFrame)
        frame.append32(UInt32(content.count))
        return frame + content
    }

    // MARK: The end

    /// Writes what is held, and the table.
    /// - Parameters:
    ///   - reader: the captures, read to their end.
    ///   - losses: what could not be kept, in words.
    public func finish(_ reader: CaptureReader, losses: [String]) {
        for source in members.keys.sorted() {
            guard var held = members.removeValue(forKey: source) else { continue }
            flush(source, &held)
        }
        index.losses = losses
        index.members = reader.members
        for source in index.members.indices { index.members[source].pieces = pieces[source] ?? [] }
        let place = UInt64(bytes)
        var content = index.bytes
        withUnsafeBytes(of: place.littleEndian) { content += $0 }
        write(Self.skipped(content + FactsIndex.closing))
        file.close()
    }
}
