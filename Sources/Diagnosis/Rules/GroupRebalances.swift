import Conversations
import ReportModel
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
            return group.rebalances.map { verdict(group, $0, restarted, view) }
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
            ($0.joined ?? $0.seen.first) <= rebalance.to && ($0.left ?? rebalance.to) >= rebalance.from
        }
        verdict.add(.members, .number(present.count))
        verdict.add(.memberTrigger, .text(rebalance.trigger.rawValue))
        verdict.add(.heldUpBy, .optional(rebalance.heldUpBy))
        let program = restarted.restarted(in: rebalance.from...max(rebalance.from, rebalance.to))
        if let program { verdict.isOne(of: program, group: group.group) }
        verdict.add(.leftMembers, .some((out.map(reason) + (program.map(reasons) ?? [])).uniqued))
        return verdict
    }

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
