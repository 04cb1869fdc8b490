import Vocabulary

/// One segment, sent again and again at growing intervals: TCP's timer, which no acknowledgement stopped. That proves that none
/// came, whether or not the capture would show it.
struct Backoff {
    /// So many times in a row; a first resend or two may have other reasons.
    static let proof: Int32 = 3
    /// The timer doubles. A tail loss probe comes before it, and programs that draw by the clock are a little off.
    private static let growth = 1.4
    /// TCP lets the interval grow no further than to a minute or two.
    private static let longest = Span.seconds(20)

    /// Where the segment begins; -1 for none.
    private var offset: Int64 = -1
    /// What had been sent when it was last sent again.
    private var sent: Int64 = 0
    private var interval: Int64 = 0
    private(set) var from = CaptureTime.distantPast
    private(set) var last = CaptureTime.distantPast
    private(set) var resends: Int32 = 0

    /// A segment is sent again.
    /// - Parameters:
    ///   - before: when it was sent before, or at least the last data of its side.
    ///   - sent: the offset behind all that its side has sent.
    mutating func note(_ offset: Int64, at now: CaptureTime, before: CaptureTime, sent: Int64) {
        guard offset == self.offset, sent == self.sent else {
            self = Backoff(offset: offset, at: now, before: before, sent: sent)
            return
        }
        let next = now.since(last)
        guard Double(next) >= Double(interval) * Self.growth || next >= Self.longest else {
            // Packets of one burst, or a copy: the timer's own are still to come.
            if next > interval / 2 { self = Backoff(offset: offset, at: now, before: last, sent: sent) }
            return
        }
        (interval, last) = (next, now)
        resends &+= 1
    }

    init() {}

    private init(offset: Int64, at now: CaptureTime, before: CaptureTime, sent: Int64) {
        (self.offset, self.sent, from, last) = (offset, sent, min(before, now), now)
        (interval, resends) = (max(0, now.since(before)), 1)
    }

    /// How often it was sent again in vain; 0 where its side went on to other data.
    func inVain(sent now: Int64) -> Int32 { offset >= 0 && now == sent ? resends : 0 }
}
