import Conversations
import ReportModel
import Vocabulary

/// The last commit of a group in a partition that was acknowledged, and whether the coordinator forgot it: its group then begins
/// elsewhere, and passes records over or reads them again. No error says so.
struct CommitMemory {
    private struct Commit {
        var offset: Int64
        var time: CaptureTime
        var frame: FrameRef
        /// When the coordinator may forget it, where the commit itself says so.
        var expires: CaptureTime?
        /// The topic's, where it is known: one that was made anew has no commits yet.
        var topicId: TopicUUID?
    }

    private var last: Commit?
    /// The coordinator answered that nothing is committed.
    private var forgotten: (time: CaptureTime, frame: FrameRef)?
    /// Where the group went on, until an answer shows that the log still has that offset.
    private var pending: LostCommit?
    /// The one that cost most.
    private(set) var lost: LostCommit?

    mutating func committed(
        _ offset: Int64, at time: CaptureTime, _ frame: FrameRef, topicId: TopicUUID?, keptMs: Int64?
    ) {
        var expires: CaptureTime?
        if let keptMs, keptMs >= 0 {
            let kept = keptMs.multipliedReportingOverflow(by: 1_000_000)
            expires = time.adding(nanoseconds: kept.overflow ? .max : kept.partialValue)
        }
        last = Commit(offset: offset, time: time, frame: frame, expires: expires, topicId: topicId)
        forgotten = nil
    }

    /// Somebody had it deleted, with its group or its topic.
    mutating func deleted() { (last, forgotten, pending) = (nil, nil, nil) }

    /// A record was stored behind the commit, and before its offset: the log was made anew, or a batch came again.
    mutating func stored(_ offset: Int64, sent: CaptureTime) {
        guard let commit = last, sent > commit.time, offset < commit.offset else { return }
        deleted()
    }

    /// The coordinator's word that nothing is committed.
    /// - Parameter sent: when it was asked: what was committed behind that it could not know yet.
    mutating func toldNone(sent: CaptureTime, at time: CaptureTime, _ frame: FrameRef, topicId: TopicUUID?) {
        guard let commit = last, commit.time <= sent, forgotten == nil else { return }
        let isAnew = topicId != nil && commit.topicId != nil && topicId != commit.topicId
        guard !isAnew, commit.expires.map({ sent < $0 }) ?? true else { return deleted() }
        forgotten = (time, frame)
    }

    /// - Parameter position: where the group stood, nil where that is not known; a member that goes on from there has not asked the
    ///   coordinator.
    mutating func asks(_ offset: Int64, position: Int64?, _ frame: FrameRef) {
        guard let commit = last, let forgotten, let position else { return }
        // Whoever knows its position by itself has lost nothing.
        guard offset != commit.offset, offset != position else { return deleted() }
        pending = LostCommit(
            offset: commit.offset, committed: commit.time, told: forgotten.time, readFrom: offset,
            frames: [commit.frame, forgotten.frame, frame])
        (last, self.forgotten) = (nil, nil)
    }

    /// The first answer to who asked: a log that ends before what was committed is another one.
    mutating func answered(_ highWatermark: Int64?) {
        guard let found = pending, let highWatermark else { return }
        pending = nil
        if highWatermark >= found.offset, found.distance > lost?.distance ?? 0 { lost = found }
    }
}

extension LostCommit {
    /// How many offsets were passed over, or read again.
    var distance: UInt64 { readFrom.subtractingSaturated(offset).magnitude }
}
