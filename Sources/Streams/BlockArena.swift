#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Memory for pools that grow by blocks. Beyond a few megabytes it comes in pieces of two, which the system is asked to back
/// with large pages: with 100,000 connections each packet touches a dozen places far apart, and with small pages nearly
/// every one of them costs a walk through the page tables besides the miss itself.
public struct BlockArena: ~Copyable {
    private static var pieceBytes: Int { 2 << 20 }
    /// Up to here blocks are allocated one by one, so that small captures stay small in memory.
    private static var plainBytes: Int { 2 << 20 }

    private var pieces: [UnsafeMutableRawPointer] = []
    /// Bytes of the last piece that are given out; 0 bytes are left where there is none.
    private var used = pieceBytes
    private var given = 0

    public init() {}

    deinit { for piece in pieces { free(piece) } }

    /// A block that lives as long as the arena. Not initialized.
    public mutating func block<Element>(of count: Int, as type: Element.Type) -> UnsafeMutablePointer<Element> {
        let bytes = (count * MemoryLayout<Element>.stride + 63) & ~63
        given += bytes
        guard given > Self.plainBytes, bytes <= Self.pieceBytes else {
            let block = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
            pieces.append(block)
            return block.bindMemory(to: type, capacity: count)
        }
        if used + bytes > Self.pieceBytes { addPiece() }
        let block = large + used
        used += bytes
        return block.bindMemory(to: type, capacity: count)
    }

    /// The piece that blocks are cut from.
    private var large = UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped

    private mutating func addPiece() {
        large = .allocate(byteCount: Self.pieceBytes, alignment: Self.pieceBytes)
        // Where it is refused the memory is as good, only slower.
        _ = madvise(large, Self.pieceBytes, MADV_HUGEPAGE)
        pieces.append(large)
        used = 0
    }
}
