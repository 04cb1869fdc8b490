/// Writes Kafka's big-endian fields into a frame.
struct FrameBuilder {
    private(set) var bytes: [UInt8] = []

    mutating func int<T: FixedWidthInteger>(_ value: T) {
        for shift in stride(from: T.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
    mutating func varint(_ value: Int) {
        var rest = UInt32(value)
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
    /// A compact string: its length plus one, then its bytes.
    mutating func text(_ text: String) {
        varint(text.utf8.count + 1)
        bytes += Array(text.utf8)
    }
    mutating func noTags(_ times: Int = 1) { for _ in 0..<times { varint(0) } }
    mutating func byte(_ value: UInt8) { bytes.append(value) }
}

/// The bytes of a frame before its record payload and behind it; the payload itself is filler.
struct Frame {
    var head: [UInt8]
    var payload = 0
    var tail: [UInt8] = []

    var length: Int { head.count + payload + tail.count }

    /// Puts the size in front, which counts all that follows it.
    static func sized(_ head: [UInt8], payload: Int = 0, tail: [UInt8] = []) -> Frame {
        var builder = FrameBuilder()
        builder.int(Int32(head.count + payload + tail.count))
        return Frame(head: builder.bytes + head, payload: payload, tail: tail)
    }
}

/// Produce v9 and Fetch v12, requests and responses, of one topic and partition.
struct KafkaFrames {
    var topic: String
    var clientId: String

    func produceRequest(correlation: Int32, records payload: Int) -> Frame {
        var out = requestHeader(api: 0, version: 9, correlation)
        out.noTags()  // no transactional id
        out.int(Int16(1))  // acks
        out.int(Int32(30_000))
        topicAndPartition(&out)
        let batch = batchHeader(payload)
        out.varint(batch.count + payload + 1)
        return .sized(out.bytes + batch, payload: payload, tail: [0, 0, 0])
    }

    func produceResponse(correlation: Int32, offset: Int64) -> Frame {
        var out = responseHeader(correlation)
        topicAndPartition(&out)
        out.int(Int16(0))
        out.int(offset)
        out.int(Int64(-1))
        out.int(Int64(0))
        out.varint(1)  // no record errors
        out.noTags()  // no error message
        out.noTags(2)
        out.int(Int32(0))
        out.noTags()
        return .sized(out.bytes)
    }

    func fetchRequest(correlation: Int32, offset: Int64) -> Frame {
        var out = requestHeader(api: 1, version: 12, correlation)
        for value in [-1, 500, 1, 50 << 20] as [Int32] { out.int(value) }
        out.byte(0)
        out.int(Int32(0))
        out.int(Int32(-1))
        topicAndPartition(&out)
        out.int(Int32(0))
        out.int(offset)
        out.int(Int32(-1))
        out.int(Int64(-1))
        out.int(Int32(1 << 20))
        out.noTags(2)
        out.varint(1)  // no forgotten topics
        out.text("")
        out.noTags()
        return .sized(out.bytes)
    }

    func fetchResponse(correlation: Int32, offset: Int64, records payload: Int) -> Frame {
        var out = responseHeader(correlation)
        out.int(Int32(0))
        out.int(Int16(0))
        out.int(Int32(0))
        topicAndPartition(&out)
        out.int(Int16(0))
        out.int(offset + 1000)
        out.int(offset + 1000)
        out.int(Int64(0))
        out.noTags()  // no aborted transactions
        out.int(Int32(-1))
        let batch = batchHeader(payload)
        out.varint(batch.count + payload + 1)
        return .sized(out.bytes + batch, payload: payload, tail: [0, 0, 0])
    }

    private func requestHeader(api: Int16, version: Int16, _ correlation: Int32) -> FrameBuilder {
        var out = FrameBuilder()
        out.int(api)
        out.int(version)
        out.int(correlation)
        out.int(Int16(clientId.utf8.count))
        for byte in clientId.utf8 { out.byte(byte) }
        out.noTags()
        return out
    }

    private func responseHeader(_ correlation: Int32) -> FrameBuilder {
        var out = FrameBuilder()
        out.int(correlation)
        out.noTags()
        return out
    }

    /// One topic with one partition, up to the partition's index.
    private func topicAndPartition(_ out: inout FrameBuilder) {
        out.varint(2)
        out.text(topic)
        out.varint(2)
        out.int(Int32(0))
    }

    /// A record batch (magic 2) whose records are `payload` bytes.
    private func batchHeader(_ payload: Int) -> [UInt8] {
        var out = FrameBuilder()
        out.int(Int64(0))
        out.int(Int32(49 + payload))
        out.int(Int32(0))
        out.byte(2)
        out.int(UInt32(0))
        out.int(Int16(0))
        out.int(Int32(max(0, payload / 1000 - 1)))
        out.int(Int64(1_700_000_000_000))
        out.int(Int64(1_700_000_000_000))
        out.int(Int64(-1))
        out.int(Int16(-1))
        out.int(Int32(-1))
        out.int(Int32(max(1, payload / 1000)))
        return out.bytes
    }
}
