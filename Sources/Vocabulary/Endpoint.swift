/// An address and a TCP or UDP port.
@frozen public struct Endpoint: Hashable, Sendable, Comparable {
    public var address: IPAddress
    public var port: UInt16

    @inlinable public init(_ address: IPAddress, _ port: UInt16) {
        self.address = address
        self.port = port
    }

    public static func < (a: Endpoint, b: Endpoint) -> Bool { (a.address, a.port) < (b.address, b.port) }
}

extension Endpoint: CustomStringConvertible {
    /// `10.0.0.1:9092`, or `[2001:db8::1]:9092`.
    public var description: String {
        guard !address.isIPv6 else { return "[\(address)]:\(port)" }
        var text: [UInt8] = []
        text.reserveCapacity(21)
        text.append(dotted: UInt32(truncatingIfNeeded: address.low))
        text.append(UInt8(ascii: ":"))
        text.append(decimal: UInt64(port), width: 1)
        return String(decoding: text, as: UTF8.self)
    }
}
