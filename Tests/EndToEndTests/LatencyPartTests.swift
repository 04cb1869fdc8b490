import ReportModel
import Testing
import Vocabulary

@testable import Conversations
@testable import Depth

/// The time of single requests taken apart.
@Suite struct LatencyPartTests {
    private func time(_ ms: Double) -> CaptureTime { CaptureTime(nanoseconds: 1_000_000_000_000 + Int64(ms * 1e6)) }

    private func parts(
        sent: Double = 0, whole: Double? = nil, began: Double, ended: Double? = nil, resent: Double? = nil,
        earlier: Double? = nil, muted: [ClosedRange<Double>] = [], roundTrip: Double? = nil, heldBack: Double = 0,
        mayWait: Double = 0, window: ClosedRange<Double>? = nil, before: TimeParts? = nil
    ) -> TimeParts {
        let end = Endpoint(IPAddress(v4: 1), 9092)
        let body = MessageBody(definitions: [], nodes: [], text: [], batches: [], reading: .whole)
        let request = ObservedRequest(
            connection: 1, client: end, server: end, api: 0, version: 9, correlationId: 1, sent: time(sent),
            frame: .none,
            sentWhole: time(whole ?? sent), bytes: 0, body: body)
        var answer = ObservedAnswer(
            began: time(began), frame: .none, time: time(ended ?? began), lastFrame: .none, bytes: 0, body: body)
        answer.requestResent = resent.map(time)
        answer.windowClosed = window.map { time($0.lowerBound)...time($0.upperBound) }
        var around = TimeParts.Circumstances()
        around.earlier = earlier.map(time)
        around.mutes = muted.map { time($0.lowerBound)...time($0.upperBound) }
        around.roundTrip = roundTrip.map { Int64($0 * 1e6) }
        (around.heldBack, around.mayWait) = (Int64(heldBack * 1e6), Int64(mayWait * 1e6))
        around.before = before
        return TimeParts(request, answer, around)
    }

    private func ms(_ parts: TimeParts) -> [Double] {
        [parts.queued, parts.wire, parts.inBroker, parts.throttled, parts.onPurpose].map { Double($0) / 1e6 }
    }

    @Test func thePathsRoundTripIsTheWires() {
        #expect(ms(parts(began: 50, roundTrip: 40)) == [0, 40, 10, 0, 0])
        #expect(ms(parts(began: 30, roundTrip: 40)) == [0, 30, 0, 0, 0])
        #expect(ms(parts(began: 50)) == [0, 0, 50, 0, 0])
    }

    /// A megabyte that a bad line carries for seconds, its first byte in time.
    @Test func transferIsTheWires() {
        #expect(ms(parts(whole: 5, began: 10, ended: 4700)) == [0, 4695, 5, 0, 0])
    }

    @Test func whatIsSentAgainIsTheWires() {
        #expect(ms(parts(began: 250, resent: 200, roundTrip: 40)) == [0, 240, 10, 0, 0])
        #expect(ms(parts(whole: 5, began: 50, resent: 4)) == [0, 5, 45, 0, 0])
    }

    /// It waits from its own arrival on; on a long path the answer before may have left long before it was seen.
    @Test func aRequestWaitsBehindAnother() {
        #expect(ms(parts(began: 510, earlier: 500, roundTrip: 40)) == [460, 40, 10, 0, 0])
        #expect(ms(parts(began: 510, earlier: 500)) == [500, 0, 10, 0, 0])
        #expect(ms(parts(began: 50, earlier: 10, roundTrip: 40)) == [0, 40, 10, 0, 0])
        #expect(ms(parts(began: 50, earlier: -10, roundTrip: 40)) == [0, 40, 10, 0, 0])
    }

    @Test func quotasAndPurpose() {
        #expect(ms(parts(began: 300, muted: [-10...200], roundTrip: 40)) == [0, 40, 100, 160, 0])
        #expect(ms(parts(began: 300, heldBack: 250)) == [0, 0, 50, 250, 0])
        #expect(ms(parts(began: 700, roundTrip: 40, mayWait: 500)) == [0, 40, 160, 0, 500])
    }

    /// Answers before this one muted the connection while it waited for them: no request of it was in the broker then.
    @Test func aMutedConnectionIsNoQueue() {
        #expect(ms(parts(began: 510, earlier: 100, muted: [-10...80, 100...500])) == [20, 0, 10, 480, 0])
        #expect(
            ms(parts(began: 510, earlier: 300, muted: [-50...20, 300...900], roundTrip: 40)) == [260, 40, 0, 210, 0])
        #expect(ms(parts(began: 510, earlier: 500, muted: [-50 ... -20])) == [500, 0, 10, 0, 0])
    }

    private func held(_ parts: TimeParts) -> [Double] {
        let held = parts.held
        return [held.network, held.broker, held.client, held.quota, held.purpose].map { Double($0) / 1e6 }
    }

    /// Who has to answer for it: time behind an earlier request is that one's, part by part from its end back.
    @Test func timeBehindAnotherIsItsOwners() {
        let slow = parts(began: 500, roundTrip: 40)
        #expect(held(parts(sent: 100, began: 510, earlier: 500, roundTrip: 40, before: slow)) == [40, 370, 0, 0, 0])
        let transferred = parts(began: 50, ended: 500)
        #expect(held(parts(sent: 100, began: 510, earlier: 500, before: transferred)) == [400, 10, 0, 0, 0])
        let purposeful = parts(began: 500, mayWait: 500)
        #expect(held(parts(sent: 100, began: 510, earlier: 500, before: purposeful)) == [0, 10, 400, 0, 0])
        // The one before waited itself: for what the first one waited for.
        let second = parts(sent: 100, began: 510, earlier: 500, before: transferred)
        #expect(held(parts(sent: 110, began: 520, earlier: 510, before: second)) == [390, 20, 0, 0, 0])
    }

    /// A client that has no room is waited for by network and broker.
    @Test func aClosedWindowIsTheClients() {
        #expect(held(parts(began: 10, ended: 3000, window: 20...2900)) == [110, 10, 2880, 0, 0])
        #expect(held(parts(began: 2000, window: 100...1900)) == [0, 200, 1800, 0, 0])
    }

    private func verdict(_ times: [(network: Double, broker: Double)], roundTrip: Double? = 40) -> SlowRequests? {
        var sums = SlowSums()
        for time in times {
            let one = parts(began: time.broker, ended: time.network + time.broker)
            sums.add(one, isResent: false, roundTrip: roundTrip.map { Int64($0 * 1e6) })
        }
        return sums.told
    }

    @Test func slowAreThoseFarAboveTheUsual() throws {
        #expect(verdict(Array(repeating: (1, 20), count: 99)) == nil)
        let stalled = try #require(verdict(Array(repeating: (160, 10), count: 99) + [(160, 2000)]))
        #expect(stalled.owner == .broker && stalled.requests == 1 && stalled.fromMs == 500)
        let far = try #require(verdict(Array(repeating: (600, 10), count: 50)))
        #expect(far.owner == .network && far.requests == 50 && far.fromMs == 100)
        #expect(abs(far.totalMs - 50 * 610) < 1e-6 && abs(far.networkMs - 50 * 600) < 1e-6)
        #expect(verdict([(500, 500)])?.owner == .several)
    }

    /// Without the path's round trip nobody knows, unless an answer was fast on it; where packets get lost, nobody does.
    @Test func whatIsNotKnownIsSaid() throws {
        let stalled = [(0.0, 5.0), (0, 5), (0, 5), (0, 2000)]
        #expect(verdict(stalled, roundTrip: nil)?.owner == .broker)
        #expect(verdict([(0, 2000), (0, 2000)], roundTrip: nil)?.owner == .unknown)
        var lossy = try #require(verdict(stalled))
        lossy.isLossy = true
        #expect(lossy.owner == .unknown)
    }

    @Test(arguments: [
        ("one-broker-wrong-port-wan.pcap", SlowRequests.Owner.network), ("crash-kill9.pcap", .broker),
        ("healthy-long-poll.pcap", .client), ("auth-go-wrong.pcap", .onPurpose),
    ])
    func labelledCapturesHaveTheirOwner(_ capture: String, _ owner: SlowRequests.Owner) throws {
        let rows = try #require(try FactRun(capture, FactRun.Ways(tables: Limits())).tables).latencyParts
        let slow = rows.filter { $0.broker != nil }.compactMap(\.slow).sorted { $0.totalMs > $1.totalMs }
        #expect((slow.first { $0.owner != .onPurpose } ?? slow.first)?.owner == owner)
    }

    /// Whatever the times are: the parts are no less than nothing and add up.
    @Test func partsAddUp() {
        for (began, ended) in [(0.0, 0.0), (-5, -9), (1e9, 1e12), (3, 2)] {
            for other in [-1e12, 0, 2, 1e12] {
                let parts = parts(
                    whole: 1, began: began, ended: ended, resent: other, earlier: other,
                    muted: [min(0, other)...max(0, other)], roundTrip: other,
                    heldBack: other, mayWait: other)
                #expect(ms(parts).allSatisfy { $0 >= 0 })
                #expect(parts.total >= 0)
            }
        }
    }

    /// Of each request there is one row by broker and one by client, so both say the same in all.
    @Test(arguments: ["healthy-java.pcap", "crash-kill9.pcap", "healthy-long-poll.pcap"])
    func rowsByBrokerAndByClientAgree(_ capture: String) throws {
        let tables = try #require(try FactRun(capture, FactRun.Ways(tables: Limits())).tables)
        func sums(_ rows: [LatencyPartRow]) -> [Double] {
            [
                Double(rows.reduce(0) { $0 + $1.requests }), rows.reduce(0) { $0 + $1.total.sumMs },
                rows.reduce(0) { $0 + $1.queued.sumMs + $1.wire.sumMs + $1.inBroker.sumMs + $1.throttled.sumMs }
                    + rows.reduce(0) { $0 + $1.onPurpose.sumMs },
            ].map { ($0 * 1000).rounded() }
        }
        let (brokers, clients) = (
            tables.latencyParts.filter { $0.broker != nil }, tables.latencyParts.filter { $0.client != nil }
        )
        #expect(!brokers.isEmpty && sums(brokers) == sums(clients))
        #expect(sums(brokers)[1] == sums(brokers)[2])
    }
}
