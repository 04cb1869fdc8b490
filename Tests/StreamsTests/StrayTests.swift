import TestSupport
import Testing
import Vocabulary

@testable import Streams

/// Ports that are used again by a connection whose SYN is not in the capture, and segments of no known position.
@Suite struct StreamsTestsStrays {
    /// Some requests and answers from where the scenario's numbers stand.
    private func talk(_ s: inout Scenario, _ name: String, _ count: Int) {
        for i in 0..<count {
            s.client("\(name)\(i)?")
            s.ack(.responder)
            s.server("\(name)\(i)!")
            s.ack(.initiator)
        }
    }

    @Test func aNextConnectionIsReadFromWhereBothSidesAre() {
        var s = Scenario()
        s.handshake()
        talk(&s, "a", 3)
        s.wait(Span.seconds(300))
        (s.clientNext, s.serverNext) = (3_000_000_001, 3_500_000_001)
        talk(&s, "b", 4)
        let r = run(s.packets)
        #expect(r.text(0, .initiator) == "a0?a1?a2?")
        #expect(r.text(0, .responder) == "a0!a1!a2!")
        #expect(r.text(1, .initiator) == "b0?b1?b2?b3?")
        #expect(r.text(1, .responder) == "b0!b1!b2!b3!")
        #expect(r.fact(1)[.initiator].startsMidway && r.fact(1)[.responder].startsMidway)
        #expect(r.totals.strays == 0 && r.totals.strayBytes == 0)
        #expect(run(s.packets, batch: 64).told == r.told)
    }

    @Test func aResetIsTheNextConnectionsToo() {
        var s = Scenario()
        s.handshake()
        talk(&s, "a", 2)
        (s.clientNext, s.serverNext) = (2_500_000_000, 3_000_000_000)
        s.client("b?")
        s.reset(.responder)
        let r = run(s.packets)
        #expect(!r.fact(0)[.responder].resetSeen)
        #expect(r.text(1, .initiator) == "b?")
        #expect(r.fact(1)[.responder].resetSeen)
    }

    @Test func whatNobodyAnswersIsCounted() {
        var s = Scenario()
        s.handshake()
        talk(&s, "a", 2)
        let (client, server) = (s.clientNext, s.serverNext)
        s.send(.initiator, [.ack, .push], "forged", seq: client &+ 2_000_000_000, ack: server &+ 1_900_000_000)
        talk(&s, "c", 2)
        let r = run(s.packets)
        #expect(r.text(0, .initiator) == "a0?a1?c0?c1?")
        #expect(r.text(0, .responder) == "a0!a1!c0!c1!")
        #expect(r.totals.connections == 1)
        #expect(r.totals.strays == 1 && r.totals.strayBytes == 6)
        #expect(r.totals.payloadBytes == 24)
    }

    /// A number that was damaged on its way into the capture takes no bytes with it.
    @Test func aWrongAcknowledgementAloneIsNoStray() {
        var s = Scenario()
        s.handshake()
        talk(&s, "a", 2)
        s.client("b?")
        s.packets[s.packets.count - 1].headers.acknowledgement &-= 1_500_000_000
        talk(&s, "c", 1)
        let r = run(s.packets)
        #expect(r.text(0, .initiator) == "a0?a1?b?c0?" && r.totals.strays == 0)
    }

    @Test func whatIsLeftAtTheEndIsCounted() {
        var s = Scenario()
        s.handshake()
        talk(&s, "a", 1)
        (s.clientNext, s.serverNext) = (2_500_000_000, 3_000_000_000)
        for _ in 0..<3 { s.client("12345") }
        let r = run(s.packets)
        #expect(r.totals.strays == 3 && r.totals.strayBytes == 15)
        #expect(r.text(0, .initiator) == "a0?")
    }

    /// Far too much for the table: nothing is held without bound, and all is counted.
    @Test func aFloodOfStraysIsBounded() {
        var s = Scenario()
        s.handshake()
        talk(&s, "a", 1)
        (s.clientNext, s.serverNext) = (2_500_000_000, 3_000_000_000)
        for _ in 0..<1000 { s.client(String(repeating: "x", count: 1000)) }
        #expect(run(s.packets).totals.strayBytes == 1_000_000)
    }

    /// Numbers that were used before, and acknowledged, are no retransmission of megabytes ago.
    @Test func numbersMayComeAgain() {
        var s = Scenario()
        s.handshake()
        let text = String(repeating: "x", count: 50_000)
        for _ in 0..<300 {
            s.client(text)
            s.server(text)
        }
        s.wait(Span.seconds(60))
        (s.clientNext, s.serverNext) = (3_000_000, 4_000_000)
        talk(&s, "b", 2)
        let r = run(s.packets)
        #expect(r.totals.connections == 2)
        #expect(r.text(1, .initiator) == "b0?b1?" && r.text(1, .responder) == "b0!b1!")
        #expect(r.fact(0)[.initiator].retransmissions == 0)
    }

    /// A hole of the capture in a busy connection is one, however much was sent in it.
    @Test func aLongHoleIsAGap() {
        var s = Scenario()
        s.handshake()
        for i in 0..<100 {
            s.client(String(repeating: "\(i % 10)", count: 10_000))
            s.server(String(repeating: "\(i % 10)", count: 10_000))
        }
        s.wait(Span.seconds(60))
        s.clientNext &+= 50_000_000
        s.serverNext &+= 30_000_000
        talk(&s, "z", 1)
        let r = run(s.packets)
        #expect(r.totals.connections == 1)
        #expect(r.fact(0)[.initiator].gapBytes == 50_000_000)
        #expect(r.text(0, .initiator).hasSuffix("z0?"))
    }

    /// Two connections, one after the other, at random numbers: every byte of both is told, in order.
    @Test func everyByteOfBothIsTold() {
        for seed in 0..<UInt64(500) {
            var random = Seeded(seed)
            var s = Scenario(clientISN: random.next32(), serverISN: random.next32())
            s.hasTimestamp = random.chance(50)
            s.handshake()
            var sent = ("", "")
            exchange(&s, &sent, &random)
            s.wait(Int64.random(in: 0...400, using: &random) * Span.seconds(1))
            (s.clientNext, s.serverNext) = (random.next32(), random.next32())
            exchange(&s, &sent, &random)
            let r = run(s.packets, batch: Int.random(in: 1...40, using: &random))
            for (side, all) in [(Side.initiator, sent.0), (.responder, sent.1)] {
                // Who the initiator is of a connection joined in the middle, is a guess.
                var told = ""
                for event in r.told where event.kind == .data {
                    let facts = r.fact(event.flow)
                    let sender = event.side == .initiator ? facts.initiator : facts.responder
                    if sender.port == (side == .initiator ? 40_000 : 9092) {
                        told += String(decoding: event.bytes, as: UTF8.self)
                    }
                }
                #expect(told == all, "seed \(seed)")
            }
            #expect(r.totals.strayBytes == 0, "seed \(seed)")
        }
    }

    private func exchange(_ s: inout Scenario, _ sent: inout (String, String), _ random: inout Seeded) {
        for i in 0..<Int.random(in: 1...12, using: &random) {
            let text = String(repeating: "\(i % 10)", count: Int.random(in: 1...900, using: &random))
            let isClient = i < 2 ? i == 0 : random.chance(50)
            if isClient { s.client(text) } else { s.server(text) }
            if isClient { sent.0 += text } else { sent.1 += text }
            if random.chance(50) { s.ack(isClient ? .responder : .initiator) }
        }
        s.client("end")
        s.server("end")
        (sent.0, sent.1) = (sent.0 + "end", sent.1 + "end")
    }
}
