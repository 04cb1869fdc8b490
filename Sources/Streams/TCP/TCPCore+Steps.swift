public import Vocabulary

/// A step that the capture's clock took forward: by hand, or by NTP.
public struct ClockStep: Sendable, Equatable {
    /// The first packet behind it.
    public var at: CaptureTime
    public var nanoseconds: Int64
}

/// Looks for a step of the capture's clock behind a time in which no packet came at all: TCP's time stamps (RFC 7323), which
/// both ends count for themselves, go on as if the time had not passed.
struct StepWatch {
    /// How long a side was silent by the capture's clock, and by how much more than by its own.
    private struct Vote {
        var host: IPAddress
        var silence: Int64
        var step: Int64
    }

    private static let most = 32
    private static let least = 4
    private static let shortest = Span.milliseconds(500)
    /// Stamps count milliseconds, and packets wait in queues.
    private static let tolerance = Span.milliseconds(100)
    /// Clocks that count in other units than milliseconds agree on no step where silences differ by so much.
    private static let spread = Span.milliseconds(300)
    private static let open = Span.seconds(2)

    /// The last packet before, and the first behind.
    let from: CaptureTime
    let to: CaptureTime
    private var votes: [Vote] = []

    init(from: CaptureTime, to: CaptureTime) { (self.from, self.to) = (from, to) }

    func isOver(at now: CaptureTime) -> Bool { votes.count >= Self.most || now.since(to) > Self.open }

    mutating func vote(_ host: IPAddress, silence: Int64, ticks: UInt32) {
        let own = Int64(Int32(bitPattern: ticks)) * 1_000_000
        if own >= 0 { votes.append(Vote(host: host, silence: silence, step: silence - own)) }
    }

    /// The step, where the hosts agree on one.
    var step: ClockStep? {
        guard votes.count >= Self.least, Set(votes.map(\.host)).count > 1 else { return nil }
        let (steps, silences) = (votes.map(\.step).sorted(), votes.map(\.silence).sorted())
        guard steps[0] >= Self.shortest, steps[steps.count - 1] - steps[0] <= Self.tolerance,
            silences[silences.count - 1] - silences[0] >= Self.spread
        else { return nil }
        return ClockStep(at: to, nanoseconds: steps[steps.count / 2])
    }
}

extension TCPCore {
    private static let stepsKept = 64
    /// A step hides in no shorter time without packets.
    private static let quietNanoseconds = Span.seconds(1)

    /// Called with each segment that goes the long way, before `now` is its time; while a step is looked for, all do.
    mutating func watchSteps(_ time: CaptureTime) {
        if let watch = stepWatch, watch.isOver(at: time) {
            if let step = watch.step, steps.count < Self.stepsKept { steps.append(step) }
            stepWatch = nil
        }
        guard stepWatch == nil, lastTick != .distantPast, time.since(now) >= Self.quietNanoseconds else { return }
        stepWatch = StepWatch(from: now, to: time)
    }

    /// A side's first segment behind the time without packets.
    mutating func voteOnStep(_ slot: FlowSlot, _ segment: Segment) {
        // The next segment goes the long way, too.
        nextTick = .distantPast
        guard let from = stepWatch?.from, slot != FlowTable.none, segment.headers.pointee.hasTimestamp,
            !segment.isReset
        else { return }
        let flow = flows[slot]
        let side = flow.side(segment.from)
        guard side.pointee.packets > 0, side.pointee.stamp != 0, side.pointee.lastTime <= from else { return }
        stepWatch?.vote(
            flow.pointee.key.endpoint(segment.from).address, silence: segment.time.since(side.pointee.lastTime),
            ticks: segment.headers.pointee.timestamp &- side.pointee.stamp)
    }

    /// All that were found so far.
    var clockSteps: [ClockStep] { steps + (stepWatch?.step.map { [$0] } ?? []) }
}
