/// A capture time taken apart by the proleptic Gregorian calendar, without Foundation.
public struct CalendarTime: Sendable {
    public let year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, nanosecond: Int

    /// - Parameter offsetSeconds: what to add to UTC, for a local time zone.
    public init(_ time: CaptureTime, offsetSeconds: Int = 0) {
        let total = time.nanoseconds.addingSaturated(Int64(offsetSeconds) * 1_000_000_000)
        let (seconds, nanos) = total.flooredDivision(by: 1_000_000_000)
        let (days, secondOfDay) = seconds.flooredDivision(by: 86_400)
        // Days since 0000-03-01, in eras of 400 years: leap days then fall at the end of a year.
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
        month = Int(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9)
        year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
        hour = Int(secondOfDay / 3600)
        minute = Int(secondOfDay / 60 % 60)
        second = Int(secondOfDay % 60)
        nanosecond = Int(nanos)
    }

    /// `2026-11-21T03:18:16.329000000Z`, the form of the JSON report.
    public var iso8601: String {
        var text: [UInt8] = []
        text.reserveCapacity(30)
        write(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the text of `iso8601`.
    public func write(to text: inout [UInt8]) {
        if year < 0 { text.append(UInt8(ascii: "-")) }
        text.append(decimal: UInt64(year.magnitude), width: 4)
        for (mark, part) in [("-", month), ("-", day), ("T", hour), (":", minute), (":", second)]
            as [(Unicode.Scalar, Int)]
        {
            text.append(UInt8(ascii: mark))
            text.append(decimal: UInt64(part), width: 2)
        }
        text.append(UInt8(ascii: "."))
        text.append(decimal: UInt64(nanosecond), width: 9)
        text.append(UInt8(ascii: "Z"))
    }

    /// `2026-11-21`.
    public var date: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }

    /// `03:18:16.329`, with 0 to 9 digits of the fraction, cut and not rounded.
    public func clock(fractionDigits: Int) -> String {
        let whole = "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))"
        return fractionDigits == 0 ? whole : whole + "." + padded(nanosecond, 9).prefix(fractionDigits)
    }

    /// Seconds since 1970 of a UTC date and time; nil where a field is out of range.
    public static func secondsSince1970(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) -> Int64?
    {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let (era, yearOfEra) = shiftedYear.flooredDivision(by: 400)
        let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        return days * 86_400 + Int64(hour * 3600 + minute * 60 + second)
    }
}

private func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
