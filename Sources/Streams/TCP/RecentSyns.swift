import Vocabulary

/// SYNs of the last second, and first packets of connections joined midway, by sequence number, to find the same one on
/// another tuple (the other leg of a NAT).
/// A fixed number of places; a newer SYN takes the place of an older one.
struct RecentSyns: ~Copyable {
    /// A SYN and the flow that it opened.
    struct Entry {
        var sequence: UInt32 = 0
        /// 0 for a SYN.
        var acknowledgement: UInt32 = 0
        var timestamp: UInt32 = 0
        var hasTimestamp = false
        var time = CaptureTime.distantPast
        var slot = FlowTable.none
        var frame = FrameRef.none
    }

    private static let places = 1024
    private let entries: UnsafeMutablePointer<Entry>

    init() {
        entries = .allocate(capacity: Self.places)
        entries.initialize(repeating: Entry(), count: Self.places)
    }

    deinit { entries.deallocate() }

    /// The place for a sequence number.
    func place(_ sequence: UInt32) -> UnsafeMutablePointer<Entry> {
        let mixed = folded(UInt64(sequence) ^ 0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93)
        return entries + Int(truncatingIfNeeded: mixed & UInt64(Self.places - 1))
    }
}
