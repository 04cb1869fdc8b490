#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Whether an interface of this machine is there, up, and connected to something.
enum LinkState {
    case up, noCarrier, down, gone

    /// SIOCGIFFLAGS, IFF_UP, IFF_RUNNING, and the longest name with its end.
    private static let asksFlags: UInt = 0x8913
    private static let upFlag: UInt16 = 1
    private static let runningFlag: UInt16 = 0x40
    private static let nameBytes = 16

    static func of(_ name: String) -> LinkState {
        // Every interface at once is always there.
        if name == "any" { return .up }
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .up }
        defer { closeSocket(descriptor) }
        var request = [UInt8](repeating: 0, count: 64)
        for (i, byte) in name.utf8.prefix(nameBytes - 1).enumerated() { request[i] = byte }
        guard ioctl(descriptor, asksFlags, &request) == 0 else { return errno == ENODEV ? .gone : .up }
        let flags = request.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: nameBytes, as: UInt16.self) }
        return LinkState(flags: flags)
    }

    /// - Parameter flags: as the kernel has them. A driver that knows of no carrier is always running.
    init(flags: UInt16) {
        self = flags & Self.upFlag == 0 ? .down : flags & Self.runningFlag == 0 ? .noCarrier : .up
    }
}

private func closeSocket(_ descriptor: Int32) { _ = close(descriptor) }
