/// Link layers (tcpdump.org/linktypes.html), tags and labels.
extension PacketDecoder {
    /// Goes past the header of a link layer other than Ethernet.
    func beginLink(_ linkType: UInt16, _ layer: inout PacketLayer) -> PacketStep {
        switch linkType {
        case 1: return .ethernet
        case 0, 108: return readNull(&layer)
        case 12, 14, 101: return .ip
        case 228: return .ipv4
        case 229: return .ipv6
        case 113: return readCooked(&layer, headerBytes: 16, protocolAt: 14)
        case 276: return readCooked(&layer, headerBytes: 20, protocolAt: 0)
        default: return .done(.unknownLinkType)
        }
    }

    func readEthernet(_ layer: inout PacketLayer) -> PacketStep {
        guard layer.captured >= 14 else { return .done(layer.missing(14)) }
        let type = layer.at.be16(12)
        layer.skip(14)
        return .etherType(type)
    }

    /// NULL has the address family in the capturing machine's byte order, LOOP in network order; families are small, so
    /// the order shows. The number of IPv6 is each system's own.
    private func readNull(_ layer: inout PacketLayer) -> PacketStep {
        guard layer.captured >= 4 else { return .done(layer.missing(4)) }
        let word = layer.at.be32(0)
        layer.skip(4)
        switch word > 0xFFFF ? word.byteSwapped : word {
        case 2: return .ipv4
        case 10, 23, 24, 28, 30: return .ipv6
        default: return .done(.notIP)
        }
    }

    private func readCooked(_ layer: inout PacketLayer, headerBytes: Int, protocolAt: Int) -> PacketStep {
        guard layer.captured >= headerBytes else { return .done(layer.missing(headerBytes)) }
        let type = layer.at.be16(protocolAt)
        layer.skip(headerBytes)
        return .etherType(type)
    }

    func readEtherType(_ type: UInt16, _ layer: inout PacketLayer) -> PacketStep {
        switch type {
        case 0x0800: return .ipv4
        case 0x86DD: return .ipv6
        case 0x0806: return .arp
        case 0x8100, 0x88A8, 0x9100, 0x9200: return readTag(&layer)
        case 0x8847, 0x8848: return .mpls
        case 0x8864: return readPPPoE(&layer)
        case 0x6558: return .ethernet
        default: return .done(.notIP)
        }
    }

    /// 802.1Q: two bytes of tag, then the EtherType of what follows.
    private func readTag(_ layer: inout PacketLayer) -> PacketStep {
        guard layer.captured >= 4 else { return .done(layer.missing(4)) }
        let type = layer.at.be16(2)
        layer.skip(4)
        return .etherType(type)
    }

    /// RFC 2516: 6 bytes, then PPP's protocol number.
    private func readPPPoE(_ layer: inout PacketLayer) -> PacketStep {
        guard layer.captured >= 8 else { return .done(layer.missing(8)) }
        let number = layer.at.be16(6)
        layer.skip(8)
        switch number {
        case 0x0021: return .ipv4
        case 0x0057: return .ipv6
        default: return .done(.notIP)
        }
    }

    /// RFC 3032: labels up to the one with the bottom bit. What follows is not named: IP shows by its version, a pseudowire
    /// of Ethernet by its control word, which begins with four zero bits (RFC 4385).
    func readMPLS(_ layer: inout PacketLayer) -> PacketStep {
        for _ in 0..<16 {
            guard layer.captured >= 5 else { return .done(layer.missing(5)) }
            let isBottom = layer.at[2] & 1 != 0
            layer.skip(4)
            guard isBottom else { continue }
            switch layer.at[0] >> 4 {
            case 4: return .ipv4
            case 6: return .ipv6
            case 0 where layer.captured >= 4:
                layer.skip(4)
                return .ethernet
            case 0: return .done(layer.missing(4))
            default: return .done(.notIP)
            }
        }
        return .done(.malformed)
    }
}
