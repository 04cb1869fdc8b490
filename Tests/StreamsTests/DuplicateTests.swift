import Testing
import Vocabulary

@testable import Streams

@Suite struct StreamsTestsDuplicates {
    /// A connection of which each packet is in the capture twice.
    private func doubled(_ change: (inout Scenario) -> Void = { _ in }) -> Scenario {
        var s = Scenario()
        change(&s)
        for flags in [TCPFlags.syn] { s.send(.initiator, flags); s.duplicateLast() }
        s.send(.responder, [.syn, .ack]); s.duplicateLast()
        s.ack(.initiator); s.duplicateLast()
        s.client("abc"); s.duplicateLast()
        s.server("def"); s.duplicateLast()
        s.fin(.initiator); s.duplicateLast()
        s.fin(.responder); s.duplicateLast()
        return s
    }

    @Test func packetsHeldTwiceCountOnce() {
        let r = run(doubled().packets)
        let f = r.fact(0)
        #expect(f[.initiator].duplicatePackets == 4 && f[.responder].duplicatePackets == 3)
        #expect(f[.initiator].packets == 4 && f.synCount == 1 && f[.initiator].retransmissions == 0)
        #expect(f[.initiator].retransmissionsUnanswered == 0 && r.text(0, .initiator) == "abc")
    }

    @Test func withoutIPIDATimeStampDecides() {
        #expect(
            run(
                doubled {
                    $0.isV6 = true; $0.hasTimestamp = true
                }.packets
            ).totals.duplicates == 7)
        let r = run(doubled { $0.isV6 = true }.packets)
        #expect(r.totals.duplicates == 0 && r.text(0, .initiator) == "abc")
    }

    @Test func natLegsAreTwins() {
        for batch in [1, 100] {
            var s = Scenario()
            s.hasTimestamp = true
            s.handshake()
            s.client("abc")
            s.server("def")
            var packets: [TestPacket] = []
            for packet in s.packets {
                var inner = packet
                if inner.headers.sourcePort == 9092 {
                    inner.headers.source = IPAddress(v4: 77)
                } else {
                    inner.headers.destination = IPAddress(v4: 77)
                }
                inner.time += 100
                packets += packet.headers.sourcePort == 9092 ? [inner, packet] : [packet, inner]
            }
            let r = run(packets, batch: batch)
            #expect(r.facts.count == 2 && r.kinds(1) == [.opened, .closed])
            #expect(r.text(0, .initiator) == "abc" && r.text(0, .responder) == "def")
            #expect(r.fact(1).twinOf == TwinFlow(initiator: s.client, responder: s.server))
            #expect(r.fact(0).twinOf == nil)
        }
    }

    @Test func unansweredLegsAreTwinsOnlyWithTimeStamps() {
        for stamped in [true, false] {
            var s = Scenario()
            s.hasTimestamp = stamped
            s.send(.initiator, .syn)
            var inner = s.packets[0]
            inner.headers.destination = IPAddress(v4: 77)
            let r = run([s.packets[0], inner])
            #expect((r.fact(1).twinOf != nil) == stamped)
        }
    }

    /// An attempt is none of a connection that was answered: neither while that is there, nor when it has gone, nor when another flow
    /// has its slot.
    @Test(arguments: [false, true], [0, 1, 5]) func aLegWithoutAnswerIsNoTwinOfOneWithIt(comesLate: Bool, others: Int) {
        var s = Scenario()
        s.hasTimestamp = true
        s.handshake()
        var unanswered = s.packets[0]
        unanswered.headers.destination = IPAddress(v4: 77)
        s.packets.insert(unanswered, at: comesLate ? 2 : 1)
        s.fin(.initiator)
        s.fin(.responder)
        s.ack(.initiator)
        s.wait(Span.seconds(4))
        for index in 0..<others {
            s.client.port = 50_000 + UInt16(index)
            s.handshake()
        }
        for batch in [1, 3, 100] {
            let r = run(s.packets, batch: batch)
            #expect(r.facts.count == 2 + others && r.facts.values.allSatisfy { $0.twinOf == nil })
        }
    }
}
