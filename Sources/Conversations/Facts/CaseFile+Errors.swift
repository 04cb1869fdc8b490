import KafkaSchema
import Streams
import Vocabulary

/// An answer that went well for some of what it speaks of: what may heal an earlier error.
struct GoodAnswer {
    var api: Int16
    var client: IPAddress
    /// The client's end of its connection.
    var end: Endpoint?
    var clientId: StringID
    var server: Endpoint
    var group: StringID
    var owner = StringID.none
    var member = StringID.none
    var time: CaptureTime
    /// What it speaks well of, and whether that is all of it.
    var successes: [ResponseContent.Success]
    var isComplete: Bool
    /// It is about batches with a producer id.
    var isIdempotent = false
    /// It has an error that is about no topic.
    var failsAtTop: Bool
}

extension GoodAnswer {
    /// Of a transactional id the request names, or of something that the answer names.
    fileprivate func speaksWell(ofOwner name: StringID) -> Bool {
        owner == name || group == name || !isComplete || successes.contains { $0.owner == name }
    }

    /// It shows by another API that what was refused has been given.
    fileprivate var isGoodElsewhere: Bool { api != Api.produce || isIdempotent }
}

/// Errors that wait for a success of the same: who asked, by which APIs that success can come, and what it was about.
struct UnhealedErrors {
    struct Asker: Hashable {
        var api: Int16
        var client: IPAddress
        var clientId: StringID
    }

    struct Waiting: Hashable {
        var row: ErrorRow.Key
        var subject: ErrorSubject
    }

    private(set) var byAsker: [Asker: Set<Waiting>] = [:]
    /// A bit for each API and client id among them at least, so that what cannot heal anything is seen without looking it up.
    private var bits: UInt64 = 0

    @inline(__always)
    var areThere: Bool { bits != 0 }

    /// Whether a request that went well may heal anything.
    @inline(__always)
    func mayHeal(_ api: Int16, _ clientId: StringID) -> Bool { bits & Self.bit(api, clientId) != 0 }

    /// One of 64; several pairs share each.
    @inline(__always)
    private static func bit(_ api: Int16, _ clientId: StringID) -> UInt64 {
        1 << UInt64(truncatingIfNeeded: (Int(api) &+ Int(clientId.raw) &* 11) & 63)
    }

    mutating func insert(_ waiting: Waiting) {
        for api in Healing.apis(of: waiting.row.code, waiting.row.api) {
            bits |= Self.bit(api, waiting.row.clientId)
            byAsker[Asker(api: api, client: waiting.row.client, clientId: waiting.row.clientId), default: []]
                .insert(waiting)
        }
    }

    mutating func remove(_ healed: [Waiting]) {
        for waiting in healed {
            for api in Healing.apis(of: waiting.row.code, waiting.row.api) {
                let asker = Asker(api: api, client: waiting.row.client, clientId: waiting.row.clientId)
                byAsker[asker]?.remove(waiting)
                if byAsker[asker]?.isEmpty == true { byAsker[asker] = nil }
            }
        }
        bits = byAsker.keys.reduce(0) { $0 | Self.bit($1.api, $1.clientId) }
    }

    mutating func forget(_ rows: Set<ErrorRow.Key>) {
        remove(Set(byAsker.values.joined()).filter { rows.contains($0.row) })
    }
}

/// By which answers an error is healed.
enum Healing {
    private static let topicUnknown = KafkaError.codes("UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE")
    /// A broker that does not know the newer types of groups has not heard of what asks for them.
    private static let groupNotFound = KafkaError.codes("GROUP_ID_NOT_FOUND", "UNSUPPORTED_VERSION")
    private static let topicQuestions = KafkaApi.keys("Metadata", "DescribeTopicPartitions")
    private static let topicAnswers = topicQuestions + KafkaApi.keys("CreateTopics")
    private static let groupQuestions = KafkaApi.keys(
        "DescribeGroups", "ConsumerGroupDescribe", "ShareGroupDescribe", "StreamsGroupDescribe")

    /// A program has one connection to a server for each of these: another one's success is another program's.
    static let onOneConnection: Set<Int16> = [Api.produce, Api.fetch]

    /// An answer to the same API; besides, a member that is turned away joins again, a topic that is not there is made, and
    /// who does not know a group's type asks for one type after the other.
    static func apis(of code: Int16, _ api: Int16) -> [Int16] {
        // Any broker gives out producer ids; who produces with one has got it, from whomever.
        if api == Api.initProducerId { return [api, Api.produce] }
        if api == Api.heartbeat { return [api, Api.joinGroup, Api.syncGroup] }
        if topicUnknown.contains(code), topicQuestions.contains(api) { return topicAnswers }
        if groupNotFound.contains(code), groupQuestions.contains(api) { return groupQuestions }
        return [api]
    }
}

extension CaseFile {
    /// - Parameter subjects: all that it is about in this answer.
    func add(_ event: ErrorEvent, about subjects: [ErrorSubject]) {
        addToRow(event, subjects)
        guard errorEvents.count < limits.errorRows else {
            return trip("errorRows", allowed: limits.errorRows, leftOut: "single errors; their counts are kept")
        }
        errorEvents.append(event)
    }

    private func addToRow(_ event: ErrorEvent, _ subjects: [ErrorSubject]) {
        let key = event.row
        guard errorRows[key] != nil || errorRows.count < limits.errorRows else { return }
        errorRows[key, default: ErrorRow(event)].add(event)
        for subject in subjects {
            let known = errorRows[key]?.courses
            var place = subject
            if known?[subject] == nil, known?.count ?? 0 >= limits.errorSubjects {
                trip(
                    "errorSubjects", allowed: limits.errorSubjects, leftOut: "partitions of an error; they are counted")
                place = .others
            }
            let source = Healing.onOneConnection.contains(event.api) ? (event.client, event.server) : nil
            errorRows[key]?.courses[place, default: ErrorCourse(at: event.time)].add(at: event.time, from: source)
            if errorRows[key]?.courses[place]?.failingSince != nil {
                unhealed.insert(UnhealedErrors.Waiting(row: key, subject: place))
            }
        }
    }

    /// Notes what went well behind errors of the same.
    func heal(_ answer: GoodAnswer) {
        let asker = UnhealedErrors.Asker(api: answer.api, client: answer.client, clientId: answer.clientId)
        guard let waiting = unhealed.byAsker[asker] else { return }
        let healed = waiting.filter { waiting in
            speaksWell(answer, of: waiting.subject) && mayBeOneCluster(waiting.row.server, answer.server)
                && (waiting.row.api == answer.api || answer.isGoodElsewhere)
                && errorRows[waiting.row]?.courses[waiting.subject]?.heal(
                    at: answer.time, by: answer.server, from: answer.end) != false
        }
        let late = waiting.filter { waiting in
            errorRows[waiting.row]?.courses[waiting.subject].map { answer.time.since($0.last) > Self.waitsFor } ?? true
        }
        if !healed.isEmpty || !late.isEmpty { unhealed.remove(Array(healed.union(late))) }
    }

    /// Answers that may heal something are read in full. What has not healed by then (its leader is at a broker that is not
    /// captured) is not worth that any more: no rule takes so late a success for a healing.
    private static let waitsFor = Span.seconds(60)

    /// A success heals its own group, topic and partition only.
    private func speaksWell(_ answer: GoodAnswer, of subject: ErrorSubject) -> Bool {
        if subject == .others { return true }
        if !subject.group.isNone, subject.group != answer.group { return false }
        // Who joins anew has no member id yet.
        if !subject.member.isNone, !answer.member.isNone, subject.member != answer.member { return false }
        if !subject.owner.isNone, !answer.speaksWell(ofOwner: subject.owner) { return false }
        if subject.topic.isNone { return !answer.failsAtTop || !subject.owner.isNone && answer.owner != subject.owner }
        if !answer.isComplete { return true }
        let topic = named(subject.topic)
        return answer.successes.contains { $0.partition == subject.partition && named($0.topic) == topic }
    }

    func named(_ topic: StringID) -> StringID { topicNames[topic] ?? topic }
}
