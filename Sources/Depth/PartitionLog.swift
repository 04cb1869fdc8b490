import Conversations
import Vocabulary

/// What is known of a partition's log, whoever asked for it.
struct PartitionLog {
    private struct Written {
        var first: Int64
        var last: Int64
        var time: CaptureTime
        /// The last record's time, where it is another.
        var lastTime: CaptureTime
    }

    /// Behind the last record that anybody was told of.
    private(set) var end: Int64?
    /// When the end last moved.
    private(set) var moved = CaptureTime.distantPast
    private var written: [Written] = []
    /// First offsets of transactions that are open here, and whose they are.
    private var open: [Int64: (offset: Int64, owner: String)] = [:]
    private let kept: Int
    private static let openKept = 1000

    /// - Parameter kept: times of batches; of a log that nobody wrote to there are none.
    init(kept: Int = 0) { self.kept = kept }

    /// - Returns: whether the end moved.
    @discardableResult
    mutating func reaches(_ offset: Int64?, at time: CaptureTime) -> Bool {
        guard let offset, offset >= 0, offset > end ?? -1 else { return false }
        end = offset
        moved = time
        return true
    }

    /// What was told of it under another name.
    func joined(_ other: PartitionLog) -> PartitionLog {
        var log = self
        log.end = [end, other.end].compactMap(\.self).max()
        log.moved = max(moved, other.moved)
        for entry in other.written { log.add(entry) }
        log.open.merge(other.open) { own, _ in own }
        return log
    }

    mutating func wrote(_ batch: RecordBatchHeader, at offset: Int64, _ time: CaptureTime) {
        let count = max(batch.lastOffset.subtractingSaturated(batch.baseOffset), Int64(batch.records ?? 1) - 1)
        add(Written(first: offset, last: offset.addingSaturated(count), time: time, lastTime: time))
    }

    /// A batch that was delivered; its producer's time is the one that is known.
    mutating func holds(_ batch: RecordBatchHeader) {
        guard batch.baseTimestamp > 0 else { return }
        let time = CaptureTime(nanoseconds: batch.baseTimestamp.multipliedReportingOverflow(by: 1_000_000).partialValue)
        let last = CaptureTime(nanoseconds: batch.maxTimestamp.multipliedReportingOverflow(by: 1_000_000).partialValue)
        add(Written(first: batch.baseOffset, last: batch.lastOffset, time: time, lastTime: last))
    }

    private mutating func add(_ entry: Written) {
        // Nearly all come in order.
        var place = written.endIndex
        while place > 0, written[place - 1].first >= entry.first {
            if written[place - 1].first == entry.first { return }
            place -= 1
        }
        written.insert(entry, at: place)
        // Old ones are asked for less, but may be: every second goes.
        if written.count > kept {
            written = written.indices.filter { $0 % 2 == 0 || $0 > kept / 2 }.map { written[$0] }
        }
    }

    /// When the record at that offset was written; nil where that was not seen.
    func time(of offset: Int64) -> CaptureTime? {
        let place = written.partitionPoint(where: { $0.last >= offset })
        // A marker of a transaction is no record: the next one is meant.
        guard place < written.count, written[place].first <= offset.addingSaturated(1) else { return nil }
        let entry = written[place]
        if offset <= entry.first { return entry.time }
        return entry.lastTime.since(entry.time).distanceFromZero <= Span.milliseconds(100) ? entry.time : nil
    }

    // MARK: Transactions

    mutating func opened(by producer: Int64, _ owner: String, at offset: Int64) {
        guard open[producer] == nil, open.count < Self.openKept else { return }
        open[producer] = (offset, owner)
    }

    mutating func ended(by producer: Int64) { open[producer] = nil }

    /// Whose transaction keeps the last stable offset where it is.
    func owner(at offset: Int64) -> String? { open.values.first { $0.offset == offset }?.owner }
}
