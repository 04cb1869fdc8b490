import Conversations
import ReportModel
import Vocabulary

/// Programs without a group that read committed records only (`isolation.level=read_committed`), and get none because a transaction
/// stays open: the last stable offset stands, and the high watermark moves. Of groups `LagTable` knows.
struct HeldReaders {
    private struct Key: Hashable {
        var client: ClientKey
        var place: PartitionRef
    }

    private struct Hold {
        var stable: Int64
        var from: CaptureTime
        var to: CaptureTime
        /// When it began, and now.
        var firstMark: Int64
        var lastMark: Int64
        var server: Endpoint
        var owner: String?
        var frames: [FrameRef]
    }

    private var holds: [Key: Hold] = [:]
    private var found: [Key: Hold] = [:]
    private var leftOut = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    var trip: LimitTrip? {
        LimitTrip("depthPartitions", limit, beyond: leftOut, "partitions that are read without a group")
    }

    mutating func took(
        _ answer: ObservedAnswer, to request: ObservedRequest, _ delivered: [Delivered],
        _ logs: [PartitionRef: PartitionLog], _ cast: Cast
    ) {
        guard request.api == Api.fetch, request.body.root.integer("IsolationLevel") == 1 else { return }
        let client = ClientKey(request)
        guard !cast.passesOn(client), !cast.isBySidecar(request) else { return }
        for partition in delivered where cast.reader(request, partition.place.topic) == nil {
            let key = Key(client: client, place: partition.place)
            let fields = partition.fields
            guard fields.integer("ErrorCode") == 0, partition.batches.isEmpty,
                let stable = fields.integer("LastStableOffset"), stable >= 0,
                let mark = fields.integer("HighWatermark"), stable < mark
            else {
                end(key)
                continue
            }
            hold(key, stable, mark, answer, request, logs[partition.place]?.owner(at: stable))
        }
    }

    private mutating func hold(
        _ key: Key, _ stable: Int64, _ mark: Int64, _ answer: ObservedAnswer, _ request: ObservedRequest,
        _ owner: String?
    ) {
        if var now = holds[key], now.stable == stable {
            (now.to, now.lastMark, now.owner) = (answer.time, max(now.lastMark, mark), now.owner ?? owner)
            now.frames = Array(now.frames.prefix(1)) + [answer.frame]
            holds[key] = now
            return
        }
        end(key)
        guard holds.count < limit else {
            leftOut += 1
            return
        }
        holds[key] = Hold(
            stable: stable, from: answer.time, to: answer.time, firstMark: mark, lastMark: mark, server: request.server,
            owner: owner, frames: [answer.frame])
    }

    /// It reads on, or is told something else.
    private mutating func end(_ key: Key) {
        guard let now = holds.removeValue(forKey: key) else { return }
        found[key] = longer(now, found[key])
    }

    /// The longer of two, if it counts at all.
    private func longer(_ now: Hold, _ known: Hold?) -> Hold? {
        let length = now.to.since(now.from)
        guard length >= Standstills.least, now.lastMark > now.firstMark,
            length > known.map({ $0.to.since($0.from) }) ?? 0
        else { return known }
        return now
    }

    func rows(_ cast: Cast) -> [HeldReader] {
        var all = found
        for (key, now) in holds { all[key] = longer(now, all[key]) }
        return all.filter { cast.group(of: $0.key.client, reading: $0.key.place.topic) == nil }.map { key, hold in
            var row = HeldReader(
                client: key.client.address, clientId: key.client.clientId, server: "\(hold.server)",
                partition: Int(key.place.partition), from: hold.from, to: hold.to,
                records: hold.lastMark.subtractingSaturated(hold.stable))
            row.topic = cast.topics.name(key.place.topic) ?? cast.topics.id(key.place.topic)
            (row.owner, row.frames) = (hold.owner, hold.frames)
            return row
        }.sorted {
            ($0.client, $0.clientId ?? "", $0.topic ?? "", $0.partition) < (
                $1.client, $1.clientId ?? "", $1.topic ?? "", $1.partition
            )
        }
    }
}
