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
        return PacketMark(
            value: value, source: entry.frame.source, time: entry.time, hosts: hosts, isFromFirst: isFromFirst)
    }
}
