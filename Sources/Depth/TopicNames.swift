import Conversations
import Vocabulary

/// Topics by name and by id (KIP-516). An id's name may be learned after it was used, or never; and it holds for its leg only:
/// behind a gateway that renames, the same id has another name. The leg is the client's host.
struct TopicNames {
    private struct IdKey: Hashable {
        var id: TopicUUID
        var client: IPAddress
    }

    private struct Entry {
        var name: String?
        var id: TopicUUID?
        /// It turned out to be this one.
        var same: Int32?
    }

    private var entries: [Entry] = []
    private var byName: [String: Int32] = [:]
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

    mutating func named(_ name: String) -> TopicRef {
        if let known = byName[name] { return resolved(TopicRef(number: known)) }
        let made = add(Entry(name: name))
        if made.number >= 0 { byName[name] = made.number }
        return made
    }

    mutating func identified(_ id: TopicUUID, client: IPAddress) -> TopicRef {
        let key = IdKey(id: id, client: client)
        if let known = byId[key] { return resolved(TopicRef(number: known)) }
        // Who was told no name of it means the topic of that id, if all others agree on one.
        let made = only(id) ?? nameless[id].map { TopicRef(number: $0) } ?? add(Entry(id: id))
        guard made.number >= 0, byId.count < 4 * limit else { return made }
        byId[key] = made.number
        if entries[Int(made.number)].name == nil { nameless[id] = made.number }
        return made
    }

    /// The topic that a structure names, in one of the ways that Kafka's messages do.
    mutating func ref(_ fields: FieldView, client: IPAddress) -> TopicRef? {
        if let name = fields.string("Name") ?? fields.string("Topic"), !name.isEmpty { return named(name) }
        return fields.uuid("TopicId").map { identified($0, client: client) }
    }

    mutating func learn(_ answer: ObservedAnswer, to request: ObservedRequest) {
        switch request.api {
        case Api.metadata, DepthApi.createTopics, DepthApi.describeTopicPartitions: break
        default: return
        }
        for topic in answer.body.root.elements("Topics") {
            guard let name = topic.string("Name"), let id = topic.uuid("TopicId") else { continue }
            learn(name: name, id: id, client: request.client.address)
        }
    }

    private mutating func learn(name: String, id: TopicUUID, client: IPAddress) {
        let key = IdKey(id: id, client: client)
        let byId = self.byId[key].map { resolved(TopicRef(number: $0)).number }
        if let byId, entries[Int(byId)].name == name { return }
        let named = self.named(name)
        guard named.number >= 0 else { return }
        // Made anew under its old name, the topic has another id, and is the same to a reader.
        if entries[Int(named.number)].id == nil || byId == nil { entries[Int(named.number)].id = id }
        if let byId, byId != named.number, entries[Int(byId)].name == nil { entries[Int(byId)].same = named.number }
        if byId != nil || self.byId.count < 4 * limit { self.byId[key] = named.number }
        if !(self.named[id] ?? []).contains(named.number) { self.named[id, default: []].append(named.number) }
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
