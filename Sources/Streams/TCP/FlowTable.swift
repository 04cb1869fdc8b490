internal import CPrefetch

/// Open addressing from a flow's hash to its slot: linear probing, deletion by shifting back, so that no tombstones pile up.
///
/// An entry is the 32-bit hash above the slot. The hash is the home bucket as well, so growing reads no flow.
struct FlowTable: ~Copyable {
    /// No slot.
    static let none = UInt32.max
    private static let empty = UInt64.max

    private var entries: UnsafeMutablePointer<UInt64>
    private var mask: Int
    private(set) var count = 0

    init(capacity: Int = 1024) {
        mask = capacity - 1
        entries = .allocate(capacity: capacity)
        entries.initialize(repeating: Self.empty, count: capacity)
    }

    deinit { entries.deallocate() }

    /// Begins to load the home bucket.
    @inline(__always)
    func prefetch(_ hash: UInt32) { brokertap_prefetch(entries + (Int(hash) & mask), 1) }

    /// The first slot with this hash: almost surely the flow's, if it is in the table.
    @inline(__always)
    func guess(_ hash: UInt32) -> UInt32 { find(hash) { _ in true } }

    /// The slot with this hash for which `matches` holds.
    @inline(__always)
    func find(_ hash: UInt32, _ matches: (UInt32) -> Bool) -> UInt32 {
        var index = Int(hash) & mask
        while entries[index] != Self.empty {
            let entry = entries[index]
            let slot = UInt32(truncatingIfNeeded: entry)
            if UInt32(truncatingIfNeeded: entry >> 32) == hash, matches(slot) { return slot }
            index = (index + 1) & mask
        }
        return Self.none
    }

    /// Adds a flow that is not in the table.
    mutating func insert(_ hash: UInt32, _ slot: UInt32) {
        if count * 2 > mask { grow() }
        place(UInt64(hash) << 32 | UInt64(slot))
        count += 1
    }

    /// Takes a flow out; nothing happens where it is not in the table.
    mutating func remove(_ hash: UInt32, _ slot: UInt32) {
        let wanted = UInt64(hash) << 32 | UInt64(slot)
        var hole = Int(hash) & mask
        while entries[hole] != wanted {
            if entries[hole] == Self.empty { return }
            hole = (hole + 1) & mask
        }
        closeUp(hole)
        count -= 1
    }

    /// Moves later entries of the run into the hole, as long as that brings them no nearer than their home.
    private mutating func closeUp(_ start: Int) {
        var hole = start
        var index = (hole + 1) & mask
        while entries[index] != Self.empty {
            let home = Int(truncatingIfNeeded: entries[index] >> 32) & mask
            if (index &- home) & mask >= (index &- hole) & mask {
                entries[hole] = entries[index]
                hole = index
            }
            index = (index + 1) & mask
        }
        entries[hole] = Self.empty
    }

    private mutating func place(_ entry: UInt64) {
        var index = Int(truncatingIfNeeded: entry >> 32) & mask
        while entries[index] != Self.empty { index = (index + 1) & mask }
        entries[index] = entry
    }

    private mutating func grow() {
        let (old, oldCapacity) = (entries, mask + 1)
        let capacity = oldCapacity * 2
        entries = .allocate(capacity: capacity)
        entries.initialize(repeating: Self.empty, count: capacity)
        mask = capacity - 1
        for index in 0..<oldCapacity where old[index] != Self.empty { place(old[index]) }
        old.deallocate()
    }
}
