import CLibpcap
public import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A network interface of this machine that can be captured from.
public struct CaptureInterface: Sendable {
    public var name = ""
    /// The system's words for it, where it has some.
    public var description: String?
    public var addresses: [IPAddress] = []
    public var isUp = false
    public var isRunning = false
    public var isLoopback = false

    /// What libpcap lists. Needs no privileges; what could not be opened without them is listed too.
    public static func all() throws(CaptureFault) -> [CaptureInterface] {
        let pcap = try Libpcap.open(for: "interfaces")
        var list: UnsafeMutablePointer<pcap_if_t>?
        var words = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard pcap.findalldevs(&list, &words) == 0 else {
            throw CaptureFault(source: "interfaces", kind: .cannotRead, detail: text(words))
        }
        defer { pcap.freealldevs(list) }
        var interfaces: [CaptureInterface] = []
        var next = list
        while let device = next {
            interfaces.append(CaptureInterface(device.pointee))
            next = device.pointee.next
        }
        return interfaces
    }

    private init(_ device: pcap_if_t) {
        name = String(cString: device.name)
        description = device.description.map { String(cString: $0) }
        isUp = device.flags & 2 != 0
        isRunning = device.flags & 4 != 0
        isLoopback = device.flags & 1 != 0
        var next = device.addresses
        while let entry = next {
            if let address = Self.address(entry.pointee.addr) { addresses.append(address) }
            next = entry.pointee.next
        }
    }

    private static func address(_ pointer: UnsafeMutablePointer<sockaddr>?) -> IPAddress? {
        guard let pointer else { return nil }
        let raw = UnsafeRawPointer(pointer)
        switch Int32(pointer.pointee.sa_family) {
        case AF_INET: return IPAddress(v4: UInt32(bigEndian: raw.load32(4, swapped: false)))
        case AF_INET6:
            return IPAddress(
                v6High: UInt64(bigEndian: raw.load64(8, swapped: false)),
                low: UInt64(bigEndian: raw.load64(16, swapped: false)))
        default: return nil
        }
    }

    /// A C string in a buffer.
    static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
