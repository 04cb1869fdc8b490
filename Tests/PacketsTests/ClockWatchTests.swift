import TestSupport
import Testing
import Vocabulary

@testable import Streams

/// A clock that is set while it captures, and what looks like that and is not.
@Suite struct ClockWatchTests {
    private struct Sent {
        var bytes: [UInt8]
        /// When it was, in milliseconds.
        var at: Int64
    }

    /// A packet of a connection, to or from the server, with the sender's clock in it.
    private func packet(_ port: Int, fromServer: Bool, stamp: Int) -> [UInt8] {
        let ports = fromServer ? Build.be16(9092) + Build.be16(port) : Build.be16(port) + Build.be16(9092)
        let options: [UInt8] = [1, 1, 8, 10] + Build.be32(stamp) + Build.be32(0)
        let tcp = ports + Build.be32(1) + Build.be32(1) + [0x80, 0x10] + Build.be16(512) + Build.be32(0) + options
        let server: [UInt8] = [10, 0, 1, UInt8(port & 7)]
        let hosts: [UInt8] = fromServer ? server + [10, 0, 0, 1] : [10, 0, 0, 1] + server
        let ip =
            [0x45, 0] + Build.be16(20 + tcp.count) + Build.be16(9) + Build.be16(0) + [64, 6] + Build.be16(0) + hosts
        return Build.ethernet(ip + tcp)
    }

    /// Some connections that ask and are answered, with long and short waits between.
    private func traffic(_ random: inout Seeded, hertz: Int = 1000) -> [Sent] {
        var sent: [Sent] = []
        var now: Int64 = 1_000_000
        for _ in 0..<200 {
            now +=
                random.chance(10)
                ? Int64.random(in: 1_000...30_000, using: &random) : Int64.random(in: 1...90, using: &random)
            let port = 40_000 + Int.random(in: 0..<3, using: &random)
            let ticks = Int(now) * hertz / 1000
            sent.append(Sent(bytes: packet(port, fromServer: false, stamp: ticks + port), at: now))
            sent.append(Sent(bytes: packet(port, fromServer: true, stamp: ticks + port * 7), at: now + 1))
        }
        return sent
    }

    /// The times as they are told, in milliseconds, and the steps that were found.
    private func mended(_ sent: [Sent], batch: Int) -> (times: [Int64], steps: [ClockStep]) {
        var watch = ClockWatch(limits: Limits())
        var times: [Int64] = []
        for start in stride(from: 0, to: sent.count, by: batch) {
            let part = sent[start..<min(sent.count, start + batch)]
            let memory = part.map { packet in
                let place = UnsafeMutablePointer<UInt8>.allocate(capacity: packet.bytes.count)
                place.initialize(from: packet.bytes, count: packet.bytes.count)
                return place
            }
            defer { memory.forEach { $0.deallocate() } }
            var entries = zip(part, memory).map { packet, place in
                PacketEntry(
                    bytes: place, capturedLength: UInt32(packet.bytes.count), wireLength: UInt32(packet.bytes.count),
                    time: CaptureTime(nanoseconds: packet.at &* 1_000_000), frame: FrameRef(source: 0, number: 1),
                    linkType: 1,
                    interface: 0)
            }
            let isOrdered = entries.withUnsafeMutableBufferPointer { watch.mend(UnsafeBufferPointer($0)) }
            #expect(!isOrdered || zip(entries, entries.dropFirst()).allSatisfy { $0.time <= $1.time })
            times += entries.map { $0.time.nanoseconds / 1_000_000 }
        }
        return (times, watch.steps)
    }

    @Test(arguments: 0..<12) func aClockThatIsNotSetIsLeftAlone(_ seed: UInt64) {
        var random = Seeded(seed)
        let sent = traffic(&random)
        let found = mended(sent, batch: [7, 100, 1000].randomElement(using: &random) ?? 100)
        #expect(found.steps.isEmpty && found.times == sent.map(\.at))
    }

    @Test(arguments: 0..<16) func stepsAreTakenOut(_ seed: UInt64) {
        var random = Seeded(seed)
        let sent = traffic(&random, hertz: [1000, 250].randomElement(using: &random) ?? 1000)
        var stepped = sent
        // Far enough apart, and from the ends, that packets of each connection stand around each.
        for at in [90, 200, 310] {
            let by = Int64.random(in: 2_000...3_600_000, using: &random) * (random.chance(50) ? 1 : -1)
            for index in at..<stepped.count { stepped[index].at += by }
        }
        let found = mended(stepped, batch: 1000)
        #expect(found.steps.count == 3)
        let worst = zip(found.times, sent).map { abs($0 - $1.at) }.max() ?? .max
        #expect(worst < 20, "off by \(worst) ms")
    }

    /// The traffic of one pair of hosts, with all times behind its middle moved.
    private func onePair(_ random: inout Seeded, movedBy: (Int) -> Int64) -> (true: [Sent], moved: [Sent]) {
        let sent = traffic(&random).enumerated().filter { index, packet in
            // Ports that lead to one server.
            Int(packet.bytes[26] == 10 && packet.bytes[28] == 1 ? packet.bytes[29] : packet.bytes[33]) == 40_000 & 7
        }.map(\.element)
        var moved = sent
        for index in sent.count / 2..<sent.count { moved[index].at += movedBy(index) }
        return (sent, moved)
    }

    @Test(arguments: 0..<8) func onePairOfHostsTellsOfAStepBackAndOfOneThatNobodyCouldWaitFor(_ seed: UInt64) {
        var random = Seeded(seed)
        let by = [-3_600_000, -20_000, 600_000, 3_600_000].randomElement(using: &random) ?? -20_000
        let traffic = onePair(&random) { _ in Int64(by) }
        let found = mended(traffic.moved, batch: 1000)
        #expect(found.steps.count == 1)
        let worst = zip(found.times, traffic.true).map { abs($0 - $1.at) }.max() ?? .max
        #expect(worst < 20, "off by \(worst) ms")
    }

    /// Readers hand packets on in batches, and a step stands anywhere.
    @Test(arguments: [0, 1, 5, -5, -60]) func aStepAtTheEndOfABatchIsSeenToo(_ behindTheEnd: Int) {
        var random = Seeded(7)
        let sent = traffic(&random)
        var stepped = sent
        for index in 256 + behindTheEnd..<stepped.count { stepped[index].at += 1_140_000 }
        let found = mended(stepped, batch: 256)
        #expect(found.steps.count == 1)
        let worst = zip(found.times, sent).map { abs($0 - $1.at) }.max() ?? .max
        #expect(worst < 20, "off by \(worst) ms")
    }

    @Test(arguments: 0..<8) func whatOnePairMayHaveWaitedForIsNoStep(_ seed: UInt64) {
        var random = Seeded(seed)
        let traffic = onePair(&random) { _ in 30_000 }
        let found = mended(traffic.moved, batch: 1000)
        #expect(found.steps.isEmpty && found.times == traffic.moved.map(\.at))
    }

    @Test(arguments: 0..<8) func timesThatGoBackAndForthAreTwoClocksAndNoSteps(_ seed: UInt64) {
        var random = Seeded(seed)
        let traffic = onePair(&random) { $0 % 3 == 0 ? -20_000 : 0 }
        #expect(mended(traffic.moved, batch: 1000).steps.isEmpty)
    }

    @Test func oneHostThatStoodStillIsNoStep() {
        var random = Seeded(5)
        var sent = traffic(&random)
        // The server's machine was suspended for a minute: its clock did not go on, the client's did.
        for index in 200..<sent.count {
            let server = sent[index].bytes[26..<30].prefix(3).elementsEqual([10, 0, 1])
            let port = Int(sent[index].bytes[server ? 36 : 34]) << 8 | Int(sent[index].bytes[server ? 37 : 35])
            let stamp = Int(sent[index].at) + (server ? port * 7 : port + 60_000)
            sent[index] = Sent(bytes: packet(port, fromServer: server, stamp: stamp), at: sent[index].at + 60_000)
        }
        #expect(mended(sent, batch: 1000).steps.isEmpty)
    }

    @Test func withoutTimestampsNothingIsKnown() {
        let bare = Build.ethernet(Build.ipv4(Build.tcp()))
        let sent = (0..<50).map { Sent(bytes: bare, at: $0 < 25 ? $0 : $0 + 60_000) }
        #expect(mended(sent, batch: 50).steps.isEmpty)
    }

    @Test func timesAtBothEndsOfWhatCanBeHeldDoNotTrap() {
        var random = Seeded(9)
        var sent = traffic(&random)
        for index in sent.indices where random.chance(20) {
            sent[index].at = random.chance(50) ? .max / 1_000_000 : .min / 1_000_000
        }
        #expect(mended(sent, batch: 64).times.count == sent.count)
    }
}
