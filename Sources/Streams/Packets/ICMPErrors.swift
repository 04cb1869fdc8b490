import Vocabulary

/// ICMP errors (RFC 792, RFC 4443): they quote the beginning of the packet that they are about.
extension PacketHeaders {
    /// Destination unreachable and time exceeded; anything else is no error about a connection.
    mutating func readICMP(_ layer: PacketLayer) -> PacketOutcome {
        guard layer.captured >= 8 else { return layer.missing(8) }
        guard layer.at[0] == 3 || layer.at[0] == 11 else { return .otherIP }
        var quote = layer
        quote.skip(8)
        guard quote.captured >= 20 else { return quote.missing(20) }
        let at = quote.at
        let headerBytes = Int(at[0] & 15) * 4
        guard at[0] >> 4 == 4, headerBytes >= 20 else { return .malformed }
        guard quote.captured >= headerBytes else { return quote.missing(headerBytes) }
        guard at.be16(6) & 0x1FFF == 0 else { return .otherIP }
        quote.skip(headerBytes)
        return setQuoted(
            layer, IPAddress(v4: at.be32(12)), IPAddress(v4: at.be32(16)), number: at[9], quote)
    }

    /// Destination unreachable, packet too big and time exceeded.
    mutating func readICMPv6(_ layer: PacketLayer) -> PacketOutcome {
        guard layer.captured >= 8 else { return layer.missing(8) }
        if layer.at[0] == 135 || layer.at[0] == 136 { return readNeighbourDiscovery(layer) }
        guard (1...3).contains(layer.at[0]) else { return .otherIP }
        var quote = layer
        quote.skip(8)
        guard quote.captured >= 40 else { return quote.missing(40) }
        let at = quote.at
        guard at[0] >> 4 == 6 else { return .malformed }
        quote.skip(40)
        var tail = quote.skipExtensions(first: at[6])
        if case .fragment(let next) = tail {
            guard quote.at.be16(2) & 0xFFF8 == 0 else { return .otherIP }
            quote.skip(8)
            tail = .transport(next)
        }
        switch tail {
        case .transport(let number):
            let source = IPAddress(v6High: at.be64(8), low: at.be64(16))
            let destination = IPAddress(v6High: at.be64(24), low: at.be64(32))
            return setQuoted(layer, source, destination, number: number, quote)
        case .failed(let outcome): return outcome
        case .fragment: return .malformed
        }
    }

    /// RFC 792 promises 8 bytes of TCP or UDP: the ports, and TCP's sequence number.
    private mutating func setQuoted(
        _ message: PacketLayer, _ from: IPAddress, _ to: IPAddress, number: UInt8, _ quote: PacketLayer
    ) -> PacketOutcome {
        guard number == 6 || number == 17 else { return .otherIP }
        guard quote.captured >= 8 else { return quote.missing(8) }
        icmpSender = source
        (icmpType, icmpCode) = (message.at[0], message.at[1])
        (source, destination) = (from, to)
        (sourcePort, destinationPort) = (quote.at.be16(0), quote.at.be16(2))
        if number == 6 { sequence = quote.at.be32(4) }
        return .icmpError
    }
}
