import Conversations
import ReportModel
import Streams
import Vocabulary

/// Groups that stand still in partitions whose log grows, and groups whose lag grows on and on: one verdict for each topic, for
/// its partitions mostly share the cause.
struct ConsumersBehind: Rule {
    func judge(_ view: CaseView) -> [Verdict] {
        guard let tables = view.tables else { return [] }
        let unheard = Dictionary(grouping: view.records.filter(\.isOneSided)) {
            Reading(client: "\($0.client.address)", server: "\($0.server)")
        }
        let byTopic = Dictionary(grouping: tables.lag + tables.shareGroups.compactMap(\.stalled), by: GroupTopic.init)
        var frozen = FrozenMembers(view)
        return byTopic.sorted { $0.key < $1.key }.flatMap { subject, all in
            let group = subject.row(in: tables)
            let still = all.compactMap { row in
                row.stall == nil ? frozen.silence(row, group).map { (row: row, span: $0) } : nil
            }
            let held = Set(still.map(\.row.partition))
            let rows = all.filter { !held.contains($0.partition) }
            return frozenOnes(subject, still, group, view)
                + stalled(subject, rows.map(\.asItStood).filter { isSeen($0, unheard, view) }, group, view)
                + behind(subject, rows, group, view)
        } + held(view)
    }

    private static let least = Span.seconds(10)

    /// The capture shows the standing still, and the answers to who stands: an answer that is not there may have brought
    /// records.
    private func isSeen(_ row: LagRow, _ unheard: [Reading: [ConnectionRecord]], _ view: CaseView) -> Bool {
        guard let stall = row.stall, view.shown(stall.from, stall.to) >= Self.least else { return false }
        guard let client = row.client, let server = row.server else { return true }
        return !unheard[Reading(client: client, server: server), default: []].contains {
            $0.tcp.lastTime >= stall.from && $0.tcp.firstTime <= stall.to
        }
    }

    private struct Reading: Hashable {
        var client: String
        var server: String
    }

    private func stalled(
        _ subject: GroupTopic, _ rows: [LagRow], _ group: GroupRow?, _ view: CaseView
    ) -> [Verdict] {
        let byCause = Dictionary(grouping: rows) { Self.cause($0) }
        return byCause.sorted { $0.key.rawValue < $1.key.rawValue }.compactMap { cause, rows in
            let stalls = rows.compactMap(\.stall)
            guard let from = stalls.map(\.from).min(), let to = stalls.map(\.to).max() else { return nil }
            var verdict = verdict(.consumerStalled, subject, rows, group, at: from, until: to)
            verdict.cause = cause
            if group?.type == .share { verdict.add(.groupType, .text(GroupType.share.rawValue)) }
            let holders = rows.filter { $0.stall?.isUnreleased == true }.compactMap { $0.clientId ?? $0.client }
            verdict.add(.heldUpBy, .some(holders.uniqued.sorted()))
            if cause == .notFetching, holders.isEmpty {
                verdict.add(.waitedFor, .some(view.lateJoiners.names(subject.group, from, to)))
            }
            verdict.add(
                .standstillMs, stalls.map { $0.to.milliseconds(since: $0.from) }.max().map { .milliseconds($0) })
            if let most = stalls.compactMap(\.returns).max(by: { $0.times < $1.times }) {
                verdict.add(.refetches, .number(most.times))
                verdict.add(.refetchedOffset, .number(Int(clamping: most.offset)))
                if most.refused > 0 { verdict.add(.commitsRefusedBehind, .number(most.refused)) }
            }
            verdict.add(.heldBackBy, .some(Array(Set(rows.compactMap(\.heldBackBy))).sorted()))
            return verdict
        }
    }

    /// Its process sent nothing at all: that it fetches nothing is the least of it.
    private func frozenOnes(
        _ subject: GroupTopic, _ rows: [(row: LagRow, span: ClosedRange<CaptureTime>)], _ group: GroupRow?,
        _ view: CaseView
    ) -> [Verdict] {
        Dictionary(grouping: rows) { Reader($0.row) }.values.compactMap { mine -> Verdict? in
            guard let span = mine.first?.span else { return nil }
            var verdict = verdict(
                .consumerStalled, subject, mine.map(\.row).sorted { $0.partition < $1.partition }, group,
                at: span.lowerBound, until: span.upperBound)
            verdict.cause = .notFetching
            verdict.add(.processSilent, .flag(true))
            verdict.add(.standstillMs, .milliseconds(span.upperBound.milliseconds(since: span.lowerBound)))
            return verdict
        }.sorted { ($0.first, $0.client ?? "") < ($1.first, $1.client ?? "") }
    }

    private static func cause(_ row: LagRow) -> Cause {
        guard let stall = row.stall else { return .unknown }
        return stall.isHeldBack ? .openTransaction : stall.isFetched ? .unknown : .notFetching
    }

    /// Where a partition stands still, that is the story, and not that its lag grows.
    private func behind(
        _ subject: GroupTopic, _ rows: [LagRow], _ group: GroupRow?, _ view: CaseView
    ) -> [Verdict] {
        let rows = rows.filter { row in
            guard let growth = row.growth, !wasCutOff(row, growth, view) else { return false }
            return row.stall.map { growth.from > $0.to || growth.to < $0.from } ?? true
        }
        let others = Dictionary(grouping: view.tables?.lag ?? [], by: Reader.init)
        let byCause = Dictionary(grouping: rows) { row in
            row.growth?.isUnasked ?? false && readsOthers(row, others[Reader(row)] ?? [])
        }
        return byCause.sorted { !$0.key && $1.key }.flatMap { isUnasked, rows in
            behind(subject, rows, group, isUnasked ? .notFetching : nil, view)
        }
    }

    /// It got nothing through meanwhile, from whichever server.
    private func wasCutOff(_ row: LagRow, _ growth: PartitionGrowth, _ view: CaseView) -> Bool {
        guard let client = row.client.flatMap({ IPAddress($0) }) else { return false }
        return view.wasInterrupted(client, nil, growth.from, growth.to)
    }

    private struct Reader: Hashable {
        var group: String
        var cluster: Int
        var client: String?
        var clientId: String?

        init(_ row: LagRow) {
            (group, cluster, client, clientId) = (row.group, row.cluster, row.client, row.clientId)
        }
    }

    /// Its reader fetched others meanwhile. One that asked for nothing at all is slow between two polls.
    private func readsOthers(_ row: LagRow, _ all: [LagRow]) -> Bool {
        guard let growth = row.growth else { return false }
        return all.contains { other in
            guard let pause = other.fetchPauseMs, pause < growth.unaskedMs / 2, other.stall == nil else { return false }
            return other.seen.first <= growth.from && other.seen.last >= growth.to
        }
    }

    private func behind(
        _ subject: GroupTopic, _ rows: [LagRow], _ group: GroupRow?, _ cause: Cause?, _ view: CaseView
    ) -> [Verdict] {
        let grown = rows.compactMap(\.growth)
        guard let from = grown.map(\.from).min(), let to = grown.map(\.to).max() else { return [] }
        var verdict = verdict(.consumerFallsBehind, subject, rows, group, at: from, until: to)
        verdict.cause = cause
        if cause == nil, let held = throttled(rows, from, to, view) { verdict.add(.throttleMsMax, .milliseconds(held)) }
        verdict.add(.grewBy, .number(Int(clamping: grown.reduce(Int64(0)) { $0.addingSaturated($1.records) })))
        verdict.add(.durationMs, .milliseconds(to.milliseconds(since: from)))
        return [verdict]
    }

    /// How long a quota held the readers' Fetches back, where it took half of the time or more: then they are as fast as they may be.
    private func throttled(_ rows: [LagRow], _ from: CaptureTime, _ to: CaptureTime, _ view: CaseView) -> Double? {
        let readers = Set(rows.map { [$0.client, $0.clientId] })
        let held = view.file.times.throttles.values.filter { row in
            row.key.api == Api.fetch && row.first <= to && row.last >= from
                && readers.contains(["\(row.key.client)", view.file.text(row.key.clientId)])
        }
        // Several servers hold back at the same time.
        let most = held.map { Self.milliseconds(of: $0, from, to) }.max() ?? 0
        guard most >= to.milliseconds(since: from) / 2 else { return nil }
        return held.map { Double($0.maxMs) }.max()
    }

    /// What falls into that time, were all of it spread evenly.
    private static func milliseconds(of row: ThrottleRow, _ from: CaptureTime, _ to: CaptureTime) -> Double {
        let all = row.last.milliseconds(since: row.first)
        let part = min(row.last, to).milliseconds(since: max(row.first, from))
        return all > 0 ? Double(row.totalMs) * min(1, max(0, part) / all) : Double(row.totalMs)
    }

    private func verdict(
        _ kind: FindingKind, _ subject: GroupTopic, _ rows: [LagRow], _ group: GroupRow?, at from: CaptureTime,
        until to: CaptureTime
    ) -> Verdict {
        // That nothing came may be for want of packets; the group's other messages were there.
        var verdict = subject.verdict(kind, .likely, rows, group, at: from, until: to)
        verdict.frames = rows.flatMap(\.frames)
        let lags = rows.compactMap(\.lagRecords)
        verdict.add(
            .lagRecords, lags.isEmpty ? nil : .number(Int(clamping: lags.reduce(Int64(0)) { $0.addingSaturated($1) })))
        return verdict
    }
}

extension PartitionGrowth {
    /// For most of it nobody asked for the partition.
    fileprivate var isUnasked: Bool { unaskedMs >= to.milliseconds(since: from) / 2 }
}

extension LagRow {
    /// With whose standstill it was.
    fileprivate var asItStood: LagRow {
        guard let holder = stall?.client else { return self }
        var row = self
        (row.client, row.clientId) = (holder, stall?.clientId)
        return row
    }
}

extension ShareGroupRow {
    /// As a row of lag, where the group stood still: it has no position, and its records no order.
    fileprivate var stalled: LagRow? {
        guard stall != nil else { return nil }
        var row = LagRow(seen: seen)
        (row.group, row.topic, row.partition, row.cluster) = (group, topic, partition, cluster)
        (row.client, row.clientId, row.server) = (client, clientId, server)
        (row.stall, row.frames) = (stall, frames)
        return row
    }
}
