public import Vocabulary

/// What is known of one capture file, complete once the reader has come to its end.
public struct SourceFacts: Sendable {
    /// The file as it was named; `-` for standard input.
    public var name = ""
    /// `pcap`, `pcapng`, and `pcap+gzip`, `pcapng+zstd` where it is packed.
    public var format = ""
    /// Names of the link types of its interfaces, each once, in order of appearance.
    public var linkTypes: [String] = []
    /// Names of its interfaces, where the file tells them; empty text where it does not.
    public var interfaceNames: [String] = []
    /// Packets in the file, those included that the filter passed over.
    public var packets: UInt64 = 0
    /// Packets that the filter passed over.
    public var filteredOut: UInt64 = 0
    /// Captured bytes of all packets.
    public var bytes: UInt64 = 0
    /// Times of the earliest and of the latest packet, put right by the clock's offset; nil without packets.
    public var firstTime: CaptureTime?
    public var lastTime: CaptureTime?
    /// By how much its times were put right (`CaptureOptions.clockOffsets`).
    public var clockOffset: Int64 = 0
    /// Packets of which the snap length cut off the end.
    public var cutPackets: UInt64 = 0
    /// What may be secret was blanked before the packets were written, and it is listed what that was.
    public var isBlanked = false
    /// Packets that stood behind a later one in the file.
    public var outOfOrder: UInt64 = 0
    /// The file ends inside a record.
    public var truncated = false
    /// What ended the reading before the file's end.
    public var fault: CaptureFault?
    /// Packets that the interfaces dropped, as the file says (pcapng `isb_ifdrop`); nil where it does not say.
    public var interfaceDrops: UInt64?
    /// Packets that the operating system dropped, as the file says (pcapng `isb_osdrop`); nil where it does not say.
    public var systemDrops: UInt64?

    public init() {}

    /// Packets that were dropped on their way into the file, at either place.
    public var drops: Int64 {
        Int64(clamping: (interfaceDrops ?? 0).addingSaturated(systemDrops ?? 0))
    }
}

extension Sequence<SourceFacts> {
    /// The name of a capture that is there twice: of the same name, with the same packets.
    public var repeated: String? {
        var seen: Set<[String]> = []
        return first { source in
            let times = [source.firstTime, source.lastTime].map { "\($0?.nanoseconds ?? 0)" }
            return !seen.insert([source.name, "\(source.packets)"] + times).inserted
        }?.name
    }

    /// Packets dropped, over all sources. A file may claim any number, so sums stop at the greatest.
    public var drops: Int64 { reduce(0) { $0.addingSaturated($1.drops) } }
}
