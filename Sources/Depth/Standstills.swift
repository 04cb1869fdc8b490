import Conversations
import ReportModel
import Vocabulary

/// When a group's standing still in a partition is a stall: its member reads nothing else meanwhile either, the log grows, and
/// the group is there. A reader that works through its partitions in turn is slow, and one that is gone has not stalled.
struct Standstills {
    private struct Member: Hashable {
        var group: GroupKey
        var client: ClientKey
    }

    /// Shorter pauses are told by nobody.
    static let least = Span.seconds(10)
    /// A group of which nothing is heard for so long was not there.
    private static let absent = Span.seconds(10)
    private static let timesKept = 2000
    private var lastStep: [Member: CaptureTime] = [:]
    /// When a group's partitions were shared out anew.
    private var sharedOut: [GroupKey: [CaptureTime]] = [:]
    /// Each group's last message, and since when it was never silent for long.
    private var heard: [GroupKey: (last: CaptureTime, since: CaptureTime)] = [:]
    private let limits: Limits

    init(limits: Limits) { self.limits = limits }

    mutating func forget(before time: CaptureTime) {
        heard = heard.filter { $0.value.last >= time }
        lastStep = lastStep.filter { $0.value >= time }
        sharedOut = sharedOut.filter { heard[$0.key] != nil }
    }

    func lastMessage(of group: GroupKey) -> CaptureTime? { heard[group]?.last }

    mutating func noteMessage(of group: GroupKey, _ time: CaptureTime) {
        guard let before = heard[group] else {
            if heard.count < limits.depthGroups { heard[group] = (time, time) }
            return
        }
        let wasAbsent = time.since(before.last) > Self.absent
        heard[group] = (max(before.last, time), wasAbsent ? time : before.since)
    }

    mutating func noteSharing(of group: GroupKey, _ answer: ObservedAnswer, _ request: ObservedRequest) {
        let isSharing =
            request.api == Api.joinGroup || request.api == Api.syncGroup
            || answer.body.root.structure("Assignment") != nil
        guard isSharing, answer.body.root.integer("ErrorCode") == 0 else { return }
        if sharedOut[group, default: []].count >= Self.timesKept { sharedOut[group]?.removeFirst(Self.timesKept / 2) }
        sharedOut[group, default: []].append(answer.time)
    }

    mutating func noteStep(of client: ClientKey, in group: GroupKey, at time: CaptureTime) {
        let member = Member(group: group, client: client)
        guard lastStep[member] != nil || lastStep.count < limits.depthClients else { return }
        lastStep[member] = time
    }

    /// - Parameters:
    ///   - span: from the end's first move behind the last step to the next step, or to the group's last message.
    ///   - entry: as it was before that step.
    func stall(
        _ span: ClosedRange<CaptureTime>, _ key: LagTable.Key, _ entry: GroupProgress, _ log: PartitionLog,
        _ cast: Cast
    ) -> PartitionStall? {
        guard span.upperBound.since(span.lowerBound) >= Self.least else { return nil }
        // Where no Fetch of the group could be told from others', its commits alone tell that it stands.
        guard let reader = entry.reader else { return commitsAlone(span, entry, log) }
        var from = span.lowerBound
        // What it was given no longer, another member reads, in sight or not.
        let to = min(span.upperBound, cast.lost(key.place, key.group.group, reader) ?? span.upperBound)
        guard to.since(from) >= Self.least, !entry.waited(from, to) else { return nil }
        let unasked = entry.longestUnasked(until: to)
        if let since = heard[key.group]?.since { from = max(from, since) }
        if let moved = lastStep[Member(group: key.group, client: reader)] {
            // After a rebalance the partition may be another member's, unless this one asks for it again.
            let shared = unasked.flatMap { gap in sharedOut[key.group]?.first { $0 > gap.from && $0 < gap.to } }
            from = max(from, min(moved, shared ?? moved))
        }
        let length = to.since(from)
        guard length >= Self.least, log.moved.since(from) >= length / 2 else { return nil }
        var stall = PartitionStall(from: from, to: to)
        stall.isFetched = unasked.map { $0.to.since(max($0.from, from)) < length / 2 } ?? true
        let unreleased = cast.unreleased(key.place, key.group.group, reader)
        stall.isUnreleased = unreleased.map { $0.since(from) <= length / 2 } ?? false
        stall.isHeldBack = entry.heldSince.map { $0.since(from) <= length / 2 } ?? false
        return stall
    }

    /// The members say again and again that they are where they were, while the log grows.
    private func commitsAlone(
        _ span: ClosedRange<CaptureTime>, _ entry: GroupProgress, _ log: PartitionLog
    ) -> PartitionStall? {
        guard let since = entry.repeatsCommit else { return nil }
        let stall = PartitionStall(from: max(span.lowerBound, since), to: span.upperBound)
        let length = stall.to.since(stall.from)
        return length >= Self.least && log.moved.since(stall.from) >= length / 2 ? stall : nil
    }
}
