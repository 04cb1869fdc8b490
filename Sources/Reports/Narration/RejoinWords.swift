internal import ReportModel

/// Words for REBALANCE_IN_PROGRESS: the group waits for its members to join again, until it goes on without those that do not.
enum RejoinWords {
    /// The group waited for this member, and nothing shows that it went on without it.
    static func isWaitedFor(_ view: Case) -> Bool {
        waited(view) != nil
    }

    private static func waited(_ view: Case) -> String? {
        guard view.finding.error == "REBALANCE_IN_PROGRESS", !isLeftBehind(view) else { return nil }
        return view.duration(.waitedMs)
    }

    static func title(_ view: Case) -> String? {
        guard let lasted = waited(view) else { return nil }
        let group = view.text(.group).map { "group \($0)" } ?? "a group"
        return "\(group) waited for \(view.client) to join again, for at least \(lasted)"
    }

    /// The leader joined and sent no assignment.
    static func unassigned(_ view: Case, _ group: String) -> Words {
        let (client, waiting) = (view.client, view.list(.assignmentAwaitedBy))
        let lasted = view.duration(.durationMs).map { " for \($0)" } ?? ""
        var words = Words(
            title: "\(group) waited\(lasted) in a rebalance: its leader \(client) sent no assignment")
        words.explanation.add(
            "All members had joined by \(view.clock(view.finding.first)). Their leader then computes who reads what, and sends that in its"
                + " SyncGroup. It sent none.")
        words.explanation.add(
            "\(Format.list(waiting, limit: 8)) waited for that in SyncGroup\(lasted). The group reads nothing"
                + " meanwhile.")
        words.explanation.add(view.text(.leftMembers)) { "Then the group went on without members that it lost: \($0)." }
        words.explanation.add(view.text(.members)) { "Members now: \($0)." }
        words.explanation.add(view.text(.generation)) { "Generation without an assignment: \($0)." }
        words.advice.add(
            "Look at \(client): whether it hangs or died between joining and its SyncGroup, for example in its partition assignor."
        )
        words.advice.add(
            if: view.text(.leftMembers) == nil,
            "Restart it if it does not return. The coordinator drops it after its session timeout only.")
        words.advice.run(
            "See the group's state", view.kafka("kafka-consumer-groups", "--describe\(view.groupFlag) --state"))
        return words
    }

    static func meaning(_ view: Case) -> String? {
        guard view.finding.error == "REBALANCE_IN_PROGRESS" else { return nil }
        if isLeftBehind(view) { return "The group has moved on without this member, which has to join again." }
        guard isWaitedFor(view) else { return "The group rebalances, and its members have to join again." }
        return
            "The group rebalances, and each of its members has to join again. This one went on without joining, and the others wait"
            + " for it until its rebalance timeout."
    }

    /// The tables show the member out of its group.
    private static func isLeftBehind(_ view: Case) -> Bool {
        guard let name = view.list(.group).first,
            let group = view.context.report.tables?.groups.first(where: { $0.group == name })
        else { return false }
        return group.members.contains { member in
            member.left != nil && member.leftBecause != .leave && view.isAbout(member.client, member.clientId)
        }
    }
}
