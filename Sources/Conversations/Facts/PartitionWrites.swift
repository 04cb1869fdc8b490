import Vocabulary

/// When records were first and last stored in each partition. A table of fixed size: a place that is taken goes to who comes.
struct PartitionWrites {
    private struct Row {
        var topic = StringID.none
        var partition: Int32 = -1
        var first = CaptureTime.distantPast
        var last = CaptureTime.distantPast
    }

    private static let size = 1 << 12
    private var rows: [Row] = []

    @inline(__always)
    mutating func note(_ topic: StringID, _ partition: Int32, at time: CaptureTime) {
        if rows.isEmpty { rows = Array(repeating: Row(), count: Self.size) }
        let number = UInt64(topic.raw) << 32 | UInt64(UInt32(bitPattern: partition))
        let at = Int(truncatingIfNeeded: (number &* 0x9E37_79B9_7F4A_7C15) >> 52)
        if rows[at].topic == topic, rows[at].partition == partition {
            rows[at].last = time
        } else {
            rows[at] = Row(topic: topic, partition: partition, first: time, last: time)
        }
    }

    func names(from: CaptureTime, to: CaptureTime) -> [PartitionName] {
        rows.filter { !$0.topic.isNone && $0.first <= to && $0.last >= from }
            .map { PartitionName(topic: $0.topic, partition: $0.partition) }
    }
}
