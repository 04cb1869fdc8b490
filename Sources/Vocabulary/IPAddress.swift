/// An IPv4 or IPv6 address as two integers: hashable and comparable without memory of its own.
@frozen public struct IPAddress: Hashable, Sendable {
    /// The upper 64 bits of an IPv6 address, 0 for IPv4.
    public var high: UInt64
    /// The lower 64 bits of an IPv6 address, or the 32 bits of an IPv4 address.
    public var low: UInt64
    public var isIPv6: Bool

    @inlinable public init(v4: UInt32) { (high, low, isIPv6) = (0, UInt64(v4), false) }
    @inlinable public init(v6High: UInt64, low: UInt64) { (high, self.low, isIPv6) = (v6High, low, true) }

    /// 127/8, ::1, or 127/8 mapped into IPv6.
    public var isLoopback: Bool {
        if let v4 = embeddedIPv4 { return v4 >> 24 == 127 }
        return high == 0 && low == 1
    }

    /// 0.0.0.0 or ::.
    public var isUnspecified: Bool { high == 0 && low == 0 }

    /// RFC 1918, carrier-grade NAT (RFC 6598), link-local, or unique local (RFC 4193).
    public var isPrivate: Bool {
        if let v4 = embeddedIPv4 {
            return v4 >> 24 == 10 || v4 >> 20 == 0xAC1 || v4 >> 16 == 0xC0A8
                || v4 >> 22 == 0x6440 >> 6 || v4 >> 16 == 0xA9FE
        }
        return high >> 57 == 0xFC >> 1 || high >> 54 == 0xFE80 >> 6
    }

    /// The IPv4 address itself, or the one mapped into `::ffff:0:0/96`.
    public var embeddedIPv4: UInt32? {
        if !isIPv6 { return UInt32(truncatingIfNeeded: low) }
        return high == 0 && low >> 32 == 0xFFFF ? UInt32(truncatingIfNeeded: low) : nil
    }
}

extension IPAddress: Comparable {
    public static func < (a: IPAddress, b: IPAddress) -> Bool {
        (a.isIPv6 ? 1 : 0, a.high, a.low) < (b.isIPv6 ? 1 : 0, b.high, b.low)
    }
}

extension IPAddress: CustomStringConvertible {
    /// Dotted decimal, or RFC 5952's form of IPv6.
    public var description: String {
        if !isIPv6 { return Self.dotted(UInt32(truncatingIfNeeded: low)) }
        if let v4 = embeddedIPv4 { return "::ffff:" + Self.dotted(v4) }
        let groups = (0..<8).map { i in
            UInt16(truncatingIfNeeded: (i < 4 ? high : low) >> UInt64(48 - 16 * (i % 4)))
        }
        let zeros = Self.longestZeroRun(groups)
        func hex(_ part: some Sequence<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard zeros.count > 1 else { return hex(groups) }
        return hex(groups[..<zeros.lowerBound]) + "::" + hex(groups[zeros.upperBound...])
    }

    private static func dotted(_ address: UInt32) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(15)
        text.append(dotted: address)
        return String(decoding: text, as: UTF8.self)
    }

    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int> {
        var best = 0..<0
        var start = 0
        for i in 0...groups.count where i == groups.count || groups[i] != 0 {
            if i - start > best.count { best = start..<i }
            start = i + 1
        }
        return best
    }
}

extension IPAddress {
    /// Reads dotted decimal or RFC 4291 text, without zone; nil where it is neither.
    public init?(_ text: some StringProtocol) {
        if let v4 = Self.parseV4(text) {
            self.init(v4: v4)
        } else if let groups = Self.parseV6(text) {
            let halves = [groups[0..<4], groups[4..<8]].map { $0.reduce(UInt64(0)) { $0 << 16 | UInt64($1) } }
            self.init(v6High: halves[0], low: halves[1])
        } else {
            return nil
        }
    }

    /// The address that a name of the reverse zones speaks of (RFC 1035 3.5, RFC 3596 2.5); nil for any other name.
    public init?(reverseName name: String) {
        var labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count > 2, labels.removeLast() == "arpa" else { return nil }
        switch labels.removeLast() {
        case "in-addr": self.init(labels.reversed().joined(separator: "."))
        case "ip6":
            guard labels.count == 32, labels.allSatisfy({ $0.utf8.count == 1 }) else { return nil }
            let digits = labels.reversed().map(String.init)
            let groups = stride(from: 0, to: 32, by: 4).map { digits[$0..<($0 + 4)].joined() }
            self.init(groups.joined(separator: ":"))
        default: return nil
        }
    }

    private static func parseV4(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy({ $0.isASCII && $0.isNumber }), let byte = UInt8(part)
            else { return nil }
            value = value << 8 | UInt32(byte)
        }
        return value
    }

    private static func parseV6(_ text: some StringProtocol) -> [UInt16]? {
        guard text.utf8.count <= 45, text.contains(":") else { return nil }
        let text = String(text)
        if let gap = text.firstDoubleColon {
            guard let head = parseGroups(text[..<gap]), let tail = parseGroups(text[text.index(gap, offsetBy: 2)...]),
                head.count + tail.count < 8
            else { return nil }
            return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
        }
        guard let groups = parseGroups(text[...]), groups.count == 8 else { return nil }
        return groups
    }

    private static func parseGroups(_ text: Substring) -> [UInt16]? {
        if text.isEmpty { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (i, part) in parts.enumerated() {
            if i == parts.count - 1, part.contains("."), let v4 = parseV4(part) {
                groups += [UInt16(truncatingIfNeeded: v4 >> 16), UInt16(truncatingIfNeeded: v4)]
            } else {
                guard (1...4).contains(part.count), let group = UInt16(part, radix: 16) else { return nil }
                groups.append(group)
            }
        }
        return groups.count <= 8 ? groups : nil
    }
}

extension String {
    fileprivate var firstDoubleColon: Index? {
        var previous: Character = " "
        for i in indices {
            if self[i] == ":", previous == ":" { return index(before: i) }
            previous = self[i]
        }
        return nil
    }
}
