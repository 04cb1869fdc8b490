import Streams
import Vocabulary

/// Where the innermost IP header of a packet lies, and the same with other addresses.
struct IPHeader {
    let start: Int
    /// Behind it, options and extensions included.
    let end: Int
    let isIPv6: Bool
    /// What it holds: TCP, UDP, ICMP.
    let number: UInt8

    /// ICMP's own header; so many bytes of what it quotes are promised too (RFC 792).
    static let icmpBytes = 8
    /// Without options.
    static let leastBytes = 20
    private static let (mostBytes, ipv6Bytes) = (60, 40)
    private static let (tcp, udp, icmp, icmpv6): (UInt8, UInt8, UInt8, UInt8) = (6, 17, 1, 58)

    /// The header before what was read last of a packet; nil where it does not lie there.
    static func before(_ view: PacketInspector.View, in packet: UnsafeBufferPointer<UInt8>) -> IPHeader? {
        switch view.outcome {
        case .tcp: of(view, view.reached.flatMap { before($0, [tcp], in: packet) }, packet)
        case .udp: of(view, view.payload.flatMap { before($0.lowerBound - icmpBytes, [udp], in: packet) }, packet)
        default: view.reached.flatMap { before($0, [icmp, icmpv6], in: packet) }
        }
    }

    /// One that names the two ends.
    private static func of(
        _ view: PacketInspector.View, _ header: IPHeader?, _ packet: UnsafeBufferPointer<UInt8>
    ) -> IPHeader? {
        header.flatMap { $0.addresses(packet) == [view.source, view.destination] ? $0 : nil }
    }

    private static func before(
        _ end: Int, _ numbers: [UInt8], in packet: UnsafeBufferPointer<UInt8>
    ) -> IPHeader? {
        guard end <= packet.count else { return nil }
        for start in stride(from: end - leastBytes, through: max(0, end - mostBytes), by: -4) {
            guard start >= 0, let header = at(start, in: packet), !header.isIPv6, header.end == end else { continue }
            if numbers.contains(header.number) { return header }
        }
        // Extensions come in eights; each but the last names what is behind it.
        for start in stride(from: end - ipv6Bytes, through: max(0, end - ipv6Bytes - mostExtensions), by: -8) {
            guard start >= 0, let header = at(start, in: packet), header.isIPv6 else { continue }
            if header.end == end, numbers.contains(header.number) { return header }
            if start + ipv6Bytes < end, extensionsEnd(packet, start) == end, let number = numbers.last {
                return IPHeader(start: start, end: end, isIPv6: true, number: number)
            }
        }
        return nil
    }

    private static let mostExtensions = 256

    /// Where the extensions of an IPv6 header end (RFC 8200, section 4).
    private static func extensionsEnd(_ packet: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
        var (number, at) = (packet[start + 6], start + ipv6Bytes)
        while [0, 43, 44, 51, 60, 135].contains(number), at + 8 <= packet.count, at < start + ipv6Bytes + mostExtensions
        {
            let length = Int(packet[at + 1])
            let bytes = number == 44 ? 8 : number == 51 ? 4 * (length + 2) : 8 * (length + 1)
            (number, at) = (packet[at], at + bytes)
        }
        return at
    }

    /// A header that begins there, an IPv6 one without extensions; nil where none does.
    static func at(_ start: Int, in packet: UnsafeBufferPointer<UInt8>) -> IPHeader? {
        guard start >= 0, start + leastBytes <= packet.count else { return nil }
        let first = packet[start]
        if first >> 4 == 6 {
            guard start + ipv6Bytes <= packet.count else { return nil }
            return IPHeader(start: start, end: start + ipv6Bytes, isIPv6: true, number: packet[start + 6])
        }
        let bytes = Int(first & 15) * 4
        guard first >> 4 == 4, bytes >= leastBytes, start + bytes <= packet.count else { return nil }
        return IPHeader(start: start, end: start + bytes, isIPv6: false, number: packet[start + 9])
    }

    /// Who sent it, and to whom.
    func addresses(_ packet: UnsafeBufferPointer<UInt8>) -> [IPAddress] {
        let (place, bytes) = isIPv6 ? (start + 8, 16) : (start + 12, 4)
        return [place, place + bytes].map { IPAddress(bytes: packet[$0..<($0 + bytes)]) }
    }

    /// How long what is behind it was when it was sent. Cards that cut segments themselves see none in the header.
    func bodyLength(_ packet: UnsafeBufferPointer<UInt8>, wireLength: Int) -> Int {
        let told = Int(packet.bigEndian16(at: start + (isIPv6 ? 4 : 2)) & 0xFFFF)
        let bytes = told - (end - start) + (isIPv6 ? Self.ipv6Bytes : 0)
        return told > 0 && bytes >= 0 ? bytes : max(0, wireLength - end)
    }

    /// Without options and extensions.
    func rewritten(
        _ packet: UnsafeBufferPointer<UInt8>, _ addresses: [IPAddress], bodyLength: Int
    ) -> [UInt8] {
        let bytes = isIPv6 ? Self.ipv6Bytes : Self.leastBytes
        var header = Array(packet[start..<(start + bytes)])
        let told = isIPv6 ? bodyLength : bodyLength + bytes
        let length = told <= Int(UInt16.max) ? UInt16(told) : 0
        let place = isIPv6 ? 4 : 2
        header.replaceSubrange(place..<(place + 2), with: [UInt8(length >> 8), UInt8(truncatingIfNeeded: length)])
        if isIPv6 {
            header[6] = number
        } else {
            header[0] = 0x45
            // No fragment is written; whether it might have become some stays.
            (header[6], header[7]) = (header[6] & 0x40, 0)
        }
        header.replaceSubrange((isIPv6 ? 8 : 12)..., with: addresses.flatMap(\.bytes))
        if !isIPv6 { PacketSum.set(in: &header, at: 10, [], number: 0) }
        return header
    }
}
