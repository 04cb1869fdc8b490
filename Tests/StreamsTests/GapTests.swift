import Testing
import Vocabulary

@testable import Streams

@Suite struct StreamsTestsGaps {
    /// A lost segment between two captured ones.
    private func holed() -> Scenario {
        var s = Scenario()
        s.handshake()
        s.client("abc")
        s.client("lost")
        s.dropLast()
        s.client("def")
        return s
    }

    @Test func acknowledgedHoleIsDeclaredAfter200Milliseconds() {
        var s = holed()
        s.ack(.responder)
        s.wait(Span.milliseconds(150))
        s.ack(.responder)
        #expect(run(s.packets, finish: false).text(0, .initiator) == "abc")
        s.wait(Span.milliseconds(80))
        s.ack(.responder)
        let r = run(s.packets, finish: false)
        #expect(r.text(0, .initiator) == "abc[4 notCaptured]def")
        #expect(r.of(0, .initiator, .gap).first?.offset == 3)
        #expect(r.of(0, .initiator, .data).last?.frame == 5)
    }

    @Test func lateCaptureStillFillsTheHole() {
        var s = holed()
        s.ack(.responder)
        s.wait(Span.milliseconds(100))
        s.send(.initiator, .ack, "lost", seq: s.clientNext &- 7)
        #expect(run(s.packets, finish: false).text(0, .initiator) == "abclostdef")
    }

    @Test func unacknowledgedHoleWaitsAMinute() {
        var s = holed()
        s.send(.responder, .ack, ack: s.clientNext &- 7)
        s.wait(Span.seconds(59))
        s.send(.responder, .ack, ack: s.clientNext &- 7)
        #expect(run(s.packets, finish: false).text(0, .initiator) == "abc")
        s.wait(Span.seconds(2))
        s.send(.responder, .ack, ack: s.clientNext &- 7)
        #expect(run(s.packets, finish: false).text(0, .initiator) == "abc[4 lost]def")
    }

    @Test func oneWayHoleWaitsThreeSeconds() {
        var s = holed()
        s.packets.remove(at: 1)
        s.wait(Span.seconds(4))
        s.client("ghi")
        let r = run(s.packets, finish: false)
        #expect(r.text(0, .initiator) == "abc[4 lost]defghi")
        #expect(run(s.packets).fact(0).end == .stillOpen && run(s.packets).fact(0).established)
    }

    @Test func unseenAnswerOfAOneWayCaptureIsAGapAtTheEnd() {
        var s = Scenario()
        s.handshake()
        s.client("ask")
        s.server("answer")
        s.dropLast()
        s.ack(.initiator)
        let r = run(s.packets)
        #expect(r.text(0, .responder) == "[6 notCaptured]")
        #expect(r.fact(0)[.responder].gapBytes == 6 && r.fact(0)[.responder].streamEnd == 6)
    }

    @Test func finBeyondTheSeenTellsItsGap() {
        var s = Scenario()
        s.handshake()
        s.server("answer")
        s.dropLast()
        s.fin(.responder)
        s.fin(.initiator)
        s.ack(.responder)
        s.wait(Span.seconds(3))
        var other = Scenario()
        other.client.port = 1
        other.time = s.time
        other.handshake()
        let r = run(s.packets + other.packets)
        #expect(r.text(0, .responder) == "[6 notCaptured]")
        #expect(r.kinds(0) == [.opened, .fin, .gap, .fin, .closed])
        #expect(r.of(0, .responder, .fin).first?.frame == 4)
    }

    @Test func snapLengthCutsAreTold() {
        var s = Scenario()
        s.handshake()
        s.client("abcdef", captured: 2)
        s.client("ghi")
        s.client("jklmno", captured: 3)
        s.packets.swapAt(4, 5)
        s.resend(3)
        s.packets[6].captured = nil
        let r = run(s.packets)
        #expect(r.text(0, .initiator) == "ab[4 cutBySnapLength]ghijkl[3 cutBySnapLength]")
        #expect(r.fact(0)[.initiator].cutBytes == 7 && r.fact(0)[.initiator].payloadBytes == 8)
    }

    @Test func whatIsHeldAtAResetIsToldAtTheEnd() {
        var s = holed()
        s.reset(.responder)
        let r = run(s.packets)
        #expect(r.kinds(0) == [.opened, .data, .reset, .gap, .data, .closed])
        #expect(r.text(0, .initiator) == "abc[4 notCaptured]def")
    }

    @Test func limitsOfOneEndWithATripAndAllBytes() {
        var s = Scenario()
        s.handshake()
        for number in 0..<20 {
            s.client("segment \(number);")
            if number % 3 == 1 { s.dropLast() }
        }
        for name in ["outOfOrderBytes", "outOfOrderBytesPerStream"] {
            var limits = Limits()
            if name == "outOfOrderBytes" { limits.outOfOrderBytes = 1 } else { limits.outOfOrderBytesPerStream = 1 }
            let r = run(s.packets, limits: limits)
            #expect(r.trips.map(\.name) == [name])
            #expect(r.text(0, .initiator).contains("segment 0;[10 lost]segment 2;"))
            #expect(
                r.fact(0)[.initiator].payloadBytes + r.fact(0)[.initiator].gapBytes
                    == r.fact(0)[.initiator].streamEnd)
        }
    }

    @Test func connectionsLimitedToOneEvictAndReport() {
        var packets: [TestPacket] = []
        for port in 0..<10 {
            var s = Scenario()
            s.client.port = UInt16(port)
            s.handshake()
            s.client("hello")
            packets += s.packets
        }
        var limits = Limits()
        limits.liveConnections = 1
        let r = run(packets, batch: 7, limits: limits)
        #expect(r.totals.evictions == 9 && r.trips.map(\.name) == ["liveConnections"] && r.facts.count == 10)
        #expect(r.facts.values.count { $0.end == .evicted } == 9)
    }
}
