import Conversations
import ReportModel
import Vocabulary

/// What clients ask for and get, and what comes and goes of topics, counted for metrics of a live run: so many of each by name, in
/// the order in which they appeared, and all others as one.
struct LabelledTraffic {
    private let most: Int
    private(set) var clients: [String: LabelledCounts] = [:]
    private(set) var topics: [String: LabelledCounts] = [:]

    init(limits: Limits) { most = limits.metricLabelValues }

    mutating func took(_ request: ObservedRequest, _ produced: [RecordFlow], _ cast: Cast) {
        change(client: request) {
            $0.requests += 1
            $0.requestBytes = $0.requestBytes.addingSaturated(request.bytes)
        }
        for (topic, flows) in Dictionary(grouping: produced, by: \.place.topic) {
            let bytes = Self.bytes(flows.flatMap(\.batches))
            change(topic, cast) {
                $0.requests += 1
                $0.requestBytes = $0.requestBytes.addingSaturated(bytes)
            }
        }
    }

    mutating func took(
        _ answer: ObservedAnswer, to request: ObservedRequest, _ delivered: [Delivered], _ stored: [Stored],
        _ cast: inout Cast
    ) {
        let brings = delivered.contains { !$0.batches.isEmpty }
        // A Fetch that waited for records says nothing of its broker.
        let waited =
            brings || !Api.waitsForRecords(request.api)
            ? max(0, answer.time.since(request.sentWhole)) : nil
        let errors = errors(answer, request, &cast)
        change(client: request) {
            $0.responseBytes = $0.responseBytes.addingSaturated(answer.bytes)
            $0.errors += errors.isEmpty ? 0 : 1
            $0.note(waited: waited)
        }
        for (topic, parts) in Dictionary(grouping: delivered, by: \.place.topic) {
            let bytes = Self.bytes(parts.flatMap(\.batches))
            guard bytes > 0 else { continue }
            change(topic, cast) {
                $0.requests += 1
                $0.responseBytes = $0.responseBytes.addingSaturated(bytes)
                $0.note(waited: waited)
            }
        }
        for topic in Set(stored.map(\.flow.place.topic)) { change(topic, cast) { $0.note(waited: waited) } }
        for topic in Set(errors.compactMap(\.self)) { change(topic, cast) { $0.errors += 1 } }
    }

    mutating func lost(_ request: ObservedRequest, _ produced: [RecordFlow], _ cast: Cast) {
        change(client: request) { $0.unanswered += 1 }
        for topic in Set(produced.map(\.place.topic)) { change(topic, cast) { $0.unanswered += 1 } }
    }

    /// The topic of each error code, where it is one's own.
    private func errors(
        _ answer: ObservedAnswer, _ request: ObservedRequest, _ cast: inout Cast
    ) -> [TopicRef?] {
        guard answer.body.holdsErrors else { return [] }
        var found: [FieldView?] = []
        answer.body.root.walk { fields, around in
            for name in ["ErrorCode", "PartitionErrorCode", "AcknowledgeErrorCode"] {
                guard let code = fields.integer(name), code != 0 else { continue }
                found.append(([fields] + around.reversed()).first(where: \.isTopic))
            }
        }
        return found.map { topic in topic.flatMap { cast.topics.ref($0, in: cast.topicScope(request)) } }
    }

    private static func bytes(_ batches: [RecordBatchHeader]) -> Int64 {
        batches.reduce(0) { $0.addingSaturated($1.bytes) }
    }

    private mutating func change(client request: ObservedRequest, _ body: (inout LabelledCounts) -> Void) {
        Self.change(&clients, request.clientId, most, body)
    }

    private mutating func change(_ topic: TopicRef, _ cast: Cast, _ body: (inout LabelledCounts) -> Void) {
        Self.change(&topics, cast.topics.name(topic), most, body)
    }

    private static func change(
        _ counts: inout [String: LabelledCounts], _ name: String?, _ most: Int, _ body: (inout LabelledCounts) -> Void
    ) {
        let name = name ?? LabelledCounts.unknown
        let isKnown = counts[name] != nil || counts.count < most
        body(&counts[isKnown ? name : LabelledCounts.others, default: LabelledCounts()])
    }
}
