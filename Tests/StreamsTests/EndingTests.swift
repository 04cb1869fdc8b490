import Testing
import Vocabulary

@testable import Streams

@Suite struct StreamsTestsEndings {
    private func opened() -> Scenario {
        var s = Scenario()
        s.handshake()
        return s
    }

    @Test func firstCloserGoesByAcknowledgementNotByOrder() {
        var s = opened()
        s.fin(.responder)
        s.fin(.initiator)
        #expect(run(s.packets).fact(0).firstCloser == .responder)
        s.packets.swapAt(3, 4)
        #expect(run(s.packets).fact(0).firstCloser == .responder)
    }

    @Test func finsThatCrossGoByOrder() {
        var s = opened()
        s.fin(.responder)
        s.send(.initiator, [.fin, .ack], ack: s.serverNext &- 1)
        #expect(run(s.packets).fact(0).firstCloser == .responder)
        s.packets.swapAt(3, 4)
        #expect(run(s.packets).fact(0).firstCloser == .initiator)
    }

    @Test func finThenResetOfOneSideIsThatSidesClose() {
        var s = opened()
        s.fin(.responder)
        s.reset(.responder)
        let f = run(s.packets).fact(0)
        #expect(f.firstCloser == .responder && f.end == .reset)
        #expect(f[.responder].resetSequenceOffset == 0)
    }

    @Test func resetFirst() {
        var s = opened()
        s.reset(.initiator)
        #expect(run(s.packets).fact(0).firstCloser == .initiator)
        s.fin(.responder)
        #expect(run(s.packets).fact(0).firstCloser == .initiator)
    }

    @Test func resetThatAcknowledgesAFinCameAfterIt() {
        var s = opened()
        s.fin(.responder)
        s.reset(.initiator)
        #expect(run(s.packets).fact(0).firstCloser == .responder)
        s.packets.swapAt(3, 4)
        #expect(run(s.packets).fact(0).firstCloser == .responder)
    }

    @Test func lateResetAfterBothFinsIsAFin() {
        var s = opened()
        s.fin(.initiator)
        s.fin(.responder)
        s.reset(.initiator)
        #expect(run(s.packets).fact(0).end == .fin)
    }

    @Test func halfClosedStaysOpen() {
        var s = opened()
        s.fin(.initiator)
        s.wait(Span.seconds(100))
        s.server("late answer")
        let r = run(s.packets)
        #expect(r.text(0, .responder) == "late answer" && r.facts.count == 1)
    }

    @Test func refused() {
        var s = Scenario()
        s.send(.initiator, .syn)
        s.send(.responder, [.reset, .ack], seq: 0)
        #expect(run(s.packets).fact(0).end == .refused)
        #expect(run(s.packets).fact(0)[.responder].resetWindow == 500)
        // A retry on the same ports is a connection of its own, even with the same number.
        s.wait(Span.milliseconds(500))
        s.resend(0)
        s.send(.responder, [.reset, .ack], seq: 0)
        let r = run(s.packets)
        #expect(r.facts.count == 2 && r.facts.values.allSatisfy { $0.end == .refused && $0.synCount == 1 })
    }

    @Test func noAnswerAndItsRepeats() {
        var s = Scenario()
        s.send(.initiator, .syn)
        for second in [1, 2, 4] as [Int64] {
            s.wait(Span.seconds(second))
            s.resend(0)
        }
        let f = run(s.packets).fact(0)
        #expect(f.end == .noAnswer && f.synCount == 4 && f[.initiator].retransmissionsUnanswered == 3)
    }

    @Test func rejectedByICMP() {
        var s = Scenario()
        s.send(.initiator, .syn)
        var icmp = s.packets[0]
        icmp.outcome = .icmpError
        icmp.headers.icmpType = 3
        icmp.headers.icmpCode = 13
        icmp.headers.icmpSender = IPAddress(v4: 7)
        icmp.time += 1000
        var stranger = icmp
        stranger.headers.sourcePort = 5
        let r = run([s.packets[0], icmp, stranger])
        #expect(r.kinds(0) == [.opened, .unreachable, .closed] && r.totals.unmatchedErrors == 1)
        let f = r.fact(0)
        #expect(f.end == .rejected && f.icmpType == 3 && f.icmpCode == 13 && f.icmpSender == IPAddress(v4: 7))
    }

    @Test func portReuseIsANewConnectionInTheSameBatch() {
        var s = opened()
        s.client("first")
        s.fin(.initiator)
        s.fin(.responder)
        s.clientNext = 700_000
        s.serverNext = 800_000
        s.handshake()
        s.client("second")
        let r = run(s.packets, batch: 100)
        #expect(r.text(0, .initiator) == "first" && r.text(1, .initiator) == "second")
        #expect(r.fact(0).end == .fin && r.fact(1).synCount == 1)
    }

    @Test func retryWithAnotherNumberIsANewConnection() {
        var s = Scenario()
        s.send(.initiator, .syn)
        s.clientNext = 55
        s.send(.initiator, .syn)
        #expect(run(s.packets).facts.count == 2)
    }

    @Test func endedFlowClosesAfterTwoQuietSeconds() {
        var s = opened()
        s.fin(.initiator)
        s.fin(.responder)
        s.ack(.initiator)
        s.wait(Span.milliseconds(1500))
        s.resend(4)
        s.wait(Span.milliseconds(1500))
        s.resend(5)
        #expect(run(s.packets, finish: false).facts.isEmpty)
        s.wait(Span.milliseconds(2100))
        s.client.port = 9
        s.handshake()
        #expect(run(s.packets, finish: false).facts.count == 1)
    }

    @Test func dataAfterAResetIsToldAndCounted() {
        var s = opened()
        s.server("abc")
        s.send(.responder, .reset, seq: s.serverNext &+ 5)
        s.packets[4].headers.ttl = 20
        s.server("def")
        let r = run(s.packets)
        #expect(r.text(0, .responder) == "abcdef")
        let f = r.fact(0)[.responder]
        #expect(f.packetsAfterReset == 1 && f.resetSequenceOffset == 5 && f.resetTTL == 20)
        #expect(f.ttlLow == 63 && f.ttlHigh == 63)
    }

    @Test func zeroWindowIsTimed() {
        var s = opened()
        s.window = 0
        s.ack(.responder)
        s.ack(.responder)
        s.wait(Span.milliseconds(8))
        s.window = 9
        s.ack(.responder)
        let f = run(s.packets).fact(0)[.responder]
        #expect(f.zeroWindows == 1 && f.zeroWindowNanoseconds == Span.milliseconds(10) && !f.windowIsClosed)
    }
}

@Suite struct StreamsTestsAges {
    @Test func resetCapturedBeforeItsSynIsARefusal() {
        var s = Scenario()
        s.send(.initiator, .syn)
        s.send(.responder, [.reset, .ack], seq: 0)
        s.packets.swapAt(0, 1)
        (s.packets[0].time, s.packets[1].time) = (s.packets[1].time, s.packets[0].time)
        let r = run(s.packets)
        #expect(r.facts.count == 1 && r.fact(0).end == .refused && r.fact(0).initiator == s.client)
        // An older connection's RST is none.
        s.packets[0].headers.acknowledgement &+= 5
        #expect(run(s.packets).facts.values.map(\.end.rawValue).sorted() == [2, 5])
    }

    @Test func quietAttemptsAndMidwayFlowsLeave() {
        var s = Scenario()
        s.send(.initiator, .syn)
        s.client.port = 2
        s.client("midway")
        s.client.port = 3
        s.handshake()
        s.wait(Span.seconds(131))
        s.ack(.responder)
        #expect(run(s.packets, finish: false).facts.values.map(\.end) == [.noAnswer])
        s.wait(Span.seconds(7300))
        s.ack(.responder)
        let r = run(s.packets, finish: false)
        #expect(r.facts.count == 2 && r.fact(1).end == .evicted)
    }

    @Test func advanceTellsWhatIsDueWithoutPackets() {
        let engine = StreamEngine(limits: Limits())
        var headers = PacketHeaders()
        headers.sourcePort = 5
        headers.flags = .syn
        engine.ingest(&headers, time: CaptureTime(nanoseconds: 0), frame: FrameRef(source: 0, number: 1))
        #expect(engine.advance(to: CaptureTime(nanoseconds: Span.seconds(100))).events.isEmpty)
        let batch = engine.advance(to: CaptureTime(nanoseconds: Span.seconds(131)))
        #expect(batch.events.map(\.kind) == [.closed] && batch.ends.map(\.facts.end) == [.noAnswer])
        engine.finish { _ in Issue.record("nothing was left") }
    }

    @Test func clockSetBackClosesAllTheSame() {
        var s = Scenario()
        for port in 0..<3 {
            s.client.port = UInt16(port)
            s.handshake()
            s.reset(.initiator)
            s.wait(-Span.seconds(50))
        }
        s.wait(Span.seconds(3))
        s.client.port = 99
        s.handshake()
        #expect(run(s.packets, finish: false).facts.count == 3)
    }
}
