import Vocabulary

/// The packets found in a source and not yet handed on, with the counts that come of listing them.
///
/// A plain struct over memory that is kept from block to block, so that listing a packet allocates nothing.
struct EntryList {
    /// The entries that are left. Those handed on before them keep their room until it is needed.
    private(set) var storage: UnsafeMutablePointer<PacketEntry>
    private(set) var count = 0
    /// From `storage` on.
    private var capacity: Int
    private var memory: UnsafeMutablePointer<PacketEntry>

    let source: Int
    let window: Int64
    /// How far the source's clock is ahead: taken off every time.
    private let clockOffset: Int64
    /// The file says which number a packet has.
    private let isNumbered: Bool
    /// Packets seen in the file so far: the number of the latest one.
    private(set) var packets: UInt64 = 0
    private(set) var capturedBytes: UInt64 = 0
    private(set) var cutPackets: UInt64 = 0
    private(set) var outOfOrder: UInt64 = 0
    private(set) var earliest = Int64.max
    /// The greatest time since the last step back by more than the window; the first packet counts as a step back.
    private(set) var newest = Int64.max
    private var latestBefore = Int64.min
    /// A packet of the current block stands behind a later one.
    private(set) var isDisordered = false
    /// The entries are in the file's order.
    private var isAsFiled = true

    init(source: Int, window: Int64, clockOffset: Int64 = 0, isNumbered: Bool = false, capacity: Int = 4096) {
        self.isNumbered = isNumbered
        self.source = source
        self.clockOffset = clockOffset
        self.window = window
        self.capacity = capacity
        memory = .allocate(capacity: capacity)
        storage = memory
    }

    /// The greatest time of all; without packets, there is none.
    var latest: Int64 { packets == 0 ? .min : max(latestBefore, newest) }

    /// To be called once, when the list is no longer used.
    func deallocate() { memory.deallocate() }

    @inline(__always)
    mutating func add(
        _ bytes: UnsafeRawPointer, captured: UInt32, wire: UInt32, time: Int64, linkType: UInt16, interface: UInt16
    ) {
        if count == capacity { makeRoom() }
        let time = time.subtractingSaturated(clockOffset)
        packets &+= 1
        capturedBytes &+= UInt64(captured)
        if captured < wire { cutPackets &+= 1 }
        if time < newest { noteStepBack(to: time) } else { newest = time }
        (storage + count).initialize(
            to: PacketEntry(
                bytes: bytes.assumingMemoryBound(to: UInt8.self), capturedLength: captured, wireLength: wire,
                time: CaptureTime(nanoseconds: time), frame: FrameRef(source: source, number: packets),
                linkType: linkType, interface: interface))
        count &+= 1
    }

    /// What was blanked of the last packet is listed there, from its bytes on.
    mutating func noteBlanks(at place: UInt32) { if count > 0 { storage[count - 1].blanks = place } }

    /// The next packet has another number than the one that follows; only in facts files.
    mutating func number(next number: UInt64) { if isNumbered, number > 0 { packets = number - 1 } }

    /// Makes the entries from `first` on the only ones, at the list's beginning.
    mutating func dropFirst(_ first: Int) {
        let dropped = min(max(0, first), count)
        storage += dropped
        capacity -= dropped
        count -= dropped
        isDisordered = false
        if count == 0 { isAsFiled = true }
    }

    /// Leaves out what `keep` refuses, from `first` on; returns how many that were.
    mutating func filter(from first: Int, _ keep: (PacketEntry) -> Bool) -> Int {
        var end = first
        for i in first..<max(first, count) where keep(storage[i]) {
            storage[end] = storage[i]
            end += 1
        }
        defer { count = min(count, end) }
        return max(0, count - end)
    }

    @inline(never)
    private mutating func noteStepBack(to time: Int64) {
        let isFirst = isNumbered ? earliest == .max : packets == 1
        earliest = min(earliest, time)
        if isFirst { return newest = time }
        isDisordered = true
        outOfOrder &+= 1
        guard isBeyondWindow(time, newest) else { return }
        latestBefore = max(latestBefore, newest)
        newest = time
    }

    /// In front of the entries, where those stood that were handed on, or else in more memory.
    @inline(never)
    private mutating func makeRoom() {
        let (gone, room) = (storage - memory, storage - memory + capacity)
        if gone >= count {
            memory.update(from: storage, count: count)
        } else {
            let larger = UnsafeMutablePointer<PacketEntry>.allocate(capacity: room * 2)
            larger.moveInitialize(from: storage, count: count)
            memory.deallocate()
            memory = larger
        }
        (storage, capacity) = (memory, gone >= count ? room : room * 2)
    }

    @inline(__always)
    private func isBeyondWindow(_ time: Int64, _ newest: Int64) -> Bool {
        let (distance, overflow) = newest.subtractingReportingOverflow(time)
        return overflow || distance > window
    }
}

extension EntryList {
    /// Puts the entries in order of time, and tells how many of them can be handed on: what is older than the newest by
    /// more than the window cannot be preceded by what comes next. Packets up to number `forced` go out in any case:
    /// their block is about to be overwritten.
    ///
    /// A step back by more than the window (a clock that was set) is left as it is: entries before it and behind it are
    /// put in order apart.
    mutating func putInOrder(forced: UInt64) -> Int {
        guard count > 0 else { return 0 }
        if isDisordered { isAsFiled = false }
        let lastRun = isDisordered ? sortRuns() : 0
        let (bound, overflow) = newest.subtractingReportingOverflow(window)
        let settled = overflow ? lastRun : firstIndex(from: lastRun) { $0.time.nanoseconds > bound }
        return max(settled, forced == 0 ? 0 : countThrough(forced))
    }

    /// Sorts each run between steps back; returns where the last run begins.
    private mutating func sortRuns() -> Int {
        var start = 0
        var top = storage[0].time.nanoseconds
        for i in 1..<max(1, count) {
            let time = storage[i].time.nanoseconds
            if time >= top {
                top = time
            } else if isBeyondWindow(time, top) {
                sort(start..<i)
                (start, top) = (i, time)
            }
        }
        sort(start..<count)
        return start
    }

    /// Frame numbers rise with the place in the file, so equal times keep the file's order.
    private func sort(_ range: Range<Int>) {
        var slice = UnsafeMutableBufferPointer(start: storage + range.lowerBound, count: range.count)
        slice.sort { a, b in a.time == b.time ? a.frame < b.frame : a.time < b.time }
    }

    /// The first entry for which it holds, by bisection: it holds for none before it and for all behind it.
    private func firstIndex(from start: Int = 0, where holds: (PacketEntry) -> Bool) -> Int {
        let entries = UnsafeBufferPointer(start: storage + start, count: count - start)
        return start + entries.partitionPoint(where: holds)
    }

    /// How many entries are to go out so that all up to the file's packet `number` are among them.
    private func countThrough(_ number: UInt64) -> Int {
        if isAsFiled { return firstIndex { $0.frame.number > number } }
        var end = count
        while end > 0, storage[end - 1].frame.number > number { end -= 1 }
        return end
    }
}
