import Vocabulary

/// The time of day of a stamp, its digits, and its zone.
extension StampReader {
    /// - Parameter isCompact: `203650` in place of `20:36:50`.
    mutating func clock(_ year: Int64, _ month: Int64, _ date: Int64, isCompact: Bool = false) -> LogStamp? {
        guard let hours = digits(isCompact ? 2...2 : 1...2), let hour = Int64(decimal: hours),
            isCompact || take(anyOf: ":"), let minute = number(2), isCompact || take(anyOf: ":"), let second = number(2)
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

    // MARK: Zones

    /// Seconds from UTC of `Z`, `+02:00`, `-0330`, or of a zone's short name that has one meaning only.
    private mutating func zone() -> Int64? {
        if take(anyOf: "Z") { return 0 }
        let start = place
        _ = take(anyOf: " ")
        if let named = namedZone() { return named }
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

    private mutating func namedZone() -> Int64? {
        let name = line[place...].prefix(6).prefix { $0.isUpper }
        let end = name.endIndex
        guard (3...5).contains(name.count), end == line.endIndex || !line[end].isLetter && !line[end].isDigit,
            let hours = Self.zones[String(decoding: name, as: UTF8.self)]
        else { return nil }
        place = end
        return hours * 3600
    }

    /// Hours from UTC. CST, IST and BST stand for several zones, and are taken for none.
    private static let zones: [String: Int64] = [
        "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "EST": -5,
        "EDT": -4,
        "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11,
    ]
}
