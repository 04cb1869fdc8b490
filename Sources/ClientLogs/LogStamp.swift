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
                var reader = StampReader(line, at: i, day: day)
                if let stamp = reader.stamp() { return (stamp, reader.place) }
            }
            followsDigit = byte.isDigit
            i += 1
        }
        return nil
    }

    /// A number as loggers write moments: seconds, or thousandths and so on of them, since 1970.
    static func epoch(_ text: ArraySlice<UInt8>) -> LogStamp? {
        var reader = StampReader(text, at: text.startIndex, day: CaptureTime(nanoseconds: 0))
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
