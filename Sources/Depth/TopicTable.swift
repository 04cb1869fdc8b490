import Conversations
import KafkaSchema
import ReportModel
import Vocabulary

/// `topics` and `topicClients`: which program sends and gets how much of what.
struct TopicTable {
    private struct FlowKey: Hashable {
        var topic: TopicRef
        var client: ClientKey
        var direction: FlowDirection
        /// That the request itself names; a Fetch names none.
        var group: String?
    }

    fileprivate struct Flow {
        var sum = FlowSum()
        var resent: Int64 = 0
        var requests: Int64 = 0
        var acks: Set<Int64> = []
        var idempotent: Set<Bool> = []
        var seen: Seen
    }

    private struct Topic {
        var partitions: Set<Int32> = []
        var errors: [Int16: Int64] = [:]
        var deletion: TopicDeletion?
        var seen: Seen
    }

    private var flows: [FlowKey: Flow] = [:]
    private var topics: [TopicRef: Topic] = [:]
    private var flowsLeftOut = 0
    private var topicsLeftOut = 0
    private let limits: Limits

    init(limits: Limits) { self.limits = limits }

    var clientTrip: LimitTrip? {
        LimitTrip("depthClients", limits.depthClients, beyond: flowsLeftOut, "topics of clients")
    }
    var topicTrip: LimitTrip? {
        LimitTrip("depthPartitions", limits.depthPartitions, beyond: topicsLeftOut, "partitions of topics")
    }

    // MARK: Messages

    mutating func took(_ request: ObservedRequest, _ produced: [RecordFlow], resent: [[Bool]]) {
        let acks = request.body.root.integer("Acks")
        var counted: Set<TopicRef> = []
        for (flow, copies) in zip(produced, resent) {
            note(flow.place, request.sentWhole)
            let isFirst = counted.insert(flow.place.topic).inserted
            let key = FlowKey(topic: flow.place.topic, client: ClientKey(request), direction: .produce)
            change(key, at: request.sent, until: request.sentWhole) { entry in
                if isFirst { entry.requests += 1 }
                if let acks { entry.acks.insert(acks) }
                for (batch, isResent) in zip(flow.batches, copies) {
                    entry.sum.add(batch)
                    entry.idempotent.insert(batch.producerId >= 0)
                    if isResent { entry.resent += 1 }
                }
            }
        }
    }

    mutating func took(
        _ answer: ObservedAnswer, to request: ObservedRequest, _ delivered: [Delivered], _ cast: inout Cast
    ) {
        let group = request.body.root.string("GroupId")
        var counted: Set<TopicRef> = []
        for partition in delivered {
            note(partition.place, answer.time)
            let records = partition.records
            let isFirst = counted.insert(partition.place.topic).inserted
            let key = FlowKey(
                topic: partition.place.topic, client: ClientKey(request), direction: .fetch, group: group)
            change(key, at: request.sent, until: answer.time) { entry in
                if isFirst { entry.requests += 1 }
                for batch in records { entry.sum.add(batch) }
            }
        }
        noteErrors(answer, to: request, &cast)
        if request.api == DepthApi.deleteTopics {
            noteDeletions(answer, by: ClientKey(request), cast.topicScope(request), &cast)
        }
    }

    private mutating func noteDeletions(
        _ answer: ObservedAnswer, by client: ClientKey, _ scope: TopicScope, _ cast: inout Cast
    ) {
        for topic in answer.body.root.elements("Responses") where topic.integer("ErrorCode") == 0 {
            guard let ref = cast.topics.ref(topic, in: scope) else { continue }
            topics[ref, default: Topic(seen: Seen(first: answer.time, last: answer.time))].deletion =
                TopicDeletion(time: answer.time, client: client.address, clientId: client.clientId)
        }
    }

    private mutating func change(
        _ key: FlowKey, at first: CaptureTime, until last: CaptureTime, _ body: (inout Flow) -> Void
    ) {
        var entry = flows[key] ?? Flow(seen: Seen(first: first, last: last))
        if flows[key] == nil, flows.count >= limits.depthClients {
            flowsLeftOut += 1
            return
        }
        flows[key] = nil
        entry.seen.add(first)
        entry.seen.add(last)
        body(&entry)
        flows[key] = entry
    }

    private mutating func note(_ place: PartitionRef, _ time: CaptureTime) {
        topics[place.topic, default: Topic(seen: Seen(first: time, last: time))].seen.add(time)
        guard let known = topics[place.topic], !known.partitions.contains(place.partition) else { return }
        if known.partitions.count < limits.depthPartitions {
            topics[place.topic]?.partitions.insert(place.partition)
        } else {
            topicsLeftOut += 1
        }
    }

    /// Error codes inside a topic's part of an answer.
    private mutating func noteErrors(_ answer: ObservedAnswer, to request: ObservedRequest, _ cast: inout Cast) {
        guard answer.body.holdsErrors else { return }
        var found: [(FieldView, Int16)] = []
        answer.body.root.walk { fields, around in
            for name in ["ErrorCode", "PartitionErrorCode", "AcknowledgeErrorCode"] {
                guard let code = fields.integer(name), code != 0,
                    let topic = ([fields] + around.reversed()).first(where: \.isTopic)
                else { continue }
                found.append((topic, Int16(clamping: code)))
            }
        }
        for (topic, code) in found {
            guard let ref = cast.topics.ref(topic, in: cast.topicScope(request)) else { continue }
            topics[ref, default: Topic(seen: Seen(first: answer.time, last: answer.time))].errors[code, default: 0] += 1
        }
    }

    // MARK: Rows

    func clientRows(_ cast: Cast) -> [TopicClientRow] {
        var merged: [FlowKey: Flow] = [:]
        for (key, flow) in flows {
            var key = key
            key.topic = cast.topics.resolved(key.topic)
            merged[key] = merged[key].map { $0.joined(flow) } ?? flow
        }
        // Of what brought nothing only the requests are counted, and only where others brought something.
        let rows = merged.filter { $0.key.direction == .produce || $0.value.sum.batches > 0 }.sorted {
            Self.order($0.key, cast).lexicographicallyPrecedes(Self.order($1.key, cast))
        }
        return rows.map { key, flow in
            var row = TopicClientRow(seen: flow.seen)
            row.topic = cast.topics.name(key.topic)
            (row.client, row.clientId) = (key.client.address, key.client.clientId)
            row.direction = key.direction
            row.group = key.group ?? (key.direction == .fetch ? cast.group(of: key.client, reading: key.topic) : nil)
            (row.bytes, row.records, row.batches) = (flow.sum.bytes, flow.sum.records, flow.sum.batches)
            (row.resent, row.requests, row.compression) = (flow.resent, flow.requests, flow.sum.compression)
            row.acks = flow.acks.count == 1 ? flow.acks.first.map { Int($0) } : nil
            row.idempotent = flow.idempotent.count == 1 ? flow.idempotent.first : nil
            return row
        }
    }

    private static func order(_ key: FlowKey, _ cast: Cast) -> [String] {
        [
            cast.topics.name(key.topic) ?? "", cast.topics.id(key.topic) ?? "", key.direction.rawValue,
            key.client.address, key.client.clientId ?? "", key.group ?? "", "\(key.topic.number)",
        ]
    }

    func topicRows(_ cast: Cast) -> [TopicRow] {
        var rows: [TopicRef: TopicRow] = [:]
        for (ref, topic) in topics {
            let ref = cast.topics.resolved(ref)
            var row = rows[ref] ?? TopicRow(seen: topic.seen)
            row.topic = cast.topics.name(ref)
            row.topicId = cast.topics.id(ref)
            row.partitions = Set(row.partitions).union(topic.partitions.map { Int($0) }).sorted()
            row.seen.add(topic.seen)
            for (code, count) in topic.errors { row.add(error: code, count) }
            row.deletion = [row.deletion, topic.deletion].compactMap(\.self).max { $0.time < $1.time }
            rows[ref] = row
        }
        for (key, flow) in flows where key.direction == .produce || flow.sum.batches > 0 {
            rows[cast.topics.resolved(key.topic)]?.add(flow.sum, key.client, key.direction)
        }
        return rows.sorted {
            ($0.value.topic ?? "", $0.value.topicId ?? "", $0.key.number) < (
                $1.value.topic ?? "", $1.value.topicId ?? "", $1.key.number
            )
        }.map(\.value.inOrder)
    }
}

extension TopicTable.Flow {
    fileprivate func joined(_ other: Self) -> Self {
        var sum = self
        sum.sum.add(other.sum)
        sum.resent += other.resent
        sum.requests += other.requests
        sum.acks.formUnion(other.acks)
        sum.idempotent.formUnion(other.idempotent)
        sum.seen.add(other.seen)
        return sum
    }
}

extension Seen {
    mutating func add(_ other: Seen) {
        add(other.first)
        add(other.last)
    }
}

extension TopicRow {
    fileprivate mutating func add(error code: Int16, _ count: Int64) {
        let name = KafkaError.name(of: Int(code)) ?? "code \(code)"
        if let place = errors.firstIndex(where: { $0.name == name }) {
            errors[place].count += count
        } else {
            errors.append((name, count))
        }
    }

    fileprivate mutating func add(_ sum: FlowSum, _ client: ClientKey, _ direction: FlowDirection) {
        let name = client.clientId ?? client.address
        if direction == .produce {
            producedBytes = producedBytes.addingSaturated(sum.bytes)
            producedRecords = producedRecords.flatMap { all in sum.records.map { all.addingSaturated($0) } }
            if sum.batches > 0, !producers.contains(name) { producers.append(name) }
        } else {
            fetchedBytes = fetchedBytes.addingSaturated(sum.bytes)
            if sum.batches > 0, !consumers.contains(name) { consumers.append(name) }
        }
    }

    fileprivate var inOrder: TopicRow {
        var row = self
        row.producers.sort()
        row.consumers.sort()
        row.errors.sort { $0.name < $1.name }
        return row
    }
}

extension FieldView {
    /// It names a topic.
    var isTopic: Bool { string("Name") != nil || string("Topic") != nil || uuid("TopicId") != nil }
}
