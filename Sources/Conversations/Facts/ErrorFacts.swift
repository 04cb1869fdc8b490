public import Vocabulary

/// One error code in one response, kept singly up to a limit, for what must be seen in its moment.
public struct ErrorEvent: Sendable {
    public var time: CaptureTime
    public var frame: FrameRef
    public var code: Int16
    public var api: Int16
    public var version: Int16
    public var client: Endpoint
    public var server: Endpoint
    public var clientId: StringID
    public var topic: StringID
    public var partition: Int32
    public var group: StringID
    /// A transactional id, or another name that it is about.
    public var owner = StringID.none
    public var member = StringID.none
    /// The broker's words, where it gave some.
    public var message: StringID
}

/// What an error was about, as far as its request and answer name it.
public struct ErrorSubject: Hashable, Sendable {
    public var topic: StringID
    /// -1: none in particular.
    public var partition: Int32
    public var group: StringID
    /// A transactional id, a group in an answer about several, or another named thing.
    public var owner: StringID
    /// Of the group.
    public var member: StringID

    public init(
        topic: StringID = .none, partition: Int32 = -1, group: StringID = .none, owner: StringID = .none,
        member: StringID = .none
    ) {
        (self.topic, self.partition, self.group, self.owner, self.member) = (topic, partition, group, owner, member)
    }

    /// All those that a row has no room for.
    static let others = ErrorSubject(partition: -2)
}

/// The errors of one row about one thing. They come in episodes, each of which the first success of the same thing ends.
/// Everything goes by the packets' times: what was read first need not have come first.
public struct ErrorCourse: Sendable {
    public private(set) var count = 0
    public private(set) var first: CaptureTime
    public private(set) var last: CaptureTime
    /// Since when nothing of it went well; nil where the last error was followed by a success.
    public private(set) var failingSince: CaptureTime?
    /// The first success behind the last error.
    public private(set) var healedAt: CaptureTime?
    /// Who gave it.
    public private(set) var healedBy: Endpoint?
    /// Of the episodes that ended: the longest time between the first error of one and its last, and from that to the success.
    public private(set) var longestFailing: Int64 = 0
    public private(set) var longestHealing: Int64 = 0

    /// What went before hours without such an error, and was never followed by a success: moments of their own.
    public private(set) var earlier: [ErrorCourse] = []

    /// What comes back hours later is another moment: nothing went on in between.
    static let anotherMoment = Span.seconds(3600)
    /// Of moments without a success; more of them tell nothing new.
    private static let earlierKept = 8

    /// The client's end of the connection that the last error came on, and of the one that the success came on.
    private var lastEnd: Endpoint?
    private var healedEnd: Endpoint?
    /// What was before the last success.
    private var unhealed: (since: CaptureTime, failing: Int64, healing: Int64)?
    /// A connection that is refused again within this time goes on as before.
    private static let goesOnWithin = Span.seconds(60)

    init(at time: CaptureTime) { (first, last) = (time, time) }

    /// - Parameter source: the client's end, and the server, of an API that a program uses one connection to a server for.
    public mutating func add(at time: CaptureTime, from source: (end: Endpoint, server: Endpoint)? = nil) {
        if time.since(last) >= Self.anotherMoment { beginAnew(at: time) }
        if let source, helpedAnother(source, time), let before = unhealed {
            (failingSince, longestFailing, longestHealing) = before
            (healedAt, healedBy) = (nil, nil)
        }
        lastEnd = source?.end
        count += 1
        (first, last) = (min(first, time), max(last, time))
        // Read behind the success that followed it.
        if let healed = healedAt, time <= healed { return }
        healedAt = nil
        failingSince = min(failingSince ?? time, time)
    }

    /// The success came on another connection to the same server, and this one is refused as before: two programs under one name.
    private func helpedAnother(_ source: (end: Endpoint, server: Endpoint), _ time: CaptureTime) -> Bool {
        guard let healed = healedAt, let healer = healedEnd, time > healed else { return false }
        return healer != source.end && lastEnd == source.end && healedBy == source.server
            && time.since(last) <= Self.goesOnWithin
    }

    private mutating func beginAnew(at time: CaptureTime) {
        if failingSince != nil, earlier.count < Self.earlierKept {
            var past = self
            past.earlier = []
            earlier.append(past)
        }
        (count, first, last, failingSince) = (0, time, time, nil)
    }

    /// - Returns: whether it is healed now. A success before the last error heals nothing of that one.
    @discardableResult
    public mutating func heal(at time: CaptureTime, by server: Endpoint? = nil, from end: Endpoint? = nil) -> Bool {
        guard let since = failingSince else { return true }
        guard time >= last else { return false }
        unhealed = (since, longestFailing, longestHealing)
        healedEnd = end
        longestFailing = max(longestFailing, last.since(since))
        longestHealing = max(longestHealing, time.since(last))
        (failingSince, healedAt, healedBy) = (nil, time, server)
        return true
    }
}

/// The same error between the same two hosts, counted.
public struct ErrorRow: Sendable {
    public struct Key: Hashable, Sendable {
        public var code: Int16
        public var api: Int16
        public var client: IPAddress
        public var server: Endpoint
        public var clientId: StringID
    }

    public var key: Key
    /// Responses that carried it.
    public var count = 0
    public var first: CaptureTime
    public var last: CaptureTime
    /// The longest time over which it came without hours in between.
    public private(set) var longestSpell: Int64 = 0
    private var spellBegan: CaptureTime
    public var frames: [FrameRef] = []
    public var topics: [StringID] = []
    public var groups: [StringID] = []
    public var message = StringID.none
    /// How it went with each thing that the error was about.
    public var courses: [ErrorSubject: ErrorCourse] = [:]

    /// All that it was about went well later: when the last of it did.
    public var healedAt: CaptureTime? {
        guard courses.values.allSatisfy({ $0.healedAt != nil && $0.earlier.isEmpty }) else { return nil }
        return courses.values.compactMap(\.healedAt).max()
    }

    init(_ event: ErrorEvent) {
        key = event.row
        (first, last, spellBegan) = (event.time, event.time, event.time)
    }

    mutating func add(_ event: ErrorEvent) {
        count += 1
        if event.time.since(last) >= ErrorCourse.anotherMoment { spellBegan = event.time }
        spellBegan = min(spellBegan, event.time)
        longestSpell = max(longestSpell, event.time.since(spellBegan))
        (first, last) = (min(first, event.time), max(last, event.time))
        if frames.count < CaseFile.framesPerFact, frames.last != event.frame { frames.append(event.frame) }
        if !event.topic.isNone, topics.count < 8, !topics.contains(event.topic) { topics.append(event.topic) }
        if !event.group.isNone, groups.count < 8, !groups.contains(event.group) { groups.append(event.group) }
        if message.isNone { message = event.message }
    }
}

extension ErrorEvent {
    /// The row that it is counted in.
    public var row: ErrorRow.Key {
        ErrorRow.Key(code: code, api: api, client: client.address, server: server, clientId: clientId)
    }

    /// What it is about; of several things the first.
    public var subject: ErrorSubject {
        ErrorSubject(topic: topic, partition: partition, group: group, owner: owner, member: member)
    }
}
