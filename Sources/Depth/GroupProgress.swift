import ReportModel
import Vocabulary

/// How far one group is in one partition.
struct GroupProgress {
    var seen: Seen
    private(set) var committedOffset: Int64?
    private var deliveredTo: Int64?
    /// The offset last asked for.
    var asked: Int64?
    var fetchedBy: String?
    var lastStable: Int64?
    var logStart: Int64?
    private var lagMax: Int64?

    // Steps: a commit or a record above all before.
    private var highestCommit: Int64 = -1
    private var hasStepped = false
    /// When the end first moved after the last step.
    private var behindSince: CaptureTime?
    private var standstill: Int64?

    // What an open transaction keeps back.
    private var holding: (offset: Int64, since: CaptureTime, owner: String?)?
    private var heldBack: (span: Int64, owner: String?)?

    init(seen: Seen) { self.seen = seen }

    /// Past the last record delivered, or the last offset asked.
    var position: Int64? {
        guard let deliveredTo else { return asked }
        return max(deliveredTo, asked ?? deliveredTo)
    }

    mutating func delivered(to offset: Int64, at time: CaptureTime) {
        guard offset > deliveredTo ?? -1 else { return }
        deliveredTo = offset
        step(at: time)
    }

    mutating func committed(_ offset: Int64, at time: CaptureTime) {
        committedOffset = offset
        guard offset > highestCommit else { return }
        highestCommit = offset
        step(at: time)
    }

    /// The coordinator's word, which is no step of the group.
    mutating func told(_ offset: Int64) {
        committedOffset = offset
        highestCommit = max(highestCommit, offset)
    }

    private mutating func step(at time: CaptureTime) {
        if let behindSince { standstill = max(standstill ?? 0, time.since(behindSince)) }
        (behindSince, hasStepped) = (nil, true)
    }

    mutating func endMoved(_ log: PartitionLog, at time: CaptureTime) {
        if hasStepped, behindSince == nil { behindSince = time }
        noteLag(log)
    }

    mutating func noteLag(_ log: PartitionLog) {
        guard let lag = lag(log) else { return }
        lagMax = max(lagMax ?? lag, lag)
    }

    private func lag(_ log: PartitionLog) -> Int64? {
        guard let end = log.end, let from = committedOffset ?? position else { return nil }
        return max(0, end.subtractingSaturated(from))
    }

    /// A reader of committed records alone is told how far it may read.
    mutating func noteHolding(_ highWatermark: Int64?, _ log: PartitionLog, at time: CaptureTime) {
        guard let stable = lastStable, let highWatermark, stable < highWatermark else { return endHolding(at: time) }
        if let now = holding, now.offset == stable {
            if now.owner == nil { holding?.owner = log.owner(at: stable) }
            return
        }
        endHolding(at: time)
        holding = (stable, time, log.owner(at: stable))
    }

    private mutating func endHolding(at time: CaptureTime) {
        guard let held = holding else { return }
        let span = time.since(held.since)
        if span >= heldBack?.span ?? 0 { heldBack = (span, held.owner) }
        holding = nil
    }

    /// - Parameter last: when the group's last message was.
    func row(_ log: PartitionLog, last: CaptureTime?) -> LagRow {
        var done = self
        done.endHolding(at: last ?? seen.last)
        var row = LagRow(seen: seen)
        (row.committedOffset, row.position) = (committedOffset, position)
        (row.endOffset, row.lastStableOffset, row.logStartOffset) = (log.end, lastStable, logStart)
        (row.lagRecords, row.lagRecordsMax) = (lag(log), lagMax)
        row.clientId = fetchedBy
        row.standstillMs = done.standstill.map { Double($0) / 1e6 }
        (row.heldBackBy, row.heldBackMs) = (done.heldBack?.owner, done.heldBack.map { Double($0.span) / 1e6 })
        if row.lagRecords == 0 {
            row.lagMs = 0
        } else if let from = committedOffset ?? position, let last, let written = log.time(of: from) {
            row.lagMs = max(0, last.milliseconds(since: written))
        }
        return row
    }
}
