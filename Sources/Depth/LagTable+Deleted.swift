import Conversations
import Vocabulary

/// What was committed, and is deleted on purpose.
extension LagTable {
    /// An administrator had committed offsets deleted, or whole groups.
    mutating func deleted(_ answer: ObservedAnswer, _ request: ObservedRequest, _ cast: inout Cast) {
        let (scope, root) = (cast.scope(request), answer.body.root)
        let gone = Set(
            root.elements("Results").filter { $0.integer("ErrorCode") == 0 }.compactMap { $0.string("GroupId") }.map {
                GroupKey(group: $0, scope: scope)
            })
        if !gone.isEmpty { delete { gone.contains($0.group) } }
        guard let group = request.body.root.string("GroupId"), root.integer("ErrorCode") == 0 else { return }
        for (place, fields) in cast.partitions(root.elements("Topics"), of: request)
        where fields.integer("ErrorCode") == 0 {
            progress[Key(group: GroupKey(group: group, scope: scope), place: place)]?.deleted()
        }
    }

    /// What was committed in a topic goes with it.
    mutating func topicsDeleted(_ answer: ObservedAnswer, _ request: ObservedRequest, _ cast: inout Cast) {
        let scope = cast.topicScope(request)
        let gone = Set(
            answer.body.root.elements("Responses").filter { $0.integer("ErrorCode") == 0 }.compactMap {
                cast.topics.ref($0, in: scope)
            })
        if !gone.isEmpty { delete { gone.contains(cast.topics.resolved($0.place.topic)) } }
    }

    private mutating func delete(_ isGone: (Key) -> Bool) {
        for key in progress.keys.filter(isGone) { progress[key]?.deleted() }
    }
}
