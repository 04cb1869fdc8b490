import Conversations
import KafkaSchema
import Vocabulary

/// What a message is about: topics with their partitions, groups, error codes, and a few facts of its API.
struct MessageSubjects {
    struct Topic {
        var name: String
        var partitions: [Int64] = []
    }

    struct Failure: Hashable {
        var code: Int16
        var topic: String?
        var partition: Int64?
    }

    var topics: [Topic] = []
    var groups: [String] = []
    var failures: [Failure] = []
    var facts: [(name: String, value: String)] = []
    /// Of its record batches.
    var records: Int64 = 0
    var recordBytes: Int64 = 0
    var batches = 0

    /// Values of one fact that are shown.
    private static let shownValues = 3

    /// - Parameter ids: what topic ids are called; learns from the message.
    init(_ body: MessageBody, _ roles: RoleTable.Roles, ids: inout TopicIds) {
        var walk = Walk(body: body, roles: roles, ids: ids)
        walk.run()
        self = walk.subjects
        ids = walk.ids
        batches = body.batches.count
        for batch in body.batches where !batch.isControl {
            records = records.addingSaturated(Int64(batch.records ?? 0))
            recordBytes = recordBytes.addingSaturated(batch.bytes)
        }
    }

    private init() {}

    /// Goes over the fields once, with the structures of topics that are open. A structure's error code may stand before the
    /// name that it belongs to.
    private struct Walk {
        let body: MessageBody
        let roles: RoleTable.Roles
        var ids: TopicIds
        var subjects = MessageSubjects()
        /// Where the open structures of topics end.
        private var topicEnds: [Int32] = []
        /// The place of each failure's topic.
        private var failedTopics: [Int] = []
        /// Failures from here on are of the open structure inside the topic's.
        private var firstOfPart = 0
        private var partition: Int64?
        private var id: TopicUUID?
        private var isGroupLookUp = true
        private var factCounts: [String: Int] = [:]

        init(body: MessageBody, roles: RoleTable.Roles, ids: TopicIds) {
            (self.body, self.roles, self.ids) = (body, roles, ids)
        }

        mutating func run() {
            for at in body.nodes.indices {
                let node = body.nodes[at]
                while let end = topicEnds.last, end <= Int32(at) { topicEnds.removeLast() }
                guard node.kind != .unknownTag, Int(node.field) < roles.roles.count else { continue }
                if node.kind == .element { begin(node, Int(node.field)) }
                if roles.isFact[Int(node.field)] { takeFact(node, Int(node.field)) }
                take(node, roles.roles[Int(node.field)])
            }
            for (place, topic) in failedTopics.enumerated() where subjects.topics.indices.contains(topic) {
                subjects.failures[place].topic = subjects.topics[topic].name
            }
            subjects.topics.removeAll { $0.name.isEmpty }
        }

        private mutating func begin(_ node: MessageBody.Node, _ field: Int) {
            (partition, firstOfPart) = (nil, subjects.failures.count)
            guard roles.holdsTopics[field] else { return }
            topicEnds.append(node.end)
            id = nil
            subjects.topics.append(Topic(name: ""))
        }

        private mutating func take(_ node: MessageBody.Node, _ role: FieldRole) {
            switch role {
            case .none, .fact: break
            case .topic where node.kind == .string && node.integer >= 0: name(body.string(node))
            case .name where node.kind == .string && node.integer >= 0 && !topicEnds.isEmpty: name(body.string(node))
            case .topicId where node.kind == .uuid: take(id: body.uuid(node))
            case .partition where node.kind == .integer: take(partition: node.integer)
            case .partitions where node.kind == .integer: addPartition(node.integer)
            case .group where node.kind == .string && node.integer >= 0: addGroup(body.string(node))
            case .groups where node.kind == .string && node.integer >= 0: addGroup(body.string(node))
            case .coordinatorKind where node.kind == .integer: keys(ofKind: node.integer)
            case .coordinatorKey where node.kind == .string && node.integer >= 0: key(body.string(node))
            case .error where node.kind == .integer && node.integer != 0: fail(Int16(truncatingIfNeeded: node.integer))
            default: break
            }
        }

        private mutating func name(_ text: String) {
            guard !topicEnds.isEmpty, let last = subjects.topics.indices.last else {
                subjects.topics.append(Topic(name: text))
                return
            }
            if let id { ids.learn(id, text) }
            subjects.topics[last].name = text
        }

        private mutating func take(id told: TopicUUID?) {
            guard let told else { return }
            guard !topicEnds.isEmpty, let last = subjects.topics.indices.last else {
                subjects.topics.append(Topic(name: ids.name(told)))
                return
            }
            if subjects.topics[last].name.isEmpty {
                id = told
                subjects.topics[last].name = ids.name(told)
            } else {
                ids.learn(told, subjects.topics[last].name)
            }
        }

        private mutating func take(partition number: Int64) {
            addPartition(number)
            partition = number
            for place in firstOfPart..<subjects.failures.count { subjects.failures[place].partition = number }
        }

        private mutating func addPartition(_ number: Int64) {
            guard !topicEnds.isEmpty, let last = subjects.topics.indices.last else { return }
            subjects.topics[last].partitions.append(number)
        }

        private mutating func addGroup(_ text: String) {
            if subjects.groups.last != text { subjects.groups.append(text) }
        }

        private mutating func keys(ofKind kind: Int64) {
            isGroupLookUp = kind == 0
            if !isGroupLookUp { subjects.groups = [] }
        }

        private mutating func key(_ text: String) { if isGroupLookUp { addGroup(text) } }

        private mutating func fail(_ code: Int16) {
            subjects.failures.append(Failure(code: code, partition: partition))
            failedTopics.append(topicEnds.isEmpty ? -1 : subjects.topics.count - 1)
        }

        private mutating func takeFact(_ node: MessageBody.Node, _ field: Int) {
            let name = body.definitions[field].name
            guard let value = value(node) else { return }
            let count = factCounts[name, default: 0]
            factCounts[name] = count + 1
            if count == 0 {
                subjects.facts.append((name, value))
            } else if let place = subjects.facts.firstIndex(where: { $0.name == name }), count <= shownValues {
                subjects.facts[place].value += count < shownValues ? "," + value : ",..."
            }
        }

        private var shownValues: Int { MessageSubjects.shownValues }

        private func value(_ node: MessageBody.Node) -> String? {
            switch node.kind {
            case .integer:
                if body.definitions[Int(node.field)].type == .bool { return node.integer == 0 ? "false" : "true" }
                return "\(node.integer)"
            case .string where node.integer > 0: return SafeText.escaped(String(body.string(node).prefix(200)))
            case .uuid: return body.uuid(node)?.text
            default: return nil
            }
        }
    }
}

/// Names of topic ids, as the capture tells them.
struct TopicIds {
    private var names: [TopicUUID: String] = [:]
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    mutating func learn(_ id: TopicUUID, _ name: String) {
        if let known = names[id] {
            if known != name { names[id] = name }
        } else if names.count < limit {
            names[id] = name
        }
    }

    /// The id itself where no name was told.
    func name(_ id: TopicUUID) -> String { names[id] ?? id.text }
}
