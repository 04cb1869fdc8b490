import Conversations
import ReportModel
import Vocabulary

/// When a group's standing still in a partition is a stall: its member reads nothing else meanwhile either, the log grows, and
/// the group is there. A reader that works through its partitions in turn is slow, and one that is gone has not stalled.
struct Standstills {
    private struct Member: Hashable {
        var group: GroupKey
        var client: ClientKey
        /// Of several members that share a host and a client id: whose partition it was. Nil: any of them.
        var id: String?
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
    private var presence: Presence
    private let limits: Limits

    init(limits: Limits) {
        self.limits = limits
        presence = Presence(limits: limits)
    }

    mutating func forget(before time: CaptureTime) {
        heard = heard.filter { $0.value.last >= time }
        lastStep = lastStep.filter { $0.value >= time }
        sharedOut = sharedOut.filter { heard[$0.key] != nil }
        presence.keep { heard[$0] != nil }
    }

    func lastMessage(of group: GroupKey) -> CaptureTime? { heard[group]?.last }

    mutating func noteRequest(_ request: ObservedRequest, of group: GroupKey) {
        // Who is no member says nothing of whether members are there.
        if presence.hasMembers(group), Presence.isOutsiders(request) { return }
        noteMessage(of: group, request.sentWhole, isNew: presence.beginsAnew(group, with: request))
    }

    mutating func noteAnswer(to request: ObservedRequest, _ answer: ObservedAnswer, of group: GroupKey) {
        if presence.hasMembers(group), Presence.isOutsiders(request) { return }
        noteMessage(of: group, answer.time, isNew: false)
        presence.learn(answer, to: request, of: group)
    }

    /// - Parameter isNew: before it the group had no members.
    private mutating func noteMessage(of group: GroupKey, _ time: CaptureTime, isNew: Bool) {
        guard let before = heard[group] else {
            if heard.count < limits.depthGroups { heard[group] = (time, time) }
            return
        }
        let wasAbsent = isNew || time.since(before.last) > Self.absent
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

    /// - Parameter owner: the one of several members of that program to which the partition belongs.
    mutating func noteStep(of client: ClientKey, as owner: String?, in group: GroupKey, at time: CaptureTime) {
        for id in owner == nil ? [nil] : [nil, owner] {
            let member = Member(group: group, client: client, id: id)
            if lastStep[member] != nil || lastStep.count < limits.depthClients { lastStep[member] = time }
        }
    }

    /// When the member that has a partition last got on anywhere. Of members that share host and client id each is its own.
    private func lastStep(of client: ClientKey, _ key: LagTable.Key, _ cast: Cast) -> CaptureTime? {
        let owner = cast.owner(key.place, key.group.group, client)
        return owner.flatMap { lastStep[Member(group: key.group, client: client, id: $0)] }
            ?? lastStep[Member(group: key.group, client: client, id: nil)]
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
        guard let now = entry.reader else { return commitsAlone(span, entry, log) }
        // Where it was handed over meanwhile, it is the one before that did not read it.
        let reader = entry.former?.client ?? now
        let span = span.lowerBound...max(span.lowerBound, min(span.upperBound, entry.former?.until ?? span.upperBound))
        var from = span.lowerBound
        // What it was given no longer, another member reads, in sight or not.
        let to = min(span.upperBound, cast.lost(key.place, key.group.group, reader) ?? span.upperBound)
        guard to.since(from) >= Self.least, !entry.waited(from, to) else { return nil }
        let unasked = entry.longestUnasked(until: to)
        if let since = heard[key.group]?.since { from = max(from, since) }
        if let moved = lastStep(of: reader, key, cast) {
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
        if reader != now { (stall.client, stall.clientId) = (reader.address, reader.clientId) }
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
