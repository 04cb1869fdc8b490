import Conversations
import Vocabulary

/// The last Fetch of each partition by programs that have named no group yet. Most never will: what a program reads without a
/// group is left out where the room ends, and is missed by no table.
struct EarlyFetches {
    struct Fetch {
        var offset: Int64?
        var deliveredTo: Int64?
        var time: CaptureTime
        var server: Endpoint
        var frame: FrameRef
    }

    private var fetches: [ClientKey: [PartitionRef: Fetch]] = [:]
    private var count = 0

    mutating func asked(
        _ client: ClientKey, _ place: PartitionRef, _ offset: Int64?, _ request: ObservedRequest, room: Int
    ) {
        let known = fetches[client]?[place]
        guard known != nil || count < room else { return }
        if known == nil { count += 1 }
        fetches[client, default: [:]][place] = Fetch(
            offset: offset ?? known?.offset, deliveredTo: known?.deliveredTo, time: request.sentWhole,
            server: request.server, frame: request.frame)
    }

    mutating func delivered(_ client: ClientKey, _ partition: Delivered, at time: CaptureTime) {
        guard let last = partition.batches.last?.lastOffset else { return }
        fetches[client]?[partition.place]?.deliveredTo = last.addingSaturated(1)
        fetches[client]?[partition.place]?.time = time
    }

    /// What a program fetched before it named its group.
    mutating func take(_ client: ClientKey) -> [PartitionRef: Fetch] {
        let taken = fetches.removeValue(forKey: client) ?? [:]
        count -= taken.count
        return taken
    }

    mutating func forget(before time: CaptureTime) {
        fetches = fetches.mapValues { $0.filter { $0.value.time >= time } }.filter { !$0.value.isEmpty }
        count = fetches.values.reduce(0) { $0 + $1.count }
    }
}
