import Vocabulary

/// Where records were stored, as answers to Produces tell: of each partition the end of a run of offsets without a hole.
///
/// A lost batch that was stored after all takes offsets that no answer gave out. Where the run goes on without a hole from
/// before the batch was sent to one that was sent after its connection had ended, nothing of it was stored.
///
/// A table of fixed size: a partition that finds its place taken is not followed, and nothing is proven of it.
struct AppendTable {
    /// An answered batch.
    struct Append {
        var first: Int64
        var end: Int64
        var sent: CaptureTime
    }

    private struct Row {
        var topic = StringID.none
        var partition: Int32 = -1
        /// In `watches`; -1: nothing of it was lost.
        var watch: Int32 = -1
        /// The run's end, and since when it is without a hole.
        var end: Int64 = 0
        var since = CaptureTime.distantPast
        /// When something was last stored there, since that is followed.
        var lastStored = CaptureTime.distantPast
        /// One that came before the answer to the one before it; empty: none.
        var ahead = Append(first: 0, end: 0, sent: .distantPast)
    }

    /// A loss that a run may say something about.
    private struct Loss {
        /// In the retry table.
        var entry: Int32
        var closed: CaptureTime
    }

    private struct Watch {
        var losses: [Loss] = []
        var ahead: [Append] = []
    }

    private static let size = 1 << 12
    private static let watchesKept = 10_000
    private static let keptAhead = 64
    private static let lossesKept = 256

    /// Since the first late answer to a Produce: nobody asks before when partitions were written.
    var followsTimes = false
    private var rows: [Row] = []
    private var watches: [Watch] = []
    /// Places in the retry table of the losses of which, as is known now, nothing can have been stored.
    private(set) var proven: [Int32] = []

    @inline(__always)
    private static func place(_ topic: StringID, _ partition: Int32) -> Int {
        let number = UInt64(topic.raw) << 32 | UInt64(UInt32(bitPattern: partition))
        return Int(truncatingIfNeeded: (number &* 0x9E37_79B9_7F4A_7C15) >> 52)
    }

    /// Partitions in which something was stored since that is followed, when last, and when the run began that it goes on with: the
    /// first late answer comes when the wait is over.
    var writes: [PartitionWrites] {
        guard followsTimes else { return [] }
        return rows.filter { $0.lastStored != .distantPast }.map {
            PartitionWrites(
                name: PartitionName(topic: $0.topic, partition: $0.partition), first: $0.since, last: $0.lastStored)
        }
    }

    mutating func takeProven() -> [Int32] {
        defer { proven.removeAll() }
        return proven
    }

    /// A batch was stored.
    @inline(__always)
    mutating func note(
        _ topic: StringID, _ partition: Int32, first: Int64, records: Int32, sent: CaptureTime, answered: CaptureTime
    ) {
        let (end, isOver) = first.addingReportingOverflow(Int64(records))
        guard first >= 0, records > 0, !isOver else { return }
        if rows.isEmpty { rows = Array(repeating: Row(), count: Self.size) }
        let at = Self.place(topic, partition)
        guard rows[at].topic == topic, rows[at].partition == partition else {
            if rows[at].watch < 0 { begin(at, topic, partition, end, answered) }
            return
        }
        if followsTimes { rows[at].lastStored = answered }
        if rows[at].watch >= 0 {
            return follow(at, Append(first: first, end: end, sent: sent), answered)
        }
        if first == rows[at].end, rows[at].ahead.end == 0 {
            rows[at].end = end
        } else if first >= rows[at].end {
            goOn(at, Append(first: first, end: end, sent: sent), answered)
        }
    }

    private mutating func begin(
        _ at: Int, _ topic: StringID, _ partition: Int32, _ end: Int64, _ answered: CaptureTime
    ) {
        rows[at] = Row(topic: topic, partition: partition, end: end, since: answered)
    }

    /// Behind a hole that the next answer may fill.
    @inline(never)
    private mutating func goOn(_ at: Int, _ append: Append, _ answered: CaptureTime) {
        let ahead = rows[at].ahead
        if append.first == rows[at].end {
            rows[at].end = append.end == ahead.first ? ahead.end : append.end
            if append.end >= ahead.first { rows[at].ahead.end = 0 }
        } else if ahead.end == 0 {
            rows[at].ahead = append
        } else {
            // Others write there whom nobody sees: a new run.
            begin(at, rows[at].topic, rows[at].partition, max(append.end, ahead.end), answered)
        }
    }

    // MARK: Losses

    /// A Produce was lost with its connection.
    mutating func watch(
        _ topic: StringID, _ partition: Int32, entry: Int32, sent: CaptureTime, closed: CaptureTime
    ) {
        guard !rows.isEmpty else { return }
        let at = Self.place(topic, partition)
        guard rows[at].topic == topic, rows[at].partition == partition, rows[at].since <= sent else { return }
        if rows[at].watch < 0 {
            guard watches.count < Self.watchesKept else { return }
            rows[at].watch = Int32(watches.count)
            watches.append(Watch(ahead: rows[at].ahead.end > 0 ? [rows[at].ahead] : []))
        }
        let watch = Int(rows[at].watch)
        guard watches[watch].losses.count < Self.lossesKept,
            !watches[watch].losses.contains(where: { $0.entry == entry })
        else { return }
        watches[watch].losses.append(Loss(entry: entry, closed: closed))
    }

    /// Goes on with a run that losses wait for.
    @inline(never)
    private mutating func follow(_ at: Int, _ append: Append, _ answered: CaptureTime) {
        let watch = Int(rows[at].watch)
        guard append.first >= rows[at].end else { return }
        let place = watches[watch].ahead.firstIndex { $0.first > append.first } ?? watches[watch].ahead.count
        watches[watch].ahead.insert(append, at: place)
        var used = 0
        while used < watches[watch].ahead.count, watches[watch].ahead[used].first == rows[at].end {
            let next = watches[watch].ahead[used]
            rows[at].end = next.end
            proven += watches[watch].losses.filter { $0.closed <= next.sent }.map(\.entry)
            watches[watch].losses.removeAll { $0.closed <= next.sent }
            used += 1
        }
        watches[watch].ahead.removeFirst(used)
        if watches[watch].losses.isEmpty || watches[watch].ahead.count > Self.keptAhead { leave(at, answered) }
    }

    /// All is proven, or nothing will be.
    private mutating func leave(_ at: Int, _ answered: CaptureTime) {
        let ahead = watches[Int(rows[at].watch)].ahead
        watches[Int(rows[at].watch)] = Watch()
        rows[at].watch = -1
        guard let last = ahead.last else { return }
        begin(at, rows[at].topic, rows[at].partition, max(rows[at].end, last.end), answered)
    }

    /// The retry table begins anew.
    mutating func forgetLosses() {
        watches = []
        for at in rows.indices { rows[at].watch = -1 }
    }
}
