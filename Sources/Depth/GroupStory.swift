import Conversations
import KafkaSchema
import ReportModel
import Vocabulary

/// All that is known of one group.
final class GroupStory {
    let key: GroupKey
    var type = GroupType.classic
    var seen: Seen
    let members: GroupMembers
    let classic: ClassicGenerations
    let epochs: EpochGenerations
    var streams = StreamsStatus()
    private var commitsRefused = 0
    /// Who answered last.
    var server: String?

    init(_ key: GroupKey, _ seen: Seen, _ limits: Limits) {
        self.key = key
        self.seen = seen
        members = GroupMembers(limit: limits.depthMembers)
        classic = ClassicGenerations(limit: limits.depthRebalances)
        epochs = EpochGenerations(limit: limits.depthRebalances)
    }

    /// A request of a member is a sign of life.
    func lived(_ request: ObservedRequest) {
        seen.add(request.sentWhole)
        if let id = request.body.root.string("MemberId") { members.lived(id, request) }
    }

    func committed(_ answer: ObservedAnswer, _ request: ObservedRequest) {
        let code = TransactionFields.error(answer)
        if code != 0 { commitsRefused += 1 }
        if let id = request.body.root.string("MemberId") { members.answered(id, code, answer, request) }
    }

    func row() -> GroupRow {
        var row = GroupRow(seen: seen)
        (row.group, row.type, row.server) = (key.group, type, server)
        classic.settle(members)
        row.rebalances = type == .classic ? classic.rows : epochs.rows
        row.streamsTroubles = streams.rows
        row.missingShares = classic.missing
        row.rebalancesLeftOut = type == .classic ? classic.leftOut : epochs.leftOut
        row.members = members.rows(type)
        row.membersLeftOut = members.leftOut
        row.commitsRefused = type == .share ? nil : commitsRefused
        return row
    }
}

/// A member as its own messages show it.
struct GroupMember {
    var row: GroupMemberRow
    /// When its last request came, and its last one that was taken.
    var lastSign: CaptureTime
    var lastTaken: CaptureTime
    /// It was admitted by an answer or seen acting.
    var isAdmitted = false
    var isIn = false
    /// How often it is to be heard of, where the broker tells.
    var heartbeatMs: Int64?

    init(_ id: String, _ request: ObservedRequest) {
        row = GroupMemberRow(seen: Seen(first: request.sent, last: request.sentWhole))
        row.memberId = id
        row.client = "\(request.client.address)"
        row.clientId = request.clientId
        row.frames = [request.frame]
        (lastSign, lastTaken) = (request.sent, request.sent)
    }

    var name: String { row.clientId ?? row.client }

    /// It is out, for that reason: the first one that is no farewell is kept where it comes back under the same id.
    mutating func leave(_ reason: LeftBecause, at time: CaptureTime, _ frame: FrameRef) {
        if isIn || row.left == nil { row.left = time }
        isIn = false
        if row.leftBecause == nil || row.leftBecause == .leave { row.leftBecause = reason }
        if row.frames.count < 8, !frame.isNone { row.frames.append(frame) }
    }

    /// The same, of one whose requests may go on behind that time, and are refused.
    func wasSilent(until time: CaptureTime) -> Bool {
        wasSilent(until: time, since: lastSign <= time ? lastSign : lastTaken)
    }

    /// Whether it was silent for longer than its session lasts, at that time.
    func wasSilent(until time: CaptureTime, since sign: CaptureTime) -> Bool {
        let silent = time.milliseconds(since: sign)
        if let session = row.sessionTimeoutMs { return silent >= Double(session) - GroupMembers.slackMs }
        // Where the protocol does not tell the session, several heartbeats were missed.
        return heartbeatMs.map { silent >= 2 * Double(max($0, 1000)) } ?? false
    }
}

/// The members of one group, those that have left too.
final class GroupMembers {
    /// A session is counted by the broker, from when a request was handled.
    static let slackMs = 500.0
    private var members: [String: GroupMember] = [:]
    private var order: [String] = []
    private(set) var leftOut = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    subscript(id: String) -> GroupMember? { members[id] }

    func lived(_ id: String, _ request: ObservedRequest) {
        guard !id.isEmpty else { return }
        change(id, request) { member in
            member.lastSign = request.sent
            member.row.seen.add(request.sentWhole)
        }
    }

    /// The broker's word on what a member did.
    func answered(_ id: String, _ code: Int64, _ answer: ObservedAnswer, _ request: ObservedRequest) {
        guard !id.isEmpty else { return }
        change(id, request) { member in
            switch code {
            case GroupError.unknownMember, GroupError.fencedEpoch:
                if member.isAdmitted, member.isIn || member.row.left == nil {
                    let isSilent = member.wasSilent(until: request.sent, since: member.lastTaken)
                    let other: LeftBecause = code == GroupError.fencedEpoch ? .fenced : .unknown
                    member.leave(isSilent ? .sessionTimeout : other, at: answer.time, answer.frame)
                }
            case GroupError.fencedInstance: member.leave(.fenced, at: answer.time, answer.frame)
            case 0, GroupError.rebalancing, GroupError.illegalGeneration:
                member.isAdmitted = true
                member.lastTaken = request.sent
                if member.row.left == nil { member.isIn = true }
            default: break
            }
        }
    }

    /// - Parameter id: as the answer tells it.
    /// - Parameter joins: with this request; else it was in the group before.
    func admitted(
        _ id: String, _ request: ObservedRequest, at time: CaptureTime, joins: Bool = true,
        _ fill: (inout GroupMember) -> Void
    ) {
        change(id, request) { member in
            if joins, !member.isAdmitted || !member.isIn { member.row.joined = member.row.joined ?? time }
            (member.isAdmitted, member.isIn) = (true, true)
            member.row.left = nil
            member.lastTaken = request.sent
            fill(&member)
        }
    }

    func change(_ id: String, _ request: ObservedRequest, _ body: (inout GroupMember) -> Void) {
        if members[id] == nil {
            guard members.count < limit else {
                leftOut += 1
                return
            }
            members[id] = GroupMember(id, request)
            order.append(id)
        }
        members[id].map { member in
            var member = member
            body(&member)
            members[id] = member
        }
    }

    /// Changes one that is there.
    func change(_ id: String, _ body: (inout GroupMember) -> Void) {
        guard var member = members[id] else { return }
        body(&member)
        members[id] = member
    }

    /// Who holds that place (`group.instance.id`) now.
    func holder(of instance: String, but id: String) -> String? {
        order.last { $0 != id && members[$0]?.row.instanceId == instance && members[$0]?.isIn == true }
    }

    func rows(_ type: GroupType) -> [GroupMemberRow] {
        order.compactMap { members[$0] }.filter(\.isAdmitted).map { member in
            var row = member.row
            if type != .classic { row.sessionTimeoutMs = nil }
            return row
        }
    }
}

/// Error codes of groups.
enum GroupError {
    static let illegalGeneration = code("ILLEGAL_GENERATION")
    static let unknownMember = code("UNKNOWN_MEMBER_ID")
    static let rebalancing = code("REBALANCE_IN_PROGRESS")
    static let memberIdRequired = code("MEMBER_ID_REQUIRED")
    static let fencedInstance = code("FENCED_INSTANCE_ID")
    static let fencedEpoch = code("FENCED_MEMBER_EPOCH")

    /// - Returns: a number that no answer carries where the schema has no such name.
    private static func code(_ name: String) -> Int64 { KafkaError.code(named: name).map { Int64($0) } ?? .min }
}
