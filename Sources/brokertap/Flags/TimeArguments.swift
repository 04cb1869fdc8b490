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
    static func bound(_ text: String, offsetSeconds: Int) -> TimeBound? {
        if text.hasPrefix("+") { return seconds(text.dropFirst()).map { .sinceStart(nanoseconds: $0) } }
        if let split = text.firstIndex(where: { $0 == "T" || $0 == " " }) {
            return absolute(date: text[..<split], rest: text[text.index(after: split)...], offsetSeconds: offsetSeconds)
        }
        return clock(text).map { .clock(nanosecondOfDay: $0, offsetSeconds: offsetSeconds) }
    }

    private static func absolute(date: Substring, rest: Substring, offsetSeconds: Int) -> TimeBound? {
        let parts = date.split(separator: "-").compactMap { Int($0) }
        var (clockText, offset) = (rest, offsetSeconds)
        if rest.hasSuffix("Z") {
            (clockText, offset) = (rest.dropLast(), 0)
        } else if let sign = rest.firstIndex(where: { $0 == "+" || $0 == "-" }) {
            guard let own = self.offset(String(rest[sign...])) else { return nil }
            (clockText, offset) = (rest[..<sign], own)
        }
        guard parts.count == 3, let ofDay = clock(String(clockText)),
            let midnight = CalendarTime.secondsSince1970(
                year: parts[0], month: parts[1], day: parts[2], hour: 0, minute: 0, second: 0)
        else { return nil }
        let start = midnight.subtractingReportingOverflow(Int64(offset)).partialValue
        let (nanos, overflow) = start.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? nil : .absolute(CaptureTime(nanoseconds: nanos).adding(nanoseconds: ofDay))
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

    /// The zone of `--tz`; the local zone's distance is that at `moment`, for summer time. Nil where it names no zone.
    static func zone(_ text: String, at moment: CaptureTime?) -> TimeDisplay? {
        if text == "UTC" || text == "utc" || text == "Z" { return .utc }
        if text == "local" { return local(at: moment) }
        return offset(text).map { TimeDisplay(offsetSeconds: $0, zoneName: text) }
    }

    private static func local(at moment: CaptureTime?) -> TimeDisplay {
        var seconds = moment.map { time_t($0.nanoseconds / 1_000_000_000) } ?? time(nil)
        var parts = tm()
        guard localtime_r(&seconds, &parts) != nil else { return .utc }
        let minutes = abs(parts.tm_gmtoff / 60)
        let pad = { (n: Int) in (n < 10 ? "0" : "") + String(n) }
        let name = "\(parts.tm_gmtoff < 0 ? "-" : "+")\(pad(minutes / 60)):\(pad(minutes % 60))"
        return TimeDisplay(offsetSeconds: parts.tm_gmtoff, zoneName: name)
    }
}
