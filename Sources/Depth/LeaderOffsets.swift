import Conversations
import ReportModel
import Vocabulary

/// The offsets that leaders gave out for acknowledged batches, partition by partition: one that another leader gives out once
/// more, for another batch, shows that the first batch is not in its log.
struct LeaderOffsets {
    fileprivate struct Append {
        var name: BatchName
        var first: Int64
        var last: Int64
        var server: Endpoint
        var client: ClientKey
        var topicId: TopicUUID?
        var time: CaptureTime
        var frames: [FrameRef]
        /// It is told already.
        var isTold = false
    }

    fileprivate struct Partition {
        /// The last ones, oldest first once it is full and goes round.
        var appends: [Append] = []
        var next = 0
        var servers: Set<Endpoint> = []
        /// Behind the last offset that anybody gave out.
        var end: Int64 = 0
    }

    private struct Pair: Hashable {
        var place: PartitionRef
        var before: Endpoint
        var after: Endpoint
        var client: ClientKey
    }

    /// What a leader takes along when it dies are the last batches.
    private static let remembered = 256
    /// A partition has no more of them.
    private static let leaders = 64
    private static let framesKept = 12

    private var partitions: [PartitionRef: Partition] = [:]
    private var found: [Pair: OffsetsTwice] = [:]
    /// Batches that are remembered, of all partitions.
    private var held = 0
    private var leftOut = 0
    private var pairsLeftOut = 0
    private let limits: Limits

    init(limits: Limits) { self.limits = limits }

    var trip: LimitTrip? {
        LimitTrip("depthLeaders", limits.depthLeaders, beyond: leftOut, "partitions whose offsets are compared")
    }

    var pairTrip: LimitTrip? {
        LimitTrip("depthOffsetsTwice", limits.depthOffsetsTwice, beyond: pairsLeftOut, "offsets given out twice")
    }

    mutating func took(_ answer: ObservedAnswer, to request: ObservedRequest, _ stored: [Stored], _ cast: Cast) {
        for outcome in stored where outcome.code == 0 {
            guard var first = outcome.offset else { continue }
            let flow = outcome.flow
            for batch in flow.batches {
                guard let records = batch.records, records > 0 else { break }
                let last = first.addingSaturated(Int64(records) - 1)
                add(
                    Append(
                        name: BatchName(batch), first: first, last: last, server: request.server,
                        client: ClientKey(request),
                        topicId: cast.topics.uuid(flow.place.topic), time: answer.time,
                        frames: [request.frame, answer.frame]), flow.place, cast)
                first = last.addingSaturated(1)
            }
        }
    }

    private mutating func add(_ append: Append, _ place: PartitionRef, _ cast: Cast) {
        guard partitions[place] != nil || partitions.count < limits.depthLeaders, !cast.topics.isFolded(place.topic)
        else {
            leftOut += 1
            return
        }
        if let known = partitions[place], isMadeAnew(append, known) {
            held -= known.appends.count
            partitions[place] = nil
        }
        // Where there is no room for one more batch, it takes the place of its partition's oldest.
        let own = partitions[place]?.appends.count ?? 0
        let isRoom = held < limits.depthBatches
        guard isRoom || own > 0, partitions[place]?.servers.count ?? 0 < Self.leaders else {
            leftOut += 1
            return
        }
        partitions[place, default: Partition()].servers.insert(append.server)
        if let known = partitions[place], known.servers.count > 1, append.first < known.end {
            compare(append, place, cast)
        }
        partitions[place]?.note(append, keep: isRoom ? Self.remembered : own)
        held += (partitions[place]?.appends.count ?? 0) - own
    }

    /// With what others gave out.
    private mutating func compare(_ append: Append, _ place: PartitionRef, _ cast: Cast) {
        guard let appends = partitions[place]?.appends else { return }
        // A copy that was sent to both is one batch.
        if appends.contains(where: { $0.name == append.name }) { return }
        for (at, other) in appends.enumerated()
        where other.server != append.server && other.first <= append.last && append.first <= other.last {
            guard isOneTopic(other, append) else { continue }
            partitions[place]?.appends[at].isTold = true
            note(other, append, place, cast)
        }
    }

    /// A topic that is made anew under its name begins at 0 again. No id told it from the one before.
    private func isMadeAnew(_ append: Append, _ known: Partition) -> Bool {
        append.first == 0 && append.topicId == nil && known.end > 0
            && !known.appends.contains { $0.name == append.name }
    }

    /// A topic that is made anew under its name begins at 0 again, and has another id.
    private func isOneTopic(_ one: Append, _ other: Append) -> Bool {
        one.topicId == other.topicId && (one.topicId != nil || other.first > 0)
    }

    private mutating func note(_ before: Append, _ after: Append, _ place: PartitionRef, _ cast: Cast) {
        let pair = Pair(place: place, before: before.server, after: after.server, client: before.client)
        guard found[pair] != nil || found.count < limits.depthOffsetsTwice else {
            pairsLeftOut += 1
            return
        }
        let shared = max(before.first, after.first)...min(before.last, after.last)
        var row =
            found[pair]
            ?? OffsetsTwice(
                topic: cast.topics.name(place.topic), partition: Int(place.partition), before: "\(before.server)",
                after: "\(after.server)", client: before.client.address, clientId: before.client.clientId,
                isOneTopic: before.topicId != nil, offsets: shared, seen: Seen(first: after.time, last: after.time))
        if !before.isTold { row.batches += 1 }
        (row.first, row.last) = (min(row.first, shared.lowerBound), max(row.last, shared.upperBound))
        row.seen.add(after.time)
        if row.frames.count < Self.framesKept { row.frames += before.frames + after.frames }
        found[pair] = row
    }

    func rows() -> [OffsetsTwice] {
        found.values.sorted {
            ($0.topic ?? "", $0.partition, $0.seen.first, $0.before, "\($0.after) \($0.client) \($0.clientId ?? "")")
                < (
                    $1.topic ?? "", $1.partition, $1.seen.first, $1.before,
                    "\($1.after) \($1.client) \($1.clientId ?? "")"
                )
        }
    }
}

extension LeaderOffsets.Partition {
    fileprivate mutating func note(_ append: LeaderOffsets.Append, keep: Int) {
        end = max(end, append.last.addingSaturated(1))
        if appends.count < keep { return appends.append(append) }
        next %= keep
        appends[next] = append
        next = (next + 1) % keep
    }
}
