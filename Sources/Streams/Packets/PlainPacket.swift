import Vocabulary

/// The packet that nearly all are, where it lies: Ethernet, IPv4 without options, TCP with no option but a time stamp. Its
/// fields are read where somebody asks for them.
struct PlainPacket {
    let bytes: UnsafePointer<UInt8>
    /// Bytes of TCP's header: 20, or 32 with a time stamp.
    let tcpBytes: Int

    private static let tcpAt = 34

    /// What a packet entry holds that is no plain packet: no bytes of TCP's header.
    static let none: UInt8 = 0

    init(_ bytes: UnsafePointer<UInt8>, tcpBytes: UInt8) {
        self.bytes = bytes
        self.tcpBytes = Int(tcpBytes)
    }

    /// How long TCP's header is in a plain packet; `none` for any other.
    @inline(__always)
    static func tcpBytes(_ entry: UnsafePointer<PacketEntry>) -> UInt8 {
        let bytes = entry.pointee.bytes
        guard entry.pointee.linkType == 1, entry.pointee.capturedLength >= 54, entry.pointee.blanks == 0,
            // EtherType 0800, version 4 with 5 words of header.
            bytes.be32(12) >> 8 == 0x08_0045,
            // No fragment, protocol 6.
            bytes.be32(20) & 0x3FFF_00FF == 6
        else { return none }
        let header = bytes[46] >> 4 &* 4
        guard Int(bytes.be16(16)) >= 20 &+ Int(header) else { return none }
        if header == 20 { return header }
        // RFC 7323: two bytes of padding, then the time stamp option.
        guard header == 32, entry.pointee.capturedLength >= 66, bytes.be32(54) == 0x0101_080A else { return none }
        return header
    }

    var ttl: UInt8 { bytes[22] }
    var ipID: Int32 { Int32(bytes.be16(18)) }
    var source: UInt32 { bytes.be32(26) }
    var destination: UInt32 { bytes.be32(30) }
    var sourcePort: UInt16 { bytes.be16(34) }
    var destinationPort: UInt16 { bytes.be16(36) }
    var sequence: UInt32 { bytes.be32(38) }
    var acknowledgement: UInt32 { bytes.be32(42) }
    var flags: TCPFlags { TCPFlags(rawValue: bytes[47] & 0x1F) }
    var window: UInt16 { bytes.be16(48) }
    var hasTimestamp: Bool { tcpBytes == 32 }
    var timestamp: UInt32 { hasTimestamp ? bytes.be32(58) : 0 }
    var payload: UnsafePointer<UInt8> { bytes + (Self.tcpAt &+ tcpBytes) }
    /// Bytes of payload sent, as IP says.
    var payloadLength: Int { Int(bytes.be16(16)) &- 20 &- tcpBytes }

    /// Bytes of payload that were captured, of a packet of so many bytes.
    func payloadCaptured(of captured: UInt32) -> Int { min(Int(captured) &- Self.tcpAt &- tcpBytes, payloadLength) }
}

extension PacketHeaders {
    /// Sets every field from a plain packet.
    mutating func read(_ packet: PlainPacket, captured: UInt32) {
        source = IPAddress(v4: packet.source)
        destination = IPAddress(v4: packet.destination)
        (ttl, ipID) = (packet.ttl, packet.ipID)
        readFixedTCP(packet.bytes + 34)
        (hasTimestamp, hasOptions, timestamp) = (packet.hasTimestamp, packet.hasTimestamp, packet.timestamp)
        windowScale = 255
        clearICMP()
        payload = packet.payload
        payloadLength = Int32(truncatingIfNeeded: packet.payloadLength)
        payloadCaptured = Int32(truncatingIfNeeded: packet.payloadCaptured(of: captured))
    }
}
