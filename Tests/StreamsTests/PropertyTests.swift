import TestSupport
import Testing
import Vocabulary

@testable import Streams

/// Random traffic against what was really sent.
@Suite struct StreamsTestsProperties {
    private struct Case {
        var packets: [TestPacket] = []
        var sent: [UInt8] = []
        var isLossy = false
        var base: UInt32 = 0
    }

    /// One direction's segments, cut, repeated, overlapped, reordered and perhaps lost or cut short.
    private func make(_ random: inout Seeded) -> Case {
        var c = Case()
        c.isLossy = random.chance(50)
        let isn = random.chance(50) ? UInt32.max - UInt32.random(in: 0...3000, using: &random) : 5000
        var s = Scenario(clientISN: isn, serverISN: 1)
        s.step = 100_000
        s.handshake()
        c.base = s.clientNext
        c.sent = (0..<Int.random(in: 1...6000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        var at = 0
        while at < c.sent.count {
            let back = random.chance(20) ? Int.random(in: 0...min(at, 500), using: &random) : 0
            let length = min(
                c.sent.count - at + back, Int.random(in: 1...(random.chance(5) ? 5000 : 300), using: &random))
            let start = at - back
            s.send(.initiator, .ack, seq: c.base &+ UInt32(start))
            let last = s.packets.count - 1
            s.packets[last].payload = Array(c.sent[start..<(start + length)])
            if c.isLossy, random.chance(5) { s.packets[last].captured = Int.random(in: 0...length, using: &random) }
            if random.chance(10) { s.resend(last) }
            if random.chance(10) { s.send(.responder, .ack, ack: c.base &+ UInt32(start)) }
            at = max(at, start + length)
        }
        c.packets = s.packets
        disorder(&c, &random)
        return c
    }

    private func disorder(_ c: inout Case, _ random: inout Seeded) {
        let times = c.packets.map(\.time)
        for index in 3..<c.packets.count where random.chance(30) {
            c.packets.swapAt(index, min(c.packets.count - 1, index + Int.random(in: 0...6, using: &random)))
        }
        for index in c.packets.indices { c.packets[index].time = times[index] }
        guard c.isLossy else { return }
        c.packets = c.packets.enumerated().filter { $0.offset < 3 || !random.chance(8) }.map(\.element)
    }

    @Test(arguments: 0..<1500 as Range<UInt64>) func everyByteIsRightOrHonestlyMissing(_ seed: UInt64) {
        var random = Seeded(seed)
        let c = make(&random)
        var limits = Limits()
        if random.chance(20) { limits.outOfOrderBytesPerStream = 8192 }
        if random.chance(20) { limits.outOfOrderBytes = 6000 }
        let tight = limits.outOfOrderBytesPerStream == 8192 || limits.outOfOrderBytes == 6000
        let r = run(c.packets, batch: Int.random(in: 1...40, using: &random), limits: limits)
        var next: Int64 = 0
        var covered = seen(c)
        for told in r.told where told.side == .initiator && (told.kind == .data || told.kind == .gap) {
            #expect(told.offset == next && told.length > 0, "seed \(seed)")
            next += told.length
            guard next <= c.sent.count else { break }
            let range = Int(told.offset)..<Int(next)
            if told.kind == .data { #expect(Array(c.sent[range]) == told.bytes, "seed \(seed)") }
            if told.kind == .gap, told.reason != .cutBySnapLength, !tight {
                #expect(!covered[range].contains(true), "a gap where bytes were captured, seed \(seed)")
            }
        }
        #expect(next == Int64(covered.lastIndex(of: true).map { $0 + 1 } ?? 0), "seed \(seed)")
        if !c.isLossy, !tight { #expect(next == Int64(c.sent.count), "seed \(seed)") }
        covered.removeAll()
    }

    /// Which bytes some packet carried, cut or not.
    private func seen(_ c: Case) -> [Bool] {
        var seen = [Bool](repeating: false, count: c.sent.count)
        for packet in c.packets where packet.headers.destinationPort == 9092 && !packet.payload.isEmpty {
            let start = Int(packet.headers.sequence &- c.base)
            for index in start..<(start + packet.payload.count) { seen[index] = true }
        }
        return seen
    }

    @Test(arguments: 0..<20 as Range<UInt64>) func batchesAndSeedsDoNotShow(_ seed: UInt64) {
        var random = Seeded(seed &+ 99)
        let packets = (0..<3).flatMap { port -> [TestPacket] in
            make(&random).packets.map { packet in
                var packet = packet
                if packet.headers.sourcePort == 9092 {
                    packet.headers.destinationPort = UInt16(port)
                } else {
                    packet.headers.sourcePort = UInt16(port)
                }
                return packet
            }
        }
        let plain = run(packets)
        #expect(run(packets, batch: 64, seed: seed &* 77).told == plain.told)
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func garbageNeverTraps(_ seed: UInt64) {
        var random = Seeded(seed)
        var limits = Limits()
        limits.liveConnections = Int.random(in: 0...5, using: &random)
        limits.outOfOrderBytes = Int.random(in: 0...40_000, using: &random)
        let packets = (0..<2000).map { _ in garbage(&random) }
        let r = run(packets, batch: Int.random(in: 1...200, using: &random), limits: limits)
        var next: [Int: (Int64, Int64)] = [:]
        for told in r.told where told.kind == .data || told.kind == .gap {
            var place = next[told.flow] ?? (0, 0)
            let expected = told.side == .initiator ? place.0 : place.1
            #expect(told.offset == expected && told.length > 0, "seed \(seed)")
            if told.side == .initiator { place.0 += told.length } else { place.1 += told.length }
            next[told.flow] = place
        }
        #expect(r.told.count { $0.kind == .opened } == r.told.count { $0.kind == .closed }, "seed \(seed)")
    }

    private func garbage(_ random: inout Seeded) -> TestPacket {
        var packet = TestPacket()
        let near = random.chance(70)
        func number(_ random: inout Seeded) -> UInt32 {
            near ? UInt32.random(in: 0...5000, using: &random) &- 2500 : random.next32()
        }
        packet.headers.source = IPAddress(v4: UInt32.random(in: 0...1, using: &random))
        packet.headers.destination = IPAddress(v4: UInt32.random(in: 0...1, using: &random))
        packet.headers.sourcePort = UInt16.random(in: 0...1, using: &random)
        packet.headers.destinationPort = UInt16.random(in: 0...1, using: &random)
        packet.headers.sequence = number(&random)
        packet.headers.acknowledgement = number(&random)
        packet.headers.flags = TCPFlags(rawValue: random.chance(60) ? 16 : UInt8.random(in: 0...255, using: &random))
        packet.headers.window = UInt16.random(in: 0...3, using: &random)
        packet.headers.ipID = Int32.random(in: -1...3, using: &random)
        packet.headers.ttl = UInt8.random(in: 0...255, using: &random)
        packet.payload = [UInt8](repeating: 7, count: random.chance(50) ? 0 : Int.random(in: 0...3000, using: &random))
        packet.captured = random.chance(20) ? Int.random(in: -5...4000, using: &random) : nil
        if let captured = packet.captured, captured > packet.payload.count { packet.captured = packet.payload.count }
        packet.outcome = random.chance(3) ? .icmpError : .tcp
        let times: [Int64] = [0, .min, .max, 1000, 5_000_000_000, 8_000_000_000_000]
        packet.time = times[Int.random(in: 0..<times.count, using: &random)]
        if random.chance(80) { packet.time = Int64.random(in: 0...10_000_000_000, using: &random) }
        return packet
    }
}

extension Seeded {
    mutating func next32() -> UInt32 { UInt32(truncatingIfNeeded: next()) }
}
