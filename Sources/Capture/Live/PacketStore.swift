import Vocabulary

/// Copies of the packets of one batch: memory in pieces that are kept from batch to batch.
final class PacketStore {
    private var pieces: [Block] = []
    private var piece = 0
    private var used = 0
    private static let pieceBytes = 1 << 20

    deinit { for piece in pieces { piece.deallocate() } }

    /// Forgets what it holds.
    func removeAll() { (piece, used) = (0, 0) }

    /// Copies bytes; they lie there until `removeAll`.
    func keep(_ bytes: UnsafeRawPointer, _ count: Int) -> UnsafeRawPointer {
        while piece < pieces.count, pieces[piece].capacity - used < count { (piece, used) = (piece + 1, 0) }
        if piece == pieces.count { pieces.append(Block(capacity: max(Self.pieceBytes, count))) }
        let place = pieces[piece].base + used
        place.copyMemory(from: bytes, byteCount: count)
        used += (count + 15) & ~15
        used = min(used, pieces[piece].capacity)
        return UnsafeRawPointer(place)
    }
}
