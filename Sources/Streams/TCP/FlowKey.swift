import Vocabulary

/// The whole tuple of a connection, both directions giving the same value: end A is the lesser address and port.
/// Integers only, so that comparing is five of them.
struct FlowKey: Hashable {
    var aHigh: UInt64
    var aLow: UInt64
    var bHigh: UInt64
    var bLow: UInt64
    /// Port of A, port of B, and above them 1 for IPv6.
    var ports: UInt64

    /// An empty key, to fill buffers with.
    init() { (aHigh, aLow, bHigh, bLow, ports) = (0, 0, 0, 0, 0) }

    /// The key of a packet.
    /// - Parameter from: set to 0 where A sent it, 1 where B did.
    init(_ headers: UnsafePointer<PacketHeaders>, from: inout UInt8) {
        let source = headers.pointee.source
        let target = headers.pointee.destination
        let sourcePort = UInt64(headers.pointee.sourcePort)
        let targetPort = UInt64(headers.pointee.destinationPort)
        let family: UInt64 = source.isIPv6 ? 1 << 32 : 0
        let sourceFirst = (source.high, source.low, sourcePort) <= (target.high, target.low, targetPort)
        from = sourceFirst ? 0 : 1
        let (a, b) = sourceFirst ? (source, target) : (target, source)
        (aHigh, aLow, bHigh, bLow) = (a.high, a.low, b.high, b.low)
        ports = family | (sourceFirst ? sourcePort << 16 | targetPort : targetPort << 16 | sourcePort)
    }

    /// The key of a plain packet.
    @inline(__always)
    init(_ packet: PlainPacket, from: inout UInt8) {
        let source = UInt64(packet.source) << 16 | UInt64(packet.sourcePort)
        let target = UInt64(packet.destination) << 16 | UInt64(packet.destinationPort)
        let sourceFirst = source <= target
        from = sourceFirst ? 0 : 1
        let (a, b) = sourceFirst ? (source, target) : (target, source)
        (aHigh, aLow, bHigh, bLow) = (0, a >> 16, 0, b >> 16)
        ports = (a & 0xFFFF) << 16 | b & 0xFFFF
    }

    /// The bucket's hash. The seed keeps crafted addresses from meeting in one bucket; no output depends on it.
    func hash(seed: UInt64) -> UInt32 {
        var mixed = folded(aLow ^ seed ^ 0x9E37_79B9_7F4A_7C15, bLow ^ 0xD6E8_FEB8_6659_FD93)
        if ports >> 32 != 0 { mixed ^= folded(aHigh ^ ~seed, bHigh ^ 0xA076_1D64_78BD_642F) }
        mixed = folded(mixed ^ ports, seed ^ 0xE703_7ED1_A0B4_28DB)
        return UInt32(truncatingIfNeeded: mixed ^ mixed >> 32)
    }

    /// End A (0) or B (1).
    func endpoint(_ index: Int) -> Endpoint {
        let (high, low) = index == 0 ? (aHigh, aLow) : (bHigh, bLow)
        let port = UInt16(truncatingIfNeeded: index == 0 ? ports >> 16 : ports)
        let isIPv6 = ports >> 32 != 0
        let address =
            isIPv6
            ? IPAddress(v6High: high, low: low) : IPAddress(v4: UInt32(truncatingIfNeeded: low))
        return Endpoint(address, port)
    }
}

/// Both halves of a 128-bit product, folded: cheap, and every input bit reaches every output bit.
func folded(_ x: UInt64, _ y: UInt64) -> UInt64 {
    let (high, low) = x.multipliedFullWidth(by: y)
    return high ^ low
}
