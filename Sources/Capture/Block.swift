/// A piece of memory that a file's bytes are read into. Grows for a record that is larger.
struct Block {
    private(set) var base: UnsafeMutableRawPointer
    private(set) var capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(byteCount: capacity, alignment: 64)
    }

    /// Makes room for `bytes`. What it held is gone.
    mutating func reserve(_ bytes: Int) {
        guard bytes > capacity else { return }
        base.deallocate()
        self = Block(capacity: bytes)
    }

    /// To be called once, when the block is no longer used.
    func deallocate() { base.deallocate() }
}
