import Conversations
import ReportModel
import Vocabulary

/// `shareGroups`: what became of each record that a share group (KIP-932) was given.
struct ShareGroupTable {
    private typealias Key = ShareStalls.Key

    private struct Entry {
        var sums = ShareSums()
        var seen: Seen
    }

    private var entries: [Key: Entry] = [:]
    private var stalls: ShareStalls
    private var leftOut = 0
    private let limits: Limits

    init(limits: Limits) {
        self.limits = limits
        stalls = ShareStalls(limit: limits.depthPartitions)
    }

    var trip: LimitTrip? {
        LimitTrip(
            "depthPartitions", limits.depthPartitions, beyond: leftOut + stalls.leftOut, "partitions of share groups")
    }

    /// - Parameter logs: how far each partition's log was told to reach.
    mutating func took(
        _ answer: ObservedAnswer, to request: ObservedRequest, _ logs: [PartitionRef: PartitionLog], _ cast: inout Cast
    ) {
        guard request.api == Api.shareFetch || request.api == DepthApi.shareAcknowledge,
            answer.body.root.integer("ErrorCode") == 0, let group = cast.named(request)
        else { return }
        let errorName = request.api == Api.shareFetch ? "AcknowledgeErrorCode" : "ErrorCode"
        var (refused, got): (Set<PartitionRef>, Set<PartitionRef>) = ([], [])
        for (place, fields) in cast.partitions(answer.body.root.elements("Responses"), of: request) {
            if fields.integer(errorName) != 0 { refused.insert(place) }
            let acquired = fields.elements("AcquiredRecords")
            guard !acquired.isEmpty else { continue }
            got.insert(place)
            change(group, place, answer.time) { $0.acquire(acquired) }
        }
        stalls.took(answer, to: request, group, acquired: got, logs, &cast)
        for (place, fields) in cast.partitions(request.body.root.elements("Topics"), of: request)
        where !refused.contains(place) {
            let told = fields.elements("AcknowledgementBatches")
            if !told.isEmpty { change(group, place, answer.time) { $0.acknowledge(told) } }
        }
    }

    private mutating func change(
        _ group: GroupKey, _ place: PartitionRef, _ time: CaptureTime, _ body: (inout ShareSums) -> Void
    ) {
        let key = Key(group: group, place: place)
        guard entries[key] != nil || entries.count < limits.depthPartitions else {
            leftOut += 1
            return
        }
        body(&entries[key, default: Entry(seen: Seen(first: time, last: time))].sums)
        entries[key]?.seen.add(time)
    }

    func rows(_ cast: Cast, _ logs: [PartitionRef: PartitionLog]) -> [ShareGroupRow] {
        let rows = Set(entries.keys).union(stalls.keys).compactMap { key -> ShareGroupRow? in
            let stall = stalls.entry(key, logs)
            guard let entry = entries[key] ?? stall?.stall.map({ Entry(seen: Seen(first: $0.from, last: $0.to)) })
            else {
                return nil
            }
            var row = ShareGroupRow(seen: entry.seen)
            (row.group, row.topic) = (key.group.group, cast.topics.name(key.place.topic))
            row.partition = Int(key.place.partition)
            let sums = entry.sums
            (row.acquired, row.accepted, row.released) = (sums.acquired, sums.accepted, sums.released)
            (row.rejected, row.redelivered) = (sums.rejected, sums.redelivered)
            row.cluster = key.group.scope.cluster
            if let told = stall {
                (row.stall, row.frames) = (told.stall, told.frames)
                (row.client, row.clientId, row.server) = (told.client.address, told.client.clientId, "\(told.server)")
            }
            return row
        }
        return rows.sorted {
            ($0.group, $0.topic ?? "", $0.partition, $0.seen.first) < (
                $1.group, $1.topic ?? "", $1.partition, $1.seen.first
            )
        }
    }
}

private struct ShareSums {
    var acquired: Int64 = 0
    var accepted: Int64 = 0
    var released: Int64 = 0
    var rejected: Int64 = 0
    var redelivered: Int64 = 0

    mutating func acquire(_ ranges: [FieldView]) {
        for range in ranges {
            let count = Self.count(range)
            acquired = acquired.addingSaturated(count)
            if range.integer("DeliveryCount") ?? 1 > 1 { redelivered = redelivered.addingSaturated(count) }
        }
    }

    mutating func acknowledge(_ ranges: [FieldView]) {
        for range in ranges {
            let types = range.integers("AcknowledgeTypes")
            // One type for the whole range, or one a record; 0 is a gap.
            for type in types {
                let count = types.count == 1 ? Self.count(range) : 1
                switch type {
                case 1: accepted = accepted.addingSaturated(count)
                case 2: released = released.addingSaturated(count)
                case 3: rejected = rejected.addingSaturated(count)
                default: break
                }
            }
        }
    }

    private static func count(_ range: FieldView) -> Int64 {
        guard let first = range.integer("FirstOffset"), let last = range.integer("LastOffset"), last >= first else {
            return 0
        }
        return last.subtractingSaturated(first).addingSaturated(1)
    }
}
