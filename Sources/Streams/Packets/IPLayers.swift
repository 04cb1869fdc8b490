import Vocabulary

/// IPv4 (RFC 791) and IPv6 (RFC 8200).
extension PacketDecoder {
    func readIPVersion(_ layer: PacketLayer) -> PacketStep {
        guard layer.captured >= 1 else { return .done(layer.missing(1)) }
        switch layer.at[0] >> 4 {
        case 4: return .ipv4
        case 6: return .ipv6
        default: return .done(.malformed)
        }
    }

    mutating func readIPv4(
        _ layer: inout PacketLayer, _ headers: inout PacketHeaders, _ time: CaptureTime
    ) -> PacketStep {
        guard layer.captured >= 20 else { return .done(layer.missing(20)) }
        let at = layer.at
        let headerBytes = Int(at[0] & 15) * 4
        guard at[0] >> 4 == 4, headerBytes >= 20 else { return .done(.malformed) }
        // A length of 0 is what segmentation offload leaves: then the packet is as long as the frame says.
        let total = at.be16(2) == 0 ? layer.length : Int(at.be16(2))
        guard total >= headerBytes else { return .done(.malformed) }
        layer.limit(to: total)
        guard layer.captured >= headerBytes else { return .done(.truncated) }
        headers.source = IPAddress(v4: at.be32(12))
        headers.destination = IPAddress(v4: at.be32(16))
        headers.ttl = at[8]
        headers.ipID = Int32(at.be16(4))
        layer.skip(headerBytes)
        let place = at.be16(6)
        guard place & 0x3FFF != 0 else { return .transport(at[9]) }
        let fragment = Fragment(
            key: FragmentKey(headers.source, headers.destination, UInt32(at.be16(4)), at[9]),
            offset: Int(place & 0x1FFF) * 8, isLast: place & 0x2000 == 0, next: at[9], time: time)
        return fragments.add(fragment, &layer)
    }

    mutating func readIPv6(
        _ layer: inout PacketLayer, _ headers: inout PacketHeaders, _ time: CaptureTime
    ) -> PacketStep {
        guard layer.captured >= 40 else { return .done(layer.missing(40)) }
        let at = layer.at
        guard at[0] >> 4 == 6 else { return .done(.malformed) }
        // 0 is a jumbogram (RFC 2675) or the work of segmentation offload; either is as long as the frame says.
        let length = at.be16(4) == 0 ? layer.length - 40 : Int(at.be16(4))
        layer.skip(40)
        layer.limit(to: length)
        headers.source = IPAddress(v6High: at.be64(8), low: at.be64(16))
        headers.destination = IPAddress(v6High: at.be64(24), low: at.be64(32))
        headers.ttl = at[7]
        headers.ipID = -1
        let tail = layer.skipExtensions(first: at[6])
        guard case .fragment(let next) = tail else { return tail.step }
        return readFragmentHeader(&layer, headers, next, time)
    }

    /// RFC 8200, section 4.5. One that is the whole datagram (RFC 6946) is none.
    private mutating func readFragmentHeader(
        _ layer: inout PacketLayer, _ headers: PacketHeaders, _ next: UInt8, _ time: CaptureTime
    ) -> PacketStep {
        let place = layer.at.be16(2)
        let id = layer.at.be32(4)
        layer.skip(8)
        if place & 0xFFF9 == 0 { return layer.skipExtensions(first: next).step }
        let fragment = Fragment(
            key: FragmentKey(headers.source, headers.destination, id, 0), offset: Int(place & 0xFFF8),
            isLast: place & 1 == 0, next: next, time: time)
        let step = fragments.add(fragment, &layer)
        // The datagram may go on with extension headers of its own.
        guard case .transport(let first) = step else { return step }
        return layer.skipExtensions(first: first).step
    }
}

/// What follows IPv6's header and its extensions.
enum IPv6Tail {
    case transport(UInt8)
    /// A fragment header of which all 8 bytes are there; the protocol behind it.
    case fragment(next: UInt8)
    case failed(PacketOutcome)

    /// A fragment header within a fragment is nothing that a sender makes.
    var step: PacketStep {
        switch self {
        case .transport(let number): .transport(number)
        case .fragment: .done(.malformed)
        case .failed(let outcome): .done(outcome)
        }
    }
}

extension PacketLayer {
    /// Goes past hop-by-hop, routing, destination and authentication headers. Stops at a fragment header.
    mutating func skipExtensions(first: UInt8) -> IPv6Tail {
        var next = first
        for _ in 0..<16 {
            guard Self.isExtension(next) else { return .transport(next) }
            guard captured >= 8 else { return .failed(missing(8)) }
            let following = at[0]
            if next == 44 { return .fragment(next: following) }
            // Lengths are in units of 8 bytes, but of 4 in authentication headers (RFC 4302).
            let bytes = next == 51 ? (Int(at[1]) + 2) * 4 : (Int(at[1]) + 1) * 8
            guard captured >= bytes else { return .failed(missing(bytes)) }
            skip(bytes)
            next = following
        }
        return .failed(.malformed)
    }

    private static func isExtension(_ number: UInt8) -> Bool {
        switch number {
        case 0, 43, 44, 51, 60, 135: true
        default: false
        }
    }
}
