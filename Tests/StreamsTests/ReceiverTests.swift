import TestSupport
import Testing
import Vocabulary

@testable import Streams

/// TCP as its receivers do it: what they drop changes nothing, what they know comes before the order of capture.
@Suite struct StreamsTestsReceivers {
    private func talk(_ s: inout Scenario, _ count: Int = 2) {
        for i in 0..<count {
            s.client("q\(i)")
            s.server("a\(i)")
            s.ack(.initiator)
        }
    }

    /// Whatever one packet outside any window is, at any place of a connection, all else is told as without it.
    @Test func whatIsOutsideAnyWindowChangesNothing() {
        for seed in 0..<UInt64(400) {
            var random = Seeded(seed)
            var s = Scenario(
                clientISN: .random(in: 0 ... .max, using: &random), serverISN: .random(in: 0 ... .max, using: &random))
            s.hasTimestamp = random.chance(50)
            s.handshake()
            talk(&s, 2)
            let side: Side = random.chance(50) ? .initiator : .responder
            let number = side == .initiator ? s.clientNext : s.serverNext
            let distance = UInt32.random(in: 20_000_000...1_000_000_000, using: &random)
            let isAhead = random.chance(50)
            let flags: TCPFlags = [[.ack, .push], [.reset, .ack], [.reset], [.fin, .ack]][
                Int.random(in: 0..<4, using: &random)]
            let isData = flags.contains(.push)
            let alien = s.packets.count
            s.send(side, flags, isData ? "alien" : "", seq: isAhead ? number &+ distance : number &- distance)
            s.wait(Int64.random(in: 0...100, using: &random) * Span.seconds(1))
            talk(&s, 3)
            s.fin(.initiator)
            s.fin(.responder)
            s.ack(.initiator)
            let r = run(s.packets, batch: Int.random(in: 1...8, using: &random))
            #expect(r.totals.connections == 1, "seed \(seed)")
            for (side, text) in [(Side.initiator, "q0q1q0q1q2"), (.responder, "a0a1a0a1a2")] {
                #expect(r.text(0, side) == text, "seed \(seed)")
                #expect(r.of(0, side, .reset).isEmpty && r.of(0, side, .fin).count == 1, "seed \(seed)")
                #expect(r.of(0, side, .fin).first?.frame != UInt64(alien + 1), "seed \(seed)")
            }
            #expect(r.fact(0).firstCloser == .initiator && r.fact(0).end == .fin, "seed \(seed)")
        }
    }

    /// A long hole of the capture in one direction: what follows is the connection's, and the hole is one.
    @Test func aStreamThatIsAcknowledgedGoesOn() {
        var s = Scenario()
        s.handshake()
        talk(&s)
        s.serverNext &+= 200_000_000
        s.server("late0")
        s.ack(.initiator)
        s.server("late1")
        let r = run(s.packets)
        #expect(r.totals.connections == 1 && r.totals.strays == 0)
        #expect(r.text(0, .responder) == "a0a1[200000000 notCaptured]late0late1")
    }

    /// The same where the other direction is not in the capture: many segments in a row are no accident.
    @Test func aStreamWithoutItsAcknowledgementsGoesOn() {
        var s = Scenario()
        s.handshake()
        talk(&s)
        s.serverNext &+= 200_000_000
        for i in 0..<20 { s.server("\(i % 10)") }
        let r = run(s.packets)
        #expect(r.text(0, .responder).hasSuffix("]01234567890123456789"))
    }

    /// RFC 5961, 4: the other end still has an older connection of these ports.
    @Test func aChallengeIsNoPartOfTheConnection() {
        for old: UInt32 in [200_000_000, 3_000_000_000, 4_294_900_000] {
            var s = Scenario(clientISN: 5000)
            s.send(.initiator, .syn)
            s.send(.responder, .ack, seq: 77, ack: 5001 &+ old)
            s.send(.initiator, .reset, seq: 5001 &+ old)
            s.wait(Span.seconds(1))
            s.clientNext = 5000
            s.handshake()
            talk(&s)
            let r = run(s.packets)
            #expect(r.totals.connections == 1)
            #expect(!r.fact(0)[.initiator].resetSeen && r.fact(0).synCount == 2)
            #expect(r.text(0, .initiator) == "q0q1" && r.text(0, .responder) == "a0a1")
        }
    }

    /// What is sent again for an ended connection opens none, however late within TCP's memory of it.
    @Test func anEndedConnectionKeepsItsLastPackets() {
        for seconds in [1, 3, 10, 100] {
            for reset in [false, true] {
                var s = Scenario()
                s.handshake()
                talk(&s)
                let data = s.packets.count - 2
                if reset {
                    s.reset(.initiator)
                } else {
                    s.fin(.initiator)
                    s.fin(.responder)
                    s.ack(.initiator)
                }
                let last = s.packets.count - 1
                s.wait(Span.seconds(Int64(seconds)))
                s.resend(reset ? data : last - 1)
                s.resend(last)
                #expect(run(s.packets).totals.connections == 1, "\(seconds) s, reset \(reset)")
                // Its ports may be used again all the same.
                (s.clientNext, s.serverNext) = (40_000_000, 80_000_000)
                s.handshake()
                talk(&s)
                #expect(run(s.packets).text(1, .responder) == "a0a1", "\(seconds) s, reset \(reset)")
            }
        }
    }

    /// Bytes that the ended connection never had are another's.
    @Test func newBytesAreNoRepetition() {
        var s = Scenario()
        s.handshake()
        talk(&s)
        s.fin(.initiator)
        s.fin(.responder)
        s.ack(.initiator)
        s.wait(Span.seconds(5))
        talk(&s)
        #expect(run(s.packets).totals.connections == 2)
    }

    /// A second point of capture shows every packet again, some time later.
    @Test func twoPointsOfCaptureAreOne() {
        for delay in [Span.milliseconds(1), Span.milliseconds(30), Span.milliseconds(400)] {
            for stamped in [true, false] {
                var s = Scenario()
                s.hasTimestamp = stamped
                s.handshake()
                talk(&s, 5)
                s.send(.responder, .reset)
                let copies = s.packets.map { packet in
                    var copy = packet
                    copy.time += delay
                    copy.headers.ttl -= 1
                    return copy
                }
                let both = (s.packets + copies).enumerated().sorted { ($0.1.time, $0.0) < ($1.1.time, $1.0) }.map(\.1)
                let r = run(both)
                #expect(r.totals.connections == 1)
                #expect(r.text(0, .initiator) == "q0q1q2q3q4" && r.text(0, .responder) == "a0a1a2a3a4")
                #expect(r.fact(0)[.responder].packetsAfterReset == 0)
            }
        }
    }

    /// Windows tries again behind a RST with the same number, in another datagram.
    @Test func anotherTryIsNoCopy() {
        var s = Scenario()
        s.send(.initiator, .syn)
        s.send(.responder, [.reset, .ack], seq: 0)
        s.wait(Span.milliseconds(500))
        s.resend(0)
        #expect(run(s.packets).totals.connections == 2)
    }

    @Test func theLastByteIsNoKeepAlive() {
        var s = Scenario()
        s.handshake()
        s.client("request")
        s.packets[s.packets.count - 1].payload.removeLast()
        s.fin(.initiator)
        s.send(.responder, .ack)
        s.send(.initiator, .ack, "t", seq: s.clientNext &- 2)
        let r = run(s.packets)
        #expect(r.text(0, .initiator) == "request" && r.fact(0)[.initiator].gapBytes == 0)
    }

    /// Both FINs are missing; who acknowledges the other's behind its own closed first.
    @Test func twoUnseenFinsHaveAnOrder() {
        for first in [Side.initiator, .responder] {
            let other: Side = first == .initiator ? .responder : .initiator
            var s = Scenario()
            s.handshake()
            talk(&s)
            s.fin(first)
            s.dropLast()
            s.fin(other)
            s.dropLast()
            s.ack(first)
            s.wait(Span.seconds(3))
            s.client.port = 41_000
            (s.clientNext, s.serverNext) = (1, 1)
            s.handshake()
            let r = run(s.packets)
            #expect(r.fact(0).firstCloser == first)
            #expect(r.fact(0)[first].finNotCaptured && r.fact(0)[other].finNotCaptured)
        }
    }

    /// Joined midway: an empty packet of the side itself tells where its data begins, also where that comes out of order.
    @Test func firstDataOutOfOrderIsNotCutOff() {
        var s = Scenario(clientISN: 1000, serverISN: 5000)
        s.client("q0q1")
        s.ack(.responder)
        s.send(.responder, [.ack, .push], "a1", seq: 5002)
        s.send(.responder, [.ack, .push], "a0", seq: 5000)
        let r = run(s.packets)
        #expect(r.text(0, .responder) == "a0a1")
    }

    /// Both legs of a NAT, joined after their handshakes.
    @Test func natLegsJoinedMidwayAreTwins() {
        var s = Scenario(clientISN: 123_456, serverISN: 654_321)
        s.hasTimestamp = true
        talk(&s, 4)
        let inner = IPAddress(v4: 0x0A00_0001)
        let legs = s.packets.flatMap { packet in
            var other = packet
            other.time += 100_000
            if other.headers.source == inner {
                other.headers.source = IPAddress(v4: 0xC0A8_0001)
            } else {
                other.headers.destination = IPAddress(v4: 0xC0A8_0001)
            }
            return [packet, other]
        }
        let r = run(legs)
        #expect(r.fact(1).twinOf != nil && r.fact(0).twinOf == nil)
        #expect(r.told.filter { $0.flow == 1 && $0.kind == .data }.isEmpty)
    }
}
