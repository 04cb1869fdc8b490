import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// Clients whose settings are in their own way.
@Suite struct SettingsTests {
    private static let broker = SmallCase.brokers[0]

    private func told(_ made: SmallCase) -> [String] {
        made.findings().filter { $0.kind == .clientSettings }.map {
            "\($0.detail?.rawValue ?? "?") \($0.client ?? "?") \($0.server ?? "?") \($0.severity) \($0.confidence) \($0.count)"
        }
    }

    /// A connection that its client closes with a Fetch waiting.
    @discardableResult
    private func givesUp(_ made: inout SmallCase, at start: Double, after wait: Double, allows: Int32 = 30_000)
        -> ConnectionRecord
    {
        let record = made.works(at: Self.broker, from: start, to: start + wait)
        record.kafka.fetched = true
        record.kafka.lastRequestTime = made.time(start)
        record.tcp.firstCloser = .initiator
        record.tcp.sides.0.finFrame = made.nextFrame()
        record.tcp.sides.0.finTime = made.time(start + wait)
        record.tcp.sides.1.packets = 10
        record.unanswered = [
            UnansweredRequest(
                api: 1, version: 12, correlationId: 5, clientId: record.kafka.clientId, sent: made.time(start),
                sentWhole: made.time(start), frame: made.nextFrame(), streamEnd: 100, partial: false,
                wantsNoAnswer: false,
                acksKnown: true, bodyKnown: true, allowedWaitMs: allows, acks: nil, topics: [], group: .none,
                batches: [],
                idempotent: false, transactional: false, queuedBehind: 0)
        ]
        return record
    }

    private func loop(waits: [Double], allows: Int32 = 30_000) -> SmallCase {
        var made = SmallCase()
        var start = 1.0
        for wait in waits {
            givesUp(&made, at: start, after: wait, allows: allows)
            start += wait + 0.1
        }
        let last = made.works(at: Self.broker, from: start, to: start + 5)
        last.kafka.fetched = true
        last.kafka.lastRequestTime = made.time(start + 4)
        return made
    }

    @Test func fetchesGivenUpBeforeTheirTime() {
        let made = loop(waits: [10, 10.1, 9.9, 10])
        #expect(told(made) == ["wait-over-timeout \(SmallCase.client) \(Self.broker) warning likely 4"])
        #expect(made.findings().filter { $0.kind == .disconnectBeforeResponse }.isEmpty)
        #expect(made.findings().filter { $0.kind == .abandonedByClient }.map(\.severity) == [.info])
    }

    @Test func aConnectionThatStaysShowsThatTheProgramLives() {
        var made = loop(waits: [10, 10.1, 9.9])
        made.works(at: SmallCase.brokers[1], from: 0, to: 60)
        #expect(told(made) == ["wait-over-timeout \(SmallCase.client) \(Self.broker) warning certain 3"])
    }

    @Test func twoAreNoHabit() {
        #expect(told(loop(waits: [10, 10])).isEmpty)
    }

    @Test func waitsThatDifferAreNoTimeout() {
        #expect(told(loop(waits: [10, 3, 7, 1.5])).isEmpty)
    }

    @Test func whoWaitsLongerThanAllowedHasASlowBroker() {
        #expect(told(loop(waits: [10, 10, 10], allows: 500)).isEmpty)
    }

    @Test func aProgramThatLeavesItsGroupEnds() {
        let made = loop(waits: [10, 10, 10, 10])
        for record in made.file.connections.records { record.kafka.leftGroup = true }
        #expect(told(made).isEmpty)
    }

    @Test func anAnswerMayBeInTheHole() {
        let made = loop(waits: [10, 10, 10, 10])
        for record in made.file.connections.records { record.lastAnswerGap = made.time(60) }
        #expect(told(made).isEmpty)
    }

    /// JoinGroups that are given up after so long, though they let the group take a minute.
    private func joins(waits: [Double], gap: Bool = false) -> SmallCase {
        var made = SmallCase()
        var start = 1.0
        for wait in waits {
            let record = givesUp(&made, at: start, after: wait, allows: 60_000)
            record.kafka.fetched = false
            record.unanswered[0].api = 11
            record.unanswered[0].group = made.text("billing")
            if gap { record.lastAnswerGap = made.time(start + wait) }
            start += wait + 2
        }
        made.ends(at: start + 10)
        return made
    }

    @Test func joinsGivenUpBeforeTheirTime() {
        #expect(
            told(joins(waits: [30, 30, 30])) == [
                "wait-over-timeout \(SmallCase.client) \(Self.broker) warning likely 3"
            ])
        #expect(told(joins(waits: [30, 30])).isEmpty)
        #expect(told(joins(waits: [61, 61, 61])).isEmpty)
        #expect(told(joins(waits: [30, 30, 30], gap: true)).isEmpty)
    }

    /// Connections that their client closes in the midst of an answer to its Fetch.
    private func cut(_ times: Int, bytes: Int64, fetched: Bool = false, gap: Bool = false, late: Double = 0)
        -> SmallCase
    {
        var made = SmallCase()
        for index in 0..<times {
            let start = 1 + 2 * Double(index)
            let record = givesUp(&made, at: start, after: 0.1 + late, allows: 500)
            record.kafka.fetched = fetched
            record.kafka.answerCutSize = bytes
            record.tcp.sides.1.lastDataTime = made.time(start + 0.1)
            record.tcp.sides.1.gapBytes = gap ? 1000 : 0
        }
        made.ends(at: 60)
        return made
    }

    @Test func answersThatTheClientDoesNotTake() {
        let told = { (count: Int) in "answer-too-large \(SmallCase.client) \(Self.broker) warning likely \(count)" }
        #expect(self.told(cut(2, bytes: 120_000_000)) == [told(2)])
        #expect(self.told(cut(4, bytes: 5_000_000)) == [told(4)])
    }

    @Test func aProgramThatEndsInTheMidstOfAnAnswer() {
        #expect(told(cut(1, bytes: 120_000_000)).isEmpty)
        #expect(told(cut(2, bytes: 5_000_000)).isEmpty)
        #expect(told(cut(5, bytes: 50_000)).isEmpty)
        // It had records before.
        #expect(told(cut(5, bytes: 120_000_000, fetched: true)).isEmpty)
    }

    @Test func whereBytesAreMissingOrLateTheLengthIsNotTheReason() {
        #expect(told(cut(5, bytes: 120_000_000, gap: true)).isEmpty)
        #expect(told(cut(5, bytes: 120_000_000, late: 5)).isEmpty)
    }

    /// Heartbeats that wait behind Fetches.
    private func behind(_ times: Int) -> SmallCase {
        var made = SmallCase()
        let record = made.works(at: Self.broker, from: 0, to: 60)
        let key = BehindFetch.Key(
            client: record.client.address, clientId: record.kafka.clientId, server: record.server, api: 12)
        var row = BehindFetch(key, group: made.text("billing"), at: made.time(5))
        (row.count, row.last, row.longest, row.allowedMs) = (times, made.time(50), Span.seconds(5), 5_000)
        (row.frames, row.connections) = ([made.nextFrame()], [record.client])
        made.file.times.behindFetch.update(key, beginning: row) { _ in }
        return made
    }

    @Test func heartbeatsBehindALongFetch() {
        #expect(told(behind(4)) == ["head-of-line \(SmallCase.client) \(Self.broker) warning certain 4"])
        #expect(behind(4).findings().first { $0.kind == .clientSettings }?.evidence.connections.count == 1)
    }

    @Test func oneThatWaitedOnceIsNoSetting() {
        #expect(told(behind(2)).isEmpty)
    }
}
