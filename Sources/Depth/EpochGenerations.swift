import Conversations
import ReportModel
import Vocabulary

/// Groups whose members only send heartbeats (KIP-848, share and streams groups): each epoch that an answer told first, above
/// the one in its request, is a rebalance.
final class EpochGenerations {
    private var told: Set<Int64> = []
    private var lastSign = CaptureTime.distantPast
    private(set) var rows: [RebalanceRow] = []
    private(set) var leftOut = 0
    /// What happened since the last epoch.
    private var cause: (trigger: RebalanceTrigger, time: CaptureTime)?
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func beat(_ answer: ObservedAnswer, _ request: ObservedRequest, _ members: GroupMembers) {
        let (asked, told) = (request.body.root, answer.body.root)
        guard let code = told.integer("ErrorCode"), let epoch = asked.integer("MemberEpoch") else { return }
        let id = told.string("MemberId").flatMap { $0.isEmpty ? nil : $0 } ?? asked.string("MemberId") ?? ""
        guard code == 0 else {
            members.answered(id.isEmpty ? asked.string("MemberId") ?? "" : id, code, answer, request)
            if code == GroupError.unknownMember, !wasLost(id, members) { cause = cause ?? (.memberLost, answer.time) }
            return
        }
        if epoch < 0 {
            members.change(id, request) { member in
                member.isAdmitted = true
                member.leave(.leave, at: answer.time, request.frame)
            }
            cause = cause ?? (.memberLeft, request.sent)
            return
        }
        if epoch == 0 { cause = cause ?? (.memberJoined, request.sent) }
        members.admitted(id, request, at: answer.time, joins: epoch == 0) { member in
            member.row.instanceId = asked.string("InstanceId") ?? member.row.instanceId
            if let ms = asked.integer("RebalanceTimeoutMs"), ms >= 0 { member.row.rebalanceTimeoutMs = Int(ms) }
            if let ms = told.integer("HeartbeatIntervalMs"), ms > 0 { member.heartbeatMs = ms }
        }
        // Hours later the same numbers may be a new group's.
        if answer.time.since(lastSign) >= Span.pause { self.told = [] }
        lastSign = answer.time
        if let now = told.integer("MemberEpoch") { note(now, above: epoch, answer, request) }
    }

    /// A member is told late that it is out: an epoch that came up behind its last sign of life, and that nothing explained, went on
    /// without it.
    private func wasLost(_ id: String, _ members: GroupMembers) -> Bool {
        guard let member = members[id], member.isAdmitted, member.row.leftBecause == .sessionTimeout,
            let place = rows.firstIndex(where: {
                $0.trigger == .unknown && $0.from > member.lastTaken
                    && member.wasSilent(until: $0.from, since: member.lastTaken)
            })
        else { return false }
        rows[place].trigger = .memberLost
        rows[place].lost.append(member.name)
        members.change(id) { $0.row.left = rows[place].from }
        return true
    }

    private func note(_ now: Int64, above epoch: Int64, _ answer: ObservedAnswer, _ request: ObservedRequest) {
        guard told.count < 4 * limit, told.insert(now).inserted, now > max(0, epoch) else { return }
        guard rows.count < limit else {
            leftOut += 1
            return
        }
        var row = RebalanceRow(from: cause?.time ?? request.sent, to: answer.time, generation: now)
        row.trigger = cause?.trigger ?? .unknown
        row.frames = [request.frame, answer.frame]
        rows.append(row)
        cause = nil
    }
}
