extension IPAddress {
    /// In the order of the network.
    public init(bytes: some Collection<UInt8>) {
        func joined(_ part: some Sequence<UInt8>) -> UInt64 { part.reduce(0) { $0 << 8 | UInt64($1) } }
        if bytes.count == 4 {
            self.init(v4: UInt32(truncatingIfNeeded: joined(bytes)))
        } else {
            self.init(v6High: joined(bytes.prefix(8)), low: joined(bytes.dropFirst(8)))
        }
    }

    /// In the order of the network: 4 or 16.
    public var bytes: [UInt8] {
        if !isIPv6 { return (0..<4).map { UInt8(truncatingIfNeeded: low >> (24 - 8 * $0)) } }
        return (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> (56 - 8 * ($0 % 8))) }
    }

    /// The labels of its name in the reverse zones, without the zone's own (RFC 1035 3.5, RFC 3596 2.5).
    public var reversedLabels: [[UInt8]] {
        if !isIPv6 { return bytes.reversed().map { Array(String($0).utf8) } }
        return bytes.reversed().flatMap { [$0 & 15, $0 >> 4] }.map { Array(String($0, radix: 16).utf8) }
    }
}
