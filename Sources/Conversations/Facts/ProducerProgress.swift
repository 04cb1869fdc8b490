import Vocabulary

/// How far producers with an id have come in each partition: the last batch of theirs that a broker took.
///
/// A broker takes an idempotent producer's batches in order (KIP-98), so all of the same epoch before that one are stored, once
/// each, whatever became of the answers to them. A table of fixed size: a place that is taken goes to who comes.
public struct ProducerProgress {
    private struct Row {
        var producer: Int64 = -1
        var topic = StringID.none
        var partition: Int32 = -1
        var sequence: Int32 = 0
        var epoch: Int16 = 0

        /// Of the same life of the same producer, in the same partition.
        func isOf(_ other: Row) -> Bool {
            producer == other.producer && topic == other.topic && partition == other.partition && epoch == other.epoch
        }
    }

    private static let size = 1 << 12
    private var rows: [Row] = []

    @inline(__always)
    private static func place(_ batch: borrowing BatchIdentity, _ topic: StringID) -> Int {
        let number = UInt64(bitPattern: batch.producerId) &* 0x9E37_79B9_7F4A_7C15
        let partition = UInt64(topic.raw) << 32 | UInt64(UInt32(bitPattern: batch.partition))
        return Int(truncatingIfNeeded: ((number ^ partition) &* 0x9E37_79B9_7F4A_7C15) >> 52)
    }

    /// Whether a sequence is the other or stands behind it. They count up to 2³¹ - 1, and begin at 0 again.
    public static func reaches(_ sequence: Int32, _ other: Int32) -> Bool { (sequence &- other) & .max < 1 << 30 }

    /// A batch was stored, or had been.
    mutating func note(_ batch: borrowing BatchIdentity, of topic: StringID) {
        if rows.isEmpty { rows = Array(repeating: Row(), count: Self.size) }
        let at = Self.place(batch, topic)
        let new = Row(
            producer: batch.producerId, topic: topic, partition: batch.partition, sequence: batch.baseSequence,
            epoch: batch.epoch)
        // The answer to an older one may come later.
        if rows[at].isOf(new), !Self.reaches(new.sequence, rows[at].sequence) { return }
        rows[at] = new
    }

    /// Whether a batch is stored for sure: itself, or one of its producer's behind it.
    func isStored(_ batch: BatchIdentity, of topic: StringID) -> Bool {
        guard batch.producerId >= 0, !rows.isEmpty else { return false }
        let row = rows[Self.place(batch, topic)]
        let asked = Row(
            producer: batch.producerId, topic: topic, partition: batch.partition, sequence: batch.baseSequence,
            epoch: batch.epoch)
        return row.isOf(asked) && Self.reaches(row.sequence, asked.sequence)
    }
}
