import Vocabulary

/// The time at the beginning of a line, as it stands there.
struct LogStamp: Sendable, Equatable {
    /// Nanoseconds since 1970 as if the clock showed UTC; with a zone in the line, UTC itself.
    var nanoseconds: Int64
    var hasZone = false
    /// The date is missing, and was taken from the capture.
    var hasDate = true
    /// AM or PM stands behind the time.
    var isOfHalfDay = false
    /// How much of a time is cut off behind its last digit.
    var precision: Int64 = 1

    /// How far into a line a time is looked for: containers and terminals put names in front.
    private static let reach = 96

    /// - Parameter day: the capture's first moment, for lines without a date or a year.
    static func find(in line: ArraySlice<UInt8>, day: CaptureTime) -> (stamp: LogStamp, end: Int)? {
        let last = min(line.endIndex, line.startIndex + reach)
        var (i, followsDigit) = (line.startIndex, false)
        while i < last {
            let byte = line[i]
            if !followsDigit, byte.isDigit || byte.isUpper {
                var reader = StampReader(line, at: i)
                if let stamp = reader.stamp(day: day) { return (stamp, reader.place) }
            }
            followsDigit = byte.isDigit
            i += 1
        }
        return nil
    }

    /// A number as loggers write moments: seconds, or thousandths and so on of them, since 1970.
    static func epoch(_ text: ArraySlice<UInt8>) -> LogStamp? {
        var reader = StampReader(text, at: text.startIndex)
        guard let whole = reader.digits(9...19), let number = Int64(decimal: whole) else { return nil }
        let unit: Int64 =
            number < 100_000_000_000
            ? 1_000_000_000
            : number < 100_000_000_000_000
                ? 1_000_000
                : number < 100_000_000_000_000_000 ? 1000 : 1
        let (nanoseconds, overflow) = number.multipliedReportingOverflow(by: unit)
        if overflow { return nil }
        let (fraction, precision) = unit == 1_000_000_000 ? reader.fraction() : (0, unit)
        return LogStamp(nanoseconds: nanoseconds.addingSaturated(fraction), hasZone: true, precision: precision)
    }
}

/// Reads the forms in which loggers write times.
struct StampReader {
    private let line: ArraySlice<UInt8>
    private(set) var place: Int

    init(_ line: ArraySlice<UInt8>, at place: Int) { (self.line, self.place) = (line, place) }

    mutating func stamp(day: CaptureTime) -> LogStamp? {
        let start = place
        if let stamp = dated() { return stamp }
        place = start
        if let stamp = dayFirst(day: day) { return stamp }
        place = start
        if let stamp = monthNamed(day: day) { return stamp }
        place = start
        if let stamp = clockAlone(day: day) { return stamp }
        place = start
        return epochInBars()
    }

    /// `2026-11-26 20:36:53,853`, `2026/11/26 20:36:44.805552`, `2026-11-26T20:36:44Z`, with a zone or without.
    private mutating func dated() -> LogStamp? {
        guard let year = number(4), take(anyOf: "-/"), let month = number(2), take(anyOf: "-/"), let date = number(2),
            take(anyOf: "T _")
        else { return nil }
        return clock(year, month, date)
    }

    /// `Nov 26 20:36:53`: the year is the capture's.
    private mutating func monthNamed(day: CaptureTime) -> LogStamp? {
        guard place + 3 < line.endIndex, let month = Self.months.firstIndex(of: Array(line[place..<place + 3])) else {
            return nil
        }
        place += 3
        guard take(anyOf: " ") else { return nil }
        _ = take(anyOf: " ")
        guard let digits = digits(1...2), let date = Int64(decimal: digits), take(anyOf: " ") else { return nil }
        return clock(Int64(CalendarTime(day).year), Int64(month + 1), date)
    }

    private static let months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(separator: " ").map {
        Array($0.utf8)
    }

    /// `20:36:53.853`: the day is the capture's. Without a fraction it may be anything.
    private mutating func clockAlone(day: CaptureTime) -> LogStamp? {
        let calendar = CalendarTime(day)
        let stamp = clock(Int64(calendar.year), Int64(calendar.month), Int64(calendar.day))
        guard var stamp, stamp.precision < Span.seconds(1) || stamp.isOfHalfDay else { return nil }
        stamp.hasDate = false
        return stamp
    }

    private mutating func clock(_ year: Int64, _ month: Int64, _ date: Int64) -> LogStamp? {
        guard let hours = digits(1...2), let hour = Int64(decimal: hours), take(anyOf: ":"), let minute = number(2),
            take(anyOf: ":"), let second = number(2)
        else { return nil }
        let (fraction, precision) = fraction()
        let half = half(of: hour)
        guard hours.count == 2 || half != nil,
            let seconds = CalendarTime.secondsSince1970(
                year: Int(year), month: Int(month), day: Int(date), hour: Int(half ?? hour), minute: Int(minute),
                second: Int(second))
        else { return nil }
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return nil }
        var stamp = LogStamp(
            nanoseconds: nanoseconds.addingSaturated(fraction), isOfHalfDay: half != nil, precision: precision)
        if let zone = zone() {
            stamp.hasZone = true
            stamp.nanoseconds = stamp.nanoseconds.subtractingSaturated(Span.seconds(zone))
        }
        return stamp
    }

    /// The hour of the day where AM or PM stands behind the time: `PM`, ` pm`, ` p.m.`, with one of the spaces that locales have.
    private mutating func half(of hour: Int64) -> Int64? {
        let start = place
        let spaces: [[UInt8]] = [[0x20], [0xE2, 0x80, 0xAF], [0xC2, 0xA0]]
        if let space = spaces.first(where: { line[place...].starts(with: $0) }) { place += space.count }
        let word = line[place...].prefix(4).map(\.lowercased)
        for (text, isAfternoon) in [("a.m.", false), ("p.m.", true), ("am", false), ("pm", true)] {
            guard word.starts(with: text.utf8), (0...12).contains(hour) else { continue }
            let end = place + text.utf8.count
            if end < line.endIndex, line[end].isLetter || line[end].isDigit { continue }
            place = end
            return hour % 12 + (isAfternoon ? 12 : 0)
        }
        place = start
        return nil
    }

    /// `11/28/2026 01:54:05 PM`, `28.11.2026 13:54:05`: of the two orders the one that is nearer to the capture's day.
    private mutating func dayFirst(day: CaptureTime) -> LogStamp? {
        guard let one = digits(1...2), let first = Int64(decimal: one), take(anyOf: "/.-"), let two = digits(1...2),
            let second = Int64(decimal: two), take(anyOf: "/.-"), let year = number(4)
        else { return nil }
        _ = take(anyOf: ",")
        guard take(anyOf: " T_") else { return nil }
        let start = place
        var best: (stamp: LogStamp, place: Int)?
        for (month, date) in [(first, second), (second, first)] {
            place = start
            guard let stamp = clock(year, month, date) else { continue }
            let distance = stamp.nanoseconds.subtractingSaturated(day.nanoseconds).distanceFromZero
            if let best, best.stamp.nanoseconds.subtractingSaturated(day.nanoseconds).distanceFromZero <= distance {
                continue
            }
            best = (stamp, place)
        }
        place = best?.place ?? start
        return best?.stamp
    }

    /// librdkafka's own: `%3|1795725413.788|FAIL|`.
    private mutating func epochInBars() -> LogStamp? {
        guard place > line.startIndex, line[place - 1] == UInt8(ascii: "|") else { return nil }
        let end = line[place...].firstIndex(of: UInt8(ascii: "|")) ?? line.endIndex
        guard let stamp = LogStamp.epoch(line[place..<end]) else { return nil }
        place = end
        return stamp
    }

    /// The digits behind a point or comma as nanoseconds, and what the last of them stands for.
    mutating func fraction() -> (nanoseconds: Int64, precision: Int64) {
        var precision = Span.seconds(1)
        guard place + 1 < line.endIndex, line[place] == UInt8(ascii: ".") || line[place] == UInt8(ascii: ","),
            line[place + 1].isDigit
        else { return (0, precision) }
        place += 1
        var nanoseconds: Int64 = 0
        while place < line.endIndex, line[place].isDigit {
            if precision > 1 {
                precision /= 10
                nanoseconds += Int64(line[place] - UInt8(ascii: "0")) * precision
            }
            place += 1
        }
        return (nanoseconds, precision)
    }

    /// Seconds from UTC of `Z`, `+02:00` or `-0330`.
    private mutating func zone() -> Int64? {
        if take(anyOf: "Z") { return 0 }
        let start = place
        _ = take(anyOf: " ")
        guard place < line.endIndex, line[place] == UInt8(ascii: "+") || line[place] == UInt8(ascii: "-") else {
            place = start
            return nil
        }
        let sign: Int64 = line[place] == UInt8(ascii: "-") ? -1 : 1
        place += 1
        guard let hours = number(2) else { place = start; return nil }
        _ = take(anyOf: ":")
        guard let minutes = number(2), hours <= 14, minutes < 60 else { place = start; return nil }
        return sign * (hours * 3600 + minutes * 60)
    }

    private mutating func number(_ count: Int) -> Int64? { digits(count...count).flatMap { Int64(decimal: $0) } }

    mutating func digits(_ counts: ClosedRange<Int>) -> ArraySlice<UInt8>? {
        let found = line[place...].prefix(counts.upperBound).prefix { $0.isDigit }
        guard found.count >= counts.lowerBound else { return nil }
        place += found.count
        return found
    }

    private mutating func take(anyOf bytes: StaticString) -> Bool {
        guard place < line.endIndex, "\(bytes)".utf8.contains(line[place]) else { return false }
        place += 1
        return true
    }
}

extension UInt8 {
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }
    var isUpper: Bool { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") }
    var isLetter: Bool { isUpper || self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z") }
    var lowercased: UInt8 { isUpper ? self | 0x20 : self }
}

extension Int64 {
    /// Nil where it is no number, or none that fits.
    init?(decimal digits: some Collection<UInt8>) {
        guard !digits.isEmpty, digits.allSatisfy(\.isDigit), let value = Int64(String(decoding: digits, as: UTF8.self))
        else { return nil }
        self = value
    }
}
