import Vocabulary

/// What a facts file says of one capture that it stands for, and where that capture's packets lie in it.
struct FactsMember {
    var facts = SourceFacts()
    /// Bytes of the original file.
    var inputBytes: Int64 = 0
    /// Names of addresses that the file told.
    var names: [(IPAddress, String)] = []
    /// Pieces of the facts file, each packed by itself, in their order.
    var pieces: [Range<Int64>] = []
}

/// The table at the end of a facts file, and the marks that tell such a file (docs/facts.md).
struct FactsIndex {
    static let version: UInt16 = 1
    /// A frame that unpackers pass over (RFC 8878, section 3.1.2).
    static let skippedFrame: UInt32 = 0x184D_2A5B
    /// The content of the first frame.
    static let opening = Array("brokertap facts 1\n\0\0".utf8)
    static let closing = Array("BTFACTS1".utf8)
    /// The place of the index, and `closing`.
    static let trailerBytes = 16
    static let openingBytes = 8 + opening.count

    var members: [FactsMember] = []
    /// Something could not be kept: what, in words.
    var losses: [String] = []

    static func isOpening(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 8 + 16 && bytes.starts(with: [0x5B, 0x2A, 0x4D, 0x18])
            && bytes[8..<24].elementsEqual(opening[..<16])
    }

    /// The index as bytes.
    var bytes: [UInt8] {
        var writer = FactsBytes()
        writer.put(UInt64(Self.version))
        writer.put(losses.count)
        for loss in losses { writer.put(loss) }
        writer.put(members.count)
        for member in members { writer.put(member) }
        return writer.bytes
    }

    /// - Parameters:
    ///   - end: where the pieces end: no piece lies beyond.
    /// - Throws: where the bytes are none.
    init(_ bytes: [UInt8], end: Int64) throws(Damage) {
        var reader = FactsBytes(bytes: bytes)
        let version = try reader.number()
        guard version == UInt64(Self.version) else {
            throw Damage(
                kind: .unsupportedVersion, detail: "is a facts file of version \(version), of which nothing is known")
        }
        for _ in 0..<(try reader.count(least: 8)) { losses.append(try reader.text()) }
        for _ in 0..<(try reader.count(least: 8)) { members.append(try reader.member(end: end)) }
    }

    init() {}
}

/// Numbers of eight bytes, and texts behind their lengths.
private struct FactsBytes {
    var bytes: [UInt8] = []
    private var at = 0

    init(bytes: [UInt8] = []) { self.bytes = bytes }

    // MARK: Writing

    mutating func put(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
    mutating func put(_ number: Int64) { put(UInt64(bitPattern: number)) }
    mutating func put(_ number: Int) { put(Int64(number)) }

    mutating func put(_ text: String) {
        put(text.utf8.count)
        bytes += text.utf8
    }

    mutating func put(_ number: UInt64?) {
        put(number == nil ? 0 : 1)
        put(number ?? 0)
    }

    mutating func put(_ member: FactsMember) {
        let facts = member.facts
        for text in [facts.name, facts.format] { put(text) }
        for list in [facts.linkTypes, facts.interfaceNames] {
            put(list.count)
            for text in list { put(text) }
        }
        for number in [facts.packets, facts.filteredOut, facts.bytes, facts.cutPackets, facts.outOfOrder] {
            put(number)
        }
        for time in [facts.firstTime, facts.lastTime] { put(time.map { UInt64(bitPattern: $0.nanoseconds) }) }
        put(facts.interfaceDrops)
        put(facts.systemDrops)
        put(facts.truncated ? 1 : 0)
        put(facts.fault == nil ? 0 : 1)
        if let fault = facts.fault {
            put(fault.source)
            put(fault.offset)
            put(CaptureFault.Kind.ofFiles.firstIndex(of: fault.kind) ?? 0)
            put(fault.detail)
        }
        put(member.inputBytes)
        put(member.names.count)
        for (address, name) in member.names {
            put(address.isIPv6 ? 1 : 0)
            put(address.high)
            put(address.low)
            put(name)
        }
        put(member.pieces.count)
        for piece in member.pieces {
            put(piece.lowerBound)
            put(piece.upperBound)
        }
    }

    // MARK: Reading

    mutating func number() throws(Damage) -> UInt64 {
        guard bytes.count - at >= 8 else { throw Self.short }
        defer { at += 8 }
        return bytes[at..<(at + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func signed() throws(Damage) -> Int64 { Int64(bitPattern: try number()) }

    /// So many things follow, each of so many bytes at least.
    mutating func count(least: Int) throws(Damage) -> Int {
        let number = try number()
        guard number <= UInt64((bytes.count - at) / least) else { throw Self.short }
        return Int(number)
    }

    mutating func text() throws(Damage) -> String {
        let length = try count(least: 1)
        defer { at += length }
        return String(decoding: bytes[at..<(at + length)], as: UTF8.self)
    }

    private mutating func texts() throws(Damage) -> [String] {
        var list: [String] = []
        for _ in 0..<(try count(least: 8)) { list.append(try text()) }
        return list
    }

    private mutating func optional() throws(Damage) -> UInt64? {
        let isThere = try number() != 0
        let value = try number()
        return isThere ? value : nil
    }

    mutating func member(end: Int64) throws(Damage) -> FactsMember {
        var member = FactsMember()
        member.facts = try facts()
        member.inputBytes = max(0, try signed())
        for _ in 0..<(try count(least: 32)) {
            let (isIPv6, high, low) = (try number() != 0, try number(), try number())
            let address = isIPv6 ? IPAddress(v6High: high, low: low) : IPAddress(v4: UInt32(truncatingIfNeeded: low))
            member.names.append((address, try text()))
        }
        for _ in 0..<(try count(least: 16)) {
            let (first, last) = (try signed(), try signed())
            guard first >= 0, last > first, last <= end else { throw Self.short }
            member.pieces.append(first..<last)
        }
        return member
    }

    private mutating func facts() throws(Damage) -> SourceFacts {
        var facts = SourceFacts()
        (facts.name, facts.format) = (try text(), try text())
        (facts.linkTypes, facts.interfaceNames) = (try texts(), try texts())
        (facts.packets, facts.filteredOut, facts.bytes) = (try number(), try number(), try number())
        (facts.cutPackets, facts.outOfOrder) = (try number(), try number())
        (facts.firstTime, facts.lastTime) = (try time(), try time())
        (facts.interfaceDrops, facts.systemDrops) = (try optional(), try optional())
        facts.truncated = try number() != 0
        if try number() != 0 {
            let (source, offset, kind, detail) = (try text(), try signed(), try number(), try text())
            let kinds = CaptureFault.Kind.ofFiles
            facts.fault = CaptureFault(
                source: source, offset: max(0, offset), kind: kinds[Int(min(kind, UInt64(kinds.count - 1)))],
                detail: detail)
        }
        return facts
    }

    private mutating func time() throws(Damage) -> CaptureTime? {
        try optional().map { CaptureTime(nanoseconds: Int64(bitPattern: $0)) }
    }

    private static let short = Damage(kind: .cannotRead, detail: "is a facts file whose table contradicts itself")
}

extension CaptureFault.Kind {
    /// Those that end the reading of a file, by their number in a facts file.
    fileprivate static let ofFiles: [CaptureFault.Kind] = [
        .damaged, .cutShort, .badPackedData, .cannotRead, .unsupportedVersion, .notFound, .permissionDenied,
        .isDirectory,
        .empty, .notACapture, .unknownPacking,
    ]
}
