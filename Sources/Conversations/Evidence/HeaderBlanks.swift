import Vocabulary

/// What is blanked of a packet beside its payload: options of IP and TCP that are not known to be harmless, and what stands behind
/// the payload.
enum HeaderBlanks {
    private static let noOperation: UInt8 = 1

    /// - Parameter payload: places of TCP's or UDP's payload in the packet.
    static func clear(_ copy: UnsafeMutableRawPointer, _ entry: PacketEntry, _ payload: Range<Int>) {
        let count = Int(entry.capturedLength)
        guard payload.lowerBound > 0, payload.upperBound <= count else { return }
        PacketBlanks.clear(copy, from: payload.upperBound, to: count)
        let packet = UnsafeMutableRawBufferPointer(start: copy, count: count)
        for protocolNumber in [tcp, udp] {
            guard let transport = transportHeader(packet, protocolNumber, endsAt: payload.lowerBound),
                let ip = header4(packet, protocolNumber, endsAt: transport)
            else { continue }
            fill(packet, ip + 20..<transport)
            if protocolNumber == tcp { clearOptions(packet, transport + 20..<payload.lowerBound) }
            return
        }
        // Below IPv6 there are no options of IPv4; TCP's are looked for all the same.
        if let transport = transportHeader(packet, tcp, endsAt: payload.lowerBound), transport >= 40,
            packet[transport - 40] >> 4 == 6
        {
            clearOptions(packet, transport + 20..<payload.lowerBound)
        }
    }

    private static let tcp: UInt8 = 6
    private static let udp: UInt8 = 17

    /// Where a header begins that says that it is so long.
    private static func transportHeader(
        _ packet: UnsafeMutableRawBufferPointer, _ protocolNumber: UInt8, endsAt end: Int
    ) -> Int? {
        if protocolNumber == udp { return end >= 28 ? end - 8 : nil }
        return stride(from: 20, through: 60, by: 4).map { end - $0 }.first { start in
            start >= 20 && Int(packet[start + 12] >> 4) * 4 == end - start
                && (header4(packet, tcp, endsAt: start) != nil || start >= 40 && packet[start - 40] >> 4 == 6)
        }
    }

    private static func header4(
        _ packet: UnsafeMutableRawBufferPointer, _ protocolNumber: UInt8, endsAt end: Int
    ) -> Int? {
        stride(from: 20, through: 60, by: 4).map { end - $0 }.first { start in
            start >= 0 && packet[start] >> 4 == 4 && Int(packet[start] & 15) * 4 == end - start
                && packet[start + 9] == protocolNumber
        }
    }

    /// Of TCP's options those that say how the connection runs: sizes, scales, acknowledged stretches, time stamps.
    private static func clearOptions(_ packet: UnsafeMutableRawBufferPointer, _ options: Range<Int>) {
        var at = options.lowerBound
        while at < options.upperBound {
            let kind = packet[at]
            if kind == noOperation {
                at += 1
                continue
            }
            guard kind != 0, at + 1 < options.upperBound, packet[at + 1] >= 2 else { break }
            let end = min(at + Int(packet[at + 1]), options.upperBound)
            let isKnown =
                switch (kind, end - at) {
                case (2, 4), (3, 3), (4, 2), (5, 10), (5, 18), (5, 26), (5, 34), (8, 10): true
                default: false
                }
            if !isKnown { fill(packet, at..<end) }
            at = end
        }
        for place in at..<max(at, options.upperBound) { packet[place] = 0 }
    }

    private static func fill(_ packet: UnsafeMutableRawBufferPointer, _ range: Range<Int>) {
        for place in range { packet[place] = noOperation }
    }
}
