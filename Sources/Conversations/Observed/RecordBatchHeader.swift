import Vocabulary

/// What the header of a record batch says, or of one message in the formats before 0.11. Its records are never looked at.
public struct RecordBatchHeader: Sendable, Hashable {
    public var baseOffset: Int64
    /// 2 since 0.11; 0 and 1 are message sets.
    public var format: UInt8
    /// With the 12 bytes of offset and size; as many as the field holds.
    public var bytes: Int64
    /// False for one that an answer cuts at its end.
    public var isWhole: Bool
    public var checksum: UInt32
    /// Nil where they are packed inside one message.
    public var records: Int32?
    /// The offset of its last record.
    public var lastOffset: Int64
    public var codec: UInt8
    public var isTransactional = false
    public var isControl = false
    /// Milliseconds since 1970; -1 where the format has none.
    public var baseTimestamp: Int64 = -1
    public var maxTimestamp: Int64 = -1
    /// -1 for a plain producer.
    public var producerId: Int64 = -1
    public var producerEpoch: Int16 = -1
    public var baseSequence: Int32 = -1

    /// Its own bytes; keys and values follow, packed or not.
    var shownBytes: Int64 { Self.shownBytes(ofFormat: format) }

    static func shownBytes(ofFormat format: UInt8) -> Int64 { format == 2 ? 61 : format == 1 ? 26 : 18 }

    /// - Parameters:
    ///   - shown: at least its first 17 bytes.
    ///   - held: how many of its bytes the field holds.
    init?(_ shown: UnsafeBufferPointer<UInt8>, held: Int64) {
        guard shown.count >= 17 else { return nil }
        func number(_ at: Int, _ size: Int) -> Int64 {
            guard at + size <= shown.count else { return -1 }
            let bits = shown[at..<(at + size)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let unused = UInt64(64 - 8 * size)
            return Int64(bitPattern: bits << unused) >> Int64(unused)
        }
        baseOffset = number(0, 8)
        let declared = number(8, 4).addingSaturated(12)
        format = shown[16]
        bytes = held
        let header: Int64 = format == 2 ? 61 : 26
        isWhole = held >= declared && declared >= 12 && (format < 2 || held >= header)
        if format == 2 {
            checksum = UInt32(truncatingIfNeeded: number(17, 4))
            let attributes = number(21, 2)
            codec = UInt8(truncatingIfNeeded: attributes & 7)
            (isTransactional, isControl) = (attributes & 16 != 0, attributes & 32 != 0)
            lastOffset = baseOffset.addingSaturated(max(0, number(23, 4)))
            (baseTimestamp, maxTimestamp) = (number(27, 8), number(35, 8))
            producerId = number(43, 8)
            producerEpoch = Int16(truncatingIfNeeded: number(51, 2))
            baseSequence = Int32(truncatingIfNeeded: number(53, 4))
            records = shown.count >= 61 ? Int32(truncatingIfNeeded: max(0, number(57, 4))) : nil
        } else {
            checksum = UInt32(truncatingIfNeeded: number(12, 4))
            codec = shown.count > 17 ? shown[17] & 7 : 0
            lastOffset = baseOffset
            baseTimestamp = format == 1 ? number(18, 8) : -1
            maxTimestamp = baseTimestamp
            records = codec == 0 ? 1 : nil
        }
    }
}
