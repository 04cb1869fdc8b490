import KafkaSchema
import Streams
import Vocabulary

/// Errors in answers.
public struct ErrorFacts {
    /// One by one, up to a bound.
    public internal(set) var events: BoundedList<ErrorEvent>
    /// Counted, by who got which from whom.
    public internal(set) var rows: BoundedTable<ErrorRow.Key, ErrorRow>
    /// Errors behind which nothing of the same went well yet.
    var unhealed = UnhealedErrors()

    init(_ limits: Limits) {
        events = BoundedList(
            Bound(name: "errorRows", most: limits.errorRows, leftOut: "single errors; their counts are kept"))
        rows = BoundedTable(Bound(name: "errorRows", most: limits.errorRows, leftOut: "errors of further clients"))
    }

    var limitsReached: [LimitTrip?] { [events.limitReached, rows.limitReached] }

    /// - Returns: false where the success came before the error.
    fileprivate mutating func heal(_ waiting: UnhealedErrors.Waiting, by answer: GoodAnswer) -> Bool {
        guard let row = rows.place(of: waiting.row) else { return true }
        var isHealed = true
        rows.change(at: row) {
            isHealed =
                $0.courses[waiting.subject]?.heal(at: answer.time, by: answer.server, from: answer.end) != false
        }
        return isHealed
    }

    mutating func forget(before time: CaptureTime) {
        unhealed.forget(Set(rows.lazy.filter { $1.last < time }.map { $0.0 }))
        rows.removeAll { $1.last < time }
        events.removeAll { $0.time < time }
    }
}

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

    /// What one asker waits for, by the topic that it is about; `none` for what is about no topic.
    struct Errors {
        fileprivate var byTopic: [StringID: Set<Waiting>] = [:]
        /// When it was last looked for those that have waited too long.
        fileprivate var swept: CaptureTime?
        var all: [Waiting] { byTopic.values.flatMap { $0 } }

        /// Those that an answer about such topics may heal.
        func about(_ topics: Set<StringID>) -> [Waiting] { topics.flatMap { byTopic[$0] ?? [] } }
    }

    private(set) var byAsker: [Asker: Errors] = [:]
    /// How many askers have each bit.
    private var counts = [Int](repeating: 0, count: 64)
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
            let asker = Asker(api: api, client: waiting.row.client, clientId: waiting.row.clientId)
            if byAsker[asker] == nil { count(asker, 1) }
            byAsker[asker, default: Errors()].byTopic[waiting.subject.topic, default: []].insert(waiting)
        }
    }

    private mutating func count(_ asker: Asker, _ change: Int) {
        let bit = Self.bit(asker.api, asker.clientId)
        counts[bit.trailingZeroBitCount] += change
        if counts[bit.trailingZeroBitCount] > 0 { bits |= bit } else { bits &= ~bit }
    }

    /// Whether it is time to look for those that have waited too long.
    mutating func isSweepDue(_ asker: Asker, at time: CaptureTime) -> Bool {
        guard let errors = byAsker[asker], errors.swept.map({ time.since($0) >= Span.seconds(1) }) ?? true else {
            return false
        }
        byAsker[asker]?.swept = time
        return true
    }

    mutating func remove(_ healed: [Waiting]) {
        for waiting in healed {
            for api in Healing.apis(of: waiting.row.code, waiting.row.api) {
                let asker = Asker(api: api, client: waiting.row.client, clientId: waiting.row.clientId)
                guard byAsker[asker]?.byTopic[waiting.subject.topic]?.remove(waiting) != nil else { continue }
                if byAsker[asker]?.byTopic[waiting.subject.topic]?.isEmpty == true {
                    byAsker[asker]?.byTopic[waiting.subject.topic] = nil
                }
                guard byAsker[asker]?.byTopic.isEmpty == true else { continue }
                byAsker[asker] = nil
                count(asker, -1)
            }
        }
    }

    mutating func forget(_ rows: Set<ErrorRow.Key>) {
        remove(byAsker.values.flatMap(\.all).filter { rows.contains($0.row) })
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
        errors.events.append(event)
    }

    private func addToRow(_ event: ErrorEvent, _ subjects: [ErrorSubject]) {
        guard let row = errors.rows.place(of: event.row, beginning: ErrorRow(event)) else { return }
        errors.rows.change(at: row) { $0.add(event) }
        let source = Healing.onOneConnection.contains(event.api) ? (event.client, event.server) : nil
        for subject in subjects {
            var place = subject
            let known = errors.rows.values[row].courses
            if known[subject] == nil, known.count >= limits.errorSubjects {
                note(
                    Bound(
                        name: "errorSubjects", most: limits.errorSubjects,
                        leftOut: "partitions of an error; they are counted"))
                place = .others
            }
            var failsOn = false
            errors.rows.change(at: row) {
                $0.courses[place, default: ErrorCourse(at: event.time)].add(at: event.time, from: source)
                failsOn = $0.courses[place]?.failingSince != nil
            }
            if failsOn { errors.unhealed.insert(UnhealedErrors.Waiting(row: event.row, subject: place)) }
        }
    }

    /// Notes what went well behind errors of the same.
    func heal(_ answer: GoodAnswer) {
        let asker = UnhealedErrors.Asker(api: answer.api, client: answer.client, clientId: answer.clientId)
        let isSweepDue = errors.unhealed.isSweepDue(asker, at: answer.time)
        guard let waiting = errors.unhealed.byAsker[asker] else { return }
        let healed = (answer.isComplete ? waiting.about(topics(of: answer)) : waiting.all).filter { error in
            speaksWell(answer, of: error.subject) && mayBeOneCluster(error.row.server, answer.server)
                && (error.row.api == answer.api || answer.isGoodElsewhere) && errors.heal(error, by: answer)
        }
        let late = (isSweepDue ? waiting.all : []).filter { error in
            errors.rows[error.row]?.courses[error.subject].map { answer.time.since($0.last) > Self.waitsFor } ?? true
        }
        if !healed.isEmpty || !late.isEmpty { errors.unhealed.remove(healed + late) }
    }

    /// By all their names; what is about no topic goes with each.
    private func topics(of answer: GoodAnswer) -> Set<StringID> {
        answer.successes.reduce(into: [.none]) { topics, success in
            let name = named(success.topic)
            topics.formUnion([success.topic, name])
            topics.formUnion(self.topics.ids[name] ?? [])
        }
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
}
