import ReportModel
import Vocabulary

/// Whether a lag grows on and on. Its least value in each span of five seconds is looked at, so that neither a batch that
/// comes at once nor a commit every few seconds counts.
struct LagGrowth {
    private static let span = Span.seconds(5)
    private static let leastTime = Span.seconds(10)
    private static let leastRecords: Int64 = 100

    private struct Span5 {
        var start: CaptureTime
        var last: CaptureTime
        var least: Int64
        var isRead: Bool
        /// When the partition was last fetched.
        var fetched: CaptureTime
        /// The longest time since the run began in which nobody fetched it.
        var unasked: Int64 = 0
    }

    private var current: Span5?
    private var previous: Span5?
    /// Where the run began.
    private var first: Span5?
    private(set) var greatest: PartitionGrowth?

    /// - Parameters:
    ///   - lastRead: when the group was last heard of that partition. What comes in while nobody reads it, or behind the last
    ///     reader's end, is no falling behind.
    ///   - fetched: when it was last fetched. What comes in between two Fetches says nothing of how fast the reader is.
    mutating func add(_ lag: Int64, at time: CaptureTime, lastRead: CaptureTime, fetched: CaptureTime) {
        let isRead = time.since(lastRead) <= Self.span
        guard var now = current, time.since(now.start) < Self.span else {
            close()
            current = Span5(
                start: time, last: time, least: lag, isRead: isRead, fetched: fetched, unasked: time.since(fetched))
            return
        }
        now.least = min(now.least, lag)
        now.unasked = max(now.unasked, time.since(fetched))
        (now.last, now.fetched) = (time, fetched)
        now.isRead = now.isRead || isRead
        current = now
    }

    /// What comes now has nothing to do with what was.
    mutating func beginAnew() {
        close()
        (previous, first) = (nil, nil)
    }

    /// The current span is over.
    mutating func close() {
        guard var now = current else { return }
        current = nil
        guard now.isRead else { return }
        now.unasked = max(now.unasked, previous?.unasked ?? 0)
        defer { previous = now }
        guard let before = previous, let start = first, now.least > before.least,
            now.start.since(before.last) < Span.pause
        else {
            now.unasked = 0
            first = now
            return
        }
        let grown = now.least - start.least
        guard now.fetched > start.last, grown >= Self.leastRecords, now.last.since(start.start) >= Self.leastTime,
            grown > greatest?.records ?? 0
        else { return }
        greatest = PartitionGrowth(from: start.start, to: now.last, records: grown, lag: now.least)
        greatest?.unaskedMs = Double(now.unasked) / 1e6
    }
}
