public import Masking
public import Streams
public import Vocabulary

/// Writes blanked packets anew without the names of hosts: the innermost IP packet alone, its addresses replaced, behind an Ethernet
/// header of zeros. What lay around it (VLANs, tunnels, hardware addresses, options of IP) names hosts and networks too.
public final class PacketMasker {
    private let mask: NameMask
    private var packet: UnsafeMutableBufferPointer<UInt8>

    public init(_ mask: NameMask) {
        self.mask = mask
        packet = .allocate(capacity: 64 << 10)
    }

    deinit { packet.deallocate() }

    // MARK: Learning

    /// Learns what a packet names beside its TCP payload.
    public static func learn(_ entry: PacketEntry, _ view: PacketInspector.View, by mask: NameMask) {
        let bytes = UnsafeBufferPointer(start: entry.bytes, count: Int(entry.capturedLength))
        let isNames = view.outcome == .udp && view.hasNamePort
        guard isNames || view.isNeighbour || [.tcp, .icmpError].contains(view.outcome) else { return }
        [view.source, view.destination].forEach(mask.learn)
        if isNames, let payload = view.payload { NameMessage.learn(Array(bytes[payload]), by: mask) }
        // The sender is another than the two that its message is about.
        if view.outcome == .icmpError, let header = IPHeader.before(view, in: bytes) {
            header.addresses(bytes).forEach(mask.learn)
        }
    }

    // MARK: Writing

    /// A copy that is good until the next call; nil where it is left out: what is nothing of TCP, of name servers or of neighbours,
    /// and where headers lie in several fragments.
    /// - Parameters:
    ///   - entry: as it was captured.
    ///   - blanked: the same with all blanked that is not to be shown.
    public func masked(_ entry: PacketEntry, _ blanked: PacketEntry, _ view: PacketInspector.View) -> PacketEntry? {
        let original = UnsafeBufferPointer(start: entry.bytes, count: Int(entry.capturedLength))
        let shown = UnsafeBufferPointer(start: blanked.bytes, count: Int(entry.capturedLength))
        return made(view, original, shown, wireLength: Int(entry.wireLength)).map { written($0, as: entry) }
    }

    /// An IP packet, or ARP, and how long it was.
    private struct Made {
        var type: UInt16
        var bytes: [UInt8]
        var missing = 0
    }

    private func made(
        _ view: PacketInspector.View, _ original: UnsafeBufferPointer<UInt8>, _ shown: UnsafeBufferPointer<UInt8>,
        wireLength: Int
    ) -> Made? {
        if view.isNeighbour { return neighbour(view, shown) }
        guard let header = IPHeader.before(view, in: original) else { return nil }
        switch view.outcome {
        case .tcp, .udp:
            guard let payload = view.payload, view.outcome == .tcp || view.hasNamePort else { return nil }
            var body = Array(shown[header.end..<payload.upperBound])
            if view.outcome == .udp {
                var message = Array(shown[payload])
                NameMessage.replace(in: &message, by: mask)
                body.replaceSubrange((payload.lowerBound - header.end)..., with: message)
            }
            let addresses = header.addresses(original)
            let length = max(header.bodyLength(original, wireLength: wireLength), body.count)
            let aliases = addresses.map(mask.alias)
            body.withUnsafeMutableBufferPointer {
                PacketSum.keep(
                    in: $0, at: view.outcome == .tcp ? PacketSum.tcpField : PacketSum.udpField,
                    from: UnsafeBufferPointer(rebasing: original[header.end..<payload.upperBound]), length: length,
                    addresses, aliases)
            }
            return ip(header, original, aliases, body, length: length)
        case .icmpError: return icmp(view, header, original)
        default: return nil
        }
    }

    /// - Parameter length: of the body as it was sent.
    private func ip(
        _ header: IPHeader, _ packet: UnsafeBufferPointer<UInt8>, _ aliases: [IPAddress], _ body: [UInt8], length: Int
    ) -> Made {
        Made(
            type: header.isIPv6 ? 0x86DD : 0x0800,
            bytes: header.rewritten(packet, aliases, bodyLength: length) + body,
            missing: length - body.count)
    }

    /// The message's header, and of the packet that it quotes the header and eight bytes behind it.
    private func icmp(
        _ view: PacketInspector.View, _ header: IPHeader, _ packet: UnsafeBufferPointer<UInt8>
    ) -> Made? {
        let quoteAt = header.end + IPHeader.icmpBytes
        guard let quote = IPHeader.at(quoteAt, in: packet), quote.end + IPHeader.icmpBytes <= packet.count else {
            return nil
        }
        let length = quote.bodyLength(packet, wireLength: packet.count)
        var body = Array(packet[header.end..<quoteAt])
        body += quote.rewritten(packet, quote.addresses(packet).map(mask.alias), bodyLength: length)
        body += packet[quote.end..<(quote.end + IPHeader.icmpBytes)]
        let aliases = header.addresses(packet).map(mask.alias)
        PacketSum.set(in: &body, at: PacketSum.icmpField, header.isIPv6 ? aliases : [], number: PacketSum.icmpv6)
        return ip(header, packet, aliases, body, length: body.count)
    }

    /// ARP, or neighbour discovery, without hardware addresses.
    private func neighbour(_ view: PacketInspector.View, _ packet: UnsafeBufferPointer<UInt8>) -> Made? {
        guard let reached = view.reached, reached + view.neighbourBytes <= packet.count else { return nil }
        var body = Array(packet[reached..<(reached + view.neighbourBytes)])
        guard view.source.isIPv6 else {
            for place in [8, 18] { body.replaceSubrange(place..<(place + 6), with: [UInt8](repeating: 0, count: 6)) }
            for place in [14, 24] { replaceAddress(in: &body, place..<(place + 4)) }
            return Made(type: 0x0806, bytes: body)
        }
        guard let header = IPHeader.before(view, in: packet) else { return nil }
        replaceAddress(in: &body, 8..<24)
        let aliases = header.addresses(packet).map(mask.alias)
        PacketSum.set(in: &body, at: PacketSum.icmpField, aliases, number: PacketSum.icmpv6)
        return ip(header, packet, aliases, body, length: body.count)
    }

    private func replaceAddress(in bytes: inout [UInt8], _ place: Range<Int>) {
        bytes.replaceSubrange(place, with: mask.alias(IPAddress(bytes: bytes[place])).bytes)
    }

    private static let ethernet: UInt16 = 1
    private static let hardwareAddresses = [UInt8](repeating: 0, count: 12)

    private func written(_ made: Made, as entry: PacketEntry) -> PacketEntry {
        let bytes =
            Self.hardwareAddresses + [UInt8(made.type >> 8), UInt8(truncatingIfNeeded: made.type)] + made.bytes
        if bytes.count > packet.count {
            packet.deallocate()
            packet = .allocate(capacity: bytes.count)
        }
        _ = packet.initialize(from: bytes)
        var written = entry
        written.bytes = UnsafePointer(packet.baseAddress ?? UnsafeMutablePointer(mutating: entry.bytes))
        written.capturedLength = UInt32(clamping: bytes.count)
        written.wireLength = UInt32(clamping: bytes.count + made.missing)
        (written.linkType, written.blanks) = (Self.ethernet, 0)
        return written
    }
}
