import Streams
import Vocabulary

/// Makes the checksum of a blanked segment say of it what it said of the segment as it was captured.
enum SegmentSum {
    private static let tcp: UInt64 = 6
    private static let field = 16

    /// - Parameter payload: places of TCP's payload in the packet.
    static func keep(
        _ copy: UnsafeMutableRawPointer, _ entry: PacketEntry, _ payload: Range<Int>, _ view: PacketInspector.View
    ) {
        let count = Int(entry.capturedLength)
        guard payload.lowerBound > 0, payload.upperBound <= count else { return }
        guard let header = HeaderBlanks.transport(view, payload), header + field + 2 <= payload.lowerBound else {
            return
        }
        let packet = UnsafeMutableRawBufferPointer(start: copy, count: count)
        let before = sum(UnsafeRawBufferPointer(start: entry.bytes, count: count), header..<payload.upperBound)
        let after = sum(UnsafeRawBufferPointer(packet), header..<payload.upperBound)
        if before == after { return }
        // The whole sum stays: what the blanked bytes took from it goes into the field (RFC 1624).
        let old = UInt64(packet[header + field]) << 8 | UInt64(packet[header + field + 1])
        // A field that holds the pseudo header's sum alone was left to a card, and says so still.
        let length = UInt64(payload.upperBound - header)
        let pseudo = folded(words(of: view.source) + words(of: view.destination) + tcp + length)
        if old == pseudo { return }
        var new = folded(old + before + (0xFFFF - after))
        if new == pseudo { new = new == 0xFFFF ? 1 : new + 1 }
        packet[header + field] = UInt8(truncatingIfNeeded: new >> 8)
        packet[header + field + 1] = UInt8(truncatingIfNeeded: new)
    }

    private static func sum(_ packet: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt64 {
        var sum: UInt64 = 0
        var place = range.lowerBound
        while place + 1 < range.upperBound {
            sum += UInt64(packet[place]) << 8 | UInt64(packet[place + 1])
            place += 2
        }
        if place < range.upperBound { sum += UInt64(packet[place]) << 8 }
        return folded(sum)
    }

    private static func words(of address: IPAddress) -> UInt64 {
        [address.high, address.low].reduce(0) { sum, part in
            sum + part >> 48 + part >> 32 & 0xFFFF + part >> 16 & 0xFFFF + part & 0xFFFF
        }
    }

    private static func folded(_ sum: UInt64) -> UInt64 {
        var sum = sum
        while sum > 0xFFFF { sum = (sum & 0xFFFF) + sum >> 16 }
        return sum
    }
}
