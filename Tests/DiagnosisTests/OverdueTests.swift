import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Requests that wait when the capture ends, at a broker that serves others, and answers that came beyond what their requests
/// allow.
@Suite struct OverdueTests {
    private static let broker = SmallCase.brokers[0]

    /// A request waits from the fifth second on, and the broker answers on another connection all the while.
    private func waits(
        api: Int16 = Api.heartbeat, allowedMs: Int32? = nil, until end: Double = 30,
        _ change: (ConnectionRecord, SmallCase) -> Void = { _, _ in }
    ) -> [Finding] {
        var small = SmallCase()
        let stuck = small.works(at: Self.broker, from: 0, to: 4)
        small.waits(stuck, api: api, since: 5, allowedMs: allowedMs)
        small.works(at: Self.broker, from: 0, to: end - 0.1)
        for tenth in 0..<Int(end * 10) {
            small.file.times.noteAnswering(
                small.endpoint(Self.broker), to: small.address("10.0.0.200"), small.time(Double(tenth) / 10))
        }
        change(stuck, small)
        small.ends(at: end)
        return small.findings().filter { $0.severity > .info }
    }

    @Test func farTooLongIsOverdueWhateverElseIsAnswered() {
        let found = waits()
        #expect(found.map(\.kind) == [.responseOverdue])
        #expect(found.first?.severity == .warning)
        #expect(found.first?[.servedMeanwhile] == .flag(true))
        // A Produce may wait half a minute before it is given up; 25 s are no usual wait for all that.
        #expect(waits(api: Api.produce, allowedMs: 30_000).map(\.kind) == [.responseOverdue])
    }

    @Test func notSoLongItIsNot() {
        #expect(waits(until: 12).isEmpty)
    }

    @Test func whatWaitsOnPurposeMay() {
        #expect(waits(api: Api.fetch, allowedMs: 60_000).isEmpty)
        #expect(waits(api: Api.syncGroup, allowedMs: 60_000).isEmpty)
        #expect(waits(api: Api.syncGroup, allowedMs: 10_000).map(\.kind) == [.responseOverdue])
    }

    @Test func whatDoesMuchMay() {
        #expect(waits(api: 35).isEmpty)
    }

    @Test func itsAnswerMayBeInAHole() {
        #expect(waits { record, small in record.lastAnswerGap = small.time(10) }.isEmpty)
    }

    /// Answers come in order: where a younger request's came, the older one's never will.
    @Test func passedOverNeverComes() {
        let passed = waits(until: 9) { record, _ in record.kafka.noteOrder(200, isOldest: false, .none) }
        #expect(passed.map(\.kind) == [.responseOverdue])
        #expect(passed.first?[.passedOver] == .flag(true))
        // It was younger than those answered.
        #expect(waits(until: 9) { record, _ in record.kafka.noteOrder(100, isOldest: false, .none) }.isEmpty)
        // One of the answers that belong to nothing may be its own.
        let odd = waits(until: 9) { record, _ in
            record.kafka.noteOrder(200, isOldest: false, .none)
            record.kafka.unmatchedAnswers = 1
        }
        #expect(odd.isEmpty)
    }

    private func half(_ record: ConnectionRecord, windowClosed: Bool) {
        let old = record.unanswered[0]
        record.unanswered = [
            UnansweredRequest(
                api: old.api, version: 9, correlationId: 7, clientId: old.clientId, sent: old.sent, sentWhole: old.sent,
                frame: old.frame, streamEnd: 100, partial: true, wantsNoAnswer: false, acksKnown: false,
                bodyKnown: false, allowedWaitMs: nil, acks: nil, topics: [], group: .none, batches: [],
                idempotent: false, transactional: false, answeredLate: nil, queuedBehind: 0)
        ]
        record.tcp.sides.1.windowIsClosed = windowClosed
    }

    @Test func aClosedWindowKeepsItOut() {
        let found = waits(api: Api.produce) { record, _ in half(record, windowClosed: true) }
        #expect(found.map(\.kind) == [.responseOverdue])
        #expect(found.first?[.windowClosed] == .flag(true))
    }

    @Test func aClientThatSendsHalfARequestIsOwedNothing() {
        #expect(waits(api: Api.produce) { record, _ in half(record, windowClosed: false) }.isEmpty)
    }

    /// Its client sends again and again into silence: one finding, not two.
    @Test func whatASilentHostTookAlongIsToldOnce() {
        let found = waits(until: 21) { record, small in
            record.tcp.sides.0.retransmissionsUnanswered = 5
            record.tcp.sides.0.lastTime = small.time(20)
            record.tcp.sides.1.lastTime = small.time(5)
        }
        #expect(found.map(\.kind) == [.disconnectBeforeResponse])
    }

    // MARK: Nothing wanted

    private func silentProducer(acknowledged: Int64) -> [Finding] {
        var small = SmallCase()
        let record = small.works(at: Self.broker, from: 0, to: 4)
        record.tcp.end = .stillOpen
        (record.clientSpoke, record.serverSpoke) = (.kafka, .kafka)
        record.kafka.wantNoAnswer = 5
        (record.tcp.sides.0.streamEnd, record.tcp.sides.0.acknowledged) = (500, acknowledged)
        (record.tcp.sides.0.packets, record.tcp.sides.0.retransmissionsUnanswered) = (20, 6)
        (record.tcp.sides.0.lastTime, record.tcp.sides.1.lastTime) = (small.time(19), small.time(5))
        record.tcp.lastTime = small.time(19)
        small.ends(at: 20)
        return small.findings().filter { $0.severity > .info }
    }

    @Test func aProducerWithoutAnswersIsHeardByTCP() {
        let found = silentProducer(acknowledged: 400)
        #expect(found.map(\.kind) == [.disconnectBeforeResponse] && found.first?.cause == .hostUnreachable)
        #expect(silentProducer(acknowledged: 500).isEmpty)
    }

    /// A broker that closes each of some connections behind a Produce that wants no answer.
    private func closes(_ times: Int, after delay: Double = 0.003) -> [Finding] {
        var small = SmallCase()
        for index in 0..<times {
            let start = Double(index)
            let record = small.works(at: Self.broker, from: start, to: start + 0.5 + delay)
            record.clientSpoke = .kafka
            (record.kafka.wantNoAnswer, record.kafka.leastAcks, record.kafka.lastApi) = (1, 0, Api.produce)
            record.kafka.lastRequestTime = small.time(start + 0.5)
            record.tcp.firstCloser = .responder
            record.tcp.end = .fin
            record.tcp.sides.1.finFrame = small.nextFrame()
            record.tcp.sides.1.finTime = small.time(start + 0.5 + delay)
        }
        small.ends(at: 40)
        return small.findings().filter { $0.severity > .info }
    }

    @Test func aCloseIsTheErrorOfAProduceWithoutAnswer() {
        let found = closes(5)
        #expect(found.map(\.kind) == [.disconnectBeforeResponse] && found.first?.count == 5)
        #expect(found.first?.closedBy == .broker)
    }

    @Test func onceOrLaterItIsNone() {
        #expect(closes(2).isEmpty)
        #expect(closes(5, after: 0.9).isEmpty)
    }

    // MARK: Late

    /// Late answers, each with a request of its own time; the broker answers other requests in milliseconds.
    private func late(
        _ api: Int16, times: Int, seconds: Double, allowedMs: Int32 = 0, quick: Int = 0, longPoll: Bool = false
    ) -> (findings: [Finding], incidents: [Incident]) {
        var made = SmallCase()
        let record = made.works(at: Self.broker, from: 0, to: 1000)
        func histogram(_ api: Int16, longPoll: Bool) -> Int {
            Int(
                made.file.times.histogram(
                    LatencyKey(api: api, longPoll: longPoll, server: record.server, clientId: .none, client: nil)))
        }
        let (own, usual) = (histogram(api, longPoll: longPoll), histogram(Api.produce, longPoll: false))
        for _ in 0..<100 { made.file.times.histograms.at(usual).pointee.add(nanoseconds: Span.milliseconds(4)) }
        for _ in 0..<quick {
            made.file.times.histograms.at(own).pointee.add(nanoseconds: Span.milliseconds(Int64(allowedMs)))
        }
        for tenth in 0..<2000 {
            made.file.times.noteAnswering(record.server, to: record.client.address, made.time(Double(tenth) / 10))
        }
        for index in 0..<times {
            made.file.times.histograms.at(own).pointee.add(nanoseconds: Int64(seconds * 1e9))
            let sent = 1 + Double(index) * (seconds + 4)
            made.file.times.slowAnswers.append(
                SlowAnswer(
                    api: api, client: record.client, clientId: made.text("shop"), server: record.server,
                    sent: made.time(sent), waitsSince: made.time(sent), aloneSince: made.time(sent), behind: .none,
                    firstByte: made.time(sent + seconds), answered: made.time(sent + seconds),
                    requestFrame: made.nextFrame(), frame: made.nextFrame(), allowedMs: allowedMs, heldBackFor: 0))
        }
        made.ends(at: 1000)
        let judged = Diagnosis.judge(made.file)
        let (findings, incidents) = (judged.findings, judged.incidents)
        return (findings.filter { $0.kind == .slowResponse }, incidents)
    }

    @Test func fewAnswersAreNoNatureOfAnApi() {
        #expect(late(Api.offsetCommit, times: 4, seconds: 20).findings.map(\.count) == [4])
        #expect(late(Api.offsetCommit, times: 25, seconds: 20).findings.isEmpty)
        // What does much takes its time.
        #expect(late(35, times: 4, seconds: 5).findings.isEmpty)
    }

    @Test func someLateFetchesAreNoNatureOfIt() {
        let some = late(Api.fetch, times: 6, seconds: 8, allowedMs: 500, quick: 40, longPoll: true)
        #expect(some.findings.map(\.count) == [6])
    }

    @Test func whatWaitsForOthersIsLateBeyondItsLimit() {
        #expect(late(Api.joinGroup, times: 1, seconds: 200, allowedMs: 60_000).findings.map(\.count) == [1])
        #expect(late(Api.joinGroup, times: 1, seconds: 62, allowedMs: 60_000).findings.isEmpty)
        #expect(late(Api.syncGroup, times: 1, seconds: 100, allowedMs: 60_000).findings.map(\.count) == [1])
        #expect(late(19, times: 1, seconds: 60, allowedMs: 10_000).findings.map(\.count) == [1])
        #expect(late(19, times: 1, seconds: 9, allowedMs: 10_000).findings.isEmpty)
    }

    @Test func whoAnswersOthersDoesNotStandStill() {
        let incidents = late(Api.offsetCommit, times: 4, seconds: 20).incidents
        #expect(incidents.flatMap(\.facts).contains { $0.key == .servedMeanwhile })
    }
}
