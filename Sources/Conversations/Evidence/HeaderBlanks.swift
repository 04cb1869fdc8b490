import Streams
import Vocabulary

/// What is blanked of a packet beside its payload: options of IP and TCP that are not known to be harmless, and what stands behind
/// the payload.
enum HeaderBlanks {
    private static let noOperation: UInt8 = 1

    /// - Parameter payload: places of TCP's or UDP's payload in the packet.
    static func clear(
        _ copy: UnsafeMutableRawPointer, _ entry: PacketEntry, _ payload: Range<Int>, _ view: PacketInspector.View
    ) {
        let count = Int(entry.capturedLength)
        guard payload.lowerBound > 0, payload.upperBound <= count else { return }
        PacketBlanks.clear(copy, from: payload.upperBound, to: count)
        guard let transport = transport(view, payload) else { return }
        let packet = UnsafeMutableRawBufferPointer(start: copy, count: count)
        if let header = IPHeader.before(view, in: UnsafeBufferPointer(start: entry.bytes, count: count)), !header.isIPv6
        {
            fill(packet, header.start + IPHeader.leastBytes..<header.end)
        }
        if view.outcome == .tcp { clearOptions(packet, transport + 20..<payload.lowerBound) }
    }

    private static let udpBytes = 8

    /// Where the header of TCP or UDP begins.
    static func transport(_ view: PacketInspector.View, _ payload: Range<Int>) -> Int? {
        let place = view.outcome == .tcp ? view.reached : payload.lowerBound - udpBytes
        guard let place, place > 0, place <= payload.lowerBound else { return nil }
        return place
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
