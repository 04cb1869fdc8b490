/// The blocks of one source but for the one that is being filled: each waits until nobody needs what was listed of it.
///
/// On one thread two blocks take turns. Where another thread uses what this one lists, there are a few more, and this one waits
/// where all are in use.
struct BlockTurns {
    private let room: Int
    /// The block filled last: what was listed of it may still have to be handed on.
    private var last: Block?
    /// Blocks of which all was handed on, the oldest first, each with the turn by whose end it is free.
    private var lent: [(block: Block, turn: Int)] = []
    /// Nil: what was handed on is done with by the next call.
    var ring: TurnRing?
    /// Blocks that may be lent at once.
    var mostLent = 1

    init(room: Int) { self.room = room }

    /// To be called once, when none is used any longer.
    func deallocate() {
        last?.deallocate()
        for each in lent { each.block.deallocate() }
    }

    /// Gives a block for one that is full, of which a part has not been handed on. All that was listed of the block before it has.
    mutating func next(behind full: Block, atLeast bytes: Int) -> Block {
        if let last { lent.append((last, (ring?.current ?? 0) - 1)) }
        last = full
        guard var block = free() else { return Block(capacity: max(room, bytes)) }
        block.reserve(bytes)
        return block
    }

    /// A block that nobody needs any more; nil where one more may be made.
    private mutating func free() -> Block? {
        guard let oldest = lent.first else { return nil }
        if let ring, !ring.isFree(oldest.turn) {
            if lent.count < mostLent { return nil }
            ring.waitUntilFree(oldest.turn)
        }
        return lent.removeFirst().block
    }
}
