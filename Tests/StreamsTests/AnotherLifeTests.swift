import Testing
import Vocabulary

@testable import Streams

/// Ports that are used again hours later, with the numbers of the first time.
@Suite struct AnotherLifeTests {
    private static let hours = Span.seconds(3 * 3600)

    /// The same packets again, so much later.
    private func again(_ s: Scenario, from first: Int = 0, after pause: Int64 = hours) -> [TestPacket] {
        s.packets[first...].map { packet in
            var packet = packet
            packet.time += pause
            return packet
        }
    }

    private func open() -> Scenario {
        var s = Scenario()
        s.handshake()
        s.client("one")
        s.server("two")
        s.ack(.initiator)
        return s
    }

    @Test func theSameSynIsANewConnection() {
        let s = open()
        let r = run(s.packets + again(s))
        #expect(r.totals.connections == 2)
        #expect(r.fact(0).pausedAt != nil && r.fact(1).pausedAt == nil)
        #expect(r.fact(0).end == .stillOpen && r.fact(0)[.initiator].retransmissions == 0)
    }

    @Test func soAreTheSameBytesWithoutIt() {
        let s = open()
        let r = run(s.packets + again(s, from: 3))
        #expect(r.totals.connections == 2 && r.text(1, .initiator) == "one")
    }

    @Test func minutesLaterItIsSentAgain() {
        let s = open()
        #expect(run(s.packets + again(s, from: 3, after: Span.seconds(600))).totals.connections == 1)
    }

    @Test func anIdleConnectionGoesOn() {
        var s = open()
        s.wait(Self.hours)
        s.send(.initiator, .ack, seq: s.clientNext &- 1)
        s.ack(.responder)
        s.client("three")
        let r = run(s.packets)
        #expect(r.totals.connections == 1 && r.fact(0).pausedAt == nil)
        #expect(r.text(0, .initiator) == "onethree")
    }
}
