import Conversations
import Vocabulary

/// Where names and ids of topics hold: a gateway that renames gives one id another name, and two clusters have topics of one
/// name.
struct TopicScope {
    /// The leg is the client's host.
    var client: IPAddress
    var cluster: Int
}

/// Topics by name and by id (KIP-516). An id's name may be learned after it was used, or never.
struct TopicNames {
    private struct IdKey: Hashable {
        var id: TopicUUID
        var client: IPAddress
    }

    private struct NameKey: Hashable {
        var name: String
        var cluster: Int
    }

    private struct Entry {
        var name: String?
        var id: TopicUUID?
        /// It turned out to be this one.
        var same: Int32?
    }

    private var entries: [Entry] = []
    private var byName: [NameKey: Int32] = [:]
    private var byId: [IdKey: Int32] = [:]
    /// The topics that an id was told to name, on all legs; and the first that was made for it without a name.
    private var named: [TopicUUID: [Int32]] = [:]
    private var nameless: [TopicUUID: Int32] = [:]
    private let limit: Int
    private var leftOut = 0
    /// Where everything goes for which there is no room.
    private static let folded = TopicRef(number: -1)

    init(limit: Int) { self.limit = limit }

    var trip: LimitTrip? {
        LimitTrip("depthTopics", limit, beyond: leftOut, "topics")
    }

    /// What stands for all topics beyond the limit.
    func isFolded(_ topic: TopicRef) -> Bool { topic.number < 0 }

    mutating func named(_ name: String, in scope: TopicScope) -> TopicRef {
        let key = NameKey(name: name, cluster: scope.cluster)
        if let known = byName[key] { return resolved(TopicRef(number: known)) }
        let made = add(Entry(name: name))
        if made.number >= 0 { byName[key] = made.number }
        return made
    }

    mutating func identified(_ id: TopicUUID, in scope: TopicScope) -> TopicRef {
        let key = IdKey(id: id, client: scope.client)
        if let known = byId[key] { return resolved(TopicRef(number: known)) }
        // Who was told no name of it means the topic of that id, if all others agree on one.
        let made = only(id) ?? nameless[id].map { TopicRef(number: $0) } ?? add(Entry(id: id))
        guard made.number >= 0, byId.count < 4 * limit else { return made }
        byId[key] = made.number
        if entries[Int(made.number)].name == nil { nameless[id] = made.number }
        return made
    }

    /// The topic that a structure names, in one of the ways that Kafka's messages do.
    mutating func ref(_ fields: FieldView, in scope: TopicScope) -> TopicRef? {
        if let name = fields.string("Name") ?? fields.string("Topic"), !name.isEmpty { return named(name, in: scope) }
        return fields.uuid("TopicId").map { identified($0, in: scope) }
    }

    mutating func learn(_ answer: ObservedAnswer, to request: ObservedRequest, in scope: TopicScope) {
        switch request.api {
        case Api.metadata, DepthApi.createTopics, DepthApi.describeTopicPartitions: break
        default: return
        }
        for topic in answer.body.root.elements("Topics") {
            guard let name = topic.string("Name"), let id = topic.uuid("TopicId") else { continue }
            learn(name: name, id: id, in: scope)
        }
    }

    private mutating func learn(name: String, id: TopicUUID, in scope: TopicScope) {
        let key = IdKey(id: id, client: scope.client)
        let byId = self.byId[key].map { resolved(TopicRef(number: $0)).number }
        if let byId, entries[Int(byId)].name == name { return }
        let named = self.named(name, in: scope)
        guard named.number >= 0 else { return }
        // Made anew under its old name, the topic has another id, and is the same to a reader.
        if entries[Int(named.number)].id == nil || byId == nil { entries[Int(named.number)].id = id }
        if let byId, byId != named.number, entries[Int(byId)].name == nil { entries[Int(byId)].same = named.number }
        if byId != nil || self.byId.count < 4 * limit { self.byId[key] = named.number }
        if !(self.named[id] ?? []).contains(named.number) { self.named[id, default: []].append(named.number) }
    }

    /// Whether ids were used before their names were told, if they were at all.
    var usesUntoldIds: Bool { !nameless.isEmpty }

    /// A name and an id turned out to be one topic, though no answer says so.
    mutating func tie(_ nameless: TopicRef, to named: TopicRef) {
        let (one, other) = (resolved(nameless).number, resolved(named).number)
        guard one >= 0, other >= 0, one != other, entries[Int(one)].name == nil, entries[Int(other)].id == nil else {
            return
        }
        entries[Int(one)].same = other
        entries[Int(other)].id = entries[Int(one)].id
    }

    /// The one topic that an id names on all legs.
    private func only(_ id: TopicUUID) -> TopicRef? {
        guard let known = named[id], known.count == 1 else { return nil }
        return TopicRef(number: known[0])
    }

    private mutating func add(_ entry: Entry) -> TopicRef {
        guard entries.count < limit else {
            leftOut += 1
            return Self.folded
        }
        entries.append(entry)
        return TopicRef(number: Int32(entries.count - 1))
    }

    /// The one that it turned out to be.
    func resolved(_ topic: TopicRef) -> TopicRef {
        var number = topic.number
        while number >= 0, let same = entries[Int(number)].same { number = same }
        guard number >= 0, entries[Int(number)].name == nil, let id = entries[Int(number)].id else {
            return TopicRef(number: number)
        }
        return only(id) ?? TopicRef(number: number)
    }

    /// Nil where no answer told the name of its id.
    func name(_ topic: TopicRef) -> String? {
        let number = resolved(topic).number
        return number < 0 ? nil : entries[Int(number)].name
    }

    func id(_ topic: TopicRef) -> String? { uuid(topic)?.text }

    /// The id that it was last told to have.
    func uuid(_ topic: TopicRef) -> TopicUUID? {
        let number = resolved(topic).number
        return number < 0 ? nil : entries[Int(number)].id
    }
}
