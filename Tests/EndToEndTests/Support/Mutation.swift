import TestSupport

/// A classic little-endian capture as its file header and its packet records.
struct PacketFile {
    var header: [UInt8]
    /// Each with its 16-byte record header.
    var records: [[UInt8]] = []

    /// Nil where the bytes are of another format or damaged.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 24, bytes[..<4] == [0xD4, 0xC3, 0xB2, 0xA1] || bytes[..<4] == [0x4D, 0x3C, 0xB2, 0xA1]
        else { return nil }
        header = Array(bytes[..<24])
        var at = 24
        while at + 16 <= bytes.count {
            let length = (0..<4).reduce(0) { $0 | Int(bytes[at + 8 + $1]) << (8 * $1) }
            guard at + 16 + length <= bytes.count else { return nil }
            records.append(Array(bytes[at..<at + 16 + length]))
            at += 16 + length
        }
    }

    var bytes: [UInt8] { header + records.joined() }
}

/// Ways to damage a capture. Each is a pure function of the bytes and the generator.
enum Mutation: CaseIterable, Sendable {
    case bitFlips, flipsInPackets, wildBytes, cut, lossAndTwins, otherOrder, shorterSnapLength, wildSizes

    func apply(to bytes: [UInt8], using random: inout Seeded) -> [UInt8] {
        guard !bytes.isEmpty else { return bytes }
        switch self {
        case .bitFlips: return Self.flipped(bytes, share: 1, random: &random)
        case .wildBytes: return Self.overwritten(bytes, random: &random)
        case .cut: return Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
        default: break
        }
        guard var file = PacketFile(bytes), !file.records.isEmpty else {
            return Self.flipped(bytes, share: 3, random: &random)
        }
        apply(to: &file, using: &random)
        return file.bytes
    }

    private func apply(to file: inout PacketFile, using random: inout Seeded) {
        switch self {
        case .flipsInPackets: file.records = file.records.map { Self.flipPacket($0, random: &random) }
        case .lossAndTwins: file.records = file.records.flatMap { Self.copies(of: $0, random: &random) }
        case .otherOrder: Self.shuffleNear(&file.records, random: &random)
        case .shorterSnapLength:
            let keep = Int.random(in: 20...200, using: &random)
            file.records = file.records.map { Self.cutPacket($0, keep: keep) }
        default: file.records = file.records.map { Self.wildSize($0, random: &random) }
        }
    }

    /// Flips about one bit in a thousand bytes, times `share`, and at least one.
    private static func flipped(_ bytes: [UInt8], share: Int, random: inout Seeded) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<max(1, bytes.count * share / 1000) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        }
        return bytes
    }

    /// Puts extreme bytes over a short run somewhere.
    private static func overwritten(_ bytes: [UInt8], random: inout Seeded) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<8 {
            let start = Int.random(in: 0..<bytes.count, using: &random)
            let value: UInt8 = [0, 0xFF, 0x7F, 0x80, 0x01].randomElement(using: &random) ?? 0
            for index in start..<min(bytes.count, start + Int.random(in: 1...8, using: &random)) {
                bytes[index] = value
            }
        }
        return bytes
    }

    /// One packet in four gets one wrong bit behind its record header, so that the file itself stays whole.
    private static func flipPacket(_ record: [UInt8], random: inout Seeded) -> [UInt8] {
        guard record.count > 16, UInt8.random(in: 0..<4, using: &random) == 0 else { return record }
        var record = record
        record[Int.random(in: 16..<record.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        return record
    }

    private static func copies(of record: [UInt8], random: inout Seeded) -> [[UInt8]] {
        switch UInt8.random(in: 0..<12, using: &random) {
        case 0: []
        case 1: [record, record]
        default: [record]
        }
    }

    private static func shuffleNear(_ records: inout [[UInt8]], random: inout Seeded) {
        for index in records.indices {
            records.swapAt(index, min(records.count - 1, index + Int.random(in: 0..<6, using: &random)))
        }
    }

    private static func cutPacket(_ record: [UInt8], keep: Int) -> [UInt8] {
        guard record.count > 16 + keep else { return record }
        var cut = Array(record.prefix(16 + keep))
        cut.replaceSubrange(8..<12, with: (0..<4).map { UInt8(truncatingIfNeeded: keep >> (8 * $0)) })
        return cut
    }

    /// One packet in eight gets an extreme value where a length stands: in IP, TCP or the Kafka frame.
    private static func wildSize(_ record: [UInt8], random: inout Seeded) -> [UInt8] {
        guard record.count > 80, UInt8.random(in: 0..<8, using: &random) == 0 else { return record }
        var record = record
        let place =
            [16 + 16, 16 + 46, 82, 84, 86].filter { $0 + 4 <= record.count }.randomElement(using: &random) ?? 32
        let value = [0, 1, 0x7FFF_FFFF, 0xFFFF_FFFF, 0x8000_0000, 100].randomElement(using: &random) ?? 0
        for index in 0..<4 { record[place + index] = UInt8(truncatingIfNeeded: value >> (24 - 8 * index)) }
        return record
    }
}
