public import Vocabulary

/// What one packet's headers say. One value is refilled for each packet; nothing in it owns memory.
@frozen public struct PacketHeaders {
    public var source = IPAddress(v4: 0)
    public var destination = IPAddress(v4: 0)
    public var sourcePort: UInt16 = 0
    public var destinationPort: UInt16 = 0

    /// IPv4 time to live, or IPv6 hop limit, of the innermost IP header.
    public var ttl: UInt8 = 0
    /// IPv4 identification of the innermost header; -1 for IPv6, which has none.
    public var ipID: Int32 = -1

    // TCP
    public var sequence: UInt32 = 0
    public var acknowledgement: UInt32 = 0
    public var flags: TCPFlags = []
    /// The window field as sent, not scaled.
    public var window: UInt16 = 0
    /// The window scale option of a SYN; 255 where there is none.
    public var windowScale: UInt8 = 255
    /// Whether the segment has any TCP option. A reset made by a kernel without a socket has none.
    public var hasOptions = false
    /// The time stamp option's own value; 0 where `hasTimestamp` is false.
    public var timestamp: UInt32 = 0
    public var hasTimestamp = false

    // ICMP error (types that report a destination as unreachable, v4 type 3 and 11, v6 type 1 to 3)
    public var icmpType: UInt8 = 0
    public var icmpCode: UInt8 = 0
    /// Who sent the ICMP error; `source`, `destination` and the ports are then those of the packet it quotes.
    public var icmpSender = IPAddress(v4: 0)

    /// A neighbour's hardware address is asked for, or told. `source` and `destination` are then who asks and what address is
    /// asked for, or whose address is told and to whom.
    public var neighbour = NeighbourMessage.none

    /// The payload of TCP or UDP that was captured. Valid as long as the batch.
    public var payload: UnsafePointer<UInt8>? = nil
    /// Bytes of payload captured.
    public var payloadCaptured: Int32 = 0
    /// Bytes of payload sent; more than captured where the snap length cut the packet.
    public var payloadLength: Int32 = 0

    @inlinable public init() {}
}

/// ARP (RFC 826), and IPv6's neighbour discovery (RFC 4861).
@frozen public enum NeighbourMessage: UInt8, Sendable {
    case none, question, answer
}

/// TCP's flag bits (RFC 9293).
@frozen public struct TCPFlags: OptionSet, Sendable {
    public var rawValue: UInt8
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let fin = TCPFlags(rawValue: 1)
    public static let syn = TCPFlags(rawValue: 2)
    public static let reset = TCPFlags(rawValue: 4)
    public static let push = TCPFlags(rawValue: 8)
    public static let ack = TCPFlags(rawValue: 16)
}

/// What became of one packet in the packet layer. Each outcome is counted.
@frozen public enum PacketOutcome: UInt8, CaseIterable, Sendable {
    case tcp, udp
    /// An ICMP or ICMPv6 error that quotes a TCP or UDP packet.
    case icmpError
    /// IP with another protocol, or an ICMP message that is no error.
    case otherIP
    /// ARP, LLDP and whatever else is not IP.
    case notIP
    /// A fragment that was put aside until its datagram is whole.
    case fragmentHeld
    /// The snap length cut the packet inside its headers.
    case truncated
    /// A header that contradicts itself.
    case malformed
    /// TCP whose checksum is wrong, of a sender whose others are right: its receiver dropped it. Only where checksums are verified.
    case damaged
    case unknownLinkType
}
