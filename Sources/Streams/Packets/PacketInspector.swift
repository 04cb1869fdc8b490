public import Vocabulary

/// Looks at single packets apart from any analysis: whose they are, and where their payload lies.
public struct PacketInspector {
    private var decoder: PacketDecoder
    private var headers = PacketHeaders()

    public struct View: Sendable {
        public var outcome: PacketOutcome
        public var source: IPAddress
        public var destination: IPAddress
        public var sourcePort: UInt16
        public var destinationPort: UInt16
        /// Captured payload of TCP or UDP, as places in the packet; nil where it does not lie there.
        public var payload: Range<Int>?
        /// Of TCP.
        public var sequence: UInt32 = 0

        /// Where the last header that was read begins, or what is behind it: TCP's header, UDP's payload. Nil where that lies in
        /// no single packet.
        public var reached: Int? = 0

        /// ARP or neighbour discovery; how many bytes of it are read, from `reached` on.
        public var isNeighbour = false
        public var neighbourBytes: Int {
            source.isIPv6 ? PacketHeaders.neighbourDiscoveryBytes : PacketHeaders.arpBytes
        }

        /// One end is a port of DNS or multicast DNS.
        public var hasNamePort: Bool { isNamePort(sourcePort) || isNamePort(destinationPort) }
    }

    public init() {
        var limits = Limits()
        limits.fragmentedDatagrams = 1
        decoder = PacketDecoder(limits: limits)
    }

    public mutating func look(at entry: PacketEntry) -> View {
        decoder.endBatch()
        var layer = PacketDecoder.whole(entry)
        let outcome = decoder.walk(entry, &layer, &headers)
        let reached = layer.at - entry.bytes
        return View(
            outcome: outcome, source: headers.source, destination: headers.destination,
            sourcePort: headers.sourcePort, destinationPort: headers.destinationPort, payload: place(entry),
            sequence: headers.sequence,
            reached: (0...Int(entry.capturedLength)).contains(reached) ? reached : nil,
            isNeighbour: headers.neighbour != .none)
    }

    private func place(_ entry: PacketEntry) -> Range<Int>? {
        guard let payload = headers.payload else { return 0..<0 }
        let start = payload - entry.bytes
        let count = max(0, Int(headers.payloadCaptured))
        guard start >= 0, start + count <= Int(entry.capturedLength) else { return nil }
        return start..<(start + count)
    }
}
