import Vocabulary

/// Parts of a pcapng file (draft-ietf-opsawg-pcapng), in the byte order of its section: least significant byte first, or
/// `swapped`.
extension [UInt8] {
    /// A whole block, with its length before and behind.
    init(block type: UInt32, _ body: [UInt8]) {
        self = []
        let length = UInt32(body.count + 12)
        reserveCapacity(Int(length))
        append32(type)
        append32(length)
        self += body
        append32(length)
    }

    /// The header of a section that this program writes (section 4.1): in this byte order, of a length that is not told.
    /// - Parameter blanked: it is listed with each packet what was blanked of it.
    init(sectionWith comment: String, blanked: Bool = false) {
        var body: [UInt8] = []
        body.append32(PcapNGParser.byteOrderMagic)
        body.append16(1)
        body.append16(0)
        body += [UInt8](repeating: 0xFF, count: 8)
        body.appendComment(comment)
        if blanked {
            body.appendComment(Self.blankedComment)
            body.appendOption(BlankedBytes.optionCode, "blanked".utf8)
        }
        body.appendOption(4, "brokertap".utf8)
        body.append32(0)
        self.init(block: PcapNGParser.sectionMagic, body)
    }

    private static let blankedComment =
        "blanked by brokertap: zeros stand for what may be secret, and brokertap takes them as unknown"

    init(_ value: UInt32, swapped: Bool) {
        self = Swift.withUnsafeBytes(of: swapped ? value.bigEndian : value.littleEndian) { Array($0) }
    }

    mutating func append16(_ value: UInt16, swapped: Bool = false) {
        let value = swapped ? value.byteSwapped : value
        append(UInt8(truncatingIfNeeded: value))
        append(UInt8(truncatingIfNeeded: value >> 8))
    }

    mutating func append32(_ value: UInt32, swapped: Bool = false) {
        let value = swapped ? value.byteSwapped : value
        append16(UInt16(truncatingIfNeeded: value))
        append16(UInt16(truncatingIfNeeded: value >> 16))
    }

    /// Up to the next multiple of four.
    mutating func pad() { while count & 3 != 0 { append(0) } }

    /// Options are shorter than 64 KiB; longer text is cut.
    mutating func appendOption(_ code: UInt16, _ value: some Collection<UInt8>, swapped: Bool = false) {
        let value = value.prefix(60_000)
        append16(code, swapped: swapped)
        append16(UInt16(value.count), swapped: swapped)
        self += value
        pad()
    }

    /// The comment of a packet, or of the file.
    mutating func appendComment(_ text: String, swapped: Bool = false) { appendOption(1, text.utf8, swapped: swapped) }

    /// Where the last block ends that lies whole before `end`; of blocks in this byte order, one behind another.
    func wholeBlocks(before end: Int) -> Int {
        var at = 0
        while at + 12 <= end {
            let length = (0..<4).reduce(0) { $0 | Int(self[at + 4 + $1]) << (8 * $1) }
            guard length >= 12, at + length <= end else { break }
            at += length
        }
        return at
    }
}
