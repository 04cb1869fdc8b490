internal import ReportModel
internal import Vocabulary

/// Words for a member that its group no longer knows: which one, since when, and why, where the tables tell.
enum MemberWords {
    /// Reasons for which a group drops a member without its will.
    private static let reasons: [LeftBecause: String] = [
        .sessionTimeout: "its session expired without a heartbeat",
        .pollInterval: "it did not poll within max.poll.interval.ms, and left",
        .rebalanceTimeout: "it did not rejoin within the rebalance timeout",
        .fenced: "another member took its identity",
    ]

    /// Why the member that a finding speaks of was out of its group.
    static func why(_ view: Case) -> LeftBecause? { member(view)?.member.leftBecause }

    private static func member(_ view: Case) -> (group: GroupRow, member: GroupMemberRow)? {
        guard view.finding.error == "UNKNOWN_MEMBER_ID", let name = view.list(.group).first,
            let group = view.context.report.tables?.groups.first(where: { $0.group == name }),
            let member = group.members.first(where: { isMeant($0, view) })
        else { return nil }
        return (group, member)
    }

    static func lost(_ view: Case) -> String? {
        guard let (group, member) = member(view), let reason = member.leftBecause.flatMap({ reasons[$0] })
        else { return nil }
        let since = member.left.map { " at \(view.clock($0))" } ?? ""
        let session = member.sessionTimeoutMs.map { " (session.timeout.ms \(Format.count($0)))" } ?? ""
        let refused = group.commitsRefused ?? 0
        return "Member \(Trim.name(member.memberId)) was out of the group\(since): \(reason)\(session)."
            + (refused > 0
                ? " \(Format.count(refused, "commit")) of the group \(refused == 1 ? "was" : "were") refused, so those"
                    + " records may be read again."
                : "")
    }

    /// A rebalance that began with members that were lost: that is what happened to the group. Nil of any other.
    static func lostTitle(_ view: Case, _ group: String) -> String? {
        let left = view.list(.leftMembers)
        guard view.finding.count == 1, !left.isEmpty else { return nil }
        let names = Set(left.map { Trim.name(String($0.prefix(upTo: $0.lastIndex(of: ":") ?? $0.endIndex))) }).sorted()
        let why = reasons.keys.first { reason in left.contains { $0.hasSuffix(": \(reason.rawValue)") } }
        let took = view.duration(.durationMs).map { " and rebalanced in \($0)" } ?? ""
        guard names.count == 1, let why, let reason = reasons[why] else {
            return "\(group) lost \(Format.list(names, limit: 3))\(took)"
        }
        return why == .pollInterval
            ? "\(names[0]) left \(group) because it did not poll within max.poll.interval.ms"
            : "\(group) lost \(names[0])\(took): \(reason)"
    }

    private static func isMeant(_ member: GroupMemberRow, _ view: Case) -> Bool {
        guard let because = member.leftBecause, reasons[because] != nil else { return false }
        return view.isAbout(member.client, member.clientId)
    }
}
