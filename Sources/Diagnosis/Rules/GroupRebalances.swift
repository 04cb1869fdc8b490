import Conversations
import ReportModel
import Streams
import Vocabulary

/// One rebalance of a group, as the depth tables have it: a warning where a member was lost, thrown out, or left because it did
/// not ask for records in time. Without the tables, `Rebalances` tells what JoinGroup and SyncGroup show.
struct GroupRebalances: Rule {
    /// Why a member leaves that did not mean to.
    private static let troubles: Set<LeftBecause> = [.pollInterval, .sessionTimeout, .rebalanceTimeout, .fenced]
    /// A member's end is told within a rebalance, or just before.
    private static let around = Span.milliseconds(500)
    /// Members that go on join again within their rebalance timeout, most often much sooner.
    private static let setOffWithin = Span.seconds(60)

    func judge(_ view: CaseView) -> [Verdict] {
        guard let tables = view.tables else { return Rebalances().judge(view) }
        return tables.groups.flatMap { group in
            let restarted = RestartedMembers(group)
            let shares = group.missingShares
            return group.rebalances.map { rebalance in
                let verdict = verdict(group, rebalance, restarted, view)
                // The group went on at last, without its leader.
                let share = shares.first { Self.isContinued($0, by: rebalance) }
                return share.flatMap { self.verdict(group, $0, view, endedBy: verdict) } ?? verdict
            }
                + shares.filter { share in !group.rebalances.contains { Self.isContinued(share, by: $0) } }
                .compactMap { verdict(group, $0, view) }
        }
    }

    private func verdict(_ group: GroupRow, _ rebalance: RebalanceRow, _ restarted: RestartedMembers, _ view: CaseView)
        -> Verdict
    {
        let out = group.members.filter { member in
            guard let left = member.left, let why = member.leftBecause, Self.troubles.contains(why) else {
                return false
            }
            return left.since(rebalance.to) <= Self.around
                && left.since(rebalance.from) >= -leadIn(to: rebalance, group)
        }
        let isTrouble = !out.isEmpty || rebalance.trigger == .memberLost
        var verdict = Verdict(.rebalance, isTrouble ? .warning : .info, .certain, at: rebalance.from)
        verdict.last = rebalance.to
        // Those that somebody was lost in are told apart from those that are a deployment's.
        verdict.subject = group.group + (isTrouble ? "/lost" : "")
        verdict.server = group.server
        verdict.nodeId = group.coordinator
        verdict.frames = rebalance.frames + out.flatMap { $0.frames.suffix(2) }
        let named = out.isEmpty ? group.members : out
        verdict.clientIds = named.compactMap(\.clientId)
        verdict.add(.group, .text(group.group))
        verdict.add(.durationMs, rebalance.durationMs.map { .milliseconds($0) })
        verdict.add(.generation, .number(Int(clamping: rebalance.generation)))
        let present = group.members.filter {
            ($0.joined ?? $0.seen.first) <= rebalance.to && $0.left.map { $0 > rebalance.to } ?? true
        }
        verdict.add(.members, .number(rebalance.members ?? present.count))
        verdict.add(.memberTrigger, .text(rebalance.trigger.rawValue))
        verdict.add(.heldUpBy, .optional(rebalance.heldUpBy))
        let program = restarted.restarted(in: rebalance.from...max(rebalance.from, rebalance.to))
        if let program { verdict.isOne(of: program, group: group.group) }
        let lost = out.isEmpty ? rebalance.lost.map { "\($0): \(LeftBecause.sessionTimeout.rawValue)" } : []
        verdict.add(.leftMembers, .some((lost + out.map(reason) + (program.map(reasons) ?? [])).uniqued))
        return verdict
    }

    /// The leader has joined and sends no assignment: nobody reads anything until it does, or is dropped.
    /// - Parameter rebalance: the next one, where that ended it.
    private func verdict(
        _ group: GroupRow, _ share: MissingShare, _ view: CaseView, endedBy rebalance: Verdict? = nil
    ) -> Verdict? {
        guard view.shown(share.from, share.to) >= Self.assignedWithin else { return nil }
        var verdict = Verdict(.rebalance, .warning, .certain, at: share.from)
        verdict.last = max(share.to, rebalance?.last ?? share.to)
        verdict.subject = group.group + "/assignment"
        (verdict.client, verdict.clientIds) = (share.client, [share.clientId].compactMap(\.self))
        (verdict.server, verdict.nodeId) = (group.server, group.coordinator)
        verdict.frames = share.frames + (rebalance?.frames ?? [])
        verdict.add(.group, .text(group.group))
        verdict.add(.durationMs, .milliseconds(share.to.milliseconds(since: share.from)))
        verdict.add(.generation, .number(Int(clamping: share.generation)))
        verdict.add(.assignmentAwaitedBy, .some(share.waiting.uniqued.sorted()))
        verdict.facts += rebalance?.facts.filter { [.leftMembers, .members, .memberTrigger].contains($0.key) } ?? []
        // It may have been sent among packets that are missing.
        if let host = IPAddress(share.client), view.mayBeMissing(of: host, since: share.from) {
            verdict.doubt(.gapInAnswers)
        }
        return verdict
    }

    private static func isContinued(_ share: MissingShare, by rebalance: RebalanceRow) -> Bool {
        rebalance.from.since(share.to) <= around && rebalance.to >= share.to && rebalance.from >= share.from
    }

    /// However large a group is, sharing its partitions out takes less.
    private static let assignedWithin = Span.seconds(9)

    /// How long before a rebalance a member's end may lie that set it off: where the capture does not show the generation before, its
    /// beginning is seen late.
    private func leadIn(to rebalance: RebalanceRow, _ group: GroupRow) -> Int64 {
        let isFirst = group.rebalances.allSatisfy { $0.from >= rebalance.from }
        return isFirst ? Self.setOffWithin : Self.around
    }

    private func reason(_ member: GroupMemberRow) -> String {
        "\(member.clientId ?? member.client): \(member.leftBecause?.rawValue ?? "")"
    }

    private func reasons(_ program: RestartedMembers.Restarted) -> [String] {
        program.stays.compactMap(\.why).filter(Self.troubles.contains).map {
            "\(program.clientId ?? program.client): \($0.rawValue)"
        }
    }
}
