import Conversations
import Vocabulary

/// What was committed, and is deleted on purpose.
extension LagTable {
    /// An administrator had committed offsets deleted, or whole groups.
    mutating func deleted(_ answer: ObservedAnswer, _ request: ObservedRequest, _ cast: inout Cast) {
        let (scope, root) = (cast.scope(request), answer.body.root)
        for row in root.elements("Results") where row.integer("ErrorCode") == 0 {
            guard let group = row.string("GroupId") else { continue }
            for key in progress.keys where key.group == GroupKey(group: group, scope: scope) {
                progress[key]?.deleted()
            }
        }
        guard let group = request.body.root.string("GroupId"), root.integer("ErrorCode") == 0 else { return }
        for (place, fields) in cast.partitions(root.elements("Topics"), of: request)
        where fields.integer("ErrorCode") == 0 {
            progress[Key(group: GroupKey(group: group, scope: scope), place: place)]?.deleted()
        }
    }

    /// What was committed in a topic goes with it.
    mutating func topicsDeleted(_ answer: ObservedAnswer, _ request: ObservedRequest, _ cast: inout Cast) {
        let scope = cast.topicScope(request)
        for row in answer.body.root.elements("Responses") where row.integer("ErrorCode") == 0 {
            guard let topic = cast.topics.ref(row, in: scope) else { continue }
            for key in progress.keys where cast.topics.resolved(key.place.topic) == topic {
                progress[key]?.deleted()
            }
        }
    }
}
