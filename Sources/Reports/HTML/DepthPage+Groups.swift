internal import ReportModel
internal import Vocabulary

/// Groups, their members, their rebalances and their lag.
extension DepthPage {
    private typealias Member = (group: String, row: GroupMemberRow)
    private typealias Rebalance = (group: String, row: RebalanceRow)

    func groups(_ tables: DepthTables) {
        table(
            "d-groups", "Groups", tables.groups,
            [
                .text("group") { $0.group }, .text("kind") { $0.type.rawValue }, .seen("coordinator", coordinator),
                .count("members") { $0.members.count + $0.membersLeftOut },
                .count("rebalances") { $0.rebalances.count + $0.rebalancesLeftOut },
                .amount("longest rebalance") { row in
                    row.rebalances.compactMap(\.durationMs).max().map { (Format.duration(ms: $0), $0) }
                },
                .count("commits refused") { $0.commitsRefused },
                .text("topics") { $0.topics.joined(separator: ", ") },
                .text("first seen") { clock($0.seen.first) }, .text("last seen") { clock($0.seen.last) },
            ])
        members(tables.groups.flatMap { group in group.members.map { (group.group, $0) } })
        rebalances(tables.groups.flatMap { group in group.rebalances.map { (group.group, $0) } })
        lag(tables.lag)
        shareGroups(tables.shareGroups)
    }

    private func coordinator(_ row: GroupRow) -> String? {
        row.coordinator == nil && row.server == nil ? nil : context.broker(row.server, nodeId: row.coordinator)
    }

    private func members(_ rows: [Member]) {
        table(
            "d-members", "Members of groups", rows,
            [
                .text("client id") { $0.row.clientId ?? "" }, .text("client") { $0.row.client },
                .text("group") { $0.group }, .text("instance id", rare: true) { $0.row.instanceId ?? "" },
                .span("session timeout") { $0.row.sessionTimeoutMs.map(Double.init) },
                .span("rebalance timeout") { $0.row.rebalanceTimeoutMs.map(Double.init) },
                .seen("joined") { $0.row.joined.map(clock) },
                .text("left") { $0.row.left.map(clock) ?? "" },
                .text("left because", rare: true) { $0.row.leftBecause == .leave ? TableWords.words(.leave) : "" },
                .trouble("lost because", rare: true) { member in
                    member.row.leftBecause.flatMap { $0 == .leave ? nil : TableWords.words($0) }
                },
                .text("member id") { $0.row.memberId }, .frame("first frame") { $0.row.frames },
            ],
            note: "A member that never left has no time in \"left\".",
            query: { client(($0.row.clientId, $0.row.client)) })
    }

    private func rebalances(_ rows: [Rebalance]) {
        let found = report.findings.filter { $0.kind == .rebalance }
        table(
            "d-rebalances", "Rebalances", rows,
            [
                .text("group") { $0.group }, .text("began") { clock($0.row.from) },
                .span("took") { $0.row.durationMs }, .text("because") { TableWords.words($0.row.trigger) },
                .trouble("waited for", rare: true) { $0.row.heldUpBy ?? $0.row.heldUpByMember },
                .count("generation") { $0.row.generation }, .frame("first frame") { $0.row.frames },
                .links("finding") { rebalance in
                    found.filter { Self.tells($0, of: rebalance) }.prefix(1).map(\.id)
                },
            ],
            note: "How long the members of a group shared its partitions out anew, and whom the others waited for."
                + " Only of classic groups does the protocol tell when it is done.")
    }

    private static func tells(_ finding: Finding, of rebalance: Rebalance) -> Bool {
        guard case .text(rebalance.group)? = finding[.group] else { return false }
        return finding.first <= rebalance.row.from && finding.last >= rebalance.row.to
    }

    private func lag(_ rows: [LagRow]) {
        table(
            "d-lag", "Lag", rows,
            [
                .text("group") { $0.group }, .seen("topic") { $0.topic }, .count("partition") { $0.partition },
                .count("records behind") { $0.lagRecords }, .count("most behind") { $0.lagRecordsMax },
                .span("oldest waits for") { $0.lagMs }, .span("stood still") { $0.standstillMs },
                .count("committed") { $0.committedOffset }, .count("read to") { $0.position },
                .count("end") { $0.endOffset }, .count("last stable") { $0.lastStableOffset },
                .count("log start") { $0.logStartOffset },
                .trouble("held back by", rare: true) { $0.heldBackBy },
                .amount("held back for", rare: true) { row in row.heldBackMs.map { (Format.duration(ms: $0), $0) } },
                .seen("read by") { $0.clientId }, .text("until") { clock($0.seen.last) },
            ],
            note:
                "Behind is the end less what was committed; where no commit was seen, less what was read. \"Oldest waits for\""
                + " is how long the first record not committed had waited at the group's last message.")
    }

    private func shareGroups(_ rows: [ShareGroupRow]) {
        table(
            "d-share", "Share groups", rows,
            [
                .text("group") { $0.group }, .seen("topic") { $0.topic }, .count("partition") { $0.partition },
                .count("given out") { $0.acquired }, .count("accepted") { $0.accepted },
                .count("released") { $0.released }, .count("rejected") { $0.rejected },
                .count("given out again") { $0.redelivered },
            ], note: "Records, as members of the group took and settled them.")
    }
}
