import Vocabulary

/// Where connections ended that are no longer in the table: what is sent again for them is theirs, and opens none. TCP keeps
/// an ended connection for twice the life of a segment, four minutes (RFC 9293, 3.4.2 and 3.6.1).
/// A fixed number of places; a newer end takes the place of an older one.
struct EndedConnections: ~Copyable {
    /// The sequence numbers behind all that A and B sent, and when the last packet came.
    struct Entry {
        var key = FlowKey()
        var end = SIMD2<UInt32>(repeating: 0)
        var known = false
        var time = CaptureTime.distantPast
    }

    private static let places = 4096
    private static let lifeNanoseconds = Span.seconds(240)
    /// What was sent again lies so far behind the end at most.
    private static let window: UInt32 = 4 << 20
    private var entries: UnsafeMutablePointer<Entry>?

    init() {}

    deinit { entries?.deallocate() }

    mutating func add(_ entry: Entry, _ hash: UInt32) {
        if entries == nil {
            entries = .allocate(capacity: Self.places)
            entries?.initialize(repeating: Entry(), count: Self.places)
        }
        entries?[Int(hash) & (Self.places - 1)] = entry
    }

    /// Whether a segment repeats what its ports' last connection sent: no number is beyond that one's end.
    func has(_ key: FlowKey, _ hash: UInt32, _ segment: Segment) -> Bool {
        guard let entries, !segment.isSyn else { return false }
        let entry = entries[Int(hash) & (Self.places - 1)]
        guard entry.known, entry.key == key,
            segment.time.since(entry.time).distanceFromZero <= Self.lifeNanoseconds
        else { return false }
        let headers = segment.headers
        let length = UInt32(truncatingIfNeeded: segment.length) + (segment.flags.contains(.fin) ? 1 : 0)
        guard entry.end[segment.from] &- (headers.pointee.sequence &+ length) <= Self.window else { return false }
        // A RST without an ACK acknowledges nothing.
        return !segment.flags.contains(.ack)
            || entry.end[1 - segment.from] &- headers.pointee.acknowledgement <= Self.window
    }
}
