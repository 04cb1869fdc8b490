import Conversations
import ReportModel
import Vocabulary

/// `lag`: how far each group is in each partition, where the log ends, and how long it stood still.
struct LagTable {
    struct Key: Hashable {
        var group: GroupKey
        var place: PartitionRef
    }

    var logs: [PartitionRef: PartitionLog] = [:]
    var progress: [Key: GroupProgress] = [:]
    private var readers: [PartitionRef: [GroupKey]] = [:]
    private var early = EarlyFetches()
    private var standstills: Standstills
    private var cuts: CutProgress
    /// Offsets that a transaction will commit, by its producer id.
    private var pending: [Int64: [(key: Key, offset: Int64)]] = [:]
    private var leftOut = 0
    private let limits: Limits

    init(limits: Limits) {
        self.limits = limits
        standstills = Standstills(limits: limits)
        cuts = CutProgress(limit: limits.depthClients)
    }

    var trip: LimitTrip? {
        LimitTrip("depthPartitions", limits.depthPartitions, beyond: leftOut, "partitions whose lag is counted")
    }

    // MARK: Requests

    mutating func took(_ request: ObservedRequest, _ cast: inout Cast) {
        if let group = cast.named(request) {
            standstills.noteRequest(request, of: group)
            cuts.noteCommit(request, of: group)
        }
        if let client = cast.confused { forgetReader(client, cast) }
        if let client = cast.joined { takeEarly(client, cast, request) }
        guard request.api == Api.fetch else { return }
        cuts.noteFetch(request, isCut: request.body.isTruncated, at: request.sentWhole)
        let topics = request.body.root.elements("Topics")
        let wait = request.body.root.integer("MaxWaitMs") ?? 0
        for (place, fields) in cast.partitions(topics, number: "Partition", of: request) {
            let offset = Self.offset(fields, "FetchOffset")
            guard let group = cast.reader(request, place.topic) else {
                early.asked(ClientKey(request), place, offset, request, room: limits.depthPartitions)
                continue
            }
            change(group, place, request.sentWhole) { entry, log in
                entry.asks(offset, request.sentWhole, wait: wait, request.frame, in: log)
                entry.fetched(by: ClientKey(request), from: request.server, at: request.sentWhole, request.frame)
            }
        }
    }

    /// In a capture that begins in mid-session, a member may fetch before it names its group.
    private mutating func takeEarly(_ client: ClientKey, _ cast: Cast, _ request: ObservedRequest) {
        let taken = early.take(client).sorted {
            ($0.key.topic.number, $0.key.partition) < ($1.key.topic.number, $1.key.partition)
        }
        for (place, fetch) in taken {
            guard let group = cast.reader(request, place.topic) else { continue }
            change(group, place, fetch.time) { entry, _ in
                entry.asks(fetch.offset, fetch.time, wait: 0, fetch.frame)
                entry.fetched(by: client, from: fetch.server, at: fetch.time, fetch.frame)
                if let to = fetch.deliveredTo { _ = entry.delivered(to: to, at: fetch.time) }
            }
        }
    }

    /// Another group turned out to read the same topics under that name: whose Fetches those were is not known.
    private mutating func forgetReader(_ client: ClientKey, _ cast: Cast) {
        for (key, entry) in progress where entry.reader == client && cast.isTied(client, key.place.topic) {
            if entry.committedOffset == nil {
                progress[key] = nil
                readers[key.place]?.removeAll { $0 == key.group }
            } else {
                progress[key]?.loseReader()
            }
        }
    }

    // MARK: Answers

    mutating func took(
        _ answer: ObservedAnswer, to request: ObservedRequest, _ delivered: [Delivered], _ stored: [Stored],
        _ cast: inout Cast
    ) {
        if let group = cast.named(request) {
            standstills.noteAnswer(to: request, answer, of: group)
            standstills.noteSharing(of: group, answer, request)
        }
        switch request.api {
        case Api.fetch: fetched(answer, request, delivered, &cast)
        case Api.produce: produced(answer, request, stored)
        case DepthApi.listOffsets: listed(answer, request, &cast)
        case Api.offsetCommit, Api.txnOffsetCommit: committed(answer, request, &cast)
        case DepthApi.offsetFetch: told(answer, request, &cast)
        case DepthApi.endTxn: ended(answer, request, cast)
        case Api.initProducerId: begun(answer)
        case DepthApi.deleteGroups, DepthApi.offsetDelete: deleted(answer, request, &cast)
        case DepthApi.deleteTopics: topicsDeleted(answer, request, &cast)
        default: break
        }
    }

    private mutating func fetched(
        _ answer: ObservedAnswer, _ request: ObservedRequest, _ delivered: [Delivered], _ cast: inout Cast
    ) {
        let readsCommitted = request.body.root.integer("IsolationLevel") == 1
        for (place, _) in cast.partitions(request.body.root.elements("Topics"), number: "Partition", of: request) {
            guard let group = cast.reader(request, place.topic) else { continue }
            progress[Key(group: group, place: place)]?.answeredPoll()
        }
        cuts.noteFetch(request, isCut: answer.body.isTruncated, at: answer.time)
        for partition in delivered where partition.fields.integer("ErrorCode") == 0 {
            let fields = partition.fields
            reach(partition.place, fields.integer("HighWatermark"), at: answer.time)
            for batch in partition.batches where !batch.isControl {
                log(partition.place) { $0.holds(batch) }
            }
            guard let group = cast.reader(request, partition.place.topic) else {
                early.delivered(ClientKey(request), partition, at: answer.time)
                continue
            }
            // From here on it reads where a follower is, which may be out of sight.
            if Self.offset(fields, "PreferredReadReplica") != nil {
                change(group, partition.place, answer.time) { entry, _ in entry.loseReader() }
                continue
            }
            change(group, partition.place, answer.time) { entry, log in
                entry.lastStable = Self.offset(fields, "LastStableOffset") ?? entry.lastStable
                entry.logStart = Self.offset(fields, "LogStartOffset") ?? entry.logStart
                entry.answered(ClientKey(request), from: request.server, at: answer.time, answer.frame)
                entry.commits.answered(fields.integer("HighWatermark"))
                if readsCommitted { entry.noteHolding(fields.integer("HighWatermark"), log, at: answer.time) }
                entry.noteLag(log, at: answer.time)
            }
            if let last = partition.batches.last?.lastOffset {
                let key = Key(group: group, place: partition.place)
                step(key, ClientKey(request), at: answer.time, cast) { entry in
                    defer {
                        entry.fetched(by: ClientKey(request), from: request.server, at: answer.time, answer.frame)
                    }
                    return entry.delivered(to: last.addingSaturated(1), at: answer.time)
                }
            }
        }
    }

    private static func offset(_ fields: FieldView, _ name: String) -> Int64? {
        fields.integer(name).flatMap { $0 >= 0 ? $0 : nil }
    }

    private mutating func produced(_ answer: ObservedAnswer, _ request: ObservedRequest, _ stored: [Stored]) {
        for outcome in stored where outcome.code == 0 {
            guard let batch = outcome.flow.batches.first, let base = outcome.offset else { continue }
            let place = outcome.flow.place
            log(place) { log in
                log.wrote(batch, at: base, request.sent)
                if batch.isTransactional {
                    log.opened(by: batch.producerId, request.clientId ?? "\(request.client.address)", at: base)
                }
            }
            for group in readers[place] ?? [] {
                progress[Key(group: group, place: place)]?.commits.stored(base, sent: request.sent)
            }
            let records = Int64(batch.records ?? 1)
            reach(place, base.addingSaturated(records), at: answer.time)
        }
    }

    private mutating func listed(_ answer: ObservedAnswer, _ request: ObservedRequest, _ cast: inout Cast) {
        let latest: Int64 = -1
        let asked = Set(
            cast.partitions(request.body.root.elements("Topics"), of: request)
                .filter { $0.fields.integer("Timestamp") == latest }.map(\.place))
        for (place, fields) in cast.partitions(answer.body.root.elements("Topics"), of: request)
        where fields.integer("ErrorCode") == 0 && asked.contains(place) {
            reach(place, fields.integer("Offset") ?? fields.integers("OldStyleOffsets").first, at: answer.time)
        }
    }

    private mutating func committed(_ answer: ObservedAnswer, _ request: ObservedRequest, _ cast: inout Cast) {
        guard let group = cast.named(request) else { return }
        let refused = Set(
            cast.partitions(answer.body.root.elements("Topics"), of: request)
                .filter { $0.fields.integer("ErrorCode") != 0 }.map(\.place))
        guard answer.body.isWhole else { return }
        tie(group, request, &cast)
        for (place, fields) in cast.partitions(request.body.root.elements("Topics"), of: request) {
            guard let offset = Self.offset(fields, "CommittedOffset") else { continue }
            let key = Key(group: group, place: place)
            if refused.contains(place) {
                progress[key]?.refused(offset)
                continue
            }
            if request.api == Api.txnOffsetCommit, let id = request.body.root.integer("ProducerId") {
                if pending[id, default: []].count < limits.depthPartitions {
                    pending[id, default: []].append((key, offset))
                }
            } else {
                commit(key, offset, answer, to: request, cast)
            }
        }
    }

    private mutating func commit(
        _ key: Key, _ offset: Int64, _ answer: ObservedAnswer, to request: ObservedRequest, _ cast: Cast
    ) {
        let time = answer.time
        let isOutsiders = Presence.isOutsiders(request) && progress[key]?.reader != ClientKey(request)
        let isSetBack = isOutsiders && progress[key]?.setBack(to: offset) == true
        change(key.group, key.place, time, byMember: !isSetBack) { _, _ in }
        if !isSetBack {
            step(key, ClientKey(request), at: time, cast) { $0.committed(offset, at: time, request.frame) }
        }
        progress[key]?.commits.committed(
            offset, at: time, request.frame, topicId: cast.topics.uuid(key.place.topic),
            keptMs: request.body.root.integer("RetentionTimeMs"))
        if !isSetBack { progress[key]?.noteCommit(logs[key.place] ?? PartitionLog(), at: time) }
    }

    /// What may be a step of a group in a partition: what it ends may have been a stall.
    private mutating func step(
        _ key: Key, _ client: ClientKey, at time: CaptureTime, _ cast: Cast,
        _ body: (inout GroupProgress) -> ClosedRange<CaptureTime>?
    ) {
        guard var entry = progress[key] else { return }
        let before = entry
        let log = logs[key.place] ?? PartitionLog()
        if let ended = body(&entry) {
            entry.note(standstills.stall(ended, key, before, log, cast))
            standstills.noteStep(
                of: client, as: cast.owner(key.place, key.group.group, client), in: key.group, at: time)
        }
        entry.noteLag(log, at: time)
        progress[key] = entry
    }

    /// The coordinator tells what is committed.
    private mutating func told(_ answer: ObservedAnswer, _ request: ObservedRequest, _ cast: inout Cast) {
        let scope = cast.scope(request)
        let root = answer.body.root
        if let group = request.body.root.string("GroupId"), root.integer("ErrorCode") ?? 0 == 0 {
            told(root.elements("Topics"), GroupKey(group: group, scope: scope), answer, request, &cast)
        }
        for row in root.elements("Groups") where row.integer("ErrorCode") ?? 0 == 0 {
            guard let group = row.string("GroupId") else { continue }
            told(row.elements("Topics"), GroupKey(group: group, scope: scope), answer, request, &cast)
        }
    }

    private mutating func told(
        _ topics: [FieldView], _ group: GroupKey, _ answer: ObservedAnswer, _ request: ObservedRequest,
        _ cast: inout Cast
    ) {
        for (place, fields) in cast.partitions(topics, of: request) where fields.integer("ErrorCode") == 0 {
            guard let offset = Self.offset(fields, "CommittedOffset") else {
                // Nothing is committed, or no longer.
                progress[Key(group: group, place: place)]?.toldNone(
                    answer, to: request, topicId: cast.topics.uuid(place.topic))
                continue
            }
            change(group, place, answer.time, byMember: false) { entry, log in
                entry.told(offset)
                entry.noteLag(log, at: answer.time)
            }
        }
    }

    /// A producer that begins anew has its open transaction ended without its offsets, its own or that of one it fenced.
    private mutating func begun(_ answer: ObservedAnswer) {
        guard answer.body.root.integer("ErrorCode") == 0, let id = answer.body.root.integer("ProducerId") else {
            return
        }
        pending[id] = nil
    }

    private mutating func ended(_ answer: ObservedAnswer, _ request: ObservedRequest, _ cast: Cast) {
        guard answer.body.root.integer("ErrorCode") == 0, let id = request.body.root.integer("ProducerId") else {
            return
        }
        for place in logs.keys { logs[place]?.ended(by: id) }
        let offsets = pending.removeValue(forKey: id) ?? []
        guard request.body.root.integer("Committed") == 1 else { return }
        for (key, offset) in offsets {
            commit(key, offset, answer, to: request, cast)
        }
    }

    /// Groups that were not heard of since then leave, and the logs that nobody reads or writes.
    mutating func forget(before time: CaptureTime) {
        progress = progress.filter { $0.value.seen.last >= time }
        findReaders()
        logs = logs.filter { readers[$0.key] != nil || $0.value.moved >= time }
        pending = pending.filter { entry in entry.value.contains { progress[$0.key] != nil } }
        standstills.forget(before: time)
        early.forget(before: time)
    }

    mutating func findReaders() {
        readers = [:]
        for key in progress.keys { readers[key.place, default: []].append(key.group) }
    }

    // MARK: Rows

    private mutating func log(_ place: PartitionRef, _ body: (inout PartitionLog) -> Void) {
        guard logs[place] != nil || logs.count < limits.depthPartitions else {
            leftOut += 1
            return
        }
        body(&logs[place, default: PartitionLog(kept: limits.depthWrites)])
    }

    /// Somebody was told that the log reaches as far as that.
    private mutating func reach(_ place: PartitionRef, _ offset: Int64?, at time: CaptureTime) {
        var hasMoved = false
        log(place) { hasMoved = $0.reaches(offset, at: time) }
        guard hasMoved, let groups = readers[place], let log = logs[place] else { return }
        for group in groups { progress[Key(group: group, place: place)]?.endMoved(log, at: time) }
    }

    private mutating func change(
        _ group: GroupKey, _ place: PartitionRef, _ time: CaptureTime, byMember: Bool = true,
        _ body: (inout GroupProgress, PartitionLog) -> Void
    ) {
        let key = Key(group: group, place: place)
        if progress[key] == nil {
            guard progress.count < limits.depthPartitions else {
                leftOut += 1
                return
            }
            progress[key] = GroupProgress(seen: Seen(first: time, last: time))
            readers[place, default: []].append(group)
        }
        guard var entry = progress[key] else { return }
        entry.seen.add(time)
        if byMember { entry.lastHeard = max(entry.lastHeard, time) }
        body(&entry, logs[place] ?? PartitionLog())
        progress[key] = entry
    }

    /// The topics that each group reads.
    func topics(_ cast: Cast) -> [GroupKey: Set<String>] {
        var found: [GroupKey: Set<String>] = [:]
        for key in progress.keys {
            if let name = cast.topics.name(key.place.topic) { found[key.group, default: []].insert(name) }
        }
        return found
    }

    /// A topic that was asked for by an id before its name was told has two rows until now.
    private static func merged(_ rows: [(key: Key, row: LagRow)]) -> [LagRow] {
        var found: [Key: LagRow] = [:]
        for (key, row) in rows { found[key] = found[key]?.joined(row) ?? row }
        return Array(found.values)
    }

    func rows(_ cast: Cast) -> [LagRow] {
        // Where a snap length cut a message, no partition may be known.
        let rows = progress.filter { $0.key.place.partition >= 0 }.map { key, entry in
            let (log, last) = (logs[key.place] ?? PartitionLog(), standstills.lastMessage(of: key.group))
            var entry = entry
            if let last, let open = entry.standstill(until: max(last, entry.lastFetch)) {
                entry.note(standstills.stall(open, key, entry, log, cast))
            }
            var row = entry.row(log, last: last)
            if let cut = cuts.last(of: key.group, entry.reader) { row.loseProgress(until: cut) }
            (row.group, row.cluster) = (key.group.group, key.group.scope.cluster)
            row.topic = cast.topics.name(key.place.topic)
            row.partition = Int(key.place.partition)
            let place = PartitionRef(topic: cast.topics.resolved(key.place.topic), partition: key.place.partition)
            return (key: Key(group: key.group, place: place), row: row)
        }
        return Self.merged(rows).sorted {
            ($0.group, $0.topic ?? "", $0.partition, $0.seen.first, $0.cluster) < (
                $1.group, $1.topic ?? "", $1.partition, $1.seen.first, $1.cluster
            )
        }
    }
}
