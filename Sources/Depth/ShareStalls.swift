import Conversations
import ReportModel
import Vocabulary

/// Share groups (KIP-932) that get nothing of a partition while its log grows: the members ask, and each answer is empty. Records that
/// a member holds are locked for a while, and nobody else gets them; a group that gets or acknowledges anything is at work.
struct ShareStalls {
    struct Key: Hashable {
        var group: GroupKey
        var place: PartitionRef
    }

    private struct Session: Hashable {
        var group: GroupKey
        var connection: UInt64
    }

    private struct Member: Hashable {
        var group: GroupKey
        var client: ClientKey
    }

    struct Entry {
        fileprivate var since: CaptureTime
        /// When the log first grew after that.
        fileprivate var behind: CaptureTime?
        /// The last empty answer, and its frame.
        fileprivate var answered: CaptureTime
        fileprivate var lastFrame = FrameRef.none
        fileprivate var lock = Span.seconds(30)
        private(set) var stall: PartitionStall?
        private(set) var frames: [FrameRef] = []
        fileprivate(set) var client: ClientKey
        fileprivate(set) var server: Endpoint

        fileprivate init(_ request: ObservedRequest, at time: CaptureTime) {
            (since, answered) = (time, time)
            (client, server) = (ClientKey(request), request.server)
        }

        /// The group was at work.
        fileprivate mutating func restart(at time: CaptureTime, _ log: PartitionLog?) {
            close(log)
            (since, behind, answered) = (time, nil, time)
        }

        /// Locks of what was delivered last explain the first part of a silence.
        fileprivate mutating func close(_ log: PartitionLog?) {
            guard let from = behind, let log else { return }
            let length = answered.since(from)
            guard length >= lock.addingSaturated(Standstills.least), log.moved.since(from) >= length / 2,
                length > stall.map({ $0.to.since($0.from) }) ?? 0
            else { return }
            var found = PartitionStall(from: from, to: answered)
            found.isFetched = true
            (stall, frames) = (found, [lastFrame])
        }
    }

    private var entries: [Key: Entry] = [:]
    private var sessions: [Session: Set<PartitionRef>] = [:]
    private var places: [Member: Set<PartitionRef>] = [:]
    private let limit: Int
    private static let followed = 1000
    private(set) var leftOut = 0

    init(limit: Int) { self.limit = limit }

    /// - Parameter acquired: the partitions of which the answer brought records.
    mutating func took(
        _ answer: ObservedAnswer, to request: ObservedRequest, _ group: GroupKey, acquired: Set<PartitionRef>,
        _ logs: [PartitionRef: PartitionLog], _ cast: inout Cast
    ) {
        let root = request.body.root
        let asked = cast.partitions(root.elements("Topics"), of: request)
        let acknowledges = asked.contains { !$0.fields.elements("AcknowledgementBatches").isEmpty }
        let member = Member(group: group, client: ClientKey(request))
        if request.api == Api.shareFetch { note(asked.map(\.place), answer, request, group, &cast) }
        if acknowledges || !acquired.isEmpty {
            for place in (places[member] ?? []).union(acquired) {
                entries[Key(group: group, place: place)]?.restart(at: answer.time, logs[place])
            }
        }
        guard request.api == Api.shareFetch else { return }
        let session = Session(group: group, connection: request.connection)
        // What a cut answer brought is not known.
        if answer.body.isTruncated || request.body.isTruncated {
            for place in sessions[session] ?? [] {
                entries[Key(group: group, place: place)]?.restart(at: answer.time, logs[place])
            }
            return
        }
        let refused = Set(
            cast.partitions(answer.body.root.elements("Responses"), of: request)
                .filter { $0.fields.integer("ErrorCode") != 0 }.map(\.place))
        let lock = answer.body.root.integer("AcquisitionLockTimeoutMs").flatMap { $0 > 0 ? $0 : nil }
        for place in sessions[session] ?? [] where !acquired.contains(place) {
            guard var entry = entries[Key(group: group, place: place)] else { continue }
            if let lock { entry.lock = Span.milliseconds(min(lock, 3_600_000)) }
            if refused.contains(place) {
                entry.restart(at: answer.time, logs[place])
            } else {
                (entry.answered, entry.lastFrame) = (answer.time, answer.frame)
                (entry.client, entry.server) = (ClientKey(request), request.server)
                if entry.behind == nil, let moved = logs[place]?.moved, moved > entry.since { entry.behind = moved }
            }
            entries[Key(group: group, place: place)] = entry
        }
    }

    /// A share session names what changes: partitions that it takes up, and those that it gives up.
    private mutating func note(
        _ asked: [PartitionRef], _ answer: ObservedAnswer, _ request: ObservedRequest, _ group: GroupKey,
        _ cast: inout Cast
    ) {
        let session = Session(group: group, connection: request.connection)
        let member = Member(group: group, client: ClientKey(request))
        let root = request.body.root
        if root.integer("ShareSessionEpoch") ?? 0 <= 0 { sessions[session] = nil }
        if root.integer("ShareSessionEpoch") == -1 { return }
        guard sessions[session] != nil || sessions.count < limit, places[member] != nil || places.count < limit else {
            leftOut += 1
            return
        }
        for place in asked {
            let key = Key(group: group, place: place)
            if entries[key] == nil {
                guard entries.count < limit else {
                    leftOut += 1
                    continue
                }
                entries[key] = Entry(request, at: answer.time)
            }
            // Each answer goes through all of them.
            guard (sessions[session]?.count ?? 0) < Self.followed else {
                leftOut += 1
                continue
            }
            sessions[session, default: []].insert(place)
            places[member, default: []].insert(place)
        }
        for topic in root.elements("ForgottenTopicsData") {
            guard let ref = cast.topics.ref(topic, in: cast.topicScope(request)) else { continue }
            for number in topic.integers("Partitions") {
                sessions[session]?.remove(PartitionRef(topic: ref, partition: Int32(clamping: number)))
            }
        }
    }

    /// What is known of a partition when all messages were told.
    func entry(_ key: Key, _ logs: [PartitionRef: PartitionLog]) -> Entry? {
        guard var entry = entries[key] else { return nil }
        entry.close(logs[key.place])
        return entry
    }

    var keys: [Key] { Array(entries.keys) }
}
