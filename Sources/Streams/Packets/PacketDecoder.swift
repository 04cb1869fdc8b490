import Vocabulary

/// Reads the headers of one packet after the other: link layer, envelopes, IP, and TCP, UDP or an ICMP error.
///
/// Checksums are looked at only where that is asked for: it costs a look at every byte.
struct PacketDecoder {
    private let envelopeDepth: Int
    var fragments: FragmentTable
    private var checksums: SegmentChecksums?

    init(limits: Limits, verifiesChecksums: Bool = false) {
        envelopeDepth = limits.envelopeDepth
        fragments = FragmentTable(capacity: limits.fragmentedDatagrams)
        checksums = verifiesChecksums ? SegmentChecksums(capacity: limits.checksumSenders) : nil
    }

    var verifiesChecksums: Bool { checksums != nil }

    /// Sets every field of `headers`. Its payload lies in the packet, or in a datagram put together from fragments, and is
    /// valid until `endBatch`.
    mutating func decode(_ entry: PacketEntry, into headers: inout PacketHeaders) -> PacketOutcome {
        let tcpBytes = verifiesChecksums ? PlainPacket.none : withUnsafePointer(to: entry) { PlainPacket.tcpBytes($0) }
        guard tcpBytes != PlainPacket.none else { return decodeStepwise(entry, &headers) }
        headers.read(PlainPacket(entry.bytes, tcpBytes: tcpBytes), captured: entry.capturedLength)
        return .tcp
    }

    /// Frees the datagrams put together during the batch.
    mutating func endBatch() { fragments.releaseFinished() }

    /// Any packet, header by header.
    @inline(never)
    mutating func decodeStepwise(_ entry: PacketEntry, _ headers: inout PacketHeaders) -> PacketOutcome {
        var layer = Self.whole(entry)
        fragments.place = UInt16(truncatingIfNeeded: entry.frame.source)
        return walk(entry, &layer, &headers)
    }

    static func whole(_ entry: PacketEntry) -> PacketLayer {
        let captured = Int(min(entry.shownLength, UInt32(Int32.max)))
        let sent = Int(min(entry.wireLength, UInt32(Int32.max)))
        return PacketLayer(at: entry.bytes, captured: captured, length: max(captured, sent))
    }

    /// - Parameter layer: the packet; then what begins with the last header that was looked at, or lies behind it.
    @inline(__always)
    mutating func walk(
        _ entry: PacketEntry, _ layer: inout PacketLayer, _ headers: inout PacketHeaders
    ) -> PacketOutcome {
        headers = PacketHeaders()
        var step = beginLink(entry.linkType, &layer)
        // Each envelope is a few steps: EtherType, IP, protocol, tunnel header.
        for _ in 0..<max(1, envelopeDepth) &* 4 {
            switch step {
            case .ethernet: step = readEthernet(&layer)
            case .etherType(let type): step = readEtherType(type, &layer)
            case .mpls: step = readMPLS(&layer)
            case .arp: step = .done(headers.readARP(layer))
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

    private mutating func readTransport(
        _ number: UInt8, _ layer: inout PacketLayer, _ headers: inout PacketHeaders
    ) -> PacketStep {
        switch number {
        case 6: return .done(readTCP(layer, &headers))
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

    private mutating func readTCP(_ layer: PacketLayer, _ headers: inout PacketHeaders) -> PacketOutcome {
        let outcome = headers.readTCP(layer)
        guard outcome == .tcp, checksums?.isDamaged(layer, from: headers.source, to: headers.destination) == true,
            // One without data leaves no hole that would show a mistake.
            headers.payloadLength > 0
        else { return outcome }
        return .damaged
    }
}
