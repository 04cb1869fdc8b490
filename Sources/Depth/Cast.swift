import Conversations
import Vocabulary

/// A program as the wire shows it: its host and its client id.
struct ClientKey: Hashable {
    var host: IPAddress
    var clientId: String?

    init(_ request: ObservedRequest) { (host, clientId) = (request.client.address, request.clientId) }

    var address: String { "\(host)" }
}

/// A topic by number. Two numbers may turn out to be one topic; see `TopicNames`.
struct TopicRef: Hashable { var number: Int32 }

/// A partition of a topic.
struct PartitionRef: Hashable {
    var topic: TopicRef
    var partition: Int32
}

/// What several tables ask for: names of topics, and which group a client is in.
struct Cast {
    var topics: TopicNames
    var resends: Resends
    private var legs = Legs()
    /// The groups that a program acts for, the last one last.
    private var groups: [ClientKey: [String]] = [:]
    private var mixed: Set<ClientKey> = []
    private let limits: Limits

    init(limits: Limits) {
        self.limits = limits
        topics = TopicNames(limit: limits.depthTopics)
        resends = Resends(limit: limits.depthBatches)
    }

    /// The group that a program reads for. Of programs that share a host and a client id and read for several groups in
    /// turns, it cannot be told which is which.
    func group(of client: ClientKey) -> String? { mixed.contains(client) ? nil : groups[client]?.last }

    /// The group that a Fetch is for.
    func reader(_ request: ObservedRequest) -> GroupKey? {
        group(of: ClientKey(request)).map { GroupKey(group: $0, leg: legs.leg(request)) }
    }

    /// The group that a request names.
    func named(_ request: ObservedRequest) -> GroupKey? {
        GroupNames.named(request).map { GroupKey(group: $0, leg: legs.leg(request)) }
    }

    func leg(_ request: ObservedRequest) -> Int { legs.leg(request) }

    mutating func learn(_ request: ObservedRequest) {
        legs.note(request)
        guard let group = GroupNames.acting(request) else { return }
        let client = ClientKey(request)
        guard let known = groups[client] else {
            if groups.count < limits.depthClients { groups[client] = [group] }
            return
        }
        if known.last == group { return }
        if known.contains(group) { mixed.insert(client) } else { groups[client] = known.suffix(7) + [group] }
    }

    mutating func learn(_ answer: ObservedAnswer, to request: ObservedRequest) { topics.learn(answer, to: request) }

    var trip: LimitTrip? { topics.trip }
}

/// Which group a request speaks for.
enum GroupNames {
    private static let classic: Set<Int16> = [
        Api.offsetCommit, Api.joinGroup, Api.heartbeat, Api.leaveGroup, Api.syncGroup,
    ]
    private static let others: Set<Int16> = [
        Api.consumerGroupHeartbeat, Api.shareFetch, Api.shareGroupHeartbeat, DepthApi.shareAcknowledge,
        Api.streamsGroupHeartbeat,
    ]

    /// The group that a request speaks of as one of its own; also the commit of a producer, which is no member.
    static func named(_ request: ObservedRequest) -> String? {
        acting(request) ?? (request.api == Api.txnOffsetCommit ? request.body.root.string("GroupId") : nil)
    }

    /// The group of a request that a member sends as such; nil of those that anybody may send.
    static func acting(_ request: ObservedRequest) -> String? {
        guard classic.contains(request.api) || others.contains(request.api) else { return fetched(request) }
        return request.body.root.string("GroupId")
    }

    /// Who asks for the offsets of one group alone, and is no administrator (who asks for all topics), reads for it.
    private static func fetched(_ request: ObservedRequest) -> String? {
        guard request.api == DepthApi.offsetFetch else { return nil }
        let root = request.body.root
        if let group = root.string("GroupId"), root.holds("Topics") { return group }
        let groups = root.elements("Groups")
        return groups.count == 1 && groups[0].holds("Topics") ? groups[0].string("GroupId") : nil
    }
}

/// API keys that only the depth tables speak of.
enum DepthApi {
    static let listOffsets: Int16 = 2
    static let offsetFetch: Int16 = 9
    static let createTopics: Int16 = 19
    static let addPartitionsToTxn: Int16 = 24
    static let addOffsetsToTxn: Int16 = 25
    static let endTxn: Int16 = 26
    static let describeTopicPartitions: Int16 = 75
    static let shareAcknowledge: Int16 = 79
}
