internal import Pipeline
internal import Reports
internal import Vocabulary

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// Times and zones as they are written on the command line.
enum TimeArguments {
    /// ISO 8601, a clock time of the capture's day, or `+SECONDS`.
    static func bound(_ text: String, _ zone: TimeZoneRule) -> TimeBound? {
        if text.hasPrefix("+") { return seconds(text.dropFirst()).map { .sinceStart(nanoseconds: $0) } }
        if let split = text.firstIndex(where: { $0 == "T" || $0 == " " }) {
            return absolute(date: text[..<split], rest: text[text.index(after: split)...], zone)
        }
        return clock(text).map { .clock(nanosecondOfDay: $0, zone: zone) }
    }

    private static func absolute(date: Substring, rest: Substring, _ zone: TimeZoneRule) -> TimeBound? {
        let parts = date.split(separator: "-").compactMap { Int($0) }
        var (clockText, zone) = (rest, zone)
        if rest.hasSuffix("Z") {
            (clockText, zone) = (rest.dropLast(), .fixed(offsetSeconds: 0))
        } else if let sign = rest.firstIndex(where: { $0 == "+" || $0 == "-" }) {
            guard let own = self.offset(String(rest[sign...])) else { return nil }
            (clockText, zone) = (rest[..<sign], .fixed(offsetSeconds: own))
        }
        guard parts.count == 3, let ofDay = clock(String(clockText)),
            let midnight = CalendarTime.secondsSince1970(
                year: parts[0], month: parts[1], day: parts[2], hour: 0, minute: 0, second: 0)
        else { return nil }
        let (nanos, overflow) = midnight.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? nil : .absolute(zone.moment(local: nanos.addingSaturated(ofDay)))
    }

    /// Nanoseconds since midnight of `HH:MM[:SS[.f]]`.
    private static func clock(_ text: String) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, let hour = Int64(parts[0]), let minute = Int64(parts[1]),
            let second = parts.count == 3 ? seconds(parts[2]) : 0,
            (0...23).contains(hour), (0...59).contains(minute), second < Span.seconds(61)
        else { return nil }
        return Span.seconds(hour * 3600 + minute * 60) + second
    }

    /// Nanoseconds of a decimal number of seconds, without going through floating point.
    private static func seconds(_ text: some StringProtocol) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let whole = Int64(first), (0..<1_000_000_000).contains(whole),
            !first.hasPrefix("+")
        else { return nil }
        if parts.count == 1 { return Span.seconds(whole) }
        let digits = parts[1]
        guard (1...9).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let fraction = Int64(digits + String(repeating: "0", count: 9 - digits.count))
        else { return nil }
        return Span.seconds(whole) + fraction
    }

    /// Seconds from UTC of `+02:00`, `-0330` or `+2`.
    static func offset(_ text: String) -> Int? {
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard (1...4).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits)
        else { return nil }
        let (hours, minutes) = digits.count <= 2 ? (number, 0) : (number / 100, number % 100)
        guard hours <= 14, minutes < 60 else { return nil }
        return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    /// The zone of `--tz`; nil where it names none.
    static func zone(_ text: String) -> TimeZoneRule? {
        if text == "UTC" || text == "utc" || text == "Z" { return .fixed(offsetSeconds: 0) }
        return text == "local" ? .local : offset(text).map { .fixed(offsetSeconds: $0) }
    }

    /// How times are shown in the zone of `--tz`; the local zone's distance is that at `moment`, for summer time.
    static func display(_ text: String, at moment: CaptureTime?) -> TimeDisplay {
        guard let zone = zone(text), zone != .fixed(offsetSeconds: 0) || offset(text) != nil else { return .utc }
        let seconds = zone.offsetSeconds(at: moment ?? CaptureTime(nanoseconds: Span.seconds(Int64(time(nil)))))
        if zone != .local { return TimeDisplay(offsetSeconds: seconds, zoneName: text) }
        let minutes = abs(seconds / 60)
        let pad = { (n: Int) in (n < 10 ? "0" : "") + String(n) }
        let name = "\(seconds < 0 ? "-" : "+")\(pad(minutes / 60)):\(pad(minutes % 60))"
        return TimeDisplay(offsetSeconds: seconds, zoneName: name)
    }
}
