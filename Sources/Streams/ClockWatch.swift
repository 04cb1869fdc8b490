public import Vocabulary

/// A step of the capturing host's clock, while the clocks of the hosts that it saw went on.
public struct ClockStep: Sendable, Equatable {
    /// The first packet behind it, and the time that was written to that one.
    public var frame: FrameRef
    public var time: CaptureTime
    /// How far the clock was set; negative where it was set back.
    public var nanoseconds: Int64
}

/// Finds steps of the capture's clock, and takes them out of the times of the packets behind them.
///
/// Where time jumps from one packet to the next, TCP's timestamps (RFC 7323) of the packets around tell how long it really was:
/// those of both ends of two connections between different hosts have to agree. A capture that merely paused, or hosts that were silent, agree with its
/// own clock. Looked at are jumps alone, and few packets around each; more where a long jump stands in a burst of one connection.
public struct ClockWatch {
    /// Jumps shorter than these are no matter: packets may stand out of order by as much, and nobody waits for so long.
    private static let forward = Span.seconds(1)
    private static let back = Span.milliseconds(100)
    /// A step is no smaller than this.
    private static let leastStep = Span.milliseconds(500)
    /// Packets looked at before a jump, and as many behind it; fewer where they are in another batch.
    private static let around = 64
    /// The whole batch where those few tell nothing of a jump that somebody's hand made: it is this long, or goes back.
    private static let byHand = Span.seconds(10)
    /// Nobody waits for so long, and no device keeps a packet for so long: one pair of hosts is witness enough.
    private static let beyondWaiting = Span.seconds(60)
    private static let mostSteps = 1000

    public private(set) var steps: [ClockStep] = []
    /// What the times of packets are too late by, from now on.
    private var offset: Int64 = 0
    private var last: CaptureTime?
    private var decoder: PacketDecoder
    private var headers = PacketHeaders()
    private let before = LastPackets()
    /// How many packets may still be looked at, so that the cost stays in proportion to the capture.
    private var budget = 128 * around

    public init(limits: Limits) { decoder = PacketDecoder(limits: limits) }

    /// Corrects the times of a batch, whose packets are in the order in which they were captured.
    /// - Precondition: the batch's memory may be written to, as that of a source's own list may.
    /// - Returns: whether it is known that no packet is earlier than the one before it.
    @discardableResult
    public mutating func mend(_ given: UnsafeBufferPointer<PacketEntry>) -> Bool {
        let batch = UnsafeMutableBufferPointer(mutating: given)
        guard let entries = batch.baseAddress, !batch.isEmpty else { return true }
        budget = min(budget + 16 * batch.count, 4096 * Self.around)
        var (calm, next, previous, isOrdered) = (0, 0, last ?? entries[0].time, true)
        while true {
            let index = Self.firstJump(entries, next..<batch.count, behind: previous)
            if index > next { previous = entries[index - 1].time }
            guard index < batch.count else { break }
            isOrdered = false
            let (earlier, now) = (previous, entries[index].time)
            (previous, next) = (now, index + 1)
            guard Self.isJump(earlier, now) else { continue }
            correct(entries, calm..<index)
            calm = index
            lookAround(index, batch, since: earlier)
        }
        correct(entries, calm..<batch.count)
        last = previous
        before.keep(batch)
        // Differences that wrap look small.
        return isOrdered && entries[0].time <= entries[batch.count - 1].time
    }

    /// The first packet that does not follow soon on the one before it. All are looked at, so the loop does nothing else.
    private static func firstJump(
        _ entries: UnsafePointer<PacketEntry>, _ range: Range<Int>, behind previous: CaptureTime
    ) -> Int {
        var previous = previous
        for index in range {
            let now = entries[index].time
            guard followsSoon(previous, now) else { return index }
            previous = now
        }
        return range.upperBound
    }

    private func correct(_ entries: UnsafeMutablePointer<PacketEntry>, _ range: Range<Int>) {
        guard offset != 0 else { return }
        for index in range { entries[index].time = entries[index].time.adding(nanoseconds: -offset) }
    }

    private mutating func lookAround(
        _ index: Int, _ batch: UnsafeMutableBufferPointer<PacketEntry>, since previous: CaptureTime
    ) {
        guard steps.count < Self.mostSteps else { return }
        let jump = batch[index].time.since(previous)
        for width in [Self.around] + (jump < 0 || jump >= Self.byHand ? [batch.count] : []) {
            let earlier = max(0, index - width)..<index
            let later = index..<min(batch.count, index + width)
            guard budget > 0 else { return }
            budget -= earlier.count + later.count
            // Those before the jump have been corrected already, by as much as those behind it will be at least.
            let old = earlier.lowerBound == 0 ? samples(0..<before.count, before.packets, correctedBy: 0) : []
            let compared = StampComparison(
                before: old + samples(earlier, batch, correctedBy: 0),
                behind: samples(later, batch, correctedBy: offset))
            if compared.hasWitnesses { return note(compared.step, at: batch[index]) }
            // Time goes back for no other reason: what is held up comes later, never earlier.
            if jump < 0 || jump >= Self.beyondWaiting, let step = compared.stepOfOnePair {
                return note(step, at: batch[index])
            }
        }
    }

    private mutating func note(_ step: Int64?, at first: PacketEntry) {
        guard let step, step.magnitude >= UInt64(Self.leastStep) else { return }
        steps.append(ClockStep(frame: first.frame, time: first.time, nanoseconds: step))
        offset = offset.addingSaturated(step)
    }

    /// One comparison for both ways: a step back wraps to the large numbers.
    @inline(__always)
    private static func followsSoon(_ one: CaptureTime, _ next: CaptureTime) -> Bool {
        UInt64(bitPattern: next.nanoseconds &- one.nanoseconds) <= UInt64(bitPattern: forward)
    }

    /// One comparison for both ways: what lies between them wraps to the small numbers.
    @inline(__always)
    private static func isJump(_ one: CaptureTime, _ next: CaptureTime) -> Bool {
        UInt64(bitPattern: next.nanoseconds &- one.nanoseconds &+ back) > UInt64(bitPattern: forward &+ back)
    }

    /// TCP's timestamps of some packets.
    private mutating func samples(
        _ range: Range<Int>, _ batch: UnsafeMutableBufferPointer<PacketEntry>, correctedBy shift: Int64
    ) -> [StampSample] {
        defer { decoder.endBatch() }
        return range.compactMap { index in
            guard decoder.decode(batch[index], into: &headers) == .tcp, headers.hasTimestamp,
                !headers.flags.contains(.reset)
            else { return nil }
            var from: UInt8 = 0
            let key = withUnsafePointer(to: headers) { FlowKey($0, from: &from) }
            return StampSample(
                way: StampSample.Way(key: key, from: from), stamp: headers.timestamp,
                time: batch[index].time.adding(nanoseconds: -shift))
        }
    }
}

/// The timestamp of one packet.
struct StampSample {
    struct Way: Hashable {
        var key: FlowKey
        var from: UInt8

        var back: Way { Way(key: key, from: 1 - from) }
        var host: IPAddress { key.endpoint(Int(from)).address }
        var hosts: Set<IPAddress> { [host, back.host] }
    }

    var way: Way
    var stamp: UInt32
    var time: CaptureTime
}

/// What timestamps before and behind a jump say of its length.
struct StampComparison {
    /// The time over which a clock's rate is measured at least.
    private static let rateOver = Span.milliseconds(20)
    /// Rates in use, in ticks a millisecond: Linux, macOS and Windows; older kernels.
    private static let usualRates: [Double] = [1, 0.25, 0.1]

    /// The last sample of each way before the jump, and the first behind it with its place.
    private var before: [StampSample.Way: StampSample] = [:]
    private var behind: [StampSample.Way: (place: Int, sample: StampSample)] = [:]
    private var allBehind: [StampSample.Way: [StampSample]] = [:]
    /// How often each host was seen to run at each of the usual rates.
    private var votes: [IPAddress: [Int]] = [:]

    init(before old: [StampSample], behind new: [StampSample]) {
        vote(old)
        vote(new)
        for sample in old { before[sample.way] = sample }
        for (place, sample) in new.enumerated() where behind[sample.way] == nil { behind[sample.way] = (place, sample) }
        allBehind = Dictionary(grouping: new, by: \.way)
    }

    /// Packets of a way that follow one another tell its host's rate, but for those with a step of the clock between.
    private mutating func vote(_ samples: [StampSample]) {
        var last: [StampSample.Way: StampSample] = [:]
        for sample in samples {
            defer { last[sample.way] = sample }
            guard let old = last[sample.way], sample.time.since(old.time) >= Self.rateOver else { continue }
            let ticks = Double(Int32(bitPattern: sample.stamp &- old.stamp))
            let rate = ticks / sample.time.milliseconds(since: old.time)
            guard let place = Self.usualRates.firstIndex(where: { abs(rate / $0 - 1) < 0.15 }) else { continue }
            votes[sample.way.host, default: Array(repeating: 0, count: Self.usualRates.count)][place] += 1
        }
    }

    /// Connections that have to agree, of which both ends do: what holds up a few of them is no step of the clock.
    private static let witnesses = 2

    /// So many pairs of hosts tell of the jump, with both their clocks.
    var hasWitnesses: Bool { estimates.count == 2 * Self.witnesses }

    /// By how much the capture's clock was set, in nanoseconds; nil where that cannot be told, or the witnesses disagree: those
    /// that go on first, for others may have another step between.
    var step: Int64? { hasWitnesses ? agreed(estimates) : nil }

    /// The same by one pair of hosts, which has to say so in each packet behind the jump: files that were put together from two
    /// clocks go back and forth.
    var stepOfOnePair: Int64? {
        guard let first = seenTwice.first else { return nil }
        let ways = seenTwice.filter { $0.hosts == first.hosts }.flatMap { [$0, $0.back] }
        let all = ways.flatMap { way in allBehind[way, default: []].map { estimate(way, $0) } }
        let told = all.compactMap { $0 }
        guard told.count == all.count, told.count >= Self.packetsOfOnePair else { return nil }
        return agreed(told)
    }
    private static let packetsOfOnePair = 4

    /// The connections of which both ends are seen before and behind the jump, those that go on first leading.
    private var seenTwice: [StampSample.Way] {
        let asked = behind.filter { $0.key.from == 0 }.compactMap { way, first -> (place: Int, way: StampSample.Way)? in
            guard before[way] != nil, before[way.back] != nil, let other = behind[way.back] else { return nil }
            return (max(first.place, other.place), way)
        }
        return asked.sorted { $0.place < $1.place }.map(\.way)
    }

    /// One of them for each pair of hosts: one host that holds its answers back keeps its own clock; another host tells that.
    private var pairs: [StampSample.Way] {
        var hosts: Set<Set<IPAddress>> = []
        return seenTwice.filter { hosts.insert($0.hosts).inserted }
    }

    private var estimates: [Estimate] {
        pairs.prefix(Self.witnesses).flatMap { [$0, $0.back] }.compactMap { way in
            behind[way].flatMap { estimate(way, $0.sample) }
        }
    }

    /// The middle of what is estimated, where all of it is near.
    private func agreed(_ estimates: [Estimate]) -> Int64? {
        guard let low = estimates.map(\.step).min(), let high = estimates.map(\.step).max(),
            let longest = estimates.map(\.elapsed).max()
        else { return nil }
        let tolerance = max(50, longest * 0.02)
        guard high - low <= tolerance, min(abs(low), abs(high)) >= 5 * tolerance else { return nil }
        return Int64(exactly: ((low + high) / 2 * 1e6).rounded())
    }

    /// How long the jump was by a host's own clock, and how much more the capture says, in milliseconds.
    private struct Estimate {
        var elapsed: Double
        var step: Double
    }

    private func estimate(_ way: StampSample.Way, _ new: StampSample) -> Estimate? {
        guard let old = before[way], let rate = rate(of: way.host) else { return nil }
        let ticks = Int32(bitPattern: new.stamp &- old.stamp)
        // A clock that went back is another connection's.
        guard ticks >= 0 else { return nil }
        let elapsed = Double(ticks) / rate
        return Estimate(elapsed: elapsed, step: new.time.milliseconds(since: old.time) - elapsed)
    }

    /// Hosts of one network mostly run alike: where one was heard too briefly, the others tell.
    private func rate(of host: IPAddress) -> Double? {
        let counts = votes[host] ?? Self.usualRates.indices.map { rate in votes.values.reduce(0) { $0 + $1[rate] } }
        guard let most = counts.max(), most > 0 else { return nil }
        return counts.firstIndex(of: most).map { Self.usualRates[$0] }
    }
}
