/// Values without memory of their own, addressed by a small number. Grows by blocks, so a pointer to a value stays good.
struct SlotPool<Element>: ~Copyable {
    private static var blockShift: UInt32 { 10 }
    private static var blockSize: Int { 1 << Int(blockShift) }

    private var blocks: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
    private var blockCount = 0
    private var blockRoom = 64
    private var free: [UInt32] = []
    private var arena = BlockArena()
    /// One above the highest slot ever given out.
    private(set) var end: UInt32 = 0

    init() { blocks = .allocate(capacity: 64) }

    deinit { blocks.deallocate() }

    /// How many slots are given out.
    var inUse: Int { Int(end) - free.count }

    /// The value of a slot that was given out.
    subscript(slot: UInt32) -> UnsafeMutablePointer<Element> {
        blocks[Int(slot >> Self.blockShift)] + Int(slot) % Self.blockSize
    }

    /// Gives a slot out, filled with `value`.
    mutating func take(_ value: Element) -> UInt32 {
        let slot: UInt32
        if let reused = free.popLast() {
            slot = reused
        } else {
            slot = end
            if Int(slot >> Self.blockShift) == blockCount { addBlock() }
            end += 1
        }
        self[slot].initialize(to: value)
        return slot
    }

    /// Takes a slot back.
    mutating func give(_ slot: UInt32) { free.append(slot) }

    private mutating func addBlock() {
        if blockCount == blockRoom {
            let wider = UnsafeMutablePointer<UnsafeMutablePointer<Element>>.allocate(capacity: blockRoom * 2)
            wider.moveInitialize(from: blocks, count: blockCount)
            blocks.deallocate()
            blocks = wider
            blockRoom *= 2
        }
        blocks[blockCount] = arena.block(of: Self.blockSize, as: Element.self)
        blockCount += 1
    }
}
