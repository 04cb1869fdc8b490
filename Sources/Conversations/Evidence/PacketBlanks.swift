import Streams
import Vocabulary

/// What is blanked of packets that are no TCP, or cannot be read as it.
enum PacketBlanks {
    /// Of packets that cannot be read: Ethernet and IPv4.
    private static let headersKept = 34

    static func blank(_ copy: UnsafeMutableRawPointer, _ entry: PacketEntry, _ view: PacketInspector.View) {
        let count = Int(entry.capturedLength)
        switch view.outcome {
        case .udp where view.hasNamePort:
            let payload = view.payload ?? headersKept..<max(headersKept, count)
            let bytes = UnsafeRawBufferPointer(start: entry.bytes, count: count)
            clear(copy, payload, but: ShownNames.ranges(bytes, payload))
            HeaderBlanks.clear(copy, entry, payload)
        case .udp: clear(copy, from: view.payload?.lowerBound ?? headersKept, to: count)
        case .icmpError: clear(copy, from: quotedHeaders(entry, view.source.isIPv6), to: count)
        default: clear(copy, from: headersKept, to: count)
        }
    }

    /// Link, IP, ICMP, the quoted IP header, and its ports and sequence number.
    private static func quotedHeaders(_ entry: PacketEntry, _ isIPv6: Bool) -> Int {
        let link =
            switch entry.linkType {
            case 1: 14
            case 113: 16
            case 276: 20
            case 0, 108: 4
            default: 0
            }
        return link + (isIPv6 ? 40 + 8 + 40 + 8 : 20 + 8 + 20 + 8)
    }

    /// Clears a packet's payload but for what is shown of it.
    /// - Parameter shown: places in the packet, ascending; they may reach beyond the payload.
    static func clear(_ copy: UnsafeMutableRawPointer, _ payload: Range<Int>, but shown: some Sequence<Range<Int>>) {
        var at = payload.lowerBound
        for range in shown {
            guard at < payload.upperBound, range.lowerBound < payload.upperBound else { break }
            clear(copy, from: at, to: range.lowerBound)
            at = max(at, min(range.upperBound, payload.upperBound))
        }
        clear(copy, from: at, to: payload.upperBound)
    }

    /// Nothing where there is less than what is kept.
    static func clear(_ copy: UnsafeMutableRawPointer, from start: Int, to end: Int) {
        guard start < end else { return }
        (copy + start).initializeMemory(as: UInt8.self, repeating: 0, count: end - start)
    }
}
