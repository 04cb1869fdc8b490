import Glibc

/// Writes a classic capture (nanoseconds, Ethernet) through a large buffer.
final class CaptureFile {
    private let file: UnsafeMutablePointer<FILE>
    private var buffer: [UInt8] = []
    private(set) var packets = 0

    init?(path: String) {
        guard let file = fopen(path, "w") else { return nil }
        self.file = file
        buffer.reserveCapacity(9 << 20)
        for word in [0xA1B2_3C4D, 0x0004_0002, 0, 0, 262_144, 1] as [UInt32] { little(word) }
    }

    /// Adds a TCP packet of a connection, sent by one of its sides.
    func add(_ packet: Packet, payload: (inout [UInt8]) -> Void) {
        let length = UInt32(Packet.headerLength + packet.length)
        // Two microseconds a packet: a rate that a busy gigabit link has.
        let nanoseconds = UInt64(packets) * 2000
        for word in [
            UInt32(1_800_000_000 + nanoseconds / 1_000_000_000), UInt32(nanoseconds % 1_000_000_000), length, length,
        ] {
            little(word)
        }
        packet.appendHeaders(to: &buffer)
        payload(&buffer)
        packets += 1
        if buffer.count > 8 << 20 { flush() }
    }

    /// - Returns: whether all was written.
    func close() -> Bool {
        flush()
        return fclose(file) == 0
    }

    private func flush() {
        if fwrite(buffer, 1, buffer.count, file) != buffer.count { perror("make-capture") }
        buffer.removeAll(keepingCapacity: true)
    }

    private func little(_ word: UInt32) {
        for shift in [0, 8, 16, 24] as [UInt32] { buffer.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}

/// The headers of one segment: Ethernet, IPv4, TCP with a timestamp option as real stacks send it.
struct Packet {
    static let headerLength = 14 + 20 + 32

    var connection: Int
    var fromClient: Bool
    var sequence: UInt32
    var acknowledged: UInt32
    var flags: UInt8
    var length: Int

    static let syn: UInt8 = 0x02
    static let ack: UInt8 = 0x10
    static let push: UInt8 = 0x18

    func appendHeaders(to buffer: inout [UInt8]) {
        let client: (host: UInt32, port: UInt16) = (
            // Hosts and ports together repeat after 120,000.
            0x0A01_0000 + UInt32(connection / 120_000) << 16 + UInt32(connection % 60_000),
            UInt16(20_000 + connection % 40_000)
        )
        let server: (host: UInt32, port: UInt16) = (0x0A00_0001 + UInt32(connection % 3), 9092)
        let (from, to) = fromClient ? (client, server) : (server, client)
        buffer += [2, 0, 0, 0, 0, fromClient ? 2 : 1, 2, 0, 0, 0, 0, fromClient ? 1 : 2, 8, 0]
        buffer += [0x45, 0, UInt8((52 + length) >> 8), UInt8((52 + length) & 0xFF), 0, 0, 0x40, 0, 64, 6, 0, 0]
        Self.big(from.host, &buffer)
        Self.big(to.host, &buffer)
        buffer += [UInt8(from.port >> 8), UInt8(from.port & 0xFF), UInt8(to.port >> 8), UInt8(to.port & 0xFF)]
        Self.big(sequence, &buffer)
        Self.big(acknowledged, &buffer)
        buffer += [0x80, flags, 0xFF, 0xFF, 0, 0, 0, 0, 1, 1, 8, 10]
        Self.big(sequence &+ 7, &buffer)
        Self.big(acknowledged &+ 7, &buffer)
    }

    private static func big(_ word: UInt32, _ buffer: inout [UInt8]) {
        for shift in [24, 16, 8, 0] as [UInt32] { buffer.append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}
