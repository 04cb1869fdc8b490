/// Tunnels over UDP and GRE.
extension PacketDecoder {
    /// UDP (RFC 768), and the tunnels known by their destination port.
    func readUDP(_ layer: inout PacketLayer, _ headers: inout PacketHeaders) -> PacketStep {
        guard layer.captured >= 8 else { return .done(layer.missing(8)) }
        headers.sourcePort = layer.at.be16(0)
        headers.destinationPort = layer.at.be16(2)
        let length = Int(layer.at.be16(4))
        // 0 is what offload leaves of a datagram larger than the field can say.
        if length != 0 {
            guard length >= 8, length <= layer.length else { return .done(.malformed) }
            layer.limit(to: length)
        }
        layer.skip(8)
        switch headers.destinationPort {
        case 4789, 4790, 8472: if let step = enterVXLAN(&layer) { return step }
        case 6081: if let step = enterGENEVE(&layer) { return step }
        default: break
        }
        headers.setPayload(layer)
        return .done(.udp)
    }

    /// RFC 7348, and its generic extension (draft-ietf-nvo3-vxlan-gpe), which names what is inside. The bit that says that
    /// there is a network number has to be set, and the version to be 0.
    private func enterVXLAN(_ layer: inout PacketLayer) -> PacketStep? {
        guard layer.captured >= 8, layer.at[0] & 0x38 == 0x08 else { return nil }
        let inside: PacketStep
        switch layer.at[0] & 4 == 0 ? 3 : layer.at[3] {
        case 1: inside = .ipv4
        case 2: inside = .ipv6
        case 3: inside = .ethernet
        case 5: inside = .mpls
        default: return nil
        }
        layer.skip(8)
        return inside
    }

    /// RFC 8926: version 0, options in words of 4 bytes, the EtherType of what is inside.
    private func enterGENEVE(_ layer: inout PacketLayer) -> PacketStep? {
        guard layer.captured >= 8, layer.at[0] >> 6 == 0 else { return nil }
        let headerBytes = 8 + Int(layer.at[0] & 63) * 4
        guard layer.captured >= headerBytes else { return nil }
        let type = layer.at.be16(2)
        layer.skip(headerBytes)
        return .etherType(type)
    }

    /// RFC 2784 and 2890: checksum, key and sequence number are there as their bits say.
    func readGRE(_ layer: inout PacketLayer) -> PacketStep {
        guard layer.captured >= 4 else { return .done(layer.missing(4)) }
        let flags = layer.at.be16(0)
        let type = layer.at.be16(2)
        // Source routes, which nobody uses, and version 1, which carries PPP.
        guard flags & 0x4007 == 0 else { return .done(.otherIP) }
        let hasSequence = flags & 0x1000 != 0
        let headerBytes = 4 + (flags & 0x8000 != 0 ? 4 : 0) + (flags & 0x2000 != 0 ? 4 : 0) + (hasSequence ? 4 : 0)
        guard layer.captured >= headerBytes else { return .done(layer.missing(headerBytes)) }
        layer.skip(headerBytes)
        switch type {
        case 0x88BE: return enterMirror(&layer, headerBytes: hasSequence ? 8 : 0)
        case 0x22EB: return enterMirror(&layer, headerBytes: 12)
        default: return .etherType(type)
        }
    }

    /// ERSPAN (draft-foschiano-erspan): none, 8 or 12 bytes, and 8 more where the last bit of the 12 says so.
    private func enterMirror(_ layer: inout PacketLayer, headerBytes: Int) -> PacketStep {
        guard layer.captured >= headerBytes else { return .done(layer.missing(headerBytes)) }
        let bytes = headerBytes == 12 && layer.at[11] & 1 != 0 ? 20 : headerBytes
        guard layer.captured >= bytes else { return .done(layer.missing(bytes)) }
        layer.skip(bytes)
        return .ethernet
    }
}
