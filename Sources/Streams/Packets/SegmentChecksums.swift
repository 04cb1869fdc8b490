import Vocabulary

/// TCP's checksums (RFC 9293, section 3.1). A segment whose bytes were damaged on the way was dropped by its receiver, so it
/// must not be read here, where the one that was sent again is right.
///
/// A machine that leaves checksums to its network card captures wrong ones of all that it sends: a wrong one is damage only
/// where its sender's are right otherwise.
struct SegmentChecksums {
    private struct Tally {
        var right = 0
        var wrong = 0
    }

    private var senders: [IPAddress: Tally] = [:]
    private let capacity: Int

    /// Segments of a sender that were right before a wrong one is damage, and how many right ones a wrong one takes.
    private static let leastRight = 4
    private static let rightForWrong = 8

    init(capacity: Int) { self.capacity = capacity }

    /// Whether a segment is one that its receiver dropped.
    /// - Parameter segment: begins with TCP's header.
    mutating func isDamaged(_ segment: PacketLayer, from source: IPAddress, to destination: IPAddress) -> Bool {
        // The sum is over all that was sent.
        guard segment.captured == segment.length else { return false }
        guard var tally = senders[source] ?? (senders.count < capacity ? Tally() : nil) else { return false }
        let isRight = Self.isRight(segment, source, destination)
        if isRight { tally.right += 1 } else { tally.wrong += 1 }
        senders[source] = tally
        return !isRight && tally.right >= Self.leastRight && tally.right >= Self.rightForWrong * tally.wrong
    }

    /// The one's complement sum of pseudo header and segment, its checksum included, is -0. A field that holds the pseudo header's
    /// sum alone was left to a card, or to the driver that put segments together.
    private static func isRight(_ segment: PacketLayer, _ source: IPAddress, _ destination: IPAddress) -> Bool {
        let pseudo = folded(words(of: source) + words(of: destination) + 6 + UInt64(segment.length))
        if UInt64(segment.at.be16(16)) == pseudo { return true }
        var sum = pseudo
        var place = 0
        while place + 1 < segment.length {
            sum += UInt64(segment.at.be16(place))
            place += 2
        }
        if place < segment.length { sum += UInt64(segment.at[place]) << 8 }
        return folded(sum) == 0xFFFF
    }

    private static func folded(_ sum: UInt64) -> UInt64 {
        var sum = sum
        while sum > 0xFFFF { sum = (sum & 0xFFFF) + sum >> 16 }
        return sum
    }

    private static func words(of address: IPAddress) -> UInt64 {
        [address.high, address.low].reduce(0) { sum, part in
            sum + part >> 48 + part >> 32 & 0xFFFF + part >> 16 & 0xFFFF + part & 0xFFFF
        }
    }
}
