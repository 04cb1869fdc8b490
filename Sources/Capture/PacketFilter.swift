import CLibpcap
import Vocabulary

/// A pcap-filter(7) expression, compiled by libpcap once for each link type that comes up.
final class PacketFilter {
    private let expression: String
    private let maximumPacket: Int32
    private var programs: [UInt16: bpf_program] = [:]
    /// Nil until a link type comes up.
    private var pcap: libpcap_calls?

    init(_ expression: String, maximumPacket: Int) {
        self.expression = expression
        self.maximumPacket = Int32(clamping: maximumPacket)
    }

    deinit {
        for var program in programs.values { pcap?.freecode(&program) }
    }

    /// Compiles the expression for a link type.
    func prepare(_ linkType: UInt16, source: String) throws(CaptureFault) {
        guard programs[linkType] == nil else { return }
        let pcap = try Libpcap.open(for: source)
        self.pcap = pcap
        guard let handle = pcap.open_dead(Self.dataLinkType(linkType), maximumPacket) else {
            throw CaptureFault(source: source, kind: .badFilter, detail: "no memory for the packet filter")
        }
        defer { pcap.close(handle) }
        var program = bpf_program()
        guard pcap.compile(handle, &program, expression, 1, 0xFFFF_FFFF) == 0 else {
            let reason = pcap.geterr(handle).map { String(cString: $0) } ?? "unknown error"
            throw CaptureFault(
                source: source, kind: .badFilter,
                detail: "the packet filter cannot be used on \(linkTypeName(linkType)): \(reason)")
        }
        programs[linkType] = program
    }

    /// Whether the packet is wanted; its link type has been prepared.
    func matches(_ entry: PacketEntry) -> Bool {
        guard let pcap, var program = programs[entry.linkType] else { return true }
        var header = pcap_pkthdr()
        (header.len, header.caplen) = (entry.wireLength, entry.capturedLength)
        return pcap.offline_filter(&program, &header, entry.bytes) != 0
    }

    /// The DLT_ value of this machine for a LINKTYPE_ value of a file; raw IP is the one of ours where they differ.
    private static func dataLinkType(_ linkType: UInt16) -> Int32 { linkType == 101 ? DLT_RAW : Int32(linkType) }
}
