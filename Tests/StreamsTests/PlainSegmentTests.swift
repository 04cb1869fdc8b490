import TestSupport
import Testing
import Vocabulary

@testable import Streams

/// The short way of TCP against the long one, from packets as they lie in a capture.
@Suite struct PlainSegmentTests {
    @Test(arguments: 0..<400 as Range<UInt64>) func shortAndLongWayAgree(_ seed: UInt64) {
        var random = Seeded(seed)
        let packets = traffic(&random)
        let batch = Int.random(in: 1...80, using: &random)
        let long = analyse(packets, batch, takesPlainPackets: false)
        let short = analyse(packets, batch, takesPlainPackets: true)
        #expect(short == long, "seed \(seed)")
    }

    // MARK: Packets

    private struct Captured {
        var bytes: [UInt8]
        var length: Int
        var time: Int64
    }

    /// A few connections with what real captures have wrong now and then.
    private func traffic(_ random: inout Seeded) -> [Captured] {
        var packets: [TestPacket] = []
        for port in 0..<UInt16(3) {
            var scenario = Scenario(clientISN: random.next32(), serverISN: random.next32())
            scenario.client = Endpoint(scenario.client.address, 40_000 + port)
            scenario.hasTimestamp = random.chance(70)
            scenario.step = random.chance(50) ? 100_000 : 20_000_000
            if random.chance(80) { scenario.handshake() }
            for _ in 0..<60 { addStep(&scenario, &random) }
            if random.chance(60) { scenario.send(.responder, random.chance(50) ? [.fin, .ack] : [.reset, .ack]) }
            for _ in 0..<4 { addStep(&scenario, &random) }
            packets += scenario.packets
        }
        packets.sort { $0.time < $1.time }
        return packets.map { bytes($0) }
    }

    private func addStep(_ scenario: inout Scenario, _ random: inout Seeded) {
        let side: Side = random.chance(50) ? .initiator : .responder
        let text = random.chance(70) ? String(repeating: "x", count: Int.random(in: 1...40, using: &random)) : ""
        scenario.window = random.chance(3) ? 0 : 500
        scenario.send(side, random.chance(50) ? .ack : [.ack, .push], text)
        let last = scenario.packets.count - 1
        switch Int.random(in: 0..<40, using: &random) {
        case 0: scenario.packets[last].headers.ttl = UInt8.random(in: 0...3, using: &random)
        case 1: scenario.packets.append(scenario.packets[last])
        case 2: scenario.packets.removeLast()
        case 3: scenario.packets[last].headers.sequence &+= random.next32() % 100
        case 4: scenario.packets[last].headers.acknowledgement &+= random.next32() % 100 &- 50
        case 5: scenario.packets[last].captured = text.utf8.count / 2
        case 6: scenario.packets[last].time += 50_000_000
        case 7: scenario.packets[last].headers.ipID = 0
        case 8:
            scenario.send(side, .ack, "k", seq: (side == .initiator ? scenario.clientNext : scenario.serverNext) &- 1)
        default: break
        }
    }

    /// The packet as Ethernet, IPv4 and TCP would have it; a few have options that are not plain.
    private func bytes(_ packet: TestPacket) -> Captured {
        let headers = packet.headers
        func big(_ value: UInt32, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * (count - 1 - $0))) }
        }
        var options: [UInt8] = []
        if headers.hasTimestamp { options = [1, 1, 8, 10] + big(headers.timestamp, 4) + big(0, 4) }
        if headers.flags.contains(.syn) { options += [3, 3, 7, 0] }
        let tcpBytes = 20 + options.count
        var bytes: [UInt8] = Array(repeating: 2, count: 12) + [8, 0, 0x45, 0]
        bytes += big(UInt32(20 + tcpBytes + packet.payload.count), 2) + big(UInt32(bitPattern: headers.ipID), 2)
        bytes += [0x40, 0, headers.ttl, 6, 0, 0]
        bytes += big(UInt32(truncatingIfNeeded: headers.source.low), 4)
        bytes += big(UInt32(truncatingIfNeeded: headers.destination.low), 4)
        bytes += big(UInt32(headers.sourcePort), 2) + big(UInt32(headers.destinationPort), 2)
        bytes += big(headers.sequence, 4) + big(headers.acknowledgement, 4)
        bytes += [UInt8(tcpBytes / 4) << 4, headers.flags.rawValue] + big(UInt32(headers.window), 2) + [0, 0, 0, 0]
        bytes += options + packet.payload.prefix(packet.captured ?? packet.payload.count)
        return Captured(bytes: bytes, length: 34 + tcpBytes + packet.payload.count, time: packet.time)
    }

    // MARK: Runs

    /// All that an engine tells of packets, and of the flows at their ends.
    private func analyse(_ packets: [Captured], _ batch: Int, takesPlainPackets: Bool) -> [String] {
        let engine = StreamEngine(limits: Limits())
        engine.core.takesPlainPackets = takesPlainPackets
        var told: [String] = []
        func note(_ batch: StreamBatch) {
            for event in batch.events {
                let bytes = event.bytes.map { Array(UnsafeBufferPointer(start: $0, count: Int(event.length))) } ?? []
                told.append(
                    "\(event.kind) \(event.side) \(event.slot) \(event.offset) \(event.length) \(event.acknowledged) \(event.frame) \(bytes)"
                )
                if event.kind == .closed { told.append("\(batch.ends[Int(event.offset)].facts)") }
            }
        }
        for start in stride(from: 0, to: packets.count, by: batch) {
            let part = Array(packets[start..<min(packets.count, start + batch)])
            let block = UnsafeMutablePointer<UInt8>.allocate(capacity: part.reduce(0) { $0 + $1.bytes.count })
            defer { block.deallocate() }
            var (entries, used): ([PacketEntry], Int) = ([], 0)
            for (index, packet) in part.enumerated() {
                (block + used).update(from: packet.bytes, count: packet.bytes.count)
                entries.append(
                    PacketEntry(
                        bytes: block + used, capturedLength: UInt32(packet.bytes.count),
                        wireLength: UInt32(packet.length), time: CaptureTime(nanoseconds: packet.time),
                        frame: FrameRef(source: 0, number: UInt64(start + index + 1)), linkType: 1, interface: 0))
                used += packet.bytes.count
            }
            entries.withUnsafeBufferPointer { note(engine.process($0)) }
        }
        engine.finish(note)
        told.append("\(engine.totals) \(engine.summary)")
        return told
    }
}
