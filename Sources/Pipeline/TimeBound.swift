public import Vocabulary

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// A limit in time as a user gives it; some forms mean something only once the capture's first packet is known.
public enum TimeBound: Sendable, Equatable {
    case absolute(CaptureTime)
    /// So long after the first packet.
    case sinceStart(nanoseconds: Int64)
    /// A clock time of the capture's day.
    case clock(nanosecondOfDay: Int64, zone: TimeZoneRule)

    /// The moment meant. A clock time far before the first packet is the next day's, for captures over midnight.
    public func resolved(start: CaptureTime) -> CaptureTime {
        switch self {
        case .absolute(let time): return time
        case .sinceStart(let nanoseconds): return start.adding(nanoseconds: nanoseconds)
        case .clock(let nanosecondOfDay, let zone):
            let day = Span.seconds(86_400)
            let local = start.adding(nanoseconds: Span.seconds(Int64(zone.offsetSeconds(at: start)))).nanoseconds
            let sinceMidnight = ((local % day) + day) % day
            let candidate = local.addingSaturated(nanosecondOfDay - sinceMidnight)
            let isNextDay = local.subtractingSaturated(candidate) > day / 2
            return zone.moment(local: isNextDay ? candidate.addingSaturated(day) : candidate)
        }
    }
}

/// How far a zone's clocks are from UTC.
public enum TimeZoneRule: Sendable, Equatable {
    case fixed(offsetSeconds: Int)
    /// As this host's clocks are set, which may depend on the season.
    case local

    /// Seconds to add to UTC at a moment.
    public func offsetSeconds(at moment: CaptureTime) -> Int {
        switch self {
        case .fixed(let offsetSeconds): return offsetSeconds
        case .local:
            var seconds = time_t(moment.nanoseconds / 1_000_000_000)
            var parts = tm()
            return localtime_r(&seconds, &parts) == nil ? 0 : parts.tm_gmtoff
        }
    }

    /// The moment at which the zone's clocks show a time, in nanoseconds since they showed 1970.
    public func moment(local: Int64) -> CaptureTime {
        func less(_ offset: Int) -> CaptureTime {
            CaptureTime(nanoseconds: local).adding(nanoseconds: -Span.seconds(Int64(offset)))
        }
        // The offset is that of the moment meant, which a first guess is near enough to tell.
        let guess = less(offsetSeconds(at: CaptureTime(nanoseconds: local)))
        return less(offsetSeconds(at: guess))
    }
}
