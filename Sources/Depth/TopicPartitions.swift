import Conversations
import Vocabulary

extension Cast {
    /// What a message says of partitions, in its order. Topics without a known name or id are left out.
    /// - Parameters:
    ///   - topics: the message's list of topics.
    ///   - partitions: the name of the list of partitions within a topic.
    ///   - number: the name of a partition's number.
    mutating func partitions(
        _ topics: [FieldView], _ partitions: String = "Partitions", number: String = "PartitionIndex",
        of request: ObservedRequest
    ) -> [(place: PartitionRef, fields: FieldView)] {
        var found: [(place: PartitionRef, fields: FieldView)] = []
        for topic in topics {
            guard let ref = self.topics.ref(topic, in: topicScope(request)) else { continue }
            for fields in topic.elements(partitions) {
                let place = PartitionRef(topic: ref, partition: Int32(clamping: fields.integer(number) ?? -1))
                found.append((place, fields))
            }
        }
        return found
    }
}
