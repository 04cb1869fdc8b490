import Conversations
import ReportModel
import Vocabulary

/// Where readers that were told OFFSET_OUT_OF_RANGE went on at a later offset: the records in between never reach them.
struct SkippedOffsets {
    private struct Reader: Hashable {
        var client: ClientKey
        var place: PartitionRef
    }

    private struct State {
        /// Two programs may have one name: only what one connection asks is one reader's.
        var connection: UInt64
        /// The last offset asked for; a fetch session tells it only when it changes.
        var asked: Int64
        /// An offset of the partition was in range before.
        var hasRead = false
        /// Since when it looks for another place.
        var refused: CaptureTime?
    }

    private static let outOfRange: Int64 = 1
    /// A reset takes one more request.
    private static let within = Span.seconds(60)

    private var states: [Reader: State] = [:]
    private var found: [Reader: [SkippedRecords]] = [:]
    private static let keptOfOne = 16
    private let limit: Int
    private var leftOut = 0

    init(limits: Limits) { limit = limits.depthPartitions }

    var trip: LimitTrip? {
        LimitTrip("depthPartitions", limit, beyond: leftOut, "readers whose skipped offsets are looked for")
    }

    mutating func took(_ request: ObservedRequest, _ cast: inout Cast) {
        // Brokers that follow a leader truncate their logs.
        guard request.api == Api.fetch, !request.isFollowers else { return }
        let topics = request.body.root.elements("Topics")
        for (place, fields) in cast.partitions(topics, number: "Partition", of: request) {
            guard let offset = fields.integer("FetchOffset"), offset >= 0 else { continue }
            let reader = Reader(client: ClientKey(request), place: place)
            guard states[reader] != nil || states.count < limit else {
                leftOut += 1
                continue
            }
            asks(offset, reader, on: request.connection, at: request.sentWhole)
        }
    }

    private mutating func asks(_ offset: Int64, _ reader: Reader, on connection: UInt64, at time: CaptureTime) {
        guard var state = states[reader], state.connection == connection else {
            states[reader] = State(connection: connection, asked: offset)
            return
        }
        if let refused = state.refused, offset > state.asked, time.since(refused) <= Self.within {
            guard found[reader]?.count ?? 0 < Self.keptOfOne else {
                leftOut += 1
                return
            }
            found[reader, default: []].append(
                SkippedRecords(
                    client: reader.client.address, clientId: reader.client.clientId, topic: nil,
                    partition: Int(reader.place.partition), from: state.asked, to: offset, hasRead: state.hasRead,
                    time: refused))
        }
        (state.asked, state.refused) = (offset, nil)
        states[reader] = state
    }

    mutating func took(_ answer: ObservedAnswer, to request: ObservedRequest, _ delivered: [Delivered]) {
        guard request.api == Api.fetch else { return }
        for partition in delivered {
            let reader = Reader(client: ClientKey(request), place: partition.place)
            guard states[reader]?.connection == request.connection else { continue }
            switch partition.fields.integer("ErrorCode") {
            case 0: states[reader]?.hasRead = true
            case Self.outOfRange: states[reader]?.refused = answer.time
            default: break
            }
        }
    }

    func rows(_ cast: Cast) -> [SkippedRecords] {
        found.flatMap { reader, skips in
            skips.map { skip in
                var skip = skip
                skip.topic = cast.topics.name(reader.place.topic)
                return skip
            }
        }
    }
}
