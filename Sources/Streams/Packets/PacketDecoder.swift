import Vocabulary

/// Reads the headers of one packet after the other: link layer, envelopes, IP, and TCP, UDP or an ICMP error.
///
/// Checksums are not looked at: a machine that leaves them to its network card captures wrong ones of its own packets.
struct PacketDecoder {
    private let envelopeDepth: Int
    var fragments: FragmentTable

    init(limits: Limits) {
        envelopeDepth = limits.envelopeDepth
        fragments = FragmentTable(capacity: limits.fragmentedDatagrams)
    }

    /// Sets every field of `headers`. Its payload lies in the packet, or in a datagram put together from fragments, and is
    /// valid until `endBatch`.
    @inline(__always)
    mutating func decode(_ entry: PacketEntry, into headers: inout PacketHeaders) -> PacketOutcome {
        if entry.linkType == 1, let outcome = decodePlain(entry, &headers) { return outcome }
        return decodeStepwise(entry, &headers)
    }

    /// Frees the datagrams put together during the batch.
    mutating func endBatch() { fragments.releaseFinished() }

    /// The common packet: Ethernet, IPv4 without options, TCP with no option but a time stamp. Nil where it is another.
    @inline(__always)
    private func decodePlain(_ entry: PacketEntry, _ headers: inout PacketHeaders) -> PacketOutcome? {
        let bytes = entry.bytes
        // EtherType 0800, version 4 with 5 words of header, no fragment, protocol 6.
        guard entry.capturedLength >= 54, bytes.be16(12) == 0x0800, bytes[14] == 0x45,
            bytes.be16(20) & 0x3FFF == 0, bytes[23] == 6
        else { return nil }
        let total = Int(bytes.be16(16))
        let offset = Int(bytes[46] >> 4) &* 4
        guard offset == 20 || offset == 32, total >= 20 &+ offset else { return nil }
        if offset == 32 {
            guard entry.capturedLength >= 66, bytes.be32(54) == 0x0101_080A else { return nil }
            headers.timestamp = bytes.be32(58)
        } else {
            headers.timestamp = 0
        }
        headers.hasTimestamp = offset == 32
        headers.hasOptions = offset == 32
        headers.windowScale = 255
        headers.ttl = bytes[22]
        headers.ipID = Int32(bytes.be16(18))
        headers.source = IPAddress(v4: bytes.be32(26))
        headers.destination = IPAddress(v4: bytes.be32(30))
        headers.readFixedTCP(bytes + 34)
        headers.clearICMP()
        let sent = total &- 20 &- offset
        headers.payload = bytes + (34 &+ offset)
        headers.payloadLength = Int32(truncatingIfNeeded: sent)
        headers.payloadCaptured = Int32(truncatingIfNeeded: min(Int(entry.capturedLength) &- 34 &- offset, sent))
        return .tcp
    }

    /// Any packet, header by header.
    @inline(never)
    private mutating func decodeStepwise(_ entry: PacketEntry, _ headers: inout PacketHeaders) -> PacketOutcome {
        headers = PacketHeaders()
        let captured = Int(min(entry.capturedLength, UInt32(Int32.max)))
        let sent = Int(min(entry.wireLength, UInt32(Int32.max)))
        var layer = PacketLayer(at: entry.bytes, captured: captured, length: max(captured, sent))
        var step = beginLink(entry.linkType, &layer)
        // Each envelope is a few steps: EtherType, IP, protocol, tunnel header.
        for _ in 0..<max(1, envelopeDepth) &* 4 {
            switch step {
            case .ethernet: step = readEthernet(&layer)
            case .etherType(let type): step = readEtherType(type, &layer)
            case .mpls: step = readMPLS(&layer)
            case .ip: step = readIPVersion(layer)
            case .ipv4: step = readIPv4(&layer, &headers, entry.time)
            case .ipv6: step = readIPv6(&layer, &headers, entry.time)
            case .transport(let number): step = readTransport(number, &layer, &headers)
            case .done(let outcome): return outcome
            }
        }
        if case .done(let outcome) = step { return outcome }
        return .malformed
    }

    private func readTransport(
        _ number: UInt8, _ layer: inout PacketLayer, _ headers: inout PacketHeaders
    ) -> PacketStep {
        switch number {
        case 6: return .done(headers.readTCP(layer))
        case 17: return readUDP(&layer, &headers)
        case 1: return .done(headers.readICMP(layer))
        case 58: return .done(headers.readICMPv6(layer))
        case 4: return .ipv4
        case 41: return .ipv6
        case 47: return readGRE(&layer)
        case 137: return .mpls
        default: return .done(.otherIP)
        }
    }
}
