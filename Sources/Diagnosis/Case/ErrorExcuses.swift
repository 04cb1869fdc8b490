import Conversations
import KafkaSchema
import ReportModel
import Streams
import Vocabulary

/// Whether an error code is normal where it stands. Each reason is bound to the thing that the error was about (a partition, a
/// topic, a group), to the client that met it, and to seconds.
struct ErrorExcuses {
    let view: CaseView

    /// "Within seconds"; what goes on for longer without a success is no longer normal.
    static let healsWithin = Span.seconds(10)
    /// Of so many requests more than half have to go well.
    private static let enough: Int64 = 20
    /// Who is refused and asks again in another way fails every second time, give or take where the capture begins and ends.
    private static let everySecond = 0.45

    /// So few tries may be a beginning; more of them without success are no moment's matter.
    private static let fewTries = 3

    enum Ruling {
        case normal(Excuse)
        /// It goes on: for too long without success, or too often.
        case lasting
        case fault

        var isNormal: Bool { if case .normal = self { true } else { false } }
    }

    /// The worst of what is said of the row's courses.
    func judge(_ row: ErrorRow) -> Ruling {
        if view.takenOver.explain(row) { return .normal(.nameTaken) }
        if isBesideAnother(row) { return .normal(.notAttempted) }
        if view.thrownOut.contains(row.key) { return .lasting }
        if isOnceEach(row) { return .normal(.nextStep) }
        let isFrequent = isFrequent(row)
        var best: Excuse?
        var isFault = false
        for (subject, course) in row.courses {
            for moment in course.earlier + [course] {
                switch judge(row.key, subject, moment, isFrequent) {
                case .normal(let excuse): best = worse(best, excuse)
                case .lasting: return .lasting
                case .fault: isFault = true
                }
            }
        }
        return isFault ? .fault : best.map { .normal($0) } ?? .fault
    }

    /// Each of these responses refused another item with a code of its own, and these items were not tried.
    private func isBesideAnother(_ row: ErrorRow) -> Bool {
        guard ErrorCodes.notAttempted.contains(row.key.code) else { return false }
        let own = Set(row.frames)
        let others = view.file.errors.rows.values.filter { other in
            var key = other.key
            key.code = row.key.code
            return key == row.key && other.key.code != row.key.code
        }
        return !own.isEmpty && own.isSubset(of: others.flatMap(\.frames))
    }

    /// What leaves a doubt is told before what is sure.
    private func worse(_ one: Excuse?, _ other: Excuse) -> Excuse {
        guard let one else { return other }
        let places = [one, other].compactMap { Excuse.allCases.firstIndex(of: $0) }
        return places.max().map { Excuse.allCases[$0] } ?? one
    }

    private func judge(_ key: ErrorRow.Key, _ subject: ErrorSubject, _ course: ErrorCourse, _ isFrequent: Bool)
        -> Ruling
    {
        if ErrorCodes.statesFact(key.code, key.api) { return .normal(.statesFact) }
        if ErrorCodes.afterLoss.contains(key.code), followsLoss(key, subject, course) { return .normal(.followsLoss) }
        if isBehindRefused(key, subject, course) { return .normal(.behindRefused) }
        if goesOn(course) || goesOnElsewhere(key, subject, course) || isFrequent && !healsAtOnce(key, course) {
            return .lasting
        }
        if key.api == Api.apiVersions, ErrorCodes.unsupportedVersion.contains(key.code) {
            return .normal(.versionFallback)
        }
        if isLeftBehind(key, subject, course) {
            return CaptureHoles.mayHideSuccess(behind: course, of: key.client, key.clientId, in: view)
                ? .normal(.mayBeInHole) : .lasting
        }
        if ErrorCodes.nextStep.contains(key.code) { return .normal(.nextStep) }
        if ErrorCodes.oldGeneration.contains(key.code), isBehindJoin(key, subject, course) {
            return .normal(.behindJoin)
        }
        if isBehindLeave(key, subject, course) { return .normal(.behindLeave) }
        if view.skippedReads.skips(key, subject, view.file).contains(where: \.hasRead) { return .fault }
        if isReadElsewhere(key, course) || isFirstPosition(key, course) { return .normal(.healed) }
        if view.unrepeated.batches(key, subject, view.file) > 0 { return .fault }
        let passes = ErrorCodes.ofRegistration.contains(key.code) || isAnsweredElsewhere(key)
        guard KafkaError.isRetriable(Int(key.code)) || course.healedAt != nil && passes else { return .fault }
        if course.healedAt != nil { return course.longestHealing <= Self.healsWithin ? .normal(.healed) : .fault }
        let isFresh = ErrorCodes.momentary.contains(key.code) || course.count <= Self.fewTries
        if isFresh, view.captureEnd(behind: course.last).since(course.last) <= Self.healsWithin {
            return .normal(.noTimeToHeal)
        }
        return CaptureHoles.mayHideSuccess(behind: course, of: key.client, key.clientId, in: view)
            ? .normal(.mayBeInHole) : .fault
    }

    /// A batch was refused, and those that were on their way behind it came out of order. The producer sends all again.
    private func isBehindRefused(_ key: ErrorRow.Key, _ subject: ErrorSubject, _ course: ErrorCourse) -> Bool {
        guard ErrorCodes.outOfOrder.contains(key.code), key.api == Api.produce,
            course.last.since(course.first) <= Self.healsWithin, course.longestHealing <= Self.healsWithin,
            course.healedAt != nil || view.captureEnd(behind: course.last).since(course.last) <= Self.healsWithin
        else { return false }
        return view.refusedBatches.refusal(before: course, key, subject, view) != nil
    }

    /// The errors that came right before those of a row, of batches that these were behind.
    func refusals(before row: ErrorRow) -> [String] {
        row.courses.compactMap { subject, course in
            view.refusedBatches.refusal(before: course, row.key, subject, view).flatMap { KafkaError.name(of: Int($0)) }
        }
    }

    private func goesOn(_ course: ErrorCourse) -> Bool {
        if course.longestFailing >= Self.healsWithin { return true }
        return course.failingSince.map { course.last.since($0) >= Self.healsWithin } ?? false
    }

    /// The same client was told the same by other servers of the cluster, before or after, and nothing went well in between.
    private func goesOnElsewhere(_ key: ErrorRow.Key, _ subject: ErrorSubject, _ course: ErrorCourse) -> Bool {
        guard let since = course.failingSince else { return false }
        if view.partitionErrors.goOn(key.code, subject) { return true }
        guard let all = view.lastingErrors.spell(of: key, subject) else {
            return false
        }
        return all.lowerBound <= since && all.upperBound.since(all.lowerBound) >= Self.healsWithin
    }

    /// The protocol asks for it once, and the next step follows within a second: a program that is started again and again
    /// meets it each time.
    private func healsAtOnce(_ key: ErrorRow.Key, _ course: ErrorCourse) -> Bool {
        guard isHealedAtOnce(course) else { return false }
        return ErrorCodes.onceEach.contains(key.code) || isAnsweredElsewhere(key)
            || key.api == Api.apiVersions && ErrorCodes.unsupportedVersion.contains(key.code)
    }

    private func isHealedAtOnce(_ course: ErrorCourse) -> Bool {
        course.healedAt != nil && max(course.longestHealing, course.longestFailing) <= Self.atOnce
    }

    /// A program that has just begun asks for a position that the log no longer has, is told so once, and goes on from where it
    /// resets to. One that was reading fell behind.
    private func isFirstPosition(_ key: ErrorRow.Key, _ course: ErrorCourse) -> Bool {
        guard key.api == Api.fetch, ErrorCodes.outOfRange.contains(key.code), course.count == 1,
            course.earlier.isEmpty, course.healedAt != nil, course.longestHealing <= Self.healsWithin
        else { return false }
        let began = course.first.adding(nanoseconds: -Self.healsWithin)
        let program = view.program(key.client, key.clientId)
        return !program.startsMidway && program.began >= began
    }

    /// A member was told to join again, and neither did nor left though it is there still: the others wait for it.
    private func isLeftBehind(_ key: ErrorRow.Key, _ subject: ErrorSubject, _ course: ErrorCourse) -> Bool {
        guard key.api == Api.heartbeat, ErrorCodes.rebalancing.contains(key.code), course.healedAt == nil,
            view.captureEnd(behind: course.last).since(course.last) > Self.healsWithin
        else { return false }
        let later = course.last.adding(nanoseconds: Self.healsWithin)
        let isThere = view.records(of: key.client, key.clientId).contains {
            $0.server == key.server && $0.wasEstablished
                && $0.tcp.firstTime <= course.last && $0.firstClose.map { $0.time > later } ?? true
        }
        return isThere && !waitsInJoin(key, subject, course)
            && !view.file.groupEvents.contains {
                $0.api == Api.leaveGroup && $0.group == subject.group && $0.client.address == key.client
                    && $0.clientId == key.clientId && $0.sent >= course.first
            }
    }

    /// It joins again, and its JoinGroup waits for the others: they are late, and not this member.
    private func waitsInJoin(_ key: ErrorRow.Key, _ subject: ErrorSubject, _ course: ErrorCourse) -> Bool {
        view.records(of: key.client, key.clientId).contains { record in
            record.unanswered.contains {
                $0.api == Api.joinGroup && $0.group == subject.group && $0.sent >= course.last
            }
        }
    }

    /// A follower had not the offset, and the leader gave what was asked for (KIP-392).
    private func isReadElsewhere(_ key: ErrorRow.Key, _ course: ErrorCourse) -> Bool {
        guard key.api == Api.fetch, ErrorCodes.outOfRange.contains(key.code), let server = course.healedBy else {
            return false
        }
        return server != key.server && course.longestHealing <= Self.atOnce && course.longestFailing <= Self.atOnce
    }

    private static let atOnce = Span.seconds(1)

    /// A member's last requests were on their way behind its own leave.
    private func isBehindLeave(_ key: ErrorRow.Key, _ subject: ErrorSubject, _ course: ErrorCourse) -> Bool {
        guard ErrorCodes.unknownMember.contains(key.code), ErrorCodes.membersRequests.contains(key.api),
            !subject.group.isNone
        else { return false }
        return view.file.groupEvents.contains {
            $0.api == Api.leaveGroup && $0.group == subject.group && $0.client.address == key.client
                && $0.clientId == key.clientId && $0.sent <= course.first
                && $0.sent.adding(nanoseconds: Self.atOnce) >= course.last
        }
    }

    /// Every second of that client's requests of the kind fails so for as long, or all of them where they are few.
    private func isFrequent(_ row: ErrorRow) -> Bool {
        guard row.longestSpell >= Self.healsWithin else { return false }
        let answers = view.file.times.answers(to: row.key.api, of: row.key.client, row.key.clientId)
        if answers >= Self.enough { return Double(row.count) >= Double(answers) * Self.everySecond }
        // What the protocol asks for, and the client does at once, is no failing however often it comes.
        if ErrorCodes.nextStep.contains(row.key.code), row.courses.values.allSatisfy(isHealedAtOnce) { return false }
        return row.count > 1 && answers > 0 && Int64(row.count) >= answers
    }

    /// Every second answer at most is one that sends a newcomer on with what he needs: what came of that, the next one says.
    private func isOnceEach(_ row: ErrorRow) -> Bool {
        guard ErrorCodes.onceEach.contains(row.key.code) else { return false }
        let answers = view.file.times.answers(to: row.key.api, of: row.key.client, row.key.clientId)
        return Int64(row.count) * 2 <= answers + 1
    }

    /// A group of one type is asked for by the request of another: the code sends the client to the next one.
    private func isAnsweredElsewhere(_ key: ErrorRow.Key) -> Bool {
        ErrorCodes.groupTypes.contains(key.code) && ErrorCodes.groupQuestions.contains(key.api)
    }

    /// A batch of that producer for that partition had no answer a while before: it had to go on without knowing what the
    /// broker had stored. Whether that loss is told is asked when all rules have spoken (`Excuses.confirmed`).
    private func followsLoss(_ key: ErrorRow.Key, _ subject: ErrorSubject, _ course: ErrorCourse) -> Bool {
        !losses(before: course, key, subject).isEmpty
    }

    private func losses(before course: ErrorCourse, _ key: ErrorRow.Key, _ subject: ErrorSubject) -> [LostBatches.Loss]
    {
        view.lostBatches.losses(of: key.client, key.clientId, partition: subject.partition, before: course.first)
            .filter { $0.producerId >= 0 && view.isSame($0.topic, subject.topic) }
    }

    /// Where the batches were lost that an error follows from: of each course the last one before it.
    func lossServers(_ row: ErrorRow) -> [Endpoint] {
        guard ErrorCodes.afterLoss.contains(row.key.code) else { return [] }
        return row.courses.compactMap { subject, course in
            losses(before: course, row.key, subject).max { $0.sent < $1.sent }.map { view.records[$0.place].server }
        }
    }

    /// A commit that was on its way while the same member's join was.
    private func isBehindJoin(_ key: ErrorRow.Key, _ subject: ErrorSubject, _ course: ErrorCourse) -> Bool {
        guard ErrorCodes.commits.contains(key.api), !subject.group.isNone else { return false }
        return view.file.groupEvents.contains {
            $0.group == subject.group && $0.client.address == key.client && $0.clientId == key.clientId && !$0.failed
                && $0.sent <= course.first && $0.answered.adding(nanoseconds: Span.seconds(1)) >= course.last
        }
    }
}
