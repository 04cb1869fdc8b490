public import Vocabulary

/// A limit in time as a user gives it; some forms mean something only once the capture's first packet is known.
public enum TimeBound: Sendable, Equatable {
    case absolute(CaptureTime)
    /// So long after the first packet.
    case sinceStart(nanoseconds: Int64)
    /// A clock time of the capture's day, in the zone that lies `offsetSeconds` from UTC.
    case clock(nanosecondOfDay: Int64, offsetSeconds: Int)

    /// The moment meant. A clock time far before the first packet is the next day's, for captures over midnight.
    public func resolved(start: CaptureTime) -> CaptureTime {
        switch self {
        case .absolute(let time): return time
        case .sinceStart(let nanoseconds): return start.adding(nanoseconds: nanoseconds)
        case .clock(let nanosecondOfDay, let offsetSeconds):
            let day = Span.seconds(86_400)
            let local = start.adding(nanoseconds: Span.seconds(Int64(offsetSeconds))).nanoseconds
            let sinceMidnight = ((local % day) + day) % day
            let candidate = start.adding(nanoseconds: nanosecondOfDay - sinceMidnight)
            return start.since(candidate) > day / 2 ? candidate.adding(nanoseconds: day) : candidate
        }
    }
}
