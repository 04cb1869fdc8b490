public import Vocabulary

/// What is the same of one packet wherever it was captured, and who sent it to whom.
public struct PacketMark: Sendable {
    /// Of sequence numbers, flags, length and time stamp; addresses and ports may be rewritten on the way.
    public var value: UInt64
    public var source: Int
    public var time: CaptureTime
    /// The two hosts, whichever sent.
    public var hosts: UInt64
    public var isFromFirst: Bool
    /// Of a Kafka frame that fills the packet: a number of what a gateway passes on as it is, and whether it goes to the server.
    public var content: UInt64?
    public var isRequest = false
    /// Of the place in its sender's stream behind its last byte, where it has any, and of the place in the other's stream up to which
    /// it acknowledges: what acknowledges comes later than what it acknowledges, whichever captures have the two.
    public var sentTo: UInt64?
    public var acknowledges: UInt64?
}

/// Marks of TCP packets, to find those that two captures have in common.
public struct PacketMarks {
    private var decoder: PacketDecoder
    private var headers = PacketHeaders()

    public init(limits: Limits) { decoder = PacketDecoder(limits: limits) }

    /// Calls for each TCP packet of a batch that can be told from others.
    public mutating func each(_ batch: some Sequence<PacketEntry>, _ body: (PacketMark) -> Void) {
        for entry in batch {
            guard decoder.decode(entry, into: &headers) == .tcp else { continue }
            // Without a time stamp or a number of its own a packet looks like its repetition.
            guard headers.hasTimestamp || headers.ipID > 0 else { continue }
            body(mark(entry))
        }
        decoder.endBatch()
    }

    private func mark(_ entry: PacketEntry) -> PacketMark {
        let numbers = UInt64(headers.sequence) << 32 | UInt64(headers.acknowledgement)
        let length = UInt64(UInt32(bitPattern: headers.payloadLength)) << 8 | UInt64(headers.flags.rawValue)
        let stamp = headers.hasTimestamp ? UInt64(headers.timestamp) : UInt64(UInt32(bitPattern: headers.ipID)) << 32
        let value = folded(
            numbers ^ 0x9E37_79B9_7F4A_7C15, folded(length ^ 0xD6E8_FEB8_6659_FD93, stamp ^ 0xA076_1D64_78BD_642F))
        let isFromFirst = headers.source < headers.destination
        let (first, second) =
            isFromFirst ? (headers.source, headers.destination) : (headers.destination, headers.source)
        let hosts = folded(first.low ^ first.high ^ 0xE703_7ED1_A0B4_28DB, second.low ^ ~second.high)
        var mark = PacketMark(
            value: value, source: entry.frame.source, time: entry.time, hosts: hosts, isFromFirst: isFromFirst)
        mark.isRequest = headers.destinationPort < headers.sourcePort
        mark.content = content(isRequest: mark.isRequest)
        places(hosts, &mark)
        return mark
    }

    private func places(_ hosts: UInt64, _ mark: inout PacketMark) {
        let (from, to) = (UInt64(headers.sourcePort), UInt64(headers.destinationPort))
        // On one host the ports tell the two ends apart.
        let isOneHost = headers.source == headers.destination
        let isFirst = mark.isFromFirst || isOneHost && from < to
        let flow = folded(hosts ^ 0x8EBC_6AF0_9C88_C6E3, isFirst ? from << 16 | to : to << 16 | from)
        func place(_ number: UInt32, ofFirst: Bool) -> UInt64 {
            folded(flow ^ (ofFirst ? 0x589A_8F7C_41C6_4E6D : 0x1D8E_4E27_C47D_124F), UInt64(number))
        }
        let flags = headers.flags
        let numbers = [flags.contains(.syn), flags.contains(.fin)].count { $0 }
        let length = UInt32(bitPattern: headers.payloadLength) &+ UInt32(numbers)
        if length > 0 { mark.sentTo = place(headers.sequence &+ length, ofFirst: isFirst) }
        if flags.contains(.ack) { mark.acknowledges = place(headers.acknowledgement, ofFirst: !isFirst) }
    }

    /// Shorter frames are too alike.
    private static let leastContent = 60
    private static let mostContent = 2048

    /// Of a Produce, a Fetch, or an answer; correlation ids, which a gateway may make anew, are left out.
    private func content(isRequest: Bool) -> UInt64? {
        let length = Int(headers.payloadLength)
        guard let payload = headers.payload, length >= Self.leastContent, headers.payloadCaptured == length else {
            return nil
        }
        func word(_ at: Int) -> UInt64 { (0..<4).reduce(0) { $0 << 8 | UInt64(payload[at + $1]) } }
        guard word(0) == UInt64(length - 4) else { return nil }
        if isRequest, payload[4] != 0 || payload[5] > 1 { return nil }
        var value: UInt64 = isRequest ? word(4) | 1 << 40 : 1 << 41
        var at = isRequest ? 12 : 8
        while at + 4 <= min(length, Self.mostContent) {
            value = folded(value ^ 0x9E37_79B9_7F4A_7C15, word(at) ^ 0xD6E8_FEB8_6659_FD93)
            at += 4
        }
        return value
    }
}
