import Conversations
import Vocabulary

/// Topics that a capture names in commits and numbers in Fetches, because nobody asked for Metadata in it.
extension LagTable {
    /// What a group fetches by an id and commits by a name is one topic where only one of each is left, and what is committed
    /// was delivered.
    mutating func tie(_ group: GroupKey, _ request: ObservedRequest, _ cast: inout Cast) {
        // Looking at all that a group reads is for captures that lack Metadata, and for commits that give an unknown name.
        guard cast.topics.usesUntoldIds else { return }
        var offsets: [TopicRef: [Int32: Int64]] = [:]
        for (place, fields) in cast.partitions(request.body.root.elements("Topics"), of: request)
        where cast.topics.id(place.topic) == nil {
            offsets[place.topic, default: [:]][place.partition] = fields.integer("CommittedOffset") ?? -1
        }
        guard !offsets.isEmpty else { return }
        let nameless = namelessTopics(of: group, cast)
        guard !nameless.isEmpty else { return }
        let fits = offsets.mapValues { committed in
            nameless.filter { topic in
                committed.allSatisfy { number, offset in
                    let key = Key(group: group, place: PartitionRef(topic: topic, partition: number))
                    return progress[key]?.position.map { offset <= $0 } ?? false
                }
            }
        }
        for (named, found) in fits where found.count == 1 {
            guard fits.values.filter({ $0.contains(found[0]) }).count == 1 else { continue }
            cast.topics.tie(found[0], to: named)
            move(found[0], to: named)
        }
    }

    private func namelessTopics(of group: GroupKey, _ cast: Cast) -> [TopicRef] {
        let fetched = progress.filter { $0.key.group == group && $0.value.reader != nil }.map(\.key.place.topic)
        return Set(fetched).filter { cast.topics.name($0) == nil }.sorted { $0.number < $1.number }
    }

    private mutating func move(_ topic: TopicRef, to named: TopicRef) {
        for (key, entry) in progress where key.place.topic == topic {
            var moved = key
            moved.place.topic = named
            var entry = entry
            if let commits = progress[moved] { entry.take(commitsOf: commits) }
            progress[moved] = entry
            progress[key] = nil
        }
        for (place, log) in logs where place.topic == topic {
            var moved = place
            moved.topic = named
            logs[moved] = logs[moved].map { log.joined($0) } ?? log
            logs[place] = nil
        }
        findReaders()
    }
}
