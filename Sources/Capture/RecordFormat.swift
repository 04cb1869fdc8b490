import Vocabulary

/// The format of a file's records, by its first bytes.
struct RecordFormat {
    /// Nil where the file is pcapng.
    private let pcap: PcapParser?
    /// Unused where the file is pcap. Not an enum's case, so that its arrays change in place.
    private(set) var pcapng: PcapNGParser

    /// Bytes that are looked at to tell the format, and the whole of pcap's header.
    static let headerBytes = PcapParser.headerBytes

    /// - Parameter bytes: the file's first bytes, at least `headerBytes` where it has as many.
    init(_ bytes: UnsafeRawBufferPointer, limits: Limits) throws(Damage) {
        guard let base = bytes.baseAddress, bytes.count > 0 else {
            throw Damage(kind: .empty, detail: "the file is empty")
        }
        guard bytes.count >= 4 else { throw Self.notACapture }
        let magic = base.load32(0, swapped: false)
        let isSection = magic == PcapNGParser.sectionMagic
        guard isSection || PcapParser.recognises(magic) else { throw Self.notACapture }
        guard bytes.count >= Self.headerBytes else {
            throw Damage(kind: .cutShort, detail: "the file ends inside its header")
        }
        pcapng = PcapNGParser(limits: limits)
        pcap = isSection ? nil : PcapParser(header: base, maximumPacket: limits.packetBytes)
    }

    private static let notACapture = Damage(kind: .notACapture, detail: "is not a packet capture")

    var name: String { pcap == nil ? "pcapng" : "pcap" }

    /// Bytes before the first record or block.
    var firstRecord: Int { pcap == nil ? 0 : PcapParser.headerBytes }

    /// The link types of the interfaces known so far, each once.
    var linkTypes: [UInt16] { pcap.map { [$0.link.linkType] } ?? pcapng.linkTypes }

    /// Lists the whole records among the `count` bytes at `base`.
    @inline(__always)
    mutating func parse(_ base: UnsafeRawPointer, _ count: Int, into list: inout EntryList) -> ParseProgress {
        if let pcap { return pcap.parse(base, count, into: &list) }
        return pcapng.parse(base, count, into: &list)
    }
}
