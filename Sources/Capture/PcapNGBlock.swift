/// One whole pcapng block, up to but without its trailing length.
struct PcapNGBlock {
    var base: UnsafeRawPointer
    var length: Int
    var swapped: Bool

    @inline(__always) func load16(_ offset: Int) -> UInt16 { base.load16(offset, swapped: swapped) }
    @inline(__always) func load32(_ offset: Int) -> UInt32 { base.load32(offset, swapped: swapped) }
    @inline(__always) func load64(_ offset: Int) -> UInt64 { base.load64(offset, swapped: swapped) }

    /// The bytes of `range` as UTF-8 text; the range must lie in the block.
    func text(_ offset: Int, _ count: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: base + offset, count: count), as: UTF8.self)
    }
}

/// Walks over records of type, length and padded value: a block's options (section 3.5), and the names of a name
/// resolution block, which have the same form. Stops at the end mark and at a record that runs past the block.
struct PcapNGOptions {
    private let block: PcapNGBlock
    private var at: Int

    init(_ block: PcapNGBlock, from offset: Int) {
        self.block = block
        at = offset
    }

    mutating func next() -> (code: UInt16, offset: Int, length: Int)? {
        guard at + 4 <= block.length else { return nil }
        let code = block.load16(at)
        let length = Int(block.load16(at + 2))
        let offset = at + 4
        guard code != 0, offset + length <= block.length else { return nil }
        at = offset + (length + 3) & ~3
        return (code, offset, length)
    }
}
