import Vocabulary

/// Checksums of packets that are written anew (RFC 1071).
enum PacketSum {
    static let tcpField = 16
    static let udpField = 6
    static let icmpField = 2
    static let icmpv6: UInt64 = 58
    private static let (tcp, udp): (UInt64, UInt64) = (6, 17)

    /// Makes the checksum of TCP or UDP say of what is written what it said of what was captured: right, wrong, or left to a card.
    /// - Parameters:
    ///   - body: from its header on.
    ///   - length: as it was sent.
    static func keep(
        in body: UnsafeMutableBufferPointer<UInt8>, at field: Int, from original: UnsafeBufferPointer<UInt8>,
        length: Int,
        _ addresses: [IPAddress], _ aliases: [IPAddress]
    ) {
        guard field + 2 <= body.count, body.count == original.count else { return }
        let old = UInt64(original[field]) << 8 | UInt64(original[field + 1])
        // Of UDP it may be missing.
        if old == 0, field == udpField { return }
        let number = field == udpField ? udp : tcp
        let pseudo = [addresses, aliases].map { folded(sum($0.flatMap(\.bytes)) + number + UInt64(length)) }
        var new = pseudo[1]
        // A field that holds the pseudo header's sum alone was left to a card, and says so still.
        if old != pseudo[0] {
            let before = folded(sum(original) + sum(addresses.flatMap(\.bytes)))
            let after = folded(sum(body) + sum(aliases.flatMap(\.bytes)))
            if before == after { return }
            // The whole sum stays: what changed is put into the field (RFC 1624).
            new = folded(old + before + (0xFFFF - after))
            if new == pseudo[1] { new = new == 0xFFFF ? 1 : new + 1 }
        }
        (body[field], body[field + 1]) = bytes(of: new)
    }

    /// Sets the checksum of a header, or of an ICMP message.
    /// - Parameter addresses: what a pseudo header names, if there is one.
    static func set(in bytes: inout [UInt8], at field: Int, _ addresses: [IPAddress], number: UInt64) {
        guard field + 2 <= bytes.count else { return }
        (bytes[field], bytes[field + 1]) = (0, 0)
        let pseudo = addresses.isEmpty ? 0 : sum(addresses.flatMap(\.bytes)) + number + UInt64(bytes.count)
        (bytes[field], bytes[field + 1]) = self.bytes(of: 0xFFFF - folded(sum(bytes) + pseudo))
    }

    private static func bytes(of sum: UInt64) -> (UInt8, UInt8) {
        (UInt8(truncatingIfNeeded: sum >> 8), UInt8(truncatingIfNeeded: sum))
    }

    private static func sum(_ bytes: some RandomAccessCollection<UInt8>) -> UInt64 {
        var (sum, place): (UInt64, _) = (0, bytes.startIndex)
        while place < bytes.endIndex {
            let next = bytes.index(after: place)
            sum += UInt64(bytes[place]) << 8
            if next == bytes.endIndex { break }
            sum += UInt64(bytes[next])
            place = bytes.index(after: next)
        }
        return folded(sum)
    }

    private static func folded(_ sum: UInt64) -> UInt64 {
        var sum = sum
        while sum > 0xFFFF { sum = (sum & 0xFFFF) + sum >> 16 }
        return sum
    }
}
