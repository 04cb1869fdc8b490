import Foundation

/// Writes capture files for tests: a test says what packets there are, not which bytes.
struct FileBytes {
    var bytes: [UInt8] = []
    var bigEndian = false

    mutating func u8(_ values: UInt8...) { bytes += values }
    mutating func u16(_ value: UInt16) { put(UInt64(value), 2) }
    mutating func u32(_ value: UInt32) { put(UInt64(value), 4) }
    mutating func u64(_ value: UInt64) { put(value, 8) }

    private mutating func put(_ value: UInt64, _ count: Int) {
        let little = (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
        bytes += bigEndian ? little.reversed() : little
    }
}

/// A packet of a test: its time in nanoseconds and its bytes.
struct TestPacket {
    var time: Int64
    var data: [UInt8] = Array(repeating: 7, count: 60)
    var wire: Int?
    var interface: UInt32 = 0
}

enum PcapFile {
    static func make(
        _ packets: [TestPacket], bigEndian: Bool = false, nanoseconds: Bool = false, modified: Bool = false,
        linkType: UInt32 = 1
    ) -> [UInt8] {
        var file = FileBytes(bigEndian: bigEndian)
        file.u32(modified ? 0xA1B2_CD34 : nanoseconds ? 0xA1B2_3C4D : 0xA1B2_C3D4)
        file.u16(2)
        file.u16(4)
        file.u64(0)
        file.u32(65_535)
        file.u32(linkType)
        for packet in packets {
            file.u32(UInt32(packet.time / 1_000_000_000))
            file.u32(UInt32(packet.time % 1_000_000_000 / (nanoseconds ? 1 : 1000)))
            file.u32(UInt32(packet.data.count))
            file.u32(UInt32(packet.wire ?? packet.data.count))
            if modified { file.u64(0) }
            file.bytes += packet.data
        }
        return file.bytes
    }
}

/// Builds a pcapng file block by block.
struct PcapNGFile {
    private(set) var file: FileBytes
    var bytes: [UInt8] { file.bytes }

    init(bigEndian: Bool = false) {
        file = FileBytes(bigEndian: bigEndian)
        section(bigEndian: bigEndian)
    }

    mutating func section(bigEndian: Bool) {
        file.bigEndian = bigEndian
        block(0x0A0D_0D0A) {
            $0.u32(0x1A2B_3C4D); $0.u16(1); $0.u16(0); $0.u64(.max)
        }
    }

    mutating func block(_ type: UInt32, _ fill: (inout FileBytes) -> Void) {
        var body = FileBytes(bigEndian: file.bigEndian)
        fill(&body)
        while body.bytes.count % 4 != 0 { body.u8(0) }
        file.u32(type)
        file.u32(UInt32(body.bytes.count + 12))
        file.bytes += body.bytes
        file.u32(UInt32(body.bytes.count + 12))
    }

    mutating func interface(linkType: UInt16 = 1, resolution: UInt8? = nil, offset: Int64? = nil, snap: UInt32 = 0) {
        block(1) {
            $0.u16(linkType)
            $0.u16(0)
            $0.u32(snap)
            if let resolution { $0.u16(9); $0.u16(1); $0.u8(resolution, 0, 0, 0) }
            if let offset { $0.u16(14); $0.u16(8); $0.u64(UInt64(bitPattern: offset)) }
            $0.u32(0)
        }
    }

    mutating func packet(_ ticks: UInt64, interface: UInt32 = 0, data: [UInt8] = Array(repeating: 7, count: 61)) {
        block(6) {
            $0.u32(interface)
            $0.u32(UInt32(ticks >> 32))
            $0.u32(UInt32(truncatingIfNeeded: ticks))
            $0.u32(UInt32(data.count))
            $0.u32(UInt32(data.count))
            $0.bytes += data
        }
    }
}

/// A file that is gone when the test is.
final class TemporaryFile {
    let path: String

    init(_ bytes: [UInt8]) throws {
        path = NSTemporaryDirectory() + "brokertap-\(UUID().uuidString)"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
