public import Vocabulary

/// A time in which a side sent bytes again and again, and nothing of what it waited for was acknowledged.
public struct UnacknowledgedSpan: Sendable, Equatable {
    /// When the bytes were last sent that were sent again first; or when the other side was last heard to get anything.
    public var from: CaptureTime
    /// The last that was sent without an acknowledgement.
    public var to: CaptureTime
    /// The first packet that was sent again.
    public var frame: FrameRef
    /// How often something was sent again.
    public var resends: Int32
    /// Bytes of the smallest segment among these.
    public var leastBytes: Int32
    /// How often that was sent again which the other side waits for, and bytes of the smallest segment among these. Others were
    /// sent behind it, and may have arrived.
    public var headResends: Int32 = 0
    public var headBytes: Int32 = 0
    /// When the other side first sent again what the capture shows acknowledged: it lives, and hears nothing.
    public var deafSince: CaptureTime?
    /// The bytes were acknowledged in the end.
    public var recovered = false
    /// The last but one, behind which one more was sent.
    var lastButOne = CaptureTime.distantPast
    /// When the last was sent that surely went unheard: where the bytes were acknowledged in the end, the last one of all was it.
    public var unheardTo: CaptureTime { recovered ? max(from, lastButOne) : to }
    /// How often something was sent again before another source than that of the first such packet showed any of it, and when
    /// that was last, or when it did show it.
    public var unseen: Int32 = 0
    public var unseenTo = CaptureTime.distantPast
    /// Another source shows it.
    var isSeen = false
    /// As `from` was at first.
    var began: CaptureTime

    public init(from: CaptureTime, to: CaptureTime, frame: FrameRef, resends: Int32, leastBytes: Int32) {
        began = from
        (self.from, self.to, self.frame, self.resends, self.leastBytes) = (from, to, frame, resends, leastBytes)
    }

    public var nanoseconds: Int64 { to.since(from) }
    /// For how long what the other side waits for was sent in vain, whatever else it got meanwhile.
    public var lasted: Int64 { to.since(min(from, began)) }

    static let none = UnacknowledgedSpan(
        from: CaptureTime(nanoseconds: 0), to: CaptureTime(nanoseconds: 0), frame: .none, resends: 0, leastBytes: 0)
}

/// The longest such times of a side: of a fixed number, so that a connection that loses much costs no more.
struct UnacknowledgedSpans {
    /// Shorter ones are what TCP is made for.
    private static let shortest = Span.seconds(1)
    /// Acknowledgements that were on their way when it began arrive for so long.
    private static let settling = Span.seconds(1)

    private var longest = (UnacknowledgedSpan.none, UnacknowledgedSpan.none, UnacknowledgedSpan.none)
    private var current = UnacknowledgedSpan.none
    /// What was acknowledged when the current one began.
    private var acknowledged: Int64 = -1
    /// When something was last sent again in it.
    private var lastResend = CaptureTime.distantPast

    /// Bytes were sent again that nobody acknowledged yet.
    mutating func note(_ resend: UnacknowledgedSpan, acknowledged now: Int64) {
        if current.resends > 0, now == acknowledged {
            current.to = max(current.to, resend.to)
            current.lastButOne = lastResend
            if !current.isSeen { (current.unseen, current.unseenTo) = (current.resends, lastResend) }
            if resend.frame.source != current.frame.source { current.isSeen = true }
            lastResend = resend.to
            current.resends &+= 1
            current.leastBytes = min(current.leastBytes, resend.leastBytes)
            guard resend.headResends > 0 else { return }
            current.headBytes = current.headResends > 0 ? min(current.headBytes, resend.headBytes) : resend.headBytes
            current.headResends &+= 1
            return
        }
        keepCurrent(recovered: true)
        (current, acknowledged, lastResend) = (resend, now, resend.to)
    }

    /// The other side sent a bare acknowledgement of nothing new: something reaches it, if not what it waits for.
    mutating func heard(_ time: CaptureTime, acknowledged now: Int64) {
        guard current.resends > 0, now == acknowledged else { return }
        current.from = max(current.from, time)
        current.to = max(current.to, current.from)
    }

    /// The capture holds bytes a second time. Where another source shows them, nothing had come through up to then.
    mutating func noteCopy(_ frame: FrameRef, _ time: CaptureTime) {
        guard current.resends > 0, frame.source != current.frame.source, !current.isSeen else { return }
        current.isSeen = true
        if current.unseen > 0 { current.unseenTo = max(current.unseenTo, time) }
    }

    /// The other side sent again what this one had acknowledged.
    mutating func noteDeafness(_ time: CaptureTime) {
        guard current.resends > 0, current.deafSince == nil else { return }
        if time.since(current.from) >= Self.settling { current.deafSince = time }
    }

    private mutating func keepCurrent(recovered: Bool) {
        guard current.resends > 0, current.lasted >= Self.shortest else { return }
        var spare = current
        spare.recovered = recovered
        if !spare.isSeen { (spare.unseen, spare.unseenTo) = (spare.resends, lastResend) }
        if spare.lasted > longest.0.lasted { swap(&spare, &longest.0) }
        if spare.lasted > longest.1.lasted { swap(&spare, &longest.1) }
        if spare.lasted > longest.2.lasted { swap(&spare, &longest.2) }
    }

    /// All of them in order of time.
    /// - Parameters end: the side's last packet; acknowledged: what is acknowledged by now.
    func all(end: CaptureTime, acknowledged now: Int64) -> [UnacknowledgedSpan] {
        var copy = self
        let recovered = now != acknowledged
        if current.resends > 0, !recovered { copy.current.to = max(current.to, end) }
        copy.keepCurrent(recovered: recovered)
        return [copy.longest.0, copy.longest.1, copy.longest.2].filter { $0.resends > 0 }.sorted { $0.from < $1.from }
    }
}
