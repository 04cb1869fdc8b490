import Conversations
import ReportModel
import Vocabulary

/// The rebalances of a classic group: each generation that members joined, from what set it off to the last SyncGroup answer.
final class ClassicGenerations {
    private struct Join {
        var id: String
        var sent: CaptureTime
        var frame: FrameRef
        /// Before this join it was in the group.
        var wasIn: Bool
    }

    private struct Generation {
        var number: Int64
        var joins: [Join] = []
        /// The first answer: joining is over.
        var formed: CaptureTime
        var formedFrame: FrameRef
        /// All members, as the leader was told them.
        var listed: Set<String>?
        /// The last SyncGroup answered without error.
        var synced: CaptureTime?
        /// Who shares the partitions out: the others' SyncGroups wait for its own.
        var leader: String?
        var waits = SyncWaits()
    }

    /// What may have set a rebalance off: somebody left, or an answer shows that one is on.
    private struct Sign {
        var time: CaptureTime
        var frame: FrameRef
        var isLeave: Bool
        var id: String
    }

    private(set) var rows: [RebalanceRow] = []
    private(set) var missing: [MissingShare] = []
    private(set) var leftOut = 0
    private var current: Generation?
    /// When a generation was last seen to be the current one.
    private var lastSign = CaptureTime.distantPast
    private var signs: [Sign] = []
    /// Members before the current generation, and those that were in the group when it was empty: nobody.
    private var before: Set<String> = []
    private var gone: Set<String> = []
    private let limit: Int
    private static let signsKept = 200

    init(limit: Int) { self.limit = limit }

    // MARK: What happens

    func joined(_ answer: ObservedAnswer, _ request: ObservedRequest, _ members: GroupMembers) {
        let (asked, told) = (request.body.root, answer.body.root)
        let code = told.integer("ErrorCode")
        guard code == 0, let id = told.string("MemberId"), let number = told.integer("GenerationId") else {
            if let code, code != GroupError.memberIdRequired {
                members.answered(asked.string("MemberId") ?? "", code, answer, request)
            }
            return
        }
        let instance = asked.string("GroupInstanceId")
        if let instance, let older = members.holder(of: instance, but: id) {
            members.change(older) { $0.leave(.replaced, at: answer.time, answer.frame) }
        }
        let wasIn = members[id]?.isIn ?? false
        members.admitted(id, request, at: answer.time) { member in
            member.row.instanceId = instance
            member.row.sessionTimeoutMs = asked.integer("SessionTimeoutMs").map { Int($0) }
            member.row.rebalanceTimeoutMs =
                (asked.integer("RebalanceTimeoutMs") ?? asked.integer("SessionTimeoutMs")).map { Int($0) }
        }
        take(
            Join(id: id, sent: request.sent, frame: request.frame, wasIn: wasIn), number, answer,
            told.elements("Members").compactMap { $0.string("MemberId") }, members)
    }

    private func take(
        _ join: Join, _ number: Int64, _ answer: ObservedAnswer, _ listed: [String], _ members: GroupMembers
    ) {
        defer { lastSign = answer.time }
        if current != nil, join.sent.since(lastSign) >= Span.pause { beginAnew(members) }
        if let current, current.number == number {
            // A static member that takes its place back in a generation that runs already is no part of its making.
            if let synced = current.synced, join.sent > synced { return }
        } else if current.map({ number > $0.number || $0.formed < join.sent }) ?? true {
            settle(members)
            current = Generation(number: number, formed: answer.time, formedFrame: answer.frame)
        } else {
            return
        }
        current?.joins.removeAll { $0.id == join.id }
        current?.joins.append(join)
        if !listed.isEmpty { current?.listed = Set(listed) }
        current?.leader = answer.body.root.string("Leader") ?? current?.leader
    }

    /// Hours later the same numbers may be a new group's.
    private func beginAnew(_ members: GroupMembers) {
        settle(members)
        (before, gone, signs) = ([], [], [])
    }

    /// A member asks for its share.
    func asks(_ request: ObservedRequest) {
        let asked = request.body.root
        guard let id = asked.string("MemberId"), current?.number == asked.integer("GenerationId") else { return }
        current?.waits.asks(id, request)
    }

    /// Its SyncGroup will have no answer.
    func gaveUp(_ request: ObservedRequest, at time: CaptureTime) {
        guard let id = request.body.root.string("MemberId") else { return }
        current?.waits.ended(id, request, at: time)
    }

    func synced(_ answer: ObservedAnswer, _ request: ObservedRequest, _ members: GroupMembers) {
        let asked = request.body.root
        guard let code = answer.body.root.integer("ErrorCode"), let id = asked.string("MemberId") else { return }
        members.answered(id, code, answer, request)
        current?.waits.ended(id, request, at: answer.time)
        if code == GroupError.rebalancing { add(Sign(time: answer.time, frame: answer.frame, isLeave: false, id: id)) }
        guard code == 0, current?.number == asked.integer("GenerationId"),
            current?.joins.contains(where: { $0.id == id }) == true
        else { return }
        current?.synced = answer.time
    }

    func beat(_ answer: ObservedAnswer, _ request: ObservedRequest, _ members: GroupMembers) {
        guard let code = answer.body.root.integer("ErrorCode"), let id = request.body.root.string("MemberId") else {
            return
        }
        members.answered(id, code, answer, request)
        if code == 0 { lastSign = answer.time }
        if code == GroupError.rebalancing { add(Sign(time: answer.time, frame: answer.frame, isLeave: false, id: id)) }
    }

    func left(_ answer: ObservedAnswer, _ request: ObservedRequest, _ members: GroupMembers) {
        let (asked, told) = (request.body.root, answer.body.root)
        guard told.integer("ErrorCode") == 0 else { return }
        let refused = Set(
            told.elements("Members").filter { $0.integer("ErrorCode") != 0 }.compactMap { $0.string("MemberId") })
        let leaving = asked.elements("Members")
        let ids = leaving.isEmpty ? [asked.string("MemberId")] : leaving.map { $0.string("MemberId") }
        for (place, id) in ids.enumerated() {
            guard let id, !id.isEmpty, !refused.contains(id) else { continue }
            let reason = place < leaving.count ? leaving[place].string("Reason") : nil
            members.change(id, request) { member in
                member.isAdmitted = true
                member.leave(Self.why(reason), at: answer.time, request.frame)
            }
            gone.insert(id)
            add(Sign(time: request.sent, frame: request.frame, isLeave: true, id: id))
        }
    }

    /// Clients of version 5 on say why they leave (KIP-800), in words of their own.
    private static func why(_ reason: String?) -> LeftBecause {
        guard let reason = reason?.lowercased() else { return .leave }
        return reason.contains("poll") && (reason.contains("timeout") || reason.contains("interval"))
            ? .pollInterval : .leave
    }

    private func add(_ sign: Sign) {
        guard signs.count < Self.signsKept else { return }
        signs.append(sign)
    }

    // MARK: A generation is over

    /// The current generation will have no more members: what it was is told now.
    func settle(_ members: GroupMembers) {
        guard let made = current else { return }
        current = nil
        let lost = dropped(made, members)
        let isKnown = !made.joins.isEmpty && made.synced != nil
        noteMissingShare(made, members)
        if isKnown { tell(made, lost, members) }
        before = made.listed ?? Set(made.joins.map(\.id))
        // What comes behind its forming belongs to the next one.
        signs.removeAll { $0.time <= made.formed }
        gone = gone.filter { id in signs.contains { $0.id == id } }
    }

    /// The leader joined, and never sent what each member is to read.
    private func noteMissingShare(_ made: Generation, _ members: GroupMembers) {
        guard made.synced == nil, missing.count < limit, let leader = made.leader, let row = members[leader]?.row,
            made.joins.contains(where: { $0.id == leader }), !made.waits.hasAsked(leader),
            let to = made.waits.last, to.since(made.formed) >= SyncWaits.least
        else { return }
        var share = MissingShare(from: made.formed, to: to, generation: made.number)
        (share.client, share.clientId) = (row.client, row.clientId)
        share.waiting = made.waits.ids.compactMap { members[$0]?.name }
        share.frames = [made.formedFrame] + made.waits.frames
        missing.append(share)
    }

    /// Members of the generation before that did not come, and had not said goodbye.
    private func dropped(_ made: Generation, _ members: GroupMembers) -> [String] {
        let came = made.listed ?? Set(made.joins.map(\.id))
        let missing = before.subtracting(came).filter { id in
            !signs.contains { $0.isLeave && $0.id == id && $0.time <= made.formed }
        }
        guard made.listed != nil else { return [] }
        let start = made.joins.map(\.sent).min() ?? made.formed
        for id in missing {
            members.change(id) { member in
                guard member.row.leftBecause != .replaced else { return }
                if let left = member.row.left {
                    // It was told so later, when it asked for something.
                    if left > made.formed { member.row.left = made.formed }
                    return
                }
                let isSilent = member.wasSilent(until: made.formed)
                let allowed = Double(member.row.rebalanceTimeoutMs ?? .max) - GroupMembers.slackMs
                let isOverdue = made.formed.milliseconds(since: start) >= allowed
                member.leave(
                    isSilent ? .sessionTimeout : isOverdue ? .rebalanceTimeout : .unknown, at: made.formed,
                    made.formedFrame)
            }
        }
        return missing.filter { members[$0]?.row.leftBecause != .replaced }.sorted()
    }

    private func tell(_ made: Generation, _ lost: [String], _ members: GroupMembers) {
        guard rows.count < limit, let to = made.synced else {
            leftOut += 1
            return
        }
        let first = made.joins.min { ($0.sent, $0.frame) < ($1.sent, $1.frame) }
        let began = first?.sent ?? made.formed
        // Who had left, or was silent for too long already, was no member any more when this one began.
        let left = Set(signs.filter { $0.isLeave && $0.time < began }.map(\.id))
        let present = before.subtracting(left).filter { id in
            !lost.contains(id) || !(members[id]?.wasSilent(until: began) ?? false)
        }
        let isNew = before.isEmpty || present.isEmpty && !signs.contains { !$0.isLeave && $0.time <= made.formed }
        let signs = isNew ? [] : signs.filter { $0.time <= made.formed }
        let sign = signs.min { ($0.time, $0.frame) < ($1.time, $1.frame) }
        var trigger = RebalanceTrigger.unknown
        var (from, frame) = (first?.sent ?? made.formed, first?.frame ?? made.formedFrame)
        var setOff: Set<String> = []
        if let sign, sign.time < from {
            (from, frame) = (sign.time, sign.frame)
            if sign.isLeave {
                (trigger, setOff) = (.memberLeft, [sign.id])
            } else {
                (trigger, setOff) = shown(by: sign, made, lost, members)
            }
        } else if let first {
            trigger = first.wasIn && before.contains(first.id) ? .memberRejoined : .memberJoined
        }
        // The first members wait for each other on purpose (group.initial.rebalance.delay.ms): nobody holds them up.
        var row = RebalanceRow(from: from, to: to, generation: made.number)
        row.durationMs = to.milliseconds(since: from)
        row.trigger = trigger
        row.frames = [frame, made.formedFrame]
        row.members = made.listed?.count
        let waitedFor = lost.filter { !setOff.contains($0) && present.contains($0) }
        if !isNew, let id = holder(made, waitedFor, from) {
            row.heldUpBy = members[id]?.name
            row.heldUpByMember = id
        }
        rows.append(row)
    }

    /// An answer shows that a rebalance is on, and nobody asked for it before: a member is lost, or one that the capture does
    /// not show has come.
    private func shown(
        by sign: Sign, _ made: Generation, _ lost: [String], _ members: GroupMembers
    ) -> (RebalanceTrigger, Set<String>) {
        let expired = lost.filter { id in
            members[id]?.wasSilent(until: sign.time) ?? false
        }
        if !expired.isEmpty { return (.memberLost, Set(expired)) }
        let strangers = made.listed.map { $0.subtracting(before).subtracting(made.joins.map(\.id)) } ?? []
        return strangers.isEmpty ? (.unknown, []) : (.memberJoined, [])
    }

    /// Who kept the others waiting: the one that never came; else the last to come, where that was late.
    private func holder(_ made: Generation, _ lost: [String], _ from: CaptureTime) -> String? {
        if let never = lost.first { return never }
        guard let last = made.joins.max(by: { $0.sent < $1.sent }),
            last.sent.since(from) >= Span.seconds(1)
        else { return nil }
        return last.id
    }
}
