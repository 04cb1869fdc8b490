public import Vocabulary

/// Durations in log-linear buckets: 32 to a power of two, so a percentile is at most 3.2 % from the true value.
public struct Histogram: Sendable {
    /// 32 buckets of a microsecond each, then 32 for each doubling, up to 2^37 us (38 hours). Only groups with a value are
    /// there, in the order in which they were first needed: most of what a connection waits for lies in two or three.
    private var buckets: [UInt32] = []
    /// The place of each group in `buckets`, counted from 1; 0: no value yet.
    private var groups = InlineArray<33, UInt8>(repeating: 0)
    /// A bit for each group that is there.
    private var present: UInt64 = 0
    public private(set) var count: Int64 = 0
    public private(set) var maxNanoseconds: Int64 = 0
    private static var octaves: Int { 32 }
    fileprivate static var perOctave: Int { 32 }

    public init() {}

    public mutating func add(nanoseconds: Int64) {
        var staged = StagedTimes()
        staged.add(nanoseconds: nanoseconds)
        add(staged)
    }

    /// Adds several durations at once.
    mutating func add(_ staged: StagedTimes) {
        let count = staged.count
        if staged.groups & ~present != 0 { addGroups(staged.groups & ~present) }
        buckets.withUnsafeMutableBufferPointer { buckets in
            for i in 0..<count {
                let bucket = Int(staged.buckets[i])
                buckets[(Int(groups[bucket / Self.perOctave]) &- 1) &* Self.perOctave &+ bucket % Self.perOctave] &+= 1
            }
        }
        self.count += Int64(count)
        maxNanoseconds = max(maxNanoseconds, staged.longest)
    }

    /// Adds all that another histogram holds.
    public mutating func add(_ other: Histogram) {
        if other.present & ~present != 0 { addGroups(other.present & ~present) }
        other.eachBucket { bucket, n in
            let place = (Int(groups[bucket / Self.perOctave]) &- 1) &* Self.perOctave &+ bucket % Self.perOctave
            buckets[place] = UInt32(clamping: Int64(buckets[place]) + n)
            return true
        }
        count += other.count
        maxNanoseconds = max(maxNanoseconds, other.maxNanoseconds)
    }

    @inline(never)
    private mutating func addGroups(_ missing: UInt64) {
        for group in groups.indices where missing >> UInt64(group) & 1 == 1 {
            buckets += repeatElement(0, count: Self.perOctave)
            groups[group] = UInt8(buckets.count / Self.perOctave)
        }
        present |= missing
    }

    /// Calls with each bucket that holds values, the least first, until told to stop.
    private func eachBucket(_ body: (_ bucket: Int, _ count: Int64) -> Bool) {
        for group in groups.indices where groups[group] > 0 {
            let start = (Int(groups[group]) - 1) * Self.perOctave
            for i in 0..<Self.perOctave where buckets[start + i] > 0 {
                if !body(group * Self.perOctave + i, Int64(buckets[start + i])) { return }
            }
        }
    }

    /// Milliseconds below which the share `q` (0 to 1) of the values lies; the greatest value at most.
    public func percentileMs(_ q: Double) -> Double {
        guard count > 0 else { return 0 }
        let rank = max(1, Int64((Double(count) * q).rounded(.up)))
        var seen: Int64 = 0
        var result = maxMs
        eachBucket { bucket, n in
            seen += n
            if seen >= rank { result = min(Double(Self.upperMicroseconds(bucket)) / 1000, maxMs) }
            return seen < rank
        }
        return result
    }

    public var maxMs: Double { Double(maxNanoseconds) / 1e6 }

    /// Counts by doubling: entry n is from 2^n to 2^(n+1) microseconds, the first all below 2; without empty ones at the end.
    public var octaves: [Int64] {
        var result: [Int64] = []
        eachBucket { bucket, n in
            let octave = 63 - max(1, Self.upperMicroseconds(bucket) - 1).leadingZeroBitCount
            while result.count <= octave { result.append(0) }
            result[octave] += n
            return true
        }
        return result
    }

    /// What came since an earlier state of the same histogram. Its greatest value is only as exact as a bucket.
    public func since(_ earlier: Histogram) -> Histogram {
        var rest = self
        // A group keeps its place for good, so what was there earlier stands where it stood.
        for i in earlier.buckets.indices where i < rest.buckets.count { rest.buckets[i] &-= earlier.buckets[i] }
        rest.count = count - earlier.count
        var top = -1
        rest.eachBucket { bucket, _ in
            top = bucket
            return true
        }
        let bound = top < 0 ? 0 : Self.upperMicroseconds(top) * 1000
        if maxNanoseconds == earlier.maxNanoseconds || top < 0 { rest.maxNanoseconds = min(maxNanoseconds, bound) }
        return rest
    }

    /// How many values are at most so long, for each of several lengths in ascending order; a bucket counts whole.
    public func counts(upTo microseconds: [Int64]) -> [Int64] {
        var counts = [Int64](repeating: 0, count: microseconds.count)
        eachBucket { bucket, n in
            let longest = Self.upperMicroseconds(bucket) - 1
            if let first = microseconds.firstIndex(where: { longest <= $0 }) { counts[first] += n }
            return true
        }
        for i in counts.indices.dropFirst() { counts[i] += counts[i - 1] }
        return counts
    }

    /// Milliseconds of all values together, as exact as the buckets.
    public var sumMs: Double {
        var sum = 0.0
        eachBucket { bucket, n in
            sum += Double(n) * Double(Self.upperMicroseconds(bucket)) / 1000
            return true
        }
        return sum
    }

    @inline(__always)
    static func bucket(of microseconds: Int64) -> Int {
        if microseconds < perOctave { return Int(microseconds) }
        let octave = 63 - microseconds.leadingZeroBitCount - 5
        if octave >= octaves { return octaves * perOctave + perOctave - 1 }
        return (octave + 1) * perOctave + Int(microseconds >> Int64(octave)) - perOctave
    }

    private static func upperMicroseconds(_ bucket: Int) -> Int64 {
        if bucket < perOctave { return Int64(bucket) + 1 }
        let octave = bucket / perOctave - 1
        return (Int64(bucket % perOctave) + Int64(perOctave) + 1) << Int64(octave)
    }
}

/// The last few durations of one connection, before they are added to its histograms. These lie somewhere else in memory, and
/// each visit there costs more than the adding does.
struct StagedTimes {
    private static var room: Int { 7 }
    private(set) var buckets = InlineArray<7, UInt16>(repeating: 0)
    private var used: UInt16 = 0
    /// A bit for each group that one of them lies in.
    private(set) var groups: UInt64 = 0
    private(set) var longest: Int64 = 0

    var count: Int { Int(used) }
    var isFull: Bool { count == Self.room }

    /// There must be room.
    @inline(__always)
    mutating func add(nanoseconds: Int64) {
        let value = max(0, nanoseconds)
        let bucket = Histogram.bucket(of: value / 1000)
        buckets[count] = UInt16(truncatingIfNeeded: bucket)
        groups |= 1 &<< UInt64(truncatingIfNeeded: bucket / Histogram.perOctave)
        used &+= 1
        longest = max(longest, value)
    }

    mutating func clear() { (used, groups, longest) = (0, 0, 0) }
}

/// Whose durations a histogram holds.
public struct LatencyKey: Hashable, Sendable {
    public var api: Int16
    /// A Fetch answered with nothing, after having waited: no latency of the broker.
    public var longPoll: Bool
    public var server: Endpoint?
    public var clientId: StringID
    public var client: IPAddress?
}
