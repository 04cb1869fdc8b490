import TestSupport
import Testing
import Vocabulary

@testable import Streams

@Suite struct StreamsTestsOrder {
    @Test func bytesInOrderAreToldWithTheirFrames() {
        var s = Scenario()
        s.handshake()
        s.client("abc")
        s.server("xyz")
        s.client("def")
        s.fin(.initiator)
        s.fin(.responder)
        s.ack(.initiator)
        let r = run(s.packets)
        #expect(r.text(0, .initiator) == "abcdef")
        #expect(r.text(0, .responder) == "xyz")
        #expect(r.of(0, .initiator, .data).map(\.frame) == [4, 6])
        #expect(r.kinds(0) == [.opened, .data, .data, .data, .fin, .fin, .closed])
        let f = r.fact(0)
        #expect(f.established && f.synCount == 1 && f.synFrame.number == 1 && f.synAckFrame.number == 2)
        #expect(f.initiator == s.client && f.responder == s.server && f.end == .fin)
        #expect(f.firstCloser == .initiator && f[.initiator].payloadBytes == 6 && f[.initiator].acknowledged == 6)
        #expect(f[.initiator].streamEnd == 6 && !f[.initiator].startsMidway && r.totals.payloadBytes == 9)
    }

    @Test func lateSegmentIsPutInItsPlace() {
        var s = Scenario()
        s.handshake()
        s.client("one")
        s.client("two")
        s.client("three")
        s.packets.swapAt(3, 4)
        for batch in [1, 2, 100] {
            let r = run(s.packets, batch: batch)
            #expect(r.text(0, .initiator) == "onetwothree")
            #expect(r.of(0, .initiator, .data).map(\.frame) == [5, 4, 6])
            #expect(r.fact(0)[.initiator].outOfOrder == 1 && r.fact(0)[.initiator].retransmissions == 0)
        }
    }

    @Test func overlapKeepsTheFirstCopy() {
        var s = Scenario()
        s.handshake()
        let base = s.clientNext
        s.send(.initiator, .ack, "CDEF", seq: base &+ 2)
        s.send(.initiator, .ack, "IJ", seq: base &+ 8)
        s.send(.initiator, .ack, "abcdefghijkl", seq: base)
        #expect(run(s.packets).text(0, .initiator) == "abCDEFghIJkl")
    }

    @Test func retransmissionWithOtherCutsGivesEachByteOnce() {
        var s = Scenario()
        s.handshake()
        let base = s.clientNext
        s.send(.initiator, .ack, "abcd", seq: base)
        s.send(.initiator, .ack, "cdefgh", seq: base &+ 2)
        s.send(.initiator, .ack, "abcdefgh", seq: base)
        let r = run(s.packets)
        #expect(r.text(0, .initiator) == "abcdefgh")
        #expect(r.fact(0)[.initiator].retransmissions == 2)
        #expect(r.fact(0)[.initiator].retransmissionsUnanswered == 2)
    }

    @Test func sequenceNumbersWrap() {
        var s = Scenario(clientISN: .max - 3, serverISN: .max)
        s.handshake()
        for _ in 0..<4 {
            s.client("abcde")
            s.server("vwxyz")
        }
        s.packets.swapAt(3, 5)
        let r = run(s.packets)
        #expect(r.text(0, .initiator) == String(repeating: "abcde", count: 4))
        #expect(r.text(0, .responder) == String(repeating: "vwxyz", count: 4))
    }

    @Test func synMayComeLate() {
        var s = Scenario()
        s.handshake()
        s.client("hello")
        for order in [[1, 0, 2, 3], [2, 0, 1, 3], [1, 2, 0, 3], [2, 1, 0, 3]] {
            var packets = order.map { s.packets[$0] }
            for index in packets.indices { packets[index].time = s.packets[index].time }
            let r = run(packets)
            #expect(r.facts.count == 1, "\(order)")
            #expect(r.text(0, .initiator) == "hello", "\(order)")
            #expect(r.fact(0).initiator == s.client && !r.fact(0)[.initiator].startsMidway, "\(order)")
        }
    }

    /// Whatever order the first packets of a connection have in the capture, it is the same connection.
    @Test func theFirstPacketsMayComeInAnyOrder() {
        var s = Scenario()
        s.handshake()
        s.client("hello")
        s.server("well met")
        s.client("go on")
        let first = s.packets[0].time
        for seed in 0..<UInt64(1000) {
            var random = Seeded(seed)
            var packets = s.packets.shuffled(using: &random)
            for index in packets.indices { packets[index].time = first + Int64(index) * 1_000 }
            let r = run(packets, batch: Int.random(in: 1...6, using: &random))
            #expect(r.facts.count == 1, "seed \(seed)")
            #expect(r.text(0, .initiator) == "hellogo on", "seed \(seed)")
            #expect(r.text(0, .responder) == "well met", "seed \(seed)")
            #expect(r.fact(0).initiator == s.client && !r.fact(0)[.initiator].startsMidway, "seed \(seed)")
            #expect(r.fact(0)[.initiator].gapBytes == 0 && r.totals.strayBytes == 0, "seed \(seed)")
        }
    }

    /// Who is the client is told as soon as it is known, also where no byte follows.
    @Test func aSynBehindAnEarlierPacketIsTold() {
        var s = Scenario()
        s.send(.initiator, .syn)
        s.reset(.responder)
        s.packets.swapAt(0, 1)
        (s.packets[0].time, s.packets[1].time) = (s.packets[1].time, s.packets[0].time)
        s.wait(Span.seconds(1))
        s.client.port += 1
        s.handshake()
        for batch in [1, 2, 100] {
            let r = run(s.packets, batch: batch)
            #expect(r.kinds(0).prefix(3) == [.opened, .handshake, .reset] && r.kinds(1) == [.opened, .closed])
            #expect(r.of(0, .responder, .reset).count == 1)
        }
    }

    /// A health check, in any order of its packets, was answered.
    @Test func checksAreAnsweredInAnyOrder() {
        var s = Scenario()
        s.handshake()
        s.send(.initiator, [.reset, .ack])
        let first = s.packets[0].time
        for seed in 0..<UInt64(50) {
            var random = Seeded(seed)
            var packets = s.packets.shuffled(using: &random)
            for index in packets.indices { packets[index].time = first + Int64(index) * 1_000 }
            let r = run(packets)
            #expect(r.facts.count == 1 && r.fact(0).end == .reset && r.fact(0).initiator == s.client, "seed \(seed)")
        }
    }

    @Test func midwayStreamBeginsWithItsFirstByte() {
        var s = Scenario()
        s.server("tail")
        s.client("next")
        s.send(.responder, .ack, "old", seq: 8990)
        let r = run(s.packets)
        #expect(r.text(0, .initiator) == "tail" && r.text(0, .responder) == "next")
        #expect(r.fact(0)[.initiator].startsMidway && r.fact(0).established)
    }

    @Test func keepAlivesAreNotData() {
        var s = Scenario()
        s.handshake()
        s.client("abc")
        s.ack(.responder)
        s.send(.initiator, .ack, seq: s.clientNext &- 1)
        s.ack(.responder)
        s.send(.initiator, .ack, "c", seq: s.clientNext &- 1)
        s.ack(.responder)
        s.client("def")
        let r = run(s.packets)
        #expect(r.text(0, .initiator) == "abcdef")
        #expect(r.fact(0)[.initiator].keepAlives == 2 && r.fact(0)[.initiator].retransmissions == 0)
    }
}
