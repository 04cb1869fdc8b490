import ReportModel
import Vocabulary

/// Whose time slow requests took. Which ones are slow is known when all have been seen, so they are summed by how long they
/// took, less what they waited on purpose.
struct SlowSums {
    private struct Step {
        var requests: Int64 = 0
        var held = TimeParts.Held()
        var behind: Int64 = 0
        var way: Int64 = 0
        var resending: Int64 = 0
        var full: Int64 = 0
        var resent: Int64 = 0
        /// Of requests whose path's round trip is not known: what counts as the broker's.
        var unplaced: Int64 = 0
        var handshake: ClosedRange<Int64>?

        mutating func add(_ other: Self) {
            requests += other.requests
            held.add(other.held)
            behind = behind.addingSaturated(other.behind)
            way = way.addingSaturated(other.way)
            resending = resending.addingSaturated(other.resending)
            full = full.addingSaturated(other.full)
            resent += other.resent
            unplaced = unplaced.addingSaturated(other.unplaced)
            if let times = other.handshake { take(times) }
        }

        mutating func take(_ times: ClosedRange<Int64>) {
            let before = handshake ?? times
            handshake = min(before.lowerBound, times.lowerBound)...max(before.upperBound, times.upperBound)
        }
    }

    /// A step for each 1, 2 and 5 of a power of ten, from a millisecond to a day and more.
    private static let least: [Int64] = (0...7).flatMap { power in
        [1, 2, 5].map { Span.milliseconds($0 * (0..<power).reduce(1) { ten, _ in ten * 10 }) }
    }
    /// Nobody notices less.
    private static let leastSlow = least.firstIndex { $0 >= Span.milliseconds(100) } ?? 0
    /// How many steps above the usual one a slow request is: at least twice as slow, mostly five times.
    private static let stepsAbove = 2

    /// The first is for what is below all of them.
    private var steps: [Int: Step] = [:]
    /// Of requests that waited on purpose and else took no time worth a word: how many did so for long.
    private var onPurpose = Step()
    private var fastest = Int64.max

    mutating func add(_ parts: TimeParts, isResent: Bool, roundTrip: Int64?) {
        var one = Step(requests: 1, held: parts.held, behind: parts.queued, way: parts.way)
        (one.resending, one.full) = (parts.resending, parts.answeringToFull.addingSaturated(parts.heldByFull))
        one.resent = isResent ? 1 : 0
        if let roundTrip { one.handshake = roundTrip...roundTrip } else { one.unplaced = one.held.broker }
        let busy = parts.total - parts.onPurpose
        let step = Self.least.lastIndex { $0 <= busy } ?? -1
        steps[step, default: Step()].add(one)
        if step < Self.leastSlow, parts.onPurpose >= Self.least[Self.leastSlow] { onPurpose.add(one) }
        fastest = min(fastest, parts.total)
    }

    mutating func add(_ other: Self) {
        for (step, sums) in other.steps { steps[step, default: Step()].add(sums) }
        onPurpose.add(other.onPurpose)
        fastest = min(fastest, other.fastest)
    }

    /// Far slower than the usual ones; or all, where these are slow themselves.
    var told: SlowRequests? {
        let all = steps.values.reduce(0) { $0 + $1.requests }
        var (below, usual) = (Int64(0), -1)
        for step in steps.keys.sorted() where below * 2 < all {
            below += steps[step]?.requests ?? 0
            usual = step
        }
        for least in [max(Self.leastSlow, usual + Self.stepsAbove), Self.leastSlow] {
            var sum = Step()
            for (step, sums) in steps where step >= least { sum.add(sums) }
            if sum.requests > 0, Self.least.indices.contains(least) { return told(sum, from: Self.least[least]) }
        }
        return onPurpose.requests > 0 ? told(onPurpose, from: Self.least[Self.leastSlow]) : nil
    }

    private func told(_ sum: Step, from least: Int64) -> SlowRequests {
        func ms(_ nanoseconds: Int64) -> Double { Double(nanoseconds) / 1e6 }
        var row = SlowRequests()
        (row.fromMs, row.requests, row.resent) = (ms(least), sum.requests, sum.resent)
        (row.networkMs, row.brokerMs, row.clientMs) = (ms(sum.held.network), ms(sum.held.broker), ms(sum.held.client))
        (row.quotaMs, row.onPurposeMs) = (ms(sum.held.quota), ms(sum.held.purpose))
        (row.roundTripMs, row.resendingMs, row.queuedMs) = (ms(sum.way), ms(sum.resending), ms(sum.behind))
        (row.windowClosedMs, row.unplacedMs) = (ms(sum.full), ms(sum.unplaced))
        row.handshakeMs = sum.handshake.map { ms($0.upperBound) }
        row.fastestMs = ms(fastest)
        return row
    }
}
