import Conversations
import ReportModel
import Vocabulary

/// High watermarks that stand still while their leader acknowledges records (acks=1): a replica that is in sync by name does not
/// fetch, and until it is dropped nobody may read what it lacks.
struct Watermarks {
    private struct Place: Hashable {
        var server: Endpoint
        var partition: PartitionRef
    }

    private struct State {
        var highWatermark: Int64
        /// When a record beyond it was first acknowledged, and when one was last.
        var ahead: CaptureTime?
        var lastAhead = CaptureTime.distantPast
        var end: Int64 = -1
        /// The last answer that told this watermark, or would have told another.
        var confirmed: CaptureTime
        var frames: [FrameRef]
        var readers: Set<ClientKey> = []
        /// Whose fetch sessions have the partition.
        var sessions: Set<UInt64> = []
        var found: WatermarkStall?
    }

    /// A connection's fetch session (KIP-227): its answers leave out what has not changed.
    private struct Session {
        var places: Set<Place> = []
        /// When it was last answered in part.
        var answered = CaptureTime.distantPast
    }

    private static let readersKept = 20
    private var states: [Place: State] = [:]
    private var sessions: [UInt64: Session] = [:]
    /// Partitions that sessions hold, of all sessions.
    private var held = 0
    private let limit: Int
    private var leftOut = 0

    init(limit: Int) { self.limit = limit }

    var trip: LimitTrip? {
        LimitTrip("depthPartitions", limit, beyond: leftOut, "partitions whose high watermark is followed")
    }

    mutating func took(
        _ answer: ObservedAnswer, to request: ObservedRequest, _ delivered: [Delivered], _ stored: [Stored],
        _ cast: inout Cast
    ) {
        if request.api == Api.fetch, !request.isFollowers { told(answer, request, delivered, &cast) }
        for outcome in stored where outcome.code == 0 {
            guard let batch = outcome.flow.batches.first, let base = outcome.offset else { continue }
            let count = max(batch.lastOffset.subtractingSaturated(batch.baseOffset), Int64(batch.records ?? 1) - 1)
            let place = Place(server: request.server, partition: outcome.flow.place)
            let end = base.addingSaturated(count).addingSaturated(1)
            // With acks=all the watermark has passed it already.
            switch request.body.root.integer("Acks") {
            case 1: acknowledged(place, end, answer)
            case -1 where (states[place]?.highWatermark ?? .max) < end: tell(place, end, answer, nil)
            default: break
            }
        }
    }

    private mutating func acknowledged(_ place: Place, _ end: Int64, _ answer: ObservedAnswer) {
        guard var state = states[place], end > state.highWatermark else { return }
        if state.ahead == nil {
            state.ahead = answer.time
            state.frames = [state.frames[0], answer.frame]
        }
        if end > state.end { (state.end, state.lastAhead) = (end, answer.time) }
        states[place] = state
    }

    private mutating func told(
        _ answer: ObservedAnswer, _ request: ObservedRequest, _ delivered: [Delivered], _ cast: inout Cast
    ) {
        let (asked, root) = (request.body.root, answer.body.root)
        forget(asked, request, &cast)
        // A quota empties the answer, whatever there is.
        guard root.integer("ErrorCode") ?? 0 == 0, root.integer("ThrottleTimeMs") ?? 0 == 0 else { return }
        // What an answer that was cut says of the rest of its session is not known.
        if answer.body.isTruncated { end(session: request.connection) }
        let isSession = root.integer("SessionId") ?? 0 != 0 && !answer.body.isTruncated && !request.body.isTruncated
        for partition in delivered {
            let place = Place(server: request.server, partition: partition.place)
            guard partition.fields.integer("ErrorCode") == 0, let mark = partition.fields.integer("HighWatermark"),
                mark >= 0
            else {
                end(place)
                continue
            }
            tell(place, mark, answer, ClientKey(request))
            if isSession { join(place, request.connection) }
        }
        if isSession, asked.integer("SessionEpoch") ?? 0 > 0 { sessions[request.connection]?.answered = answer.time }
    }

    private mutating func join(_ place: Place, _ connection: UInt64) {
        guard states[place] != nil, sessions[connection]?.places.contains(place) != true else { return }
        guard held < limit else {
            leftOut += 1
            return
        }
        held += 1
        sessions[connection, default: Session()].places.insert(place)
        states[place]?.sessions.insert(connection)
    }

    /// A session names partitions that it gives up; a new one begins with none.
    private mutating func forget(_ asked: FieldView, _ request: ObservedRequest, _ cast: inout Cast) {
        if request.body.isTruncated || asked.integer("SessionEpoch") ?? -1 <= 0 {
            return end(session: request.connection)
        }
        for topic in asked.elements("ForgottenTopicsData") {
            guard let ref = cast.topics.ref(topic, in: cast.topicScope(request)) else { continue }
            for number in topic.integers("Partitions") {
                let partition = PartitionRef(topic: ref, partition: Int32(clamping: number))
                leave(Place(server: request.server, partition: partition), request.connection)
            }
        }
    }

    private mutating func end(session connection: UInt64) {
        for place in sessions[connection]?.places ?? [] { leave(place, connection) }
        sessions[connection] = nil
    }

    private mutating func leave(_ place: Place, _ connection: UInt64) {
        guard sessions[connection]?.places.remove(place) != nil, var state = states[place] else { return }
        held -= 1
        state.confirmed = lastConfirmed(state)
        state.sessions.remove(connection)
        states[place] = state
    }

    private func lastConfirmed(_ state: State) -> CaptureTime {
        max(state.confirmed, state.sessions.compactMap { sessions[$0]?.answered }.max() ?? .distantPast)
    }

    private mutating func tell(_ place: Place, _ mark: Int64, _ answer: ObservedAnswer, _ reader: ClientKey?) {
        guard var state = states[place] else {
            guard states.count < limit else {
                leftOut += 1
                return
            }
            states[place] = State(
                highWatermark: mark, confirmed: answer.time, frames: [answer.frame],
                readers: reader.map { [$0] } ?? [])
            return
        }
        // An answer that was overtaken by another.
        guard mark >= state.highWatermark else { return }
        if mark == state.highWatermark {
            state.confirmed = answer.time
            if state.ahead != nil { state.frames = Array(state.frames.prefix(2)) + [answer.frame] }
        } else {
            state.found = longest(state, place)
            let isBehind = state.end > mark
            (state.highWatermark, state.confirmed, state.frames) = (mark, answer.time, [answer.frame])
            (state.ahead, state.readers) = (isBehind ? answer.time : nil, [])
        }
        if let reader, state.readers.count < Self.readersKept { state.readers.insert(reader) }
        states[place] = state
    }

    /// The partition's leader is another, or the partition is in trouble that is told as such.
    private mutating func end(_ place: Place) {
        guard var state = states[place] else { return }
        state.found = longest(state, place)
        (state.ahead, state.end) = (nil, -1)
        states[place] = state
    }

    private func longest(_ state: State, _ place: Place) -> WatermarkStall? {
        guard let from = state.ahead else { return state.found }
        let to = lastConfirmed(state)
        let length = to.since(from)
        guard length >= Standstills.least, state.lastAhead.since(from) >= length / 2,
            length > state.found.map({ $0.to.since($0.from) }) ?? 0
        else { return state.found }
        var found = WatermarkStall(
            server: "\(place.server)", topic: nil, partition: Int(place.partition.partition), from: from, to: to,
            highWatermark: state.highWatermark, end: state.end)
        found.clients = Set(state.readers.map(\.address)).sorted()
        found.clientIds = Set(state.readers.compactMap(\.clientId)).sorted()
        found.frames = state.frames
        return found
    }

    func rows(_ cast: Cast) -> [WatermarkStall] {
        states.compactMap { place, state in
            var row = longest(state, place)
            row?.topic = cast.topics.name(place.partition.topic) ?? cast.topics.id(place.partition.topic)
            return row
        }.sorted {
            ($0.server, $0.topic ?? "", $0.partition, $0.from) < ($1.server, $1.topic ?? "", $1.partition, $1.from)
        }
    }
}

extension ObservedRequest {
    /// A Fetch of a broker that follows a leader.
    var isFollowers: Bool {
        let root = body.root
        return (root.integer("ReplicaId") ?? root.structure("ReplicaState")?.integer("ReplicaId") ?? -1) >= 0
    }
}
