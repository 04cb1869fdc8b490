import TestSupport
import Testing
import Vocabulary

@testable import Streams

/// What hosts, routers and captures do to a connection without changing what it says: the streams stay the same.
@Suite struct StreamsTestsVariants {
    private struct Talk {
        var s: Scenario
        var sent = ([UInt8](), [UInt8]())
        var bases: (UInt32, UInt32) = (0, 0)
        let step = Span.milliseconds(1)

        mutating func add(_ side: Side, _ bytes: [UInt8], flags: TCPFlags = [.ack, .push]) {
            s.send(side, flags)
            s.packets[s.packets.count - 1].payload = bytes
            if side == .initiator { s.clientNext &+= UInt32(bytes.count) } else { s.serverNext &+= UInt32(bytes.count) }
            if side == .initiator { sent.0 += bytes } else { sent.1 += bytes }
        }

        /// Bytes sent before once more, and new ones behind them, in one segment.
        mutating func repeatPart(_ side: Side, old: Int, new: [UInt8]) {
            let all = side == .initiator ? sent.0 : sent.1
            let old = min(old, all.count)
            let base = side == .initiator ? bases.0 : bases.1
            s.send(side, [.ack, .push], seq: base &+ UInt32(all.count - old))
            s.packets[s.packets.count - 1].payload = Array(all.suffix(old)) + new
            if side == .initiator { s.clientNext &+= UInt32(new.count) } else { s.serverNext &+= UInt32(new.count) }
            if side == .initiator { sent.0 += new } else { sent.1 += new }
        }

        /// A probe for a sign of life: the last byte's number, with a byte of nothing or without one.
        mutating func keepAlive(_ side: Side, withByte: Bool) {
            let next = side == .initiator ? s.clientNext : s.serverNext
            s.send(side, .ack, seq: next &- 1)
            if withByte { s.packets[s.packets.count - 1].payload = [0] }
            s.ack(side.other)
        }
    }

    private func bytes(_ random: inout Seeded, most: Int = 400) -> [UInt8] {
        (0..<Int.random(in: 1...most, using: &random)).map { _ in UInt8.random(in: 1...255, using: &random) }
    }

    /// - Parameter joined: the capture begins in the middle.
    private func make(_ random: inout Seeded, joined: Bool) -> Talk {
        // Numbers that go round in the middle of the talk, on both sides.
        let near = { (random: inout Seeded) in UInt32.max - UInt32.random(in: 0...2500, using: &random) }
        var talk = Talk(s: Scenario(clientISN: near(&random), serverISN: near(&random)))
        talk.s.hasTimestamp = random.chance(50)
        talk.s.isV6 = random.chance(30)
        if joined {
            talk.s.clientNext &+= 1
            talk.s.serverNext &+= 1
        } else {
            talk.s.handshake()
        }
        talk.bases = (talk.s.clientNext, talk.s.serverNext)
        if joined, random.chance(40) {
            talk.keepAlive(random.chance(50) ? .initiator : .responder, withByte: random.chance(50))
        }
        for _ in 0..<Int.random(in: 5...40, using: &random) { step(&talk, &random) }
        return talk
    }

    private func step(_ talk: inout Talk, _ random: inout Seeded) {
        let side: Side = random.chance(50) ? .initiator : .responder
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            talk.s.ack(.initiator)
            talk.s.ack(.responder)
            talk.s.wait(Span.seconds(60))
            talk.keepAlive(side, withByte: random.chance(50))
        case 1: talk.repeatPart(side, old: Int.random(in: 1...300, using: &random), new: bytes(&random))
        case 2: talk.repeatPart(side, old: Int.random(in: 1...300, using: &random), new: [])
        case 3, 4: talk.s.ack(side)
        default:
            talk.add(side, bytes(&random))
            // Seen before and behind a router: one hop less, microseconds later.
            if random.chance(30) { talk.s.duplicateLast(after: Int64.random(in: 1000...90_000, using: &random)) }
        }
    }

    /// The same talk with packets in another order, and with few of the acknowledgements.
    private func disturbed(_ talk: Talk, _ random: inout Seeded) -> [TestPacket] {
        var packets = talk.s.packets
        if random.chance(50) {
            packets = packets.enumerated().filter { index, packet in
                index < 3 || !packet.payload.isEmpty || packet.headers.flags != .ack || !random.chance(70)
            }.map(\.element)
        }
        if random.chance(50) {
            for i in packets.indices { (packets[i].headers.hasTimestamp, packets[i].headers.timestamp) = (false, 0) }
        }
        guard random.chance(50) else { return packets }
        let times = packets.map(\.time)
        for i in packets.indices.dropFirst(4) where random.chance(20) && times[i] - times[i - 1] < 10 * talk.step {
            packets.swapAt(i, i - 1)
        }
        for i in packets.indices { packets[i].time = times[i] }
        return packets
    }

    private func told(_ r: Outcome, port: UInt16) -> (bytes: [UInt8], gaps: Int) {
        var (bytes, gaps) = ([UInt8](), 0)
        for event in r.told where event.kind == .data || event.kind == .gap {
            let facts = r.fact(event.flow)
            guard (event.side == .initiator ? facts.initiator : facts.responder).port == port else { continue }
            bytes += event.bytes
            if event.kind == .gap { gaps += 1 }
        }
        return (bytes, gaps)
    }

    @Test func theStreamsStayTheSame() {
        for seed in 0..<UInt64(1500) {
            var random = Seeded(seed)
            let talk = make(&random, joined: false)
            let r = run(disturbed(talk, &random), batch: Int.random(in: 1...40, using: &random))
            #expect(r.totals.connections == 1, "seed \(seed)")
            for (port, sent) in [(40_000 as UInt16, talk.sent.0), (9092, talk.sent.1)] {
                let told = told(r, port: port)
                #expect(told.bytes == sent && told.gaps == 0, "seed \(seed)")
            }
        }
    }

    @Test func soDoThoseJoinedMidway() {
        for seed in 0..<UInt64(1500) {
            var random = Seeded(seed &+ 5000)
            let talk = make(&random, joined: true)
            let r = run(talk.s.packets, batch: Int.random(in: 1...40, using: &random))
            for (port, sent) in [(40_000 as UInt16, talk.sent.0), (9092, talk.sent.1)] {
                let told = told(r, port: port)
                #expect(told.bytes == sent && told.gaps == 0, "seed \(seed)")
            }
        }
    }
}
