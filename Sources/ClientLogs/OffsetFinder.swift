import ReportModel
import Vocabulary

/// How far a log's clock stands from the capture's.
struct LogOffset: Sendable {
    /// What is taken off a line's time.
    var nanoseconds: Int64
    /// Between which it lies; nil where it was not found out.
    var bounds: ClosedRange<Int64>?
    /// Lines that tell it.
    var lines = 0
    /// A line among these names its connection by its ports.
    var isExact = false

    /// Other distances, seconds away, explain as many lines: which connection a line is about cannot be told by its time.
    var isUnsure: Bool { bounds.map { $0.upperBound.subtractingSaturated($0.lowerBound) > Span.seconds(1) } ?? false }

    /// By how much a line may be later than its stamp, less the distance, says.
    func doubt(_ stamp: LogStamp) -> Int64 {
        let clock = bounds.map { nanoseconds.subtractingSaturated($0.lowerBound) } ?? Span.seconds(1)
        return max(0, clock).addingSaturated(stamp.precision)
    }
}

/// Finds the one distance at which most lines of a log stand shortly behind what the packets show of them.
struct OffsetFinder {
    let events: CaptureEvents
    private let anchors: [Anchor]
    /// The lines' times, in order.
    private let times: [Int64]
    private let hasZone: Bool
    /// How far the clock of the log is off that tells it best, of those that were given together: mostly they are of one place.
    private let neighbour: Int64?
    /// A line that could be of this many events says too little.
    private static let mostPairs = 1_500_000
    private static let mostAnchors = 400
    /// How long after its cause a line is written, mostly.
    private static let delay = Span.milliseconds(60)
    /// How much that varies among the quick ones.
    private static let closest = Span.milliseconds(8)
    /// Clocks of computers are looked at no closer.
    private static let fine = Span.milliseconds(10)
    private static let fewestFine = 8
    /// Zones lie quarters of an hour apart.
    private static let quarter = Span.seconds(900)
    /// No zone and no clock that people still work with is farther off.
    private static let farthest = Span.seconds(36 * 3600)

    private struct Anchor {
        var time: Int64
        var precision: Int64
        var said: Said
        var servers: Set<String>?
    }

    private struct Pair {
        var difference: Int64
        var line: Int
        var event: Int
        /// The event only comes shortly before what the line tells.
        var isLoose: Bool
        var isExact: Bool
    }

    init(_ entries: [ReadLog.Entry], _ events: CaptureEvents, neighbour: Int64? = nil) {
        (self.events, self.neighbour) = (events, neighbour)
        times = entries.map(\.stamp.nanoseconds).sorted()
        hasZone = entries.allSatisfy(\.stamp.hasZone)
        let telling = entries.filter { entry in
            LogTopic.allCases.contains { entry.said.topic.isWritten(of: $0) }
        }
        let stride = max(1, (telling.count + Self.mostAnchors - 1) / Self.mostAnchors)
        anchors = telling.indices.filter { $0 % stride == 0 || $0 < 40 }.map { place in
            let entry = telling[place]
            return Anchor(
                time: entry.stamp.nanoseconds, precision: entry.stamp.precision, said: entry.said,
                servers: events.servers(of: entry.said))
        }
    }

    /// Nil where the two have nothing in common and the log, as it stands, is of another time.
    func find() -> LogOffset? {
        guard !times.isEmpty else { return nil }
        let pairs = pairs()
        if let best = ofFineLines(pairs) { return best }
        if let best = best(pairs.filter { !$0.isLoose }[...], doubt: 1), isEnough(best) { return best }
        if let best = best(pairs[...], doubt: 3), isEnough(best) { return best }
        return asItStands()
    }

    /// Where some lines cut their times off and enough others do not, these tell the clock.
    private func ofFineLines(_ pairs: [Pair]) -> LogOffset? {
        let fine = anchors.count { $0.precision <= Self.fine }
        guard fine < anchors.count, fine >= Self.fewestFine else { return nil }
        let theirs = pairs.filter { !$0.isLoose && anchors[$0.line].precision <= Self.fine }
        guard let best = best(theirs[...], doubt: 1), best.lines >= Self.fewestFine else { return nil }
        return best
    }

    private func isEnough(_ offset: LogOffset) -> Bool {
        offset.lines >= 2 || offset.isExact || isNearPrior(offset.nanoseconds)
    }

    /// The times as they are read, or in the zone in which the log lies best within the capture.
    private func asItStands() -> LogOffset? {
        if let neighbour, share(within: neighbour) > 0.5 { return LogOffset(nanoseconds: neighbour) }
        let zones = hasZone ? [0] : (-56...56).sorted { abs($0) < abs($1) }.map { Int64($0) * Self.quarter }
        let best = zones.map { ($0, share(within: $0)) }.max { $0.1 < $1.1 }
        guard let zone = zones.first(where: { share(within: $0) == best?.1 }), let share = best?.1, share > 0.5 else {
            return nil
        }
        return LogOffset(nanoseconds: zone)
    }

    /// One line makes a clock only where it says what is likely anyway.
    private func isNearPrior(_ offset: Int64) -> Bool { residual(offset) <= Span.milliseconds(250) }

    /// How far it lies from what zones alone would make.
    private func residual(_ offset: Int64) -> Int64 {
        let beside = neighbour.map { offset.subtractingSaturated($0).distanceFromZero } ?? .max
        return min(beside, beyondZones(offset))
    }

    private func beyondZones(_ offset: Int64) -> Int64 {
        if hasZone { return offset.distanceFromZero }
        let beyond = abs(offset % Self.quarter)
        return min(beyond, Self.quarter - beyond)
    }

    /// The share of the lines that lie in the capture's time.
    private func share(within offset: Int64) -> Double {
        let slack = Span.seconds(1)
        let (low, high) = (
            events.first.nanoseconds.subtractingSaturated(slack), events.last.nanoseconds.addingSaturated(slack)
        )
        let inside = place(of: high.addingSaturated(offset).addingSaturated(1)) - place(of: low.addingSaturated(offset))
        return Double(inside) / Double(times.count)
    }

    /// How many lines are earlier.
    private func place(of time: Int64) -> Int { times.partitionPoint(where: { $0 >= time }) }

    // MARK: Pairs of a line and an event

    private func pairs() -> [Pair] {
        var pairs: [Pair] = []
        for (line, anchor) in anchors.enumerated() {
            for place in candidates(anchor) {
                let difference = anchor.time.subtractingSaturated(events.all[place].time.nanoseconds)
                if difference.distanceFromZero <= Self.farthest {
                    pairs.append(
                        Pair(
                            difference: difference, line: line, event: place, isLoose: isLoose(anchor),
                            isExact: events.ofClientPort(anchor.said) != nil))
                }
            }
            if pairs.count > Self.mostPairs { break }
        }
        pairs.sort { $0.difference < $1.difference }
        return pairs
    }

    /// Of a line about an address that the capture shows nobody trying, or about what many answers may have told.
    private func isLoose(_ anchor: Anchor) -> Bool {
        anchor.said.topic == .metadata || anchor.servers?.isEmpty == true && anchor.said.clientPort == nil
    }

    private func candidates(_ anchor: Anchor) -> [Int] {
        let topic = anchor.said.topic
        if let places = events.ofClientPort(anchor.said) {
            return places.filter { events.all[$0].makesLine(of: topic) }
        }
        if events.isOfAnotherConnection(anchor.said) { return [] }
        if let servers = anchor.servers, !servers.isEmpty {
            return servers.flatMap { events.byServer[$0] ?? [] }.filter { fits(anchor, events.all[$0], topic) }
        }
        // An address that the capture shows nobody trying: tried shortly after it was given out.
        let isElsewhere = anchor.servers?.isEmpty == true && topic == .connectFailed
        guard isElsewhere || anchor.servers == nil && (anchor.said.clientId != nil || topic == .metadata) else {
            return []
        }
        return events.all.indices.filter { fits(anchor, events.all[$0], isElsewhere ? .metadata : topic) }
    }

    private func fits(_ anchor: Anchor, _ event: CaptureEvent, _ topic: LogTopic) -> Bool {
        guard event.makesLine(of: topic), event.patience == CaptureEvents.usual, event.agrees(with: anchor.said) else {
            return false
        }
        guard let mine = anchor.said.clientId, let its = event.clientId else { return true }
        return mine == its
    }

    // MARK: The densest place

    private struct Window {
        var score: Double
        /// The score as it is for whatever clock.
        var plain: Double
        var places: Range<Int>
        var lines: Int
    }

    /// Where most different lines have an event of their own within the usual delay; within that, where they are closest.
    private func best(_ pairs: ArraySlice<Pair>, doubt: Double) -> LogOffset? {
        let precision = Set(pairs.map(\.line)).map { anchors[$0].precision }.max() ?? 1
        guard let wide = densest(pairs, Self.delay.addingSaturated(precision), doubt),
            let close = densest(pairs[wide.places], Self.closest.addingSaturated(precision), doubt)
        else { return nil }
        let differences = pairs[close.places].map(\.difference)
        let middle = differences[differences.count / 2]
        // Of a log that cuts its times off, the middle of what is cut.
        let value = precision > Span.milliseconds(1) ? middle.addingSaturated(precision / 2) : middle
        let isExact = pairs[close.places].contains(where: \.isExact)
        let isProved = isExact || wide.lines >= 2
        let high = (differences.last ?? middle).addingSaturated(precision)
        var bounds = min(differences[0], value)...max(high, value)
        if !isExact, let rivals = rivals(of: wide, in: pairs, Self.delay.addingSaturated(precision), doubt) {
            bounds = bounds.with(rivals)
        }
        return LogOffset(
            nanoseconds: value, bounds: isProved ? bounds : nil,
            lines: wide.lines,
            isExact: isExact)
    }

    private func densest(_ pairs: ArraySlice<Pair>, _ width: Int64, _ doubt: Double) -> Window? {
        var best: Window?
        sweep(pairs, width, doubt) { window in
            if window.score > best?.score ?? -10 { best = window }
            return best?.score ?? -10
        }
        return best
    }

    /// From the least to the greatest distance that explains the lines as well as the best, but for one: attempts that come in
    /// equal steps, or few lines of many alike, tell no clock; less so where the events only come near the lines (`doubt`). A
    /// clock that is right is likely, and any other as likely as the next.
    private func rivals(of best: Window, in pairs: ArraySlice<Pair>, _ width: Int64, _ doubt: Double)
        -> ClosedRange<Int64>?
    {
        let mine = pairs[best.places.lowerBound].difference...pairs[best.places.upperBound - 1].difference
        let isLikely = isNearPrior(mine.lowerBound) || isNearPrior(mine.upperBound)
        let enough = (isLikely ? best.score : best.plain) - max(1, doubt)
        var found: ClosedRange<Int64>?
        sweep(pairs, width, doubt) { window in
            let its = pairs[window.places.lowerBound].difference...pairs[window.places.upperBound - 1].difference
            if isLikely ? window.score > enough : window.plain > enough, !its.overlaps(mine) {
                found = found?.with(its) ?? its
            }
            return enough
        }
        return found
    }

    /// Hands on every window of that width that may score more than what was returned last.
    /// A burst of lines near one event tells no more than one line does, and so does a line near a burst of events.
    private func sweep(_ pairs: ArraySlice<Pair>, _ width: Int64, _ doubt: Double, _ take: (Window) -> Double) {
        var (lines, ofEvents) = (Tally(anchors.count), Tally(events.all.count))
        var low = pairs.startIndex
        var least = -10.0
        for high in pairs.indices {
            lines.add(pairs[high].line)
            ofEvents.add(pairs[high].event)
            while pairs[high].difference - pairs[low].difference > width {
                lines.remove(pairs[low].line)
                ofEvents.remove(pairs[low].event)
                low += 1
            }
            let count = min(lines.distinct, ofEvents.distinct)
            guard Double(count) + 6 > least else { continue }
            let middle = pairs[low].difference + (pairs[high].difference - pairs[low].difference) / 2
            // Tighter is better: what only happens to be near is spread out.
            let spread = Double(pairs[high].difference - pairs[low].difference) / Double(width) * 0.05
            let plain = Double(count) + 6 * share(within: middle) - spread
            let score = plain - doubt * unlikelihood(residual(middle))
            least = take(Window(score: score, plain: plain, places: low..<(high + 1), lines: count))
        }
    }

    /// Most clocks are right to hundredths of a second; each doubling of the error makes it less likely.
    private func unlikelihood(_ residual: Int64) -> Double {
        var (rest, doublings) = (residual / Span.milliseconds(50), 0)
        while rest > 0, doublings < 10 { (rest, doublings) = (rest / 2, doublings + 1) }
        return 0.3 * (Double(doublings) + min(1, Double(residual) / Double(Span.milliseconds(50))) * 0.5)
    }
}

extension ClosedRange<Int64> {
    /// The least that holds both.
    fileprivate func with(_ other: Self) -> Self {
        Swift.min(lowerBound, other.lowerBound)...Swift.max(upperBound, other.upperBound)
    }
}

/// How many different things are in a window that moves.
private struct Tally {
    private var counts: [Int]
    private(set) var distinct = 0

    init(_ most: Int) { counts = [Int](repeating: 0, count: most) }

    mutating func add(_ i: Int) {
        counts[i] += 1
        if counts[i] == 1 { distinct += 1 }
    }

    mutating func remove(_ i: Int) {
        counts[i] -= 1
        if counts[i] == 0 { distinct -= 1 }
    }
}
