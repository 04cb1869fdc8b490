/// TCP (RFC 9293) and its options.
extension PacketHeaders {
    /// The fields of TCP's first 20 bytes, but for the header's length.
    @inline(__always)
    mutating func readFixedTCP(_ at: UnsafePointer<UInt8>) {
        sourcePort = at.be16(0)
        destinationPort = at.be16(2)
        sequence = at.be32(4)
        acknowledgement = at.be32(8)
        flags = TCPFlags(rawValue: at[13] & 0x1F)
        window = at.be16(14)
    }

    /// A header whose options were cut off is still of use: ports, numbers and lengths are known.
    mutating func readTCP(_ layer: PacketLayer) -> PacketOutcome {
        guard layer.captured >= 20 else { return layer.missing(20) }
        let headerBytes = Int(layer.at[12] >> 4) * 4
        guard headerBytes >= 20, headerBytes <= layer.length else { return .malformed }
        readFixedTCP(layer.at)
        hasOptions = headerBytes > 20
        let present = min(headerBytes, layer.captured)
        readOptions(layer.at + 20, present - 20)
        setPayload(
            PacketLayer(
                at: layer.at + present, captured: layer.captured - present, length: layer.length - headerBytes))
        return .tcp
    }

    private mutating func readOptions(_ at: UnsafePointer<UInt8>, _ count: Int) {
        var i = 0
        while i < count, at[i] != 0 {
            if at[i] == 1 {
                i += 1
                continue
            }
            guard i + 1 < count, at[i + 1] >= 2, i + Int(at[i + 1]) <= count else { return }
            switch (at[i], at[i + 1]) {
            // RFC 7323: the window scale counts in a SYN only; time stamps.
            case (3, 3) where flags.contains(.syn): windowScale = at[i + 2]
            case (8, 10):
                timestamp = at.be32(i + 2)
                hasTimestamp = true
            default: break
            }
            i += Int(at[i + 1])
        }
    }

    mutating func setPayload(_ layer: PacketLayer) {
        payload = layer.at
        payloadCaptured = Int32(clamping: min(layer.captured, layer.length))
        payloadLength = Int32(clamping: layer.length)
    }

    @inline(__always)
    mutating func clearICMP() {
        icmpType = 0
        icmpCode = 0
    }
}
