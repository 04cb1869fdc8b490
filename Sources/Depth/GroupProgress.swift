import Conversations
import ReportModel
import Vocabulary

/// How far one group is in one partition.
struct GroupProgress {
    var seen: Seen
    private(set) var committedOffset: Int64?
    private var deliveredTo: Int64?
    private var highestDelivered: Int64 = -1
    /// The offset last asked for.
    private var asked: Int64?
    /// From when the last Fetch of it waits, and until when it said that it would.
    private var poll: (from: CaptureTime, to: CaptureTime)?
    /// When it asked so, it had all that was there, and it has no answer yet.
    private var waitsAtEnd = false
    /// The program that last fetched it, from where, and when it last asked or got something.
    private(set) var reader: ClientKey?
    private(set) var server: Endpoint?
    private(set) var lastFetch = CaptureTime.distantPast
    /// Who had it when it last got on, and until when, where another fetches it now.
    private(set) var former: (client: ClientKey, until: CaptureTime)?
    /// The longest time between two Fetches of it.
    private var fetchPause: Int64 = 0
    /// When its own members were last heard of here; what others ask the coordinator is none of theirs.
    var lastHeard = CaptureTime.distantPast
    /// The longest time since the last step in which nobody asked for it.
    private var unasked: (from: CaptureTime, to: CaptureTime)?
    private var frames: [FrameRef] = []
    private var growth = LagGrowth()
    /// The same of what was committed, looked at when it is committed: that a commit comes seldom is no growing lag.
    private var uncommitted = LagGrowth()
    private var stall: PartitionStall?
    var lastStable: Int64?
    var logStart: Int64?
    private var lagMax: Int64?

    var commits = CommitMemory()
    private var returns = OffsetReturns()
    /// The member's own word that it stands where it stood.
    private var repeats: CommitRepeats?

    // Steps: a commit or a record above all before.
    private var highestCommit: Int64 = -1
    private var hasStepped = false
    /// When the end first moved after the last step.
    private var behindSince: CaptureTime?
    private var standstill: Int64?

    // What an open transaction keeps back.
    private var holding: (offset: Int64, since: CaptureTime, owner: String?)?
    private var heldBack: (span: Int64, owner: String?)?
    /// When the last one began that is over.
    private var lastHold: CaptureTime?

    init(seen: Seen) { self.seen = seen }

    /// Past the last record delivered, or the last offset asked.
    var position: Int64? {
        guard let deliveredTo else { return asked }
        return max(deliveredTo, asked ?? deliveredTo)
    }

    /// A Fetch asks for it, and waits for records as long as that.
    mutating func asks(
        _ offset: Int64?, _ time: CaptureTime, wait ms: Int64, _ frame: FrameRef, in log: PartitionLog = PartitionLog()
    ) {
        if let offset, let position { returns.asks(offset, position, at: time) }
        if let offset { commits.asks(offset, position: position, frame) }
        asked = offset ?? asked
        // Where it stands is known from now on.
        if asked != nil { hasStepped = true }
        let wait = max(0, ms).multipliedReportingOverflow(by: 1_000_000)
        poll = (time, time.adding(nanoseconds: wait.overflow ? .max : wait.partialValue))
        waitsAtEnd = offset.flatMap { offset in readable(log).map { offset >= $0 } } ?? false
    }

    /// The Fetch that asked for it has its answer.
    mutating func answeredPoll() { waitsAtEnd = false }

    /// Its reader has all that there was, and waits for more as long as it said (fetch.min.bytes, fetch.max.wait.ms): what comes in
    /// meanwhile is no lag of the reader's.
    private func isWaiting(at time: CaptureTime) -> Bool {
        guard waitsAtEnd, let poll else { return false }
        return time.since(poll.to) <= Span.seconds(1)
    }

    /// A Fetch waited all the while, as it had said: that is no standing still.
    func waited(_ from: CaptureTime, _ to: CaptureTime) -> Bool {
        guard let poll else { return false }
        return poll.from.since(from) < Standstills.least && to.since(poll.to) <= Span.seconds(1)
    }

    /// Who reads it, and as far as where, is not known any more.
    mutating func loseReader() {
        (reader, server, deliveredTo, asked, poll, unasked) = (nil, nil, nil, nil, nil, nil)
        former = nil
    }

    mutating func fetched(by client: ClientKey, from server: Endpoint, at time: CaptureTime, _ frame: FrameRef) {
        noteFetch(at: time)
        if let reader, reader != client, former == nil { former = (reader, time) }
        (reader, self.server) = (client, server)
        if frames.count < 4 { frames.append(frame) } else { frames[3] = frame }
    }

    /// An answer speaks of it, so the fetch session has it (KIP-227), though the request named only what had changed.
    mutating func answered(_ client: ClientKey, from server: Endpoint, at time: CaptureTime, _ frame: FrameRef) {
        guard reader == nil else { return noteFetch(at: time) }
        fetched(by: client, from: server, at: time, frame)
    }

    private mutating func noteFetch(at time: CaptureTime) {
        noteUnasked(until: time)
        if lastFetch != .distantPast { fetchPause = max(fetchPause, time.since(lastFetch)) }
        lastFetch = time
    }

    private mutating func noteUnasked(until time: CaptureTime) {
        guard lastFetch != .distantPast else { return }
        if time.since(lastFetch) > unasked.map({ $0.to.since($0.from) }) ?? 0 { unasked = (lastFetch, time) }
    }

    /// The longest time without a Fetch of it since the last step, up to that time.
    func longestUnasked(until time: CaptureTime) -> (from: CaptureTime, to: CaptureTime)? {
        var entry = self
        entry.noteUnasked(until: time)
        return entry.unasked
    }

    /// - Returns: the standstill that this step ends; nil where it is no step.
    mutating func delivered(to offset: Int64, at time: CaptureTime) -> ClosedRange<CaptureTime>? {
        deliveredTo = offset
        guard offset > highestDelivered else { return nil }
        highestDelivered = offset
        return step(at: time)
    }

    mutating func committed(
        _ offset: Int64, at time: CaptureTime, _ frame: FrameRef
    ) -> ClosedRange<CaptureTime>? {
        note(returns.committed(offset))
        repeats =
            repeats.flatMap { $0.offset == offset ? $0.again(frame) : nil } ?? CommitRepeats(offset, at: time, frame)
        committedOffset = offset
        guard offset > highestCommit else { return nil }
        // The first commit in sight, of what it had before the capture began, is no progress.
        let isOld = highestCommit < 0 && deliveredTo == nil && offset == asked
        highestCommit = offset
        return isOld ? nil : step(at: time)
    }

    mutating func refused(_ offset: Int64) { returns.refused(offset) }

    mutating func note(_ stall: PartitionStall?) {
        guard var stall else { return }
        if let known = self.stall {
            let (longer, other) =
                stall.to.since(stall.from) > known.to.since(known.from) ? (stall, known) : (known, stall)
            stall = longer
            // Of one standing still, both know something.
            if stall.from <= other.to, other.from <= stall.to { stall.returns = stall.returns ?? other.returns }
        }
        self.stall = stall
    }

    /// What was committed under the topic's name, while its id was fetched.
    mutating func take(commitsOf other: GroupProgress) {
        (committedOffset, highestCommit, repeats) = (other.committedOffset, other.highestCommit, other.repeats)
        commits = other.commits
        seen.add(other.seen)
        lastHeard = max(lastHeard, other.lastHeard)
    }

    /// Since when its members have committed one offset again and again; nil where they did not.
    var repeatsCommit: CaptureTime? { repeats.flatMap { $0.isOften ? $0.since : nil } }

    /// The standstill that goes on.
    func standstill(until time: CaptureTime) -> ClosedRange<CaptureTime>? {
        behindSince.flatMap { $0 <= time ? $0...time : nil }
    }

    /// Since when a transaction has kept it back.
    var heldSince: CaptureTime? { holding?.since ?? lastHold }

    /// The coordinator's word that nothing is committed.
    mutating func toldNone(_ answer: ObservedAnswer, to request: ObservedRequest, topicId: TopicUUID?) {
        commits.toldNone(sent: request.sent, at: answer.time, answer.frame, topicId: topicId)
        committedOffset = nil
    }

    /// Somebody had it deleted.
    mutating func deleted() {
        commits.deleted()
        committedOffset = nil
    }

    /// The coordinator's word, which is no step of the group.
    mutating func told(_ offset: Int64) {
        committedOffset = offset
        highestCommit = max(highestCommit, offset)
    }

    /// Somebody who is none of its members set it back, while it had none: from there on it reads anew, and all that it reads is
    /// progress.
    /// - Returns: whether it was that.
    mutating func setBack(to offset: Int64) -> Bool {
        guard offset < max(highestCommit, committedOffset ?? -1) else { return false }
        (committedOffset, highestCommit, highestDelivered) = (offset, offset, offset)
        (deliveredTo, asked, behindSince, unasked) = (nil, offset, nil, nil)
        (returns, repeats) = (OffsetReturns(), nil)
        growth.beginAnew()
        uncommitted.beginAnew()
        return true
    }

    private mutating func step(at time: CaptureTime) -> ClosedRange<CaptureTime> {
        let span = min(behindSince ?? time, time)...time
        if behindSince != nil { standstill = max(standstill ?? 0, time.since(span.lowerBound)) }
        (behindSince, hasStepped, unasked, former) = (nil, true, nil, nil)
        return span
    }

    mutating func endMoved(_ log: PartitionLog, at time: CaptureTime) {
        returns.endMoved(at: time)
        if hasStepped, behindSince == nil { behindSince = time }
        noteLag(log, at: time)
    }

    mutating func noteLag(_ log: PartitionLog, at time: CaptureTime) {
        guard let lag = lag(log) else { return }
        lagMax = max(lagMax ?? lag, lag)
        // What was fetched but is not committed yet is no growing lag: commits come seldom.
        if let end = readable(log), let from = [committedOffset, position].compactMap(\.self).max(), hasStepped,
            !isWaiting(at: time)
        {
            growth.add(max(0, end.subtractingSaturated(from)), at: time, lastRead: lastHeard, fetched: lastFetch)
        }
    }

    /// How much was left when a commit was stored.
    mutating func noteCommit(_ log: PartitionLog, at time: CaptureTime) {
        guard let end = readable(log), let committed = committedOffset else { return }
        uncommitted.add(max(0, end.subtractingSaturated(committed)), at: time, lastRead: lastHeard, fetched: lastFetch)
    }

    /// As far as it may read: what an open transaction keeps from it says nothing of how fast it is.
    private func readable(_ log: PartitionLog) -> Int64? { holding.map(\.offset) ?? log.end }

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
        (holding, lastHold) = (nil, held.since)
    }

    /// - Parameter last: when the group's last message was.
    func row(_ log: PartitionLog, last: CaptureTime?) -> LagRow {
        var done = self
        done.note(returns.stall)
        done.endHolding(at: last ?? seen.last)
        var row = LagRow(seen: seen)
        (row.committedOffset, row.position) = (committedOffset, position)
        (row.endOffset, row.lastStableOffset, row.logStartOffset) = (log.end, lastStable, logStart)
        (row.lagRecords, row.lagRecordsMax) = (lag(log), lagMax)
        row.endMoved = log.end == nil ? nil : log.moved
        row.forgetEndBehindCommit()
        (row.clientId, row.client, row.server) = (reader?.clientId, reader?.address, server.map { "\($0)" })
        done.growth.close()
        done.uncommitted.close()
        let grown = [done.growth.greatest, done.uncommitted.greatest].compactMap(\.self).max { $0.records < $1.records }
        // Who is seen to fetch nothing may read elsewhere, out of sight.
        (row.stall, row.growth, row.frames) = (done.stall, reader == nil ? nil : grown, frames)
        row.lostCommit = commits.lost
        row.fetchPauseMs = lastFetch == .distantPast ? nil : Double(fetchPause) / 1e6
        if frames.isEmpty { row.frames = repeats?.frames ?? [] }
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

extension LagRow {
    /// Nobody commits what is not there yet: the log has grown, and where it ends now was not read.
    fileprivate mutating func forgetEndBehindCommit() {
        guard let end = endOffset, let committed = committedOffset, committed > end else { return }
        (endOffset, lagRecords) = (nil, nil)
    }

    /// What one row knows and the other does not, put together.
    func joined(_ other: LagRow) -> LagRow {
        var row = self
        row.committedOffset = committedOffset ?? other.committedOffset
        row.position = [position, other.position].compactMap(\.self).max()
        row.endOffset = [endOffset, other.endOffset].compactMap(\.self).max()
        row.lastStableOffset = lastStableOffset ?? other.lastStableOffset
        row.logStartOffset = logStartOffset ?? other.logStartOffset
        row.lagRecords = row.endOffset.flatMap { end in
            (row.committedOffset ?? row.position).map { max(0, end.subtractingSaturated($0)) }
        }
        row.forgetEndBehindCommit()
        // Each half knew a lag of another kind, if any.
        row.lagRecordsMax = row.lagRecords.map { max($0, lagRecordsMax ?? 0, other.lagRecordsMax ?? 0) }
        row.lagMs = row.lagRecords == 0 ? 0 : nil
        row.standstillMs = nil
        (row.heldBackBy, row.heldBackMs) = (heldBackBy ?? other.heldBackBy, heldBackMs ?? other.heldBackMs)
        (row.clientId, row.client) = (clientId ?? other.clientId, client ?? other.client)
        row.server = server ?? other.server
        (row.stall, row.growth) = (nil, nil)
        row.lostCommit = [lostCommit, other.lostCommit].compactMap(\.self).max {
            ($0.distance, $0.told) < ($1.distance, $1.told)
        }
        row.frames = frames + other.frames
        row.seen.add(other.seen)
        return row
    }
}
