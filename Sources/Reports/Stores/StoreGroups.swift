internal import ReportModel
internal import Vocabulary

/// The depth tables about groups.
extension StoreTables {
    static let groups = StoreTable<GroupRow>(
        "groups", "Consumer groups. Their members and rebalances are tables of their own.", path: "groups[]",
        each: { report, row in report.report.tables?.groups.forEach(row) }
    ) { table in
        table.add("group_id", path: "group", "The group: `group_id` of other tables.") { $0.group }
        table.add("type", "`classic`, `consumer`, `share` or `streams`.") { $0.type.rawValue }
        table.add("coordinator", "Node id of its coordinator; null where it is unknown.") { $0.coordinator }
        table.add("members_left_out", "Members that have no row.") { $0.membersLeftOut }
        table.add("rebalances_left_out", "Rebalances that have no row.") { $0.rebalancesLeftOut }
        table.add("commits_refused", "Commits that were refused; null where none could be seen.") { $0.commitsRefused }
        table.add("topics", "Topics that it reads.") { $0.topics }
        table.seen { $0.seen }
    }

    struct MemberRow: Sendable {
        var group: String
        var member: GroupMemberRow
    }

    static let groupMembers = StoreTable<MemberRow>(
        "group_members", "Members of groups.", path: "groups[].members[]",
        each: { report, row in
            for group in report.report.tables?.groups ?? [] {
                group.members.forEach { row(MemberRow(group: group.group, member: $0)) }
            }
        }
    ) { table in
        table.add("group_id", path: "../group", "`group_id` in `groups`.") { $0.group }
        table.add("member_id", "The member's id.") { $0.member.memberId }
        table.add("client", "Its address.") { $0.member.client }
        table.add("client_id", "Its client id; null where it has none.") { $0.member.clientId }
        table.add("instance_id", "group.instance.id; null of a dynamic member.") { $0.member.instanceId }
        table.add("session_timeout_ms", "Its session timeout; null where it was not seen.") {
            $0.member.sessionTimeoutMs
        }
        table.add("rebalance_timeout_ms", "Its rebalance timeout; null where it was not seen.") {
            $0.member.rebalanceTimeoutMs
        }
        table.add("joined", "When it joined; null where that was before the capture.") { $0.member.joined }
        table.add("left_time", path: "left", "When it left; null where it did not.") { $0.member.left }
        table.add("left_because", "Why it left; null where it did not.") { $0.member.leftBecause?.rawValue }
        table.frames("frames", sources: "frame_sources", path: "frames", "Packets that show it.") { $0.member.frames }
        table.seen { $0.member.seen }
    }

    struct GroupRebalance: Sendable {
        var group: String
        var rebalance: RebalanceRow
    }

    static let rebalances = StoreTable<GroupRebalance>(
        "rebalances", "Rebalances of groups.", path: "groups[].rebalances[]",
        each: { report, row in
            for group in report.report.tables?.groups ?? [] {
                group.rebalances.forEach { row(GroupRebalance(group: group.group, rebalance: $0)) }
            }
        }
    ) { table in
        table.add("group_id", path: "../group", "`group_id` in `groups`.") { $0.group }
        table.add("generation", "Generation, or epoch where the group is not classic.") { $0.rebalance.generation }
        table.add("from_time", path: "from", "When it began.") { $0.rebalance.from }
        table.add("to_time", path: "to", "When it was over.") { $0.rebalance.to }
        table.add("duration_ms", "Milliseconds; null where it was not seen to its end.") { $0.rebalance.durationMs }
        table.add("trigger_kind", path: "trigger", "What set it off.") { $0.rebalance.trigger.rawValue }
        table.add("held_up_by", "Client id of whom the others waited for; null where nobody stands out.") {
            $0.rebalance.heldUpBy
        }
        table.add("held_up_by_member", "That member's id.") { $0.rebalance.heldUpByMember }
        table.frames("frames", sources: "frame_sources", path: "frames", "Packets that show it.") {
            $0.rebalance.frames
        }
    }

    static let lag = StoreTable<LagRow>(
        "lag", "How far each group is behind in each partition.", path: "lag[]",
        each: { report, row in report.report.tables?.lag.forEach(row) }
    ) { table in
        table.add("group_id", path: "group", "`group_id` in `groups`.") { $0.group }
        table.add("topic", "The topic; null where only its id was seen.") { $0.topic }
        table.add("partition", "The partition.") { $0.partition }
        table.add("committed_offset", "The last offset committed; null, like the next four, where it was not seen.") {
            $0.committedOffset
        }
        table.add("position", "Where the group reads.") { $0.position }
        table.add("end_offset", "Where the log ends.") { $0.endOffset }
        table.add("last_stable_offset", "Before the first open transaction.") { $0.lastStableOffset }
        table.add("log_start_offset", "Where the log begins.") { $0.logStartOffset }
        table.add("lag_records", "Records behind at last; null where it is unknown.") { $0.lagRecords }
        table.add("lag_records_max", "Records behind at most; null where it is unknown.") { $0.lagRecordsMax }
        table.add("lag_ms", "How old the first record not committed is, in milliseconds; null where it is unknown.") {
            $0.lagMs
        }
        table.add(
            "standstill_ms",
            "How long the group stood still while the log grew, in milliseconds; null where it did not."
        ) { $0.standstillMs }
        table.add(
            "held_back_by", "Transactional id of the transaction that readers waited for; null where there was none."
        ) { $0.heldBackBy }
        table.add("held_back_ms", "How long they waited for it, in milliseconds.") { $0.heldBackMs }
        table.add("client_id", "The reader's client id; null where it is unknown.") { $0.clientId }
        table.seen { $0.seen }
    }

    static let shareGroups = StoreTable<ShareGroupRow>(
        "share_groups", "Share groups: records acquired and acknowledged, by partition.", path: "shareGroups[]",
        each: { report, row in report.report.tables?.shareGroups.forEach(row) }
    ) { table in
        table.add("group_id", path: "group", "`group_id` in `groups`.") { $0.group }
        table.add("topic", "The topic; null where only its id was seen.") { $0.topic }
        table.add("partition", "The partition.") { $0.partition }
        table.add("acquired", "Records handed out.") { $0.acquired }
        table.add("accepted", "Records accepted.") { $0.accepted }
        table.add("released", "Records given back.") { $0.released }
        table.add("rejected", "Records rejected.") { $0.rejected }
        table.add("redelivered", "Records handed out again.") { $0.redelivered }
        table.seen { $0.seen }
    }
}
