import Conversations
import Vocabulary

/// What each member of a program's groups subscribed to, and which partitions it was given last.
struct Subscriptions {
    struct Member: Hashable {
        var group: String
        var client: ClientKey
    }

    private struct Given {
        var partitions: Set<PartitionRef>
        var since: CaptureTime
        /// What it was given no longer, and since when. Until it confirms that (KIP-848), nobody else is given it.
        var unreleased: [PartitionRef: CaptureTime] = [:]

        /// What it says that it still has.
        mutating func confirms(_ owned: Set<PartitionRef>) {
            unreleased = unreleased.filter { owned.contains($0.key) }
        }
    }

    /// By member id, which a first JoinGroup lacks. Nil: a pattern, or what no answer or request told.
    private var topics: [Member: [String: Set<TopicRef>?]] = [:]
    private var given: [Member: [String: Given]] = [:]
    private let limits: Limits

    init(limits: Limits) { self.limits = limits }

    // MARK: What is told

    mutating func learn(_ request: ObservedRequest, _ scope: TopicScope, _ names: inout TopicNames) {
        let root = request.body.root
        guard let group = root.string("GroupId"), let id = root.string("MemberId") else { return }
        let member = Member(group: group, client: ClientKey(request))
        switch request.api {
        case Api.joinGroup:
            guard root.string("ProtocolType") == "consumer", let first = root.elements("Protocols").first else {
                return note(member, id, nil)
            }
            note(member, id, ConsumerProtocol.topics(first.bytes("Metadata")).map { refs($0, scope, &names) })
        case Api.shareGroupHeartbeat:
            let topics = root.strings("SubscribedTopicNames")
            if !topics.isEmpty { note(member, id, refs(topics, scope, &names)) }
        case Api.consumerGroupHeartbeat:
            release(request, member, id, scope, &names)
            if root.string("SubscribedTopicRegex")?.isEmpty == false { return note(member, id, nil) }
            let topics = root.strings("SubscribedTopicNames")
            if !topics.isEmpty { note(member, id, refs(topics, scope, &names)) }
        default: break
        }
    }

    mutating func learn(
        _ answer: ObservedAnswer, to request: ObservedRequest, _ scope: TopicScope, _ names: inout TopicNames
    ) {
        let asked = request.body.root
        tie(answer, request, scope, &names)
        guard [Api.syncGroup, Api.consumerGroupHeartbeat].contains(request.api),
            let group = asked.string("GroupId"), let own = asked.string("MemberId")
        else { return }
        // A first heartbeat may have no id yet.
        let id = answer.body.root.string("MemberId").flatMap { $0.isEmpty ? nil : $0 } ?? own
        guard answer.body.root.integer("ErrorCode") == 0 else {
            // Whom the group no longer has keeps nothing from others.
            given[Member(group: group, client: ClientKey(request))]?[id]?.unreleased = [:]
            return
        }
        guard let partitions = partitions(answer, request, scope, &names) else { return }
        let member = Member(group: group, client: ClientKey(request))
        guard given[member] != nil || given.count < limits.depthClients,
            (given[member]?.count ?? 0) < limits.depthMembers
        else { return }
        var next = Given(partitions: partitions, since: answer.time)
        if request.api == Api.consumerGroupHeartbeat, let before = given[member]?[id] {
            for place in before.partitions { next.unreleased[place] = answer.time }
            next.unreleased.merge(before.unreleased) { _, earlier in earlier }
            next.unreleased = next.unreleased.filter { !partitions.contains($0.key) }
        }
        given[member, default: [:]][id] = next
    }

    /// A heartbeat that lists what its member has; one that lists nothing says that nothing changed. Who joins anew, or leaves,
    /// has nothing.
    private mutating func release(
        _ request: ObservedRequest, _ member: Member, _ id: String, _ scope: TopicScope, _ names: inout TopicNames
    ) {
        guard given[member]?[id]?.unreleased.isEmpty == false else { return }
        let root = request.body.root
        if root.integer("MemberEpoch") ?? 1 <= 0 { given[member]?[id]?.unreleased = [:] }
        guard root.holds("TopicPartitions") else { return }
        given[member]?[id]?.confirms(Self.partitions(root.elements("TopicPartitions"), scope, &names))
    }

    /// Heartbeats subscribe by name and assign by id. One of each is one topic, though nobody asked for Metadata in the capture.
    private func tie(
        _ answer: ObservedAnswer, _ request: ObservedRequest, _ scope: TopicScope, _ names: inout TopicNames
    ) {
        guard request.api == Api.consumerGroupHeartbeat || request.api == Api.shareGroupHeartbeat,
            let group = request.body.root.string("GroupId"), let own = request.body.root.string("MemberId"),
            let assignment = answer.body.root.structure("Assignment"),
            case let subscribed?? = topics[Member(group: group, client: ClientKey(request))]?[own],
            subscribed.count == 1, let topic = subscribed.first
        else { return }
        let assigned = assignment.elements("TopicPartitions")
        guard assigned.count == 1, let id = names.ref(assigned[0], in: scope) else { return }
        names.tie(id, to: topic)
    }

    private func partitions(
        _ answer: ObservedAnswer, _ request: ObservedRequest, _ scope: TopicScope, _ names: inout TopicNames
    ) -> Set<PartitionRef>? {
        if request.api == Api.syncGroup {
            return ConsumerProtocol.partitions(answer.body.root.bytes("Assignment")).map { told in
                Set(
                    told.flatMap { topic, numbers in
                        let ref = names.named(topic, in: scope)
                        return numbers.map { PartitionRef(topic: ref, partition: $0) }
                    })
            }
        }
        guard let assignment = answer.body.root.structure("Assignment") else { return nil }
        return Self.partitions(assignment.elements("TopicPartitions"), scope, &names)
    }

    private static func partitions(
        _ topics: [FieldView], _ scope: TopicScope, _ names: inout TopicNames
    ) -> Set<PartitionRef> {
        var found: Set<PartitionRef> = []
        for topic in topics {
            guard let ref = names.ref(topic, in: scope) else { continue }
            for number in topic.integers("Partitions") {
                found.insert(PartitionRef(topic: ref, partition: Int32(clamping: number)))
            }
        }
        return found
    }

    private func refs(_ topics: [String], _ scope: TopicScope, _ names: inout TopicNames) -> Set<TopicRef> {
        Set(topics.map { names.named($0, in: scope) })
    }

    private mutating func note(_ member: Member, _ id: String, _ subscribed: Set<TopicRef>?) {
        guard topics[member] != nil || topics.count < limits.depthClients,
            (topics[member]?.count ?? 0) < limits.depthMembers
        else { return }
        topics[member, default: [:]][id] = .some(subscribed)
        if !id.isEmpty { topics[member]?[""] = nil }
    }

    // MARK: What is asked

    /// Whether a program reads a topic for a group; nil where its subscription is not known.
    func reads(_ topic: TopicRef, _ group: String, _ client: ClientKey) -> Bool? {
        guard let members = topics[Member(group: group, client: client)] else { return nil }
        if members.values.contains(where: { $0?.contains(topic) ?? false }) { return true }
        return members.values.contains { $0 == nil } ? nil : false
    }

    /// Since when a partition is none of those that a program has in a group; nil where it has it, or that is not known.
    /// - Parameter place: of a topic as it was resolved.
    func lost(_ place: PartitionRef, _ group: String, _ client: ClientKey) -> CaptureTime? {
        guard let members = given[Member(group: group, client: client)], !members.isEmpty,
            !members.values.contains(where: { $0.partitions.contains(place) }),
            unreleased(place, group, client) == nil
        else { return nil }
        return members.values.map(\.since).max()
    }

    /// Which of several members of a program has a partition; nil where it has one member, or that is not known.
    func owner(_ place: PartitionRef, _ group: String, _ client: ClientKey) -> String? {
        guard let members = given[Member(group: group, client: client)], members.count > 1 else { return nil }
        return members.filter { $0.value.partitions.contains(place) }
            .max { ($0.value.since, $0.key) < ($1.value.since, $1.key) }?.key
    }

    /// Since when a program has been told to give a partition up, and has not confirmed it.
    func unreleased(_ place: PartitionRef, _ group: String, _ client: ClientKey) -> CaptureTime? {
        let since = given[Member(group: group, client: client)]?.values.compactMap { $0.unreleased[place] }.min()
        guard let since else { return nil }
        let isGivenOn = given.contains { member, programs in
            member.group == group && programs.values.contains { $0.since > since && $0.partitions.contains(place) }
        }
        return isGivenOn ? nil : since
    }
}

/// The bytes that members of a classic consumer group hand each other (ConsumerProtocolSubscription, ConsumerProtocolAssignment):
/// all versions begin alike.
enum ConsumerProtocol {
    /// The topics of a subscription; nil where the bytes are none.
    static func topics(_ bytes: ArraySlice<UInt8>) -> [String]? {
        var reader = Reader(bytes: bytes)
        guard reader.int16() != nil, let count = reader.count() else { return nil }
        var found: [String] = []
        for _ in 0..<count {
            guard let name = reader.string() else { return nil }
            found.append(name)
        }
        return found
    }

    /// The partitions of an assignment, by topic; nil where the bytes are none. No bytes give nothing.
    static func partitions(_ bytes: ArraySlice<UInt8>) -> [(topic: String, partitions: [Int32])]? {
        if bytes.isEmpty { return [] }
        var reader = Reader(bytes: bytes)
        guard reader.int16() != nil, let count = reader.count() else { return nil }
        var found: [(topic: String, partitions: [Int32])] = []
        for _ in 0..<count {
            guard let name = reader.string(), let numbers = reader.count() else { return nil }
            var partitions: [Int32] = []
            for _ in 0..<numbers {
                guard let number = reader.int32() else { return nil }
                partitions.append(number)
            }
            found.append((name, partitions))
        }
        return found
    }

    private struct Reader {
        var bytes: ArraySlice<UInt8>

        mutating func int16() -> Int16? { number(2).map { Int16(truncatingIfNeeded: $0) } }
        mutating func int32() -> Int32? { number(4).map { Int32(truncatingIfNeeded: $0) } }

        /// How many elements follow, each of two bytes at least: no more than there is room for.
        mutating func count() -> Int? {
            guard let count = int32(), count >= 0, Int(count) <= bytes.count / 2 else { return nil }
            return Int(count)
        }

        mutating func string() -> String? {
            guard let length = int16(), length >= 0, Int(length) <= bytes.count else { return nil }
            defer { bytes = bytes.dropFirst(Int(length)) }
            return String(decoding: bytes.prefix(Int(length)), as: UTF8.self)
        }

        private mutating func number(_ count: Int) -> UInt32? {
            guard bytes.count >= count else { return nil }
            defer { bytes = bytes.dropFirst(count) }
            return bytes.prefix(count).reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}
