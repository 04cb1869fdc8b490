public import Vocabulary

/// How far the clock of one source stands from the first one's.
public struct ClockOffset: Sendable, Equatable {
    public var source: Int
    /// Its clock less the first one's.
    public var nanoseconds: Int64
    /// Between which that lies, where packets went both ways; they cannot arrive before they were sent.
    public var bounds: ClosedRange<Int64>?

    /// Smaller ones confuse nobody.
    private static let least = Span.milliseconds(10)

    /// So large, and known so well, that times of the source are better put right by it than left as they are.
    public var isWorthCorrecting: Bool {
        guard let bounds, bounds.lowerBound >= Self.least || bounds.upperBound <= -Self.least else { return false }
        let width = bounds.upperBound.subtractingSaturated(bounds.lowerBound)
        return width <= max(nanoseconds, -max(nanoseconds, -.max)) / 4
    }
}

/// Compares the clocks of several sources by packets that more than one of them has.
///
/// A packet is seen first near its sender. What goes from the first place to the second shows the offset and the way there, what
/// comes back the offset less the way back: the quickest of each enclose it.
public struct ClockComparison {
    private struct Sighting {
        var source: Int32
        /// Seen twice in one source: which of the two the other one has is not known.
        var isAmbiguous = false
        var isFromFirst: Bool
        var hosts: UInt64
        var time: Int64
    }

    private var first: [UInt64: Sighting] = [:]
    private var differences: [Pair: Ways] = [:]
    /// Marks that have these bits are kept: the same ones in every source.
    private var mask: UInt64 = 0
    private let mostMarks: Int
    private let mostPairs: Int
    /// Packets of pairs of hosts that found no room; others tell of the same clocks.
    private var leftOut = 0
    private static let mostDifferences = 4_000
    private static let fewest = 3

    private struct Pair: Hashable, Comparable {
        var source: Int32
        var other: Int32
        var hosts: UInt64

        static func < (a: Pair, b: Pair) -> Bool {
            (a.source, a.other, a.hosts) < (b.source, b.other, b.hosts)
        }
    }

    /// By who sent: how much later the second source has the packet.
    private struct Ways {
        var fromFirst: [Int64] = []
        var fromSecond: [Int64] = []
        var count: Int { fromFirst.count + fromSecond.count }
    }

    /// The marks are of what a gateway passes on, and not of packets: delays on the way are the gateway's too.
    private let isOfContent: Bool

    public init(limits: Limits, isOfContent: Bool = false) {
        (mostMarks, mostPairs) = (max(2, limits.clockMarks), limits.clockPairs)
        self.isOfContent = isOfContent
    }

    /// The bound that was reached, if it was.
    public var trip: LimitTrip? {
        LimitTrip("clockPairs", mostPairs, beyond: leftOut, "packets that say how far clocks are apart")
    }

    /// - Parameters:
    ///   - mark: what is the same of the packet in every source.
    ///   - hosts: the two ends, whichever of them sent it.
    public mutating func note(mark: UInt64, source: Int, time: CaptureTime, hosts: UInt64, isFromFirst: Bool) {
        guard mark & mask == 0, let source = Int32(exactly: source) else { return }
        guard let known = first[mark] else {
            if first.count >= mostMarks { thin() }
            first[mark] = Sighting(source: source, isFromFirst: isFromFirst, hosts: hosts, time: time.nanoseconds)
            return
        }
        guard known.source != source else {
            first[mark]?.isAmbiguous = true
            return
        }
        if known.isAmbiguous { return }
        compare(known, source, time)
    }

    /// What was sent, or what acknowledges it. Of both the first counts, wherever it was seen: the one cannot have come before the
    /// other. Where one source shows both, as files do that follow one another, nothing is learned.
    /// - Parameter mark: of the place in the stream up to which either goes.
    public mutating func note(place mark: UInt64, isSent: Bool, source: Int, time: CaptureTime, hosts: UInt64) {
        let acknowledged: UInt64 = 1 << 63
        let base = mark & ~acknowledged
        let (mine, other) = isSent ? (base, base | acknowledged) : (base | acknowledged, base)
        guard base & mask == 0, let source = Int32(exactly: source), first[mine] == nil else { return }
        if first.count >= mostMarks { thin() }
        var sighting = Sighting(source: source, isFromFirst: isSent, hosts: hosts, time: time.nanoseconds)
        first[mine] = sighting
        guard let known = first[other], known.source != source else { return }
        // As if the one that was sent had gone to the place where it is acknowledged.
        sighting.isFromFirst = (isSent ? source : known.source) < (isSent ? known.source : source)
        compare(
            Sighting(source: known.source, isFromFirst: sighting.isFromFirst, hosts: hosts, time: known.time), source,
            time)
    }

    private mutating func compare(_ known: Sighting, _ source: Int32, _ time: CaptureTime) {
        let isInOrder = known.source < source
        let pair = Pair(
            source: min(known.source, source), other: max(known.source, source), hosts: known.hosts)
        let later = time.nanoseconds.subtractingSaturated(known.time)
        let difference = isInOrder ? later : 0 as Int64 - max(later, -.max)
        guard differences[pair] != nil || differences.count < mostPairs else {
            leftOut += 1
            return
        }
        var ways = differences.removeValue(forKey: pair) ?? Ways()
        if ways.count < Self.mostDifferences {
            if known.isFromFirst { ways.fromFirst.append(difference) } else { ways.fromSecond.append(difference) }
        }
        differences[pair] = ways
    }

    /// Half of the marks go, in all sources alike.
    private mutating func thin() {
        mask = mask << 1 | 1
        first = first.filter { $0.key & mask == 0 }
    }

    // MARK: Offsets

    /// Of each source that has packets in common with the first, or with one that has.
    public var offsets: [ClockOffset] {
        var steps: [Int32: [Int32: Step]] = [:]
        for (pair, ways) in differences.sorted(by: { $0.key < $1.key }) {
            guard ways.count >= Self.fewest, let step = isOfContent ? Self.stepByContent(ways) : Self.step(ways) else {
                continue
            }
            let old = steps[pair.source]?[pair.other]
            steps[pair.source, default: [:]][pair.other] = old.map { $0.meeting(step) } ?? step
        }
        for (one, others) in steps { for (other, step) in others { steps[other, default: [:]][one] = step.reversed } }
        var known: [Int32: Step] = [0: Step(low: 0, high: 0, isEnclosed: true)]
        var waiting: [Int32] = [0]
        while let one = waiting.popLast(), let from = known[one] {
            for (other, step) in (steps[one] ?? [:]).sorted(by: { $0.key < $1.key }) where known[other] == nil {
                known[other] = from.adding(step)
                waiting.append(other)
            }
        }
        return known.filter { $0.key != 0 }.map { source, step in
            ClockOffset(
                source: Int(source), nanoseconds: step.middle, bounds: step.isEnclosed ? step.low...step.high : nil)
        }.sorted { $0.source < $1.source }
    }

    private struct Step {
        var low: Int64
        var high: Int64
        var isEnclosed: Bool

        var middle: Int64 { low.addingSaturated(high.subtractingSaturated(low) / 2) }
        var reversed: Step { Step(low: -max(high, -.max), high: -max(low, -.max), isEnclosed: isEnclosed) }

        func adding(_ next: Step) -> Step {
            Step(
                low: low.addingSaturated(next.low), high: high.addingSaturated(next.high),
                isEnclosed: isEnclosed && next.isEnclosed)
        }

        /// What two pairs of hosts say of the same clocks.
        func meeting(_ other: Step) -> Step {
            guard isEnclosed == other.isEnclosed else { return isEnclosed ? self : other }
            let (low, high) = (max(low, other.low), min(high, other.high))
            return low <= high ? Step(low: low, high: high, isEnclosed: isEnclosed) : isNarrower(other) ? self : other
        }

        private func isNarrower(_ other: Step) -> Bool {
            high.subtractingSaturated(low) <= other.high.subtractingSaturated(other.low)
        }
    }

    private static func step(_ ways: Ways) -> Step? {
        guard let a = extremes(ways.fromFirst), let b = extremes(ways.fromSecond) else {
            // One way only: the quickest packet is nearest, and how long it took is not known.
            guard let one = extremes(ways.fromFirst + ways.fromSecond) else { return nil }
            return Step(low: one.low, high: one.low, isEnclosed: false)
        }
        // The way that takes longer by the two clocks is the one that leads to the second place.
        let (there, back) = a.low >= b.low ? (a, b) : (b, a)
        if back.high <= there.low { return Step(low: back.high, high: there.low, isEnclosed: true) }
        // A clock that drifts, or was set: the middles of both.
        let (low, high) = (min(there.middle, back.middle), max(there.middle, back.middle))
        return Step(low: low, high: high, isEnclosed: true)
    }

    private static let fewestContents = 20
    private static let mostSpread = Span.seconds(1)

    /// What is alike by chance lies anywhere: the twentieth part at each end is left out, and what is left must lie close.
    private static func stepByContent(_ ways: Ways) -> Step? {
        guard ways.fromFirst.count >= fewestContents, ways.fromSecond.count >= fewestContents else { return nil }
        let (a, b) = (ways.fromFirst.sorted(), ways.fromSecond.sorted())
        let (there, back) = a[a.count / 2] >= b[b.count / 2] ? (a, b) : (b, a)
        let (low, high) = (back[back.count - 1 - back.count / 20], there[there.count / 20])
        guard low <= high, there[there.count / 2].subtractingSaturated(high) <= mostSpread,
            low.subtractingSaturated(back[back.count / 2]) <= mostSpread
        else { return nil }
        return Step(low: low, high: high, isEnclosed: true)
    }

    private static func extremes(_ values: [Int64]) -> (low: Int64, high: Int64, middle: Int64)? {
        let sorted = values.sorted()
        guard let low = sorted.first, let high = sorted.last else { return nil }
        return (low, high, sorted[sorted.count / 2])
    }
}
