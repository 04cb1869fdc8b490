import Vocabulary

@testable import Streams

/// Packets for tests, built from the inside out: each function puts a header before a payload.
enum Build {
    static func be16(_ value: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
    }
    static func be32(_ value: Int) -> [UInt8] { be16(value >> 16) + be16(value) }

    static func tcp(_ payload: [UInt8] = Array("hello".utf8), flags: UInt8 = 0x18, options: [UInt8] = []) -> [UInt8] {
        be16(40_000) + be16(9092) + be32(1000) + be32(2000) + [UInt8((20 + options.count) / 4) << 4, flags]
            + be16(512) + be32(0) + options + payload
    }

    static let timestamps: [UInt8] = [1, 1, 8, 10] + be32(77) + be32(66)

    static func udp(_ payload: [UInt8], port: Int) -> [UInt8] {
        be16(5555) + be16(port) + be16(8 + payload.count) + be16(0) + payload
    }

    static func ipv4(
        _ payload: [UInt8], protocol number: UInt8 = 6, total: Int? = nil, place: Int = 0, options: [UInt8] = []
    ) -> [UInt8] {
        [0x45 + UInt8(options.count / 4), 0] + be16(total ?? 20 + options.count + payload.count) + be16(99)
            + be16(place)
            + [64, number] + be16(0) + [10, 0, 0, 1, 10, 0, 0, 2] + options + payload
    }

    static func ipv6(_ payload: [UInt8], next: UInt8 = 6, length: Int? = nil) -> [UInt8] {
        [0x60, 0, 0, 0] + be16(length ?? payload.count) + [next, 60] + [0x20] + Array(repeating: 0, count: 14) + [1]
            + [0x20] + Array(repeating: 0, count: 14) + [2] + payload
    }

    static func ethernet(_ payload: [UInt8], type: Int = 0x0800, tags: [Int] = []) -> [UInt8] {
        Array(repeating: 2, count: 12) + tags.flatMap { be16($0) + be16(5) } + be16(type) + payload
    }
}

/// One decoded packet.
struct Decoded {
    var outcome: PacketOutcome
    var headers = PacketHeaders()
    var payload: [UInt8] = []
}

/// A decoder as the module uses it, over arrays.
struct TestDecoder {
    var decoder = PacketDecoder(limits: Limits())

    mutating func decode(_ bytes: [UInt8], link: UInt16 = 1, wire: Int? = nil, seconds: Int64 = 1, source: Int = 0)
        -> Decoded
    {
        // Memory of exactly the packet's size, so that a sanitizer sees a read behind it.
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, bytes.count))
        defer { memory.deallocate() }
        for (i, byte) in bytes.enumerated() { memory[i] = byte }
        let entry = PacketEntry(
            bytes: memory, capturedLength: UInt32(bytes.count), wireLength: UInt32(wire ?? bytes.count),
            time: CaptureTime(nanoseconds: seconds * 1_000_000_000), frame: FrameRef(source: source, number: 1),
            linkType: link, interface: 0)
        var result = Decoded(outcome: .malformed)
        result.outcome = decoder.decode(entry, into: &result.headers)
        if let payload = result.headers.payload {
            result.payload = Array(UnsafeBufferPointer(start: payload, count: Int(result.headers.payloadCaptured)))
        }
        decoder.endBatch()
        return result
    }
}
