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
        for record in made.file.connections { record.kafka.leftGroup = true }
        #expect(told(made).isEmpty)
    }

    @Test func anAnswerMayBeInTheHole() {
        let made = loop(waits: [10, 10, 10, 10])
        for record in made.file.connections { record.lastAnswerGap = made.time(60) }
        #expect(told(made).isEmpty)
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
        made.file.behindFetch[key] = row
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
