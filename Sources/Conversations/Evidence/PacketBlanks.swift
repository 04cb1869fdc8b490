import Streams
import Vocabulary

/// What is blanked of packets that are no TCP, or cannot be read as it.
enum PacketBlanks {
    /// Of IP packets that cannot be read: Ethernet and IPv4.
    private static let headersKept = 34
    /// Of what is no IP: Ethernet, whose last two bytes say what it is.
    private static let linkKept = 14

    /// - Parameter isForFacts: all headers are kept, those of tunnels too, and what the analysis reads of other messages.
    static func blank(
        _ copy: UnsafeMutableRawPointer, _ entry: PacketEntry, _ view: PacketInspector.View, isForFacts: Bool = false
    ) {
        let count = Int(entry.capturedLength)
        let deepest = isForFacts ? max(headersKept, view.reached ?? 0) : headersKept
        if view.isNeighbour, let reached = view.reached {
            return clear(copy, from: reached + view.neighbourBytes, to: count)
        }
        switch view.outcome {
        case .udp where view.hasNamePort:
            let payload = view.payload ?? headersKept..<max(headersKept, count)
            let bytes = UnsafeRawBufferPointer(start: entry.bytes, count: count)
            clear(copy, payload, but: ShownNames.ranges(bytes, payload))
            HeaderBlanks.clear(copy, entry, payload, view)
        case .udp where isForFacts:
            guard let payload = view.payload else { return clear(copy, from: deepest, to: count) }
            clear(copy, payload, but: ShownKerberos.datagram(entry, payload, view))
            HeaderBlanks.clear(copy, entry, payload, view)
        case .udp: clear(copy, from: view.payload?.lowerBound ?? headersKept, to: count)
        case .icmpError where isForFacts:
            clear(copy, from: deepest + quoteBytes(view.source.isIPv6), to: count)
        case .icmpError: clear(copy, from: quotedHeaders(entry, view.source.isIPv6), to: count)
        case .malformed, .truncated: clear(copy, from: isForFacts ? deepest + fixedHeader : deepest, to: count)
        case .notIP, .unknownLinkType:
            clear(copy, from: isForFacts ? max(linkKept, view.reached ?? 0) : linkKept, to: count)
        case .otherIP: clear(copy, from: isForFacts ? deepest + fixedPart : deepest, to: count)
        default: clear(copy, from: deepest, to: count)
        }
    }

    /// What of a header says that it cannot be read lies in its fixed part; TCP's and IPv6's.
    private static let fixedHeader = 40
    /// Of ICMP and of tunnels: what kind it is.
    private static let fixedPart = 4

    /// ICMP's header, the quoted IP header with its options or extensions, and ports and sequence number.
    private static func quoteBytes(_ isIPv6: Bool) -> Int { 8 + (isIPv6 ? 40 : 20) + 8 }

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
    /// - Returns: what was cleared, ascending.
    @discardableResult
    static func clear(
        _ copy: UnsafeMutableRawPointer, _ payload: Range<Int>, but shown: some Sequence<Range<Int>>,
        _ filler: UInt8 = 0
    ) -> [Range<Int>] {
        let blanks = blanks(payload, but: shown)
        for range in blanks { clear(copy, from: range.lowerBound, to: range.upperBound, filler) }
        return blanks
    }

    /// What no place holds that is shown.
    private static func blanks(_ payload: Range<Int>, but shown: some Sequence<Range<Int>>) -> [Range<Int>] {
        var blanks: [Range<Int>] = []
        var at = payload.lowerBound
        for range in shown {
            guard range.lowerBound < payload.upperBound else { break }
            if range.lowerBound > at { blanks.append(at..<range.lowerBound) }
            at = max(at, range.upperBound)
        }
        if at < payload.upperBound { blanks.append(at..<payload.upperBound) }
        return blanks
    }

    /// Nothing where there is less than what is kept.
    static func clear(_ copy: UnsafeMutableRawPointer, from start: Int, to end: Int, _ filler: UInt8 = 0) {
        guard start < end else { return }
        (copy + start).initializeMemory(as: UInt8.self, repeating: filler, count: end - start)
    }
}
