import Conversations
import Vocabulary

/// Which groups have members. One that all have left in order, or whose offsets somebody else may set, has none: it does not stand
/// still then, it is not there.
struct Presence {
    private struct State {
        var members: Set<String> = []
        /// Everybody has left, the last one from there.
        var lastLeaver: Endpoint?
        /// More members than are counted.
        var isTooLarge = false
    }

    private var states: [GroupKey: State] = [:]
    private let limits: Limits

    init(limits: Limits) { self.limits = limits }

    mutating func keep(_ isKept: (GroupKey) -> Bool) { states = states.filter { isKept($0.key) } }

    /// Members were seen, be they gone again.
    func hasMembers(_ group: GroupKey) -> Bool { states[group] != nil }

    /// A commit of no member: an administrator's, or that of a program without a membership. The coordinator takes it only while the
    /// group has no members.
    static func isOutsiders(_ request: ObservedRequest) -> Bool {
        guard request.api == Api.offsetCommit, let id = request.body.root.string("MemberId") else { return false }
        return id.isEmpty && (request.body.root.integer("GenerationIdOrMemberEpoch") ?? -1) < 0
    }

    /// Whether a group that everybody had left has members again with this request. The same program that joins again on the
    /// connection on which it left had not stopped: it was too slow between two polls.
    mutating func beginsAnew(_ group: GroupKey, with request: ObservedRequest) -> Bool {
        guard let leaver = states[group]?.lastLeaver, request.api != Api.leaveGroup else { return false }
        states[group]?.lastLeaver = nil
        return leaver != request.client
    }

    mutating func learn(_ answer: ObservedAnswer, to request: ObservedRequest, of group: GroupKey) {
        guard answer.body.root.integer("ErrorCode") == 0 else { return }
        let (asked, told) = (request.body.root, answer.body.root)
        if request.api == Api.leaveGroup {
            let ids = asked.elements("Members").compactMap { $0.string("MemberId") }
            return left(ids.isEmpty ? [asked.string("MemberId") ?? ""] : ids, request, group)
        }
        let id = told.string("MemberId").flatMap { $0.isEmpty ? nil : $0 } ?? asked.string("MemberId") ?? ""
        if asked.integer("MemberEpoch") ?? 0 < 0 { return left([id], request, group) }
        if !id.isEmpty { came(id, group) }
    }

    private mutating func came(_ id: String, _ group: GroupKey) {
        guard states[group] != nil || states.count < limits.depthGroups else { return }
        var state = states[group] ?? State()
        if state.members.count < limits.depthMembers {
            state.members.insert(id)
        } else if !state.members.contains(id) {
            state.isTooLarge = true
        }
        state.lastLeaver = nil
        states[group] = state
    }

    private mutating func left(_ ids: [String], _ request: ObservedRequest, _ group: GroupKey) {
        guard var state = states[group], !state.members.isEmpty, !state.isTooLarge else { return }
        state.members.subtract(ids)
        if state.members.isEmpty { state.lastLeaver = request.client }
        states[group] = state
    }
}
