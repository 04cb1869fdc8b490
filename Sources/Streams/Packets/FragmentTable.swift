import Vocabulary

/// What makes fragments parts of one datagram (RFC 791; RFC 8200, where the protocol is not among them).
struct FragmentKey: Hashable {
    var source: IPAddress
    var destination: IPAddress
    var id: UInt32
    var number: UInt8
    /// The source that shows it, of datagrams that are whole: one that two sources show becomes whole at each.
    var place: UInt16 = 0

    init(_ source: IPAddress, _ destination: IPAddress, _ id: UInt32, _ number: UInt8) {
        (self.source, self.destination, self.id, self.number) = (source, destination, id, number)
    }
}

/// One fragment's place in its datagram.
struct Fragment {
    var key: FragmentKey
    var offset: Int
    var isLast: Bool
    /// The protocol that the datagram carries; that of the fragment at offset 0 counts.
    var next: UInt8
    var time: CaptureTime
}

/// IP datagrams that are being put together. Bounded in number; the oldest leaves for a new one.
struct FragmentTable {
    /// Several of one key where its id came again before the first was whole.
    private var datagrams: [FragmentKey: [PartialDatagram]] = [:]
    private var count = 0
    /// Datagrams that became whole lately: a capture may hold each of their fragments twice.
    private var whole: [FragmentKey: PartialDatagram] = [:]
    /// Datagrams that became whole in this batch: packets point into them.
    var finished: [PartialDatagram] = []
    private let capacity: Int
    /// The source of the packet at hand.
    var place: UInt16 = 0

    /// RFC 1122 asks for 60 to 120 seconds at a host; Linux keeps 30.
    private static let lifetime = Span.seconds(30)
    private static let maximumBytes = 65_535
    private static let mostOfOneKey = 4
    /// A second copy of a fragment follows the first at once.
    private static let copies = Span.milliseconds(10)
    private static let wholeKept = 64

    init(capacity: Int) { self.capacity = max(1, capacity) }

    mutating func releaseFinished() {
        if !finished.isEmpty { finished.removeAll(keepingCapacity: true) }
    }

    /// Takes a fragment, whose payload is `layer`. Where it makes its datagram whole, `layer` becomes that datagram's
    /// payload and the step is to read it.
    mutating func add(_ fragment: Fragment, _ layer: inout PacketLayer) -> PacketStep {
        guard fragment.offset + layer.length <= Self.maximumBytes, layer.length > 0 else { return .done(.malformed) }
        if isCopy(fragment, layer) { return .done(.fragmentHeld) }
        let datagram = partial(fragment, layer)
        guard datagram.add(fragment, layer) else {
            remove(datagram, fragment.key)
            return .done(.malformed)
        }
        guard let total = datagram.wholeLength else { return .done(.fragmentHeld) }
        remove(datagram, fragment.key)
        keepWhole(datagram, fragment)
        finished.append(datagram)
        layer = PacketLayer(
            at: UnsafePointer(datagram.bytes), captured: min(datagram.firstMissing, total), length: total)
        return .transport(datagram.next)
    }

    /// A datagram that this fragment is part of, or a new one.
    private mutating func partial(_ fragment: Fragment, _ layer: PacketLayer) -> PartialDatagram {
        let all = datagrams[fragment.key, default: []]
        let known = all.filter { $0.place == place }
        let fitting = known.first {
            fragment.time.since($0.time).distanceFromZero <= Self.lifetime && !$0.contradicts(fragment, layer)
        }
        if let fitting = fitting ?? continued(all, fragment, layer) { return fitting }
        for outdated in known where fragment.time.since(outdated.time).distanceFromZero > Self.lifetime {
            remove(outdated, fragment.key)
        }
        if known.count >= Self.mostOfOneKey, let first = known.first { remove(first, fragment.key) }
        if count >= capacity { evictOldest() }
        let new = PartialDatagram(time: fragment.time, place: place)
        datagrams[fragment.key, default: []].append(new)
        count += 1
        return new
    }

    /// One that another source began and has nothing yet of what this fragment brings: a file that ends within it, as a rule.
    private func continued(_ all: [PartialDatagram], _ fragment: Fragment, _ layer: PacketLayer) -> PartialDatagram? {
        all.first {
            $0.place != place && fragment.time.since($0.time).distanceFromZero <= Self.copies
                && !$0.overlaps(fragment, layer)
        }
    }

    private mutating func remove(_ datagram: PartialDatagram, _ key: FragmentKey) {
        guard var list = datagrams[key], let place = list.firstIndex(where: { $0 === datagram }) else { return }
        list.remove(at: place)
        count -= 1
        datagrams[key] = list.isEmpty ? nil : list
    }

    private mutating func evictOldest() {
        let oldest = datagrams.min { $0.value[0].time < $1.value[0].time }
        if let oldest { remove(oldest.value[0], oldest.key) }
    }

    // MARK: Copies

    private func isCopy(_ fragment: Fragment, _ layer: PacketLayer) -> Bool {
        guard let known = whole[hereOf(fragment.key)] else { return false }
        return fragment.time.since(known.wholeSince).distanceFromZero <= Self.copies && known.has(fragment, layer)
    }

    private mutating func keepWhole(_ datagram: PartialDatagram, _ fragment: Fragment) {
        if whole.count >= Self.wholeKept { whole.removeAll(keepingCapacity: true) }
        datagram.wholeSince = fragment.time
        whole[hereOf(fragment.key)] = datagram
    }

    private func hereOf(_ key: FragmentKey) -> FragmentKey {
        var key = key
        key.place = place
        return key
    }
}

/// The fragments of one datagram so far. A byte that came twice stays as it came first.
final class PartialDatagram {
    let time: CaptureTime
    /// The source of its first fragment: what was captured at two places is put together at each.
    let place: UInt16
    /// When its last missing fragment came.
    var wholeSince = CaptureTime.distantPast
    private(set) var bytes: UnsafeMutablePointer<UInt8>
    private var capacity = 4096
    /// What has come, in order, without overlaps.
    private var ranges: [Range<Int>] = []
    private var total: Int?
    /// The first byte that the snap length cut off.
    private(set) var firstMissing = Int.max
    private(set) var next: UInt8 = 0

    /// More pieces than any sender makes of one datagram.
    private static let maximumRanges = 512

    init(time: CaptureTime, place: UInt16) {
        (self.time, self.place) = (time, place)
        bytes = .allocate(capacity: capacity)
    }

    deinit { bytes.deallocate() }

    /// The datagram's length once all of it has come.
    var wholeLength: Int? {
        guard let total, let first = ranges.first, first.lowerBound == 0, first.upperBound >= total else { return nil }
        return total
    }

    /// All of the fragment came before, and was the same.
    func has(_ fragment: Fragment, _ layer: PacketLayer) -> Bool { covers(fragment, layer) && isSame(fragment, layer) }

    /// All of the fragment came before, and was another: it is part of another datagram with the same id.
    func contradicts(_ fragment: Fragment, _ layer: PacketLayer) -> Bool {
        covers(fragment, layer) && !isSame(fragment, layer)
    }

    /// Some of the fragment came before.
    func overlaps(_ fragment: Fragment, _ layer: PacketLayer) -> Bool {
        ranges.contains { $0.lowerBound < fragment.offset + layer.length && $0.upperBound > fragment.offset }
    }

    private func covers(_ fragment: Fragment, _ layer: PacketLayer) -> Bool {
        ranges.contains { $0.lowerBound <= fragment.offset && $0.upperBound >= fragment.offset + layer.length }
    }

    private func isSame(_ fragment: Fragment, _ layer: PacketLayer) -> Bool {
        let captured = max(0, min(layer.captured, firstMissing - fragment.offset))
        return UnsafeRawBufferPointer(start: bytes + fragment.offset, count: captured)
            .elementsEqual(UnsafeRawBufferPointer(start: layer.at, count: captured))
    }

    /// False where the fragment contradicts those before it.
    func add(_ fragment: Fragment, _ layer: PacketLayer) -> Bool {
        let range = fragment.offset..<fragment.offset + layer.length
        if fragment.isLast {
            guard total == nil || total == range.upperBound else { return false }
            total = range.upperBound
        }
        if fragment.offset == 0 { next = fragment.next }
        guard ranges.count < Self.maximumRanges else { return false }
        grow(to: range.upperBound)
        for gap in gaps(in: range) { copy(gap, layer, at: fragment.offset) }
        insert(range)
        return true
    }

    private func copy(_ gap: Range<Int>, _ layer: PacketLayer, at offset: Int) {
        let captured = min(gap.upperBound, offset + layer.captured) - gap.lowerBound
        if captured > 0 {
            (bytes + gap.lowerBound).update(from: layer.at + (gap.lowerBound - offset), count: captured)
        }
        if captured < gap.count { firstMissing = min(firstMissing, gap.lowerBound + max(0, captured)) }
    }

    /// The parts of `range` that have not come before.
    private func gaps(in range: Range<Int>) -> [Range<Int>] {
        var gaps: [Range<Int>] = []
        var start = range.lowerBound
        for known in ranges where known.upperBound > start && known.lowerBound < range.upperBound {
            if known.lowerBound > start { gaps.append(start..<known.lowerBound) }
            start = known.upperBound
        }
        if start < range.upperBound { gaps.append(start..<range.upperBound) }
        return gaps
    }

    /// Adds `range`, joined with those that it touches.
    private func insert(_ range: Range<Int>) {
        let first = ranges.firstIndex { $0.upperBound >= range.lowerBound } ?? ranges.count
        var end = first
        var joined = range
        while end < ranges.count, ranges[end].lowerBound <= range.upperBound {
            joined = min(joined.lowerBound, ranges[end].lowerBound)..<max(joined.upperBound, ranges[end].upperBound)
            end += 1
        }
        ranges.replaceSubrange(first..<end, with: CollectionOfOne(joined))
    }

    private func grow(to needed: Int) {
        guard needed > capacity else { return }
        let larger = max(needed, capacity * 2)
        let new = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        new.initialize(repeating: 0, count: larger)
        for range in ranges {
            let present = range.clamped(to: 0..<capacity)
            (new + present.lowerBound).update(from: bytes + present.lowerBound, count: present.count)
        }
        bytes.deallocate()
        (bytes, capacity) = (new, larger)
    }
}
