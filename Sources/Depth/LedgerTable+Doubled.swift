import Conversations
import ReportModel

/// Batches that were sent again though no connection ended, and are stored twice, or may be: nothing else tells of them.
extension LedgerTable {
    private struct Key: Hashable {
        var client: ClientKey
        var server: String
        var place: PartitionRef
        var isProven: Bool
    }

    func doubled(_ cast: Cast) -> [DoubledBatches] {
        var order: [Key] = []
        var rows: [Key: DoubledBatches] = [:]
        for (name, story) in counted(cast) where story.isDoubled {
            let place = PartitionRef(topic: cast.topics.resolved(name.place.topic), partition: name.place.partition)
            let key = Key(
                client: story.client, server: "\(story.server)", place: place, isProven: story.offsets.count > 1)
            var row =
                rows[key]
                ?? DoubledBatches(
                    client: story.client.address, clientId: story.client.clientId, server: key.server,
                    topic: cast.topics.name(place.topic), partition: Int(place.partition), isProven: key.isProven,
                    seen: story.seen)
            if rows[key] == nil { order.append(key) }
            row.add(records: story.records, story.seen, story.frames)
            rows[key] = row
        }
        return order.compactMap { rows[$0] }
    }
}

extension LedgerTable.Story {
    /// Two offsets, or an offset behind an error that a broker gives when it has written the batch. What was lost with a connection is
    /// told with that.
    fileprivate var isDoubled: Bool {
        !isIdempotent && !mayBeTwo && sends > 1 && lost == leftOpen
            && (offsets.count > 1 || leftOpen > 0 && offsets.count == 1)
    }
}
