/// Numbers as decimal digits, for texts that come by the hundred thousand: without a string for each.
extension [UInt8] {
    /// Appends a number.
    public mutating func append(decimal number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        append(decimal: number.magnitude, width: 1)
    }

    /// Appends a number, with zeros before it up to a width.
    public mutating func append(decimal number: UInt64, width: Int) {
        var digits = 1
        var rest = number / 10
        while rest > 0 { (digits, rest) = (digits + 1, rest / 10) }
        let start = count
        for _ in 0..<Swift.max(digits, width) { append(UInt8(ascii: "0")) }
        rest = number
        var at = count
        while rest > 0, at > start {
            at -= 1
            self[at] += UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// Appends an IPv4 address in dotted decimal.
    mutating func append(dotted address: UInt32) {
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            append(decimal: UInt64(address >> shift & 255), width: 1)
            if shift > 0 { append(UInt8(ascii: ".")) }
        }
    }
}
