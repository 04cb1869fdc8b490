/// What is left of a packet behind the headers that were read: where, how much was captured, how much was sent.
struct PacketLayer {
    var at: UnsafePointer<UInt8>
    var captured: Int
    /// Never less than `captured`.
    var length: Int

    /// Why `bytes` of header are not there: cut by the snap length, or never sent.
    @inline(__always)
    func missing(_ bytes: Int) -> PacketOutcome { bytes <= length ? .truncated : .malformed }

    /// Goes past `bytes` of header, which are known to be there.
    @inline(__always)
    mutating func skip(_ bytes: Int) {
        at += bytes
        captured &-= bytes
        length &-= bytes
    }

    /// Cuts off what follows the first `bytes` sent: padding and trailers. More than was sent means that it was cut.
    @inline(__always)
    mutating func limit(to bytes: Int) {
        length = bytes
        captured = min(captured, bytes)
    }
}

/// What stands at a layer's beginning, so that headers can be read in a loop and not by recursion.
enum PacketStep {
    case ethernet
    /// The payload of this EtherType.
    case etherType(UInt16)
    case mpls
    case arp
    /// IP of the version that its first four bits name.
    case ip
    case ipv4, ipv6
    /// The payload of this IP protocol.
    case transport(UInt8)
    case done(PacketOutcome)
}
