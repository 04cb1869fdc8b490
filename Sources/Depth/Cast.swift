import Conversations
import Vocabulary

/// A program as the wire shows it: its host and its client id.
struct ClientKey: Hashable {
    var host: IPAddress
    var clientId: String?

    init(host: IPAddress, clientId: String?) { (self.host, self.clientId) = (host, clientId) }

    init(_ request: ObservedRequest) { self.init(host: request.client.address, clientId: request.clientId) }

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
    private var clusters: Clusters
    /// The groups that a program acts for, the last one last.
    private var groups: [ClientKey: [String]] = [:]
    private var mixed: Set<ClientKey> = []
    private var subscriptions: Subscriptions
    /// Whose groups could be told apart no longer when the last request was learned.
    private(set) var confused: ClientKey?
    /// Who named a group for the first time in that request.
    private(set) var joined: ClientKey?
    private let limits: Limits

    init(limits: Limits, clusters known: KnownClusters? = nil) {
        self.limits = limits
        topics = TopicNames(limit: limits.depthTopics)
        resends = Resends(limit: limits.depthBatches)
        subscriptions = Subscriptions(limits: limits)
        clusters = Clusters(limit: limits.depthClients, known: known)
    }

    /// The group that a program reads a topic for. Of programs that share a host and a client id and read a topic for several
    /// groups in turns, it cannot be told which is which; and what none of them subscribed to is read for no group.
    func group(of client: ClientKey, reading topic: TopicRef) -> String? {
        let readers = readers(client, topic)
        return readers.count > 1 && mixed.contains(client) ? nil : readers.last
    }

    /// The groups that a program may read a topic for: those that subscribed to it, else those of which that is not known.
    private func readers(_ client: ClientKey, _ topic: TopicRef) -> [String] {
        let all = groups[client] ?? []
        // A gateway that renames topics leaves the names in the members' own bytes as they are.
        if legs.passesOn(client) { return all }
        let topic = topics.resolved(topic)
        let subscribed = all.filter { subscriptions.reads(topic, $0, client) == true }
        return subscribed.isEmpty ? all.filter { subscriptions.reads(topic, $0, client) == nil } : subscribed
    }

    /// Since when a program has a partition no longer in a group, as far as the capture shows what it was given.
    func lost(_ place: PartitionRef, _ group: String, _ client: ClientKey) -> CaptureTime? {
        if legs.passesOn(client) { return nil }
        let topic = topics.resolved(place.topic)
        return subscriptions.lost(PartitionRef(topic: topic, partition: place.partition), group, client)
    }

    /// Since when a program was to give a partition up that it has not released.
    func unreleased(_ place: PartitionRef, _ group: String, _ client: ClientKey) -> CaptureTime? {
        if legs.passesOn(client) { return nil }
        let topic = topics.resolved(place.topic)
        return subscriptions.unreleased(PartitionRef(topic: topic, partition: place.partition), group, client)
    }

    /// Which of the members that share a program's host and client id has a partition; nil of a program with one member.
    func owner(_ place: PartitionRef, _ group: String, _ client: ClientKey) -> String? {
        if legs.passesOn(client) { return nil }
        let topic = topics.resolved(place.topic)
        return subscriptions.owner(PartitionRef(topic: topic, partition: place.partition), group, client)
    }

    /// Nobody can tell for which group a program reads a topic.
    func isTied(_ client: ClientKey, _ topic: TopicRef) -> Bool { readers(client, topic).count > 1 }

    /// The group that a Fetch of a topic is for.
    func reader(_ request: ObservedRequest, _ topic: TopicRef) -> GroupKey? {
        group(of: ClientKey(request), reading: topic).map { GroupKey(group: $0, scope: scope(request)) }
    }

    /// The group that a request names.
    func named(_ request: ObservedRequest) -> GroupKey? {
        GroupNames.named(request).map { GroupKey(group: $0, scope: scope(request)) }
    }

    /// Where the names that a request gives hold.
    func scope(_ request: ObservedRequest) -> NameScope {
        NameScope(leg: legs.leg(request), cluster: cluster(request))
    }

    /// Where the topics that a request or its response speaks of have their names.
    func topicScope(_ request: ObservedRequest) -> TopicScope {
        TopicScope(client: request.client.address, cluster: cluster(request))
    }

    /// A gateway that fails over from one cluster to another goes on for the same clients, in the same topics.
    private func cluster(_ request: ObservedRequest) -> Int {
        clusters.number(of: request, isPassedOn: legs.passesOn(ClientKey(request)))
    }

    /// What a sidecar sends on has no row of its own: host and program are the same.
    func isBySidecar(_ request: ObservedRequest) -> Bool { legs.isBySidecar(request) }

    /// The host is a gateway, and sends under that client's name.
    func passesOn(_ client: ClientKey) -> Bool { legs.passesOn(client) }

    mutating func learn(_ request: ObservedRequest) {
        legs.note(request)
        clusters.count(request, isPassedOn: legs.passesOn(ClientKey(request)))
        (confused, joined) = (nil, nil)
        subscriptions.learn(request, topicScope(request), &topics)
        guard let group = GroupNames.acting(request) else { return }
        let client = ClientKey(request)
        guard let known = groups[client] else {
            guard groups.count < limits.depthClients else { return }
            groups[client] = [group]
            joined = client
            return
        }
        if known.last == group { return }
        if known.contains(group) {
            if mixed.insert(client).inserted { confused = client }
        } else {
            groups[client] = known.suffix(7) + [group]
        }
    }

    mutating func learn(_ answer: ObservedAnswer, to request: ObservedRequest) {
        clusters.learn(answer, to: request)
        topics.learn(answer, to: request, in: topicScope(request))
        subscriptions.learn(answer, to: request, topicScope(request), &topics)
    }

    var trip: LimitTrip? { topics.trip }
    var clustersLearnedLate: KnownClusters? { clusters.learnedLate }
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

    /// The group of a request that a member sends as such; nil of those that anybody may send: whoever watches lags asks for the
    /// offsets of groups (OffsetFetch), too.
    static func acting(_ request: ObservedRequest) -> String? {
        guard classic.contains(request.api) || others.contains(request.api) else { return nil }
        return request.body.root.string("GroupId")
    }
}

/// API keys that only the depth tables speak of.
enum DepthApi {
    static let listOffsets: Int16 = 2
    static let offsetFetch: Int16 = 9
    static let createTopics: Int16 = 19
    static let deleteTopics: Int16 = 20
    static let addPartitionsToTxn: Int16 = 24
    static let addOffsetsToTxn: Int16 = 25
    static let endTxn: Int16 = 26
    static let describeCluster: Int16 = 60
    static let deleteGroups: Int16 = 42
    static let offsetDelete: Int16 = 47
    static let describeTopicPartitions: Int16 = 75
    static let shareAcknowledge: Int16 = 79
}
