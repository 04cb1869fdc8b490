import Vocabulary

/// The parts of an address up to one of them: bytes of IPv4, or groups of 16 bits of IPv6.
struct AddressWay: Hashable {
    let isIPv6: Bool
    var parts: [UInt16] = []

    init(_ address: IPAddress) { isIPv6 = address.isIPv6 }

    static func parts(of address: IPAddress) -> [UInt16] {
        if !address.isIPv6 { return (0..<4).map { UInt16(truncatingIfNeeded: address.low >> (24 - 8 * $0) & 255) } }
        return (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? address.high : address.low) >> (48 - 16 * ($0 % 4))) }
    }

    static func address(_ parts: [UInt16]) -> IPAddress {
        func joined(_ parts: ArraySlice<UInt16>, _ bits: UInt64) -> UInt64 {
            parts.reduce(0) { $0 << bits | UInt64($1) }
        }
        if parts.count == 4 { return IPAddress(v4: UInt32(truncatingIfNeeded: joined(parts[...], 8))) }
        return IPAddress(v6High: joined(parts[..<4], 16), low: joined(parts[4...], 16))
    }

    /// What may stand in place of the next part.
    func alike(_ part: UInt16) -> AlikeParts { isIPv6 ? group(part) : byte(part) }

    // MARK: IPv4

    /// The first bytes of networks that mean something (RFC 6890), and of multicast.
    private static func isSpecial(_ first: UInt16) -> Bool {
        [0, 10, 100, 127, 169, 172, 192].contains(first) || first >= 224
    }

    private func byte(_ part: UInt16) -> AlikeParts {
        let alike = AlikeParts(ofAsManyDigitsAs: part)
        switch (parts.first, parts.count) {
        case (nil, _): return Self.isSpecial(part) ? AlikeParts(only: part) : alike.but(Self.isSpecial)
        case (0?, _), (127?, _): return AlikeParts(only: part)
        case (let first?, _) where first >= 224: return AlikeParts(only: part)
        // 172.16/12 and 100.64/10 (RFC 1918, RFC 6598), and what lies beside them.
        case (172?, 1): return alike.on(sideOf: part, of: 16...31)
        case (100?, 1): return alike.on(sideOf: part, of: 64...127)
        case (192?, 1), (169?, 1): return AlikeParts(only: part)
        default: return alike
        }
    }

    // MARK: IPv6

    private func group(_ part: UInt16) -> AlikeParts {
        guard let first = parts.first else {
            switch part {
            // Global addresses, and unique local ones (RFC 4291, RFC 4193).
            case 0x2000...0x3FFF: return AlikeParts(0x2000...0x3FFF)
            case 0xFC00...0xFDFF: return AlikeParts(0xFC00...0xFDFF)
            default: return AlikeParts(only: part)
            }
        }
        // A solicited node's address ends as that of the node does (RFC 4291, 2.7.1).
        if parts.starts(with: [0xFF02, 0, 0, 0, 0, 1]) { return AlikeParts(only: parts.count == 6 ? 0xFF00 : 0) }
        // Other multicast, `::`, and `::1`.
        if first >= 0xFF00 || parts.allSatisfy({ $0 == 0 }) { return AlikeParts(only: part) }
        return AlikeParts(ofAsManyHexDigitsAs: part)
    }
}

/// Parts of one kind.
struct AlikeParts {
    /// What tells kinds apart.
    struct Kind: Hashable {
        var range: ClosedRange<UInt16>
        var isInside = false
    }

    private var kind: Kind
    private var isOut: (UInt16) -> Bool = { _ in false }

    init(_ range: ClosedRange<UInt16>) { kind = Kind(range: range) }
    init(only part: UInt16) { self.init(part...part) }

    /// The numbers of networks and of all hosts stay.
    init(ofAsManyDigitsAs part: UInt16) {
        switch part {
        case 1...9: self.init(1...9)
        case 10...99: self.init(10...99)
        case 100...254: self.init(100...254)
        default: self.init(only: part)
        }
    }

    init(ofAsManyHexDigitsAs part: UInt16) {
        switch part {
        case 0: self.init(only: 0)
        case 0x1...0xF: self.init(0x1...0xF)
        case 0x10...0xFF: self.init(0x10...0xFF)
        case 0x100...0xFFF: self.init(0x100...0xFFF)
        default: self.init(0x1000...0xFFFF)
        }
    }

    func but(_ isOut: @escaping (UInt16) -> Bool) -> AlikeParts {
        var rest = self
        rest.isOut = isOut
        return rest
    }

    /// Those that lie in a range as a part does, or beside it as that.
    func on(sideOf part: UInt16, of range: ClosedRange<UInt16>) -> AlikeParts {
        let isInside = range.contains(part)
        var rest = but { range.contains($0) != isInside }
        rest.kind.isInside = isInside
        return rest
    }

    var last: UInt16 { kind.range.reversed().first { !isOut($0) } ?? kind.range.upperBound }

    /// The first behind those that were passed before.
    func first(from cursors: inout [Kind: UInt16], where isFree: (UInt16) -> Bool) -> UInt16? {
        var at = cursors[kind] ?? kind.range.lowerBound
        defer { cursors[kind] = at }
        while at <= kind.range.upperBound {
            let found = at
            guard at < .max else { return nil }
            at += 1
            if !isOut(found), isFree(found) { return found }
        }
        return nil
    }
}
