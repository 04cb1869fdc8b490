import Conversations
import KafkaSchema

/// What the fields of a message mean to a reader who looks for topics, groups and errors. Told from names, once a version.
enum FieldRole: UInt8 {
    case none, topic, topicId
    /// A topic where it stands in a structure of a topic.
    case name
    case partition
    /// An array of partitions.
    case partitions
    case group
    /// A list of groups.
    case groups
    /// What a coordinator is looked up for, and of what kind.
    case coordinatorKey, coordinatorKind
    case error
    /// One of the facts that tell most of this API's messages.
    case fact

    init(_ field: FieldDefinition) {
        switch (field.name, field.type) {
        case ("Topic", .string), ("TopicName", .string), ("TopicNames", .string), ("SubscribedTopicNames", .string):
            self = .topic
        case ("Name", .string): self = .name
        case ("TopicId", .uuid): self = .topicId
        case ("Partition", .int32), ("PartitionIndex", .int32), ("PartitionId", .int32), ("Index", .int32):
            self = .partition
        case ("Partitions", .int32), ("PartitionIndexes", .int32): self = field.isArray ? .partitions : .none
        case ("GroupId", .string): self = .group
        case ("Groups", .string), ("GroupsNames", .string), ("GroupIds", .string): self = .groups
        case ("Key", .string), ("CoordinatorKeys", .string): self = .coordinatorKey
        case ("KeyType", .int8): self = .coordinatorKind
        case (let name, .int16) where name.hasSuffix("ErrorCode"): self = .error
        default: self = .none
        }
    }
}

/// The roles of each message version's fields.
final class RoleTable {
    struct Roles {
        var roles: [FieldRole]
        /// Whether a field is an array of structures that stand for topics.
        var holdsTopics: [Bool]
        var isFact: [Bool]
    }

    private var known: [Int: Roles] = [:]

    func roles(_ body: MessageBody, api: Int16, version: Int16, isRequest: Bool) -> Roles {
        let key = (Int(api) << 17 | Int(version) << 1 | (isRequest ? 1 : 0))
        // What is read of a message never changes the list of its version's fields; of one that was not read it is empty.
        if let roles = known[key], roles.roles.count == body.definitions.count { return roles }
        let wanted = Set(KeyFacts.names(api, isRequest: isRequest))
        let roles = Roles(
            roles: body.definitions.map(FieldRole.init),
            holdsTopics: body.definitions.map { field in
                if case .structure(let name) = field.type { return name.contains("Topic") }
                return false
            },
            isFact: body.definitions.map { wanted.contains($0.name) })
        known[key] = roles
        return roles
    }
}
