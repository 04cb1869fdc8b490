/// Lengths of time and sizes as they are written on the command line.
enum Quantity {
    /// Nanoseconds of `90`, `90s`, `250ms`, `10m`, `2h`, `1d`.
    static func nanoseconds(_ text: String) -> Int64? {
        let units: [(String, Int64)] = [
            ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
            ("d", 86_400_000_000_000),
        ]
        return value(text, units, plain: 1_000_000_000)
    }

    /// Bytes of `4096`, `512k`, `64M`, `2G`, by powers of 1024.
    static func bytes(_ text: String) -> Int64? {
        value(text, [("k", 1 << 10), ("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30), ("T", 1 << 40)], plain: 1)
    }

    /// A whole number above 0 with a unit, or without one.
    private static func value(_ text: String, _ units: [(String, Int64)], plain: Int64) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count)
        guard let number = Int64(digits), number > 0 else { return nil }
        let factor = unit.isEmpty ? plain : units.first { $0.0 == unit }?.1
        guard let factor else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }
}
