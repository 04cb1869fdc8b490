import Vocabulary

/// Reads the forms in which loggers write times: a date in one of many orders, then the time of day (`StampReader+Clock`).
///
/// A date that is there and not understood makes the line one of unknown form: its time alone would be laid over any day.
struct StampReader {
    let line: ArraySlice<UInt8>
    var place: Int
    /// The capture's first moment, for what a line leaves out, and to tell orders of days and months apart.
    let day: CaptureTime

    init(_ line: ArraySlice<UInt8>, at place: Int, day: CaptureTime) {
        (self.line, self.place, self.day) = (line, place, day)
    }

    mutating func stamp() -> LogStamp? {
        let start = place
        for form in Self.forms {
            place = start
            if let stamp = form(&self) { return stamp }
        }
        return nil
    }

    private static let forms: [@Sendable (inout StampReader) -> LogStamp?] = [
        { $0.yearFirst() }, { $0.eightDigits() }, { $0.numbers() }, { $0.monthInTheMiddle() }, { $0.monthFirst() },
        { $0.klog() }, { $0.withoutYear() }, { $0.clockAlone() }, { $0.epochInBars() }, { $0.epochAtStart() },
    ]

    // MARK: Dates

    private struct Date {
        var year: Int64
        var month: Int64
        var day: Int64
    }

    /// `2026-11-26 20:36:53,853`, `2026/11/26 …`, `2026.11.26 …`, `2026-Nov-26 …`, `2026-11-26T20:36:44Z`.
    private mutating func yearFirst() -> LogStamp? {
        guard let year = number(4), take(anyOf: "-/."), let month = month(), take(anyOf: "-/."), let date = number(2),
            take(anyOf: "T _,:")
        else { return nil }
        _ = take(anyOf: " ")
        return clock(year, month, date)
    }

    /// `20261126T203650Z`, `20261126-20:36:53.826`, `20261126 20:36:53`.
    private mutating func eightDigits() -> LogStamp? {
        guard let year = number(4), let month = number(2), let date = number(2), take(anyOf: "T-_ ") else { return nil }
        let start = place
        if let stamp = clock(year, month, date) { return stamp }
        place = start
        return clock(year, month, date, isCompact: true)
    }

    /// `11/28/2026 01:54:05 PM`, `28.11.2026 13:54:05`, `26/11/28 13:54:05`: of the possible orders the one nearest to the capture.
    private mutating func numbers() -> LogStamp? {
        guard let one = numeral(1...2), take(anyOf: "/.-"), let two = numeral(1...2), take(anyOf: "/.-"),
            let last = digits(2...4), last.count != 3, let three = Int64(decimal: last)
        else { return nil }
        _ = take(anyOf: ",")
        guard take(anyOf: " T_") else { return nil }
        var orders = [(three, one, two), (three, two, one)]
        if last.count == 2 {
            orders = orders.map { ($0.0 + Self.century, $0.1, $0.2) } + [(one + Self.century, two, three)]
        }
        return nearest(orders.map { Date(year: $0.0, month: $0.1, day: $0.2) })
    }

    /// `26/Nov/2026:20:36:50 +0000`, `26-Nov-2026 20:36:53.826`, `26 Nov 2026 20:36:53,826`, `Thu, 26 Nov 2026 20:36:50 GMT`.
    private mutating func monthInTheMiddle() -> LogStamp? {
        guard let date = numeral(1...2), take(anyOf: "/- "), let month = monthName(), take(anyOf: "/- "),
            let year = number(4)
        else { return nil }
        _ = take(anyOf: ",")
        guard take(anyOf: ": T") else { return nil }
        return clock(year, month, date)
    }

    /// `Nov 26 20:36:53`, whose year is the capture's, `Nov 26, 2026 8:36:53 PM`, `Thu Nov 26 20:36:50 UTC 2026`.
    private mutating func monthFirst() -> LogStamp? {
        guard let month = monthName(), take(anyOf: " ") else { return nil }
        _ = take(anyOf: " ")
        guard let date = numeral(1...2) else { return nil }
        _ = take(anyOf: ",")
        guard take(anyOf: " ") else { return nil }
        let start = place
        if let year = number(4), take(anyOf: " ,") {
            _ = take(anyOf: " ")
            return clock(year, month, date)
        }
        place = start
        guard let stamp = clock(Int64(CalendarTime(day).year), month, date) else { return nil }
        let end = place
        guard take(anyOf: " "), let year = number(4), !isDigit(at: place) else {
            place = end
            return stamp
        }
        let behind = place
        place = start
        defer { place = behind }
        return clock(year, month, date)
    }

    /// `I1126 20:36:53.826`, as Kubernetes' programs write: level, month and day.
    private mutating func klog() -> LogStamp? {
        guard take(anyOf: "IWEF"), let month = number(2), let date = number(2), take(anyOf: " ") else { return nil }
        return clock(Int64(CalendarTime(day).year), month, date)
    }

    /// `11-26 20:36:53.826`: the year is the capture's.
    private mutating func withoutYear() -> LogStamp? {
        guard let one = number(2), take(anyOf: "-/"), let two = number(2), take(anyOf: " ") else { return nil }
        let year = Int64(CalendarTime(day).year)
        return nearest([Date(year: year, month: one, day: two), Date(year: year, month: two, day: one)])
    }

    private static let century: Int64 = 2000

    /// Of several readings of one date that which is nearest to the capture's day.
    private mutating func nearest(_ dates: [Date]) -> LogStamp? {
        let start = place
        var best: (stamp: LogStamp, place: Int, distance: UInt64)?
        for date in dates {
            place = start
            guard let stamp = clock(date.year, date.month, date.day) else { continue }
            let distance = stamp.nanoseconds.subtractingSaturated(day.nanoseconds).magnitude
            if best.map({ distance < $0.distance }) ?? true { best = (stamp, place, distance) }
        }
        place = best?.place ?? start
        return best?.stamp
    }

    // MARK: Moments without a date

    /// `20:36:53.853`: the day is the capture's. Without a fraction it may be anything.
    private mutating func clockAlone() -> LogStamp? {
        if followsDate() { return nil }
        let calendar = CalendarTime(day)
        let stamp = clock(Int64(calendar.year), Int64(calendar.month), Int64(calendar.day))
        guard var stamp, stamp.precision < Span.seconds(1) || stamp.isOfHalfDay else { return nil }
        stamp.hasDate = false
        return stamp
    }

    private static let dateBytes = 13

    /// What stands before it has so many digits that it may be a date.
    private func followsDate() -> Bool {
        line[..<place].suffix(Self.dateBytes).count(where: \.isDigit) >= 4
    }

    /// librdkafka's own: `%3|1795725413.788|FAIL|`.
    private mutating func epochInBars() -> LogStamp? {
        guard place > line.startIndex, line[place - 1] == UInt8(ascii: "|") else { return nil }
        let end = line[place...].firstIndex(of: UInt8(ascii: "|")) ?? line.endIndex
        return epoch(until: end)
    }

    /// A line that begins with seconds or thousandths of them since 1970.
    private mutating func epochAtStart() -> LogStamp? {
        guard place == line.startIndex || place == line.startIndex + 1 && line[line.startIndex] == UInt8(ascii: "[")
        else {
            return nil
        }
        let end = line[place...].firstIndex { " \t]:|,".utf8.contains($0) } ?? line.endIndex
        let whole = line[place..<end].prefix { $0.isDigit }
        guard [10, 13, 16, 19].contains(whole.count), whole.endIndex == end || line[whole.endIndex] == UInt8(ascii: ".")
        else { return nil }
        return epoch(until: end)
    }

    private mutating func epoch(until end: Int) -> LogStamp? {
        guard let stamp = LogStamp.epoch(line[place..<end]) else { return nil }
        place = end
        return stamp
    }

    // MARK: Parts

    private static let months = "jan feb mar apr may jun jul aug sep oct nov dec".split(separator: " ").map {
        Array($0.utf8)
    }

    private mutating func monthName() -> Int64? {
        let name = line[place...].prefix(3).map(\.lowercased)
        guard let month = Self.months.firstIndex(of: name) else { return nil }
        place += 3
        return Int64(month + 1)
    }

    /// By its number or its name.
    private mutating func month() -> Int64? { monthName() ?? number(2) }

    mutating func number(_ count: Int) -> Int64? { numeral(count...count) }

    mutating func numeral(_ counts: ClosedRange<Int>) -> Int64? { digits(counts).flatMap { Int64(decimal: $0) } }

    mutating func digits(_ counts: ClosedRange<Int>) -> ArraySlice<UInt8>? {
        let found = line[place...].prefix(counts.upperBound).prefix { $0.isDigit }
        guard found.count >= counts.lowerBound else { return nil }
        place += found.count
        return found
    }

    func isDigit(at place: Int) -> Bool { place < line.endIndex && line[place].isDigit }

    mutating func take(anyOf bytes: StaticString) -> Bool {
        guard place < line.endIndex, "\(bytes)".utf8.contains(line[place]) else { return false }
        place += 1
        return true
    }
}
