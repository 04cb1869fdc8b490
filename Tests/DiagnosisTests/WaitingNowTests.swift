import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Diagnosis
@testable import Streams

/// What waits for an answer now, and when brokers stopped and came back: what a live run shows first.
@Suite struct WaitingNowTests {
    private static let broker = SmallCase.brokers[0]

    /// A connection with a request since each of the given seconds; the facts end at the thirtieth.
    private func now(
        _ since: [Double], api: Int16 = Api.metadata, allowedMs: Int32? = nil, most: Int = 10,
        _ change: (ConnectionRecord, SmallCase) -> Void = { _, _ in }
    ) -> WaitingNow {
        var small = SmallCase()
        let stuck = small.works(at: Self.broker, from: 0, to: 4)
        for time in since {
            small.waits(stuck, api: api, since: time, allowedMs: allowedMs)
        }
        change(stuck, small)
        small.ends(at: 30)
        return WaitingNow(small.file, in: small.file.connections.records, most: most) { _ in small.time(30) }
    }

    @Test func eachRequestOfAConnectionIsCounted() {
        let waits = now([10, 12, 14])
        #expect(waits.count == 3)
        #expect(waits.longest.map(\.nanoseconds) == [20, 18, 16].map { Span.seconds($0) })
        #expect(waits.byServer.values.map(\.longest) == [Span.seconds(20)])
        let some = now([10, 12, 14], most: 1)
        #expect(some.count == 3 && some.longest.map(\.nanoseconds) == [Span.seconds(20)])
    }

    /// Of requests beyond the list as many are counted as were sent long enough ago.
    @Test func whatIsBeyondTheListIsCounted() {
        let waits = now([10]) { record, small in
            record.unansweredLeftOut = 200
            record.kafka.lastRequestTime = small.time(29.9)
        }
        #expect((190...200).contains(waits.count))
        let young = now([28.5]) { record, small in
            record.unansweredLeftOut = 150
            record.kafka.lastRequestTime = small.time(30)
        }
        #expect((45...55).contains(young.count))
    }

    @Test func aProduceWaitsWhateverItAllows() {
        #expect(now([20], api: Api.produce, allowedMs: 30_000).count == 1)
    }

    @Test func whatWaitsOnPurposeDoesNot() {
        #expect(now([20], api: Api.fetch, allowedMs: 15_000).count == 0)
        #expect(now([20], api: Api.fetch, allowedMs: 5_000).count == 1)
        // Who stands behind it waits with it.
        #expect(now([20, 21, 22], api: Api.joinGroup, allowedMs: 60_000).count == 0)
    }

    @Test func whatIsUnderWayDoesNot() {
        #expect(now([29.5]).count == 0)
        #expect(now([20, 29.5]).count == 1)
    }

    @Test func holesThrottlesAndClosedWindowsExplainIt() {
        #expect(now([20]) { record, small in record.lastAnswerGap = small.time(21) }.count == 0)
        #expect(now([20]) { record, small in record.kafka.throttledUntil = small.time(40) }.count == 0)
        #expect(now([20]) { record, _ in record.tcp.end = .fin }.count == 0)
    }

    // MARK: Brokers

    private func outages(_ build: (inout SmallCase) -> Void) -> [BrokerOutage] {
        var small = SmallCase()
        build(&small)
        let judged = Diagnosis.judge(small.file, CaptureHealth(), watchesBrokers: true)
        return judged.outages?.byServer[small.endpoint(Self.broker)] ?? []
    }

    @Test func aBrokerIsGoneUntilSomebodyIsServed() {
        let found = outages {
            $0.works(at: Self.broker, from: 0, to: 4)
            $0.fails(at: Self.broker, from: 5, times: 8)
            $0.works(at: Self.broker, from: 15, to: 20)
        }
        let small = SmallCase()
        #expect(found == [BrokerOutage(from: small.time(5), back: small.time(15), attempts: 8)])
    }

    @Test func eachTimeOfAFlappingBrokerIsTold() {
        let found = outages {
            for round in 0..<3 {
                let start = Double(round) * 20
                $0.works(at: Self.broker, from: start, to: start + 4)
                $0.fails(at: Self.broker, from: start + 5)
            }
        }
        #expect(found.map { $0.back == nil } == [false, false, true])
    }

    @Test func whoIsServedMeanwhileShowsThatItIsThere() {
        let found = outages {
            $0.works(at: Self.broker, from: 0, to: 20)
            $0.fails(at: Self.broker, from: 5, client: "10.0.0.101")
        }
        #expect(found.isEmpty)
    }

    @Test func anAddressThatNeverWorkedIsNoBroker() {
        #expect(outages { $0.fails(at: Self.broker, from: 5) }.isEmpty)
    }
}
