import Testing
import Vocabulary

@testable import Streams

/// What was sent again, and for how long nothing was acknowledged.
@Suite struct SilenceTests {
    /// A request that is sent again with doubling waits and answered nine seconds later.
    private func silent(doing meanwhile: (inout Scenario) -> Void = { _ in }) -> Scenario {
        var s = Scenario()
        s.handshake()
        s.client("one")
        s.server("two")
        s.client("request")
        let place = s.packets.count - 1
        for wait: Int64 in [200, 400, 800, 1600] {
            s.wait(Span.milliseconds(wait))
            s.resend(place)
        }
        meanwhile(&s)
        s.wait(Span.seconds(4))
        s.resend(place)
        return s
    }

    private func spans(_ s: Scenario) -> [UnacknowledgedSpan] { run(s.packets).fact(0)[.initiator].unacknowledged }

    @Test func lastsFromTheFirstCopyToTheLast() throws {
        var s = silent()
        s.server("answer")
        let span = try #require(spans(s).first)
        #expect(spans(s).count == 1 && span.resends == 5 && span.leastBytes == 7 && span.recovered)
        #expect(abs(span.nanoseconds - Span.seconds(7)) < Span.milliseconds(50))
        let facts = run(s.packets).fact(0)[.initiator]
        #expect(facts.resends == 5 && facts.lateResends == 5 && facts.longestResend >= Span.seconds(4))
    }

    @Test func withoutAnEndIsNotRecovered() throws {
        #expect(try #require(spans(silent()).first).recovered == false)
    }

    @Test func aBareAcknowledgementOfNothingNewBeginsItAnew() throws {
        var s = silent { s in s.send(.responder, .ack, seq: s.serverNext, ack: s.clientNext &- 7) }
        s.server("answer")
        #expect(try #require(spans(s).first).nanoseconds < Span.milliseconds(4100))
    }

    @Test func theOtherSideThatSendsAgainIsDeaf() throws {
        let s = silent { s in
            s.send(.responder, [.ack, .push], "two", seq: s.serverNext &- 3, ack: s.clientNext &- 7)
        }
        #expect(try #require(spans(s).first).deafSince != nil)
    }

    @Test func aClosedWindowIsNoSilence() {
        var s = Scenario()
        s.handshake()
        s.client("one")
        s.window = 0
        s.ack(.responder)
        s.window = 500
        s.client("request")
        let place = s.packets.count - 1
        for _ in 0..<5 {
            s.wait(Span.seconds(2))
            s.resend(place)
        }
        #expect(spans(s).isEmpty)
    }

    /// The capture holds a packet twice, far apart among others: it was sent once.
    @Test func aCopyIsNotSentAgain() {
        var s = Scenario()
        s.hasTimestamp = true
        s.handshake()
        s.client("one")
        let copy = s.packets.count - 1
        for _ in 0..<6 { s.client("more") }
        var packet = s.packets[copy]
        packet.time = s.time
        s.packets.append(packet)
        let facts = run(s.packets).fact(0)[.initiator]
        #expect(facts.resends == 0 && facts.lateResends == 0)
    }

    /// Seconds later, old bytes that had been acknowledged stand at the head of new ones.
    @Test func acknowledgedBytesBeforeNewOnesAreNoLoss() {
        func told(acknowledged: Bool) -> SideFacts {
            var s = Scenario()
            s.handshake()
            s.client("request")
            let place = s.packets.count - 1
            if acknowledged { s.server("answer") }
            s.wait(Span.seconds(5))
            s.client("more")
            let length = s.packets[place].payload.count
            s.packets[s.packets.count - 1].headers.sequence = s.packets[place].headers.sequence
            s.packets[s.packets.count - 1].payload = s.packets[place].payload + Array("more".utf8)
            s.packets[s.packets.count - 1].headers.payloadLength = Int32(length + 4)
            s.packets[s.packets.count - 1].headers.payloadCaptured = Int32(length + 4)
            return run(s.packets).fact(0)[.initiator]
        }
        #expect(told(acknowledged: true).resends == 0 && told(acknowledged: true).unacknowledged.isEmpty)
        #expect(told(acknowledged: false).lateResends == 1 && !told(acknowledged: false).unacknowledged.isEmpty)
    }

    /// The first copy of a SYN+ACK that stands long behind data was not captured.
    @Test func synAckBehindDataIsARepeat() {
        var s = Scenario()
        s.handshake()
        s.client("request")
        let late = s.packets[1]
        s.packets.remove(at: 1)
        s.wait(Span.seconds(1))
        s.packets.append(late)
        s.packets[s.packets.count - 1].time = s.time
        #expect(run(s.packets).fact(0)[.responder].synAckRepeats == 1)
    }

    @Test func onlyTheLongestAreKept() {
        var s = Scenario()
        s.handshake()
        for seconds in [1, 5, 2, 4, 3] {
            s.client("request")
            let place = s.packets.count - 1
            s.wait(Span.seconds(Int64(seconds)))
            s.resend(place)
            s.server("answer")
        }
        #expect(spans(s).map { $0.nanoseconds / Span.seconds(1) } == [5, 4, 3])
    }

    @Test func synAckBehindTheClientsAnswer() {
        var s = Scenario()
        s.handshake()
        s.client("request")
        s.wait(Span.seconds(1))
        s.resend(1)
        #expect(run(s.packets).fact(0)[.responder].synAckRepeats == 1)
    }

    /// Each file has its own source, be it the same capture's next one or another place's.
    @Test func aRepeatInTheNextFileIsOne() {
        func repeats(_ times: [(seconds: Int64, source: Int)]) -> Int64 {
            var s = Scenario()
            s.handshake()
            s.client("request")
            let begin = s.packets[1].time
            for (seconds, source) in times {
                s.resend(1)
                s.packets[s.packets.count - 1].time = begin + Span.seconds(seconds) + Int64(source) * 1000
                s.packets[s.packets.count - 1].source = source
            }
            return run(s.packets).fact(0)[.responder].synAckRepeats
        }
        #expect(repeats([(1, 1)]) == 1)
        #expect(repeats([(1, 1), (3, 2)]) == 2)
        // Another place's copies of all three.
        #expect(repeats([(0, 1), (1, 0), (1, 1), (3, 0), (3, 1)]) == 2)
    }
}
