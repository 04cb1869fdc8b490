internal import Vocabulary

/// Numbers and lengths of time for readers, the same in every output and every locale.
enum Format {
    /// `1,455`.
    static func count(_ value: some BinaryInteger) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (i, digit) in digits.enumerated() {
            if i > 0, (digits.count - i) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// `1 connection`, `2 connections`; `plural` for words that do not just take an s.
    static func count(_ value: some BinaryInteger, _ noun: String, plural: String? = nil) -> String {
        "\(count(value)) \(value == 1 ? noun : plural ?? noun + "s")"
    }

    /// A number with a fixed number of digits behind the point.
    static func decimal(_ value: Double, digits: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "-" }
        let power = (0..<digits).reduce(1.0) { sum, _ in sum * 10 }
        let scaled = Int64((abs(value) * power).rounded())
        let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Int64(power))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return sign + String(whole) }
        let fraction = String(rest)
        return "\(sign)\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// `0.42 ms`, `18 ms`, `9.98 s`, `5 min 50 s`, `2 h 5 min`.
    static func duration(ms: Double) -> String {
        switch abs(ms) {
        case ..<1: "\(decimal(ms, digits: 2)) ms"
        case ..<10: "\(decimal(ms, digits: 1)) ms"
        case ..<1000: "\(decimal(ms, digits: 0)) ms"
        case ..<10_000: "\(decimal(ms / 1000, digits: 2)) s"
        case ..<120_000: "\(decimal(ms / 1000, digits: 1)) s"
        case ..<7_200_000: longer(Int64(ms / 1000), ("min", 60), ("s", 1))
        default: longer(Int64(min(ms, 1e15) / 1000), ("h", 3600), ("min", 60))
        }
    }

    /// `71 %`; rounded down, so that 100 % means all of it.
    static func percent(_ share: Double) -> String {
        let floored = (max(0, min(1, share)) * 100).rounded(.down)
        return share > 0 && floored == 0 ? "<1 %" : "\(Int(floored)) %"
    }

    /// `12 B`, `3.4 kB`, `1.7 GB`.
    static func bytes(_ value: Int64) -> String {
        let units = ["kB", "MB", "GB", "TB"]
        var amount = Double(value)
        if abs(amount) < 1000 { return "\(value) B" }
        for unit in units {
            amount /= 1000
            if abs(amount) < 1000 || unit == "TB" {
                return "\(decimal(amount, digits: abs(amount) < 10 ? 1 : 0)) \(unit)"
            }
        }
        return "\(value) B"
    }

    /// `a`, `a and b`, `a, b and c`; beyond `limit` the rest is counted.
    static func list(_ items: [String], limit: Int = 4) -> String {
        guard let last = items.last else { return "none" }
        if items.count == 1 { return last }
        if items.count > limit {
            return items.prefix(limit).joined(separator: ", ") + " and \(count(items.count - limit)) more"
        }
        return items.dropLast().joined(separator: ", ") + " and " + last
    }

    private static func longer(
        _ seconds: Int64, _ big: (name: String, size: Int64), _ small: (name: String, size: Int64)
    ) -> String {
        let rest = seconds % big.size / small.size
        return "\(seconds / big.size) \(big.name)" + (rest == 0 ? "" : " \(rest) \(small.name)")
    }
}
