internal import ReportModel
internal import Vocabulary

/// Rows of groups and their lag as sentences.
extension TableWords {
    func group(_ row: GroupRow) -> String {
        var text =
            "\(Trim.name(row.group)) (\(row.type.rawValue)\(coordinator(row))): \(Format.count(row.members.count, "member")),"
            + " \(Format.count(row.rebalances.count, "rebalance"))"
        if let refused = row.commitsRefused, refused > 0 {
            text += ", \(Format.count(refused, "commit")) refused"
        }
        for leaver in leavers(row).prefix(3) { text += "; \(leaver)" }
        return text
    }

    /// `search-crashing (10.10.0.100) out: session-timeout, 3 times`; those who meant to leave are none.
    private func leavers(_ row: GroupRow) -> [String] {
        var (order, counts): ([String], [String: Int]) = ([], [:])
        for member in row.members {
            guard let because = member.leftBecause, because != .leave else { continue }
            let text = "\(Self.name(member.clientId, member.client)) left: \(Self.words(because))"
            if counts[text] == nil { order.append(text) }
            counts[text, default: 0] += 1
        }
        return order.map { text in
            let count = counts[text] ?? 1
            return count == 1 ? text : "\(text), \(Format.count(count)) times"
        }
    }

    private func coordinator(_ row: GroupRow) -> String {
        guard row.coordinator != nil || row.server != nil else { return "" }
        return ", at \(context.broker(row.server, nodeId: row.coordinator))"
    }

    /// The ones that held the group up most, as they came.
    func rebalances(_ row: GroupRow, atMost shown: Int) -> [String] {
        let order = row.rebalances.indices.sorted {
            (row.rebalances[$0].durationMs ?? 0, $1) > (row.rebalances[$1].durationMs ?? 0, $0)
        }
        var texts = order.prefix(shown).sorted().map { rebalance(row.rebalances[$0], of: row) }
        if row.rebalances.count > shown {
            texts.append(
                "\(Format.count(row.rebalances.count - shown, "shorter rebalance")) of \(Trim.name(row.group)) not shown"
            )
        }
        return texts
    }

    private func rebalance(_ row: RebalanceRow, of group: GroupRow) -> String {
        var text = "\(context.time.clock(row.from)) \(Trim.name(group.group)) rebalanced"
        if let ms = row.durationMs { text += " for \(Format.duration(ms: ms))" }
        text += ": \(Self.words(row.trigger))"
        if let other = row.heldUpBy { text += ", the others waited for \(Trim.name(other))" }
        return text
    }

    func lag(_ row: LagRow) -> String {
        var text = "\(Trim.name(row.group)), \(Self.place(row.topic, row.partition)): "
        text += row.lagRecords.map { "\(Format.count($0, "record")) behind" } ?? "lag not seen"
        if let most = row.lagRecordsMax, most > row.lagRecords ?? 0 { text += " (at most \(Format.count(most)))" }
        if let ms = row.lagMs, ms >= 1 { text += ", the oldest \(Format.duration(ms: ms)) old" }
        switch (row.committedOffset, row.endOffset) {
        case (let committed?, let end?): text += ", committed \(Format.count(committed)) of \(Format.count(end))"
        case (let committed?, nil): text += ", committed \(Format.count(committed)), the end not seen"
        case (nil, let end?): text += ", no commit seen, the end at \(Format.count(end))"
        case (nil, nil): break
        }
        if let ms = row.standstillMs, ms >= 1000 { text += ", stood still for \(Format.duration(ms: ms))" }
        if let other = row.heldBackBy { text += ", held back by \(Trim.name(other))" }
        return text
    }

    func share(_ row: ShareGroupRow) -> String {
        let counts = [
            (row.acquired, "given out"), (row.accepted, "accepted"), (row.released, "released"),
            (row.rejected, "rejected"), (row.redelivered, "given out again"),
        ]
        let told = counts.map { "\(Format.count($0.0)) \($0.1)" }.joined(separator: ", ")
        return "\(Trim.name(row.group)), \(Self.place(row.topic, row.partition)): \(told) (records)"
    }

    static func words(_ because: LeftBecause) -> String {
        switch because {
        case .leave: "left"
        case .pollInterval: "it did not poll in time (max.poll.interval.ms)"
        case .sessionTimeout: "its session timed out"
        case .rebalanceTimeout: "it did not rejoin in time"
        case .fenced: "removed by another member with its identity"
        case .replaced: "replaced by its successor"
        case .unknown: "reason not seen"
        }
    }

    static func words(_ trigger: RebalanceTrigger) -> String {
        switch trigger {
        case .memberJoined: "a member joined"
        case .memberLeft: "a member left"
        case .memberLost: "a member was lost"
        case .memberRejoined: "a member joined again"
        case .unknown: "trigger not seen"
        }
    }
}
