import Foundation
import Testing

/// What does not grow: neither the report with the number of threads, nor memory with the length of the capture.
@Suite struct BoundTests {
    @Test(arguments: ["wrapped-zst.pcap.zst", "wrapped-gz.pcap.gz"])
    func threadsChangeNothing(_ name: String) throws {
        let capture = Repository.capture(name)
        guard FileManager.default.fileExists(atPath: capture) else { return }
        let one = try Tool.run(["analyze", capture, "--threads", "1", "--report", "-"])
        let two = try Tool.run(["analyze", capture, "--threads", "2", "--report", "-"])
        #expect(one.output == two.output && one.status == two.status)
    }

    /// A capture ten times as long, of the same connections, takes about the same memory. The margin is generous: where
    /// anything were kept for each packet it would take ten megabytes more.
    @Test func memoryDoesNotGrowWithTheCapture() throws {
        let scratch = try Scratch()
        let short = try peak(of: scratch.write(PingPong.capture(rounds: 8_000), as: "short.pcap"))
        let long = try peak(of: scratch.write(PingPong.capture(rounds: 80_000), as: "long.pcap"))
        #expect(long - short < 8 << 10, "\(short) and \(long) KiB")
    }

    /// Peak resident memory of an analysis, in KiB, as the system tells it of a process that has just ended.
    private func peak(of capture: String) throws -> Int {
        let ended = try Tool.shell(
            """
            python3 -c 'import resource, subprocess, sys
            subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
            print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$brokertap" analyze "\(capture)" --json /dev/null --quiet
            """)
        return try #require(Int(ended.text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }
}

/// One connection on which a client sends heartbeats and the broker answers.
private enum PingPong {
    static func capture(rounds: Int) -> [UInt8] {
        var file: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]
        var (asked, answered): (UInt32, UInt32) = (1, 1)
        for round in 0..<rounds {
            let id = big(UInt32(round))
            // Heartbeat version 0: group "g", generation 1, member "m".
            let request = frame([0, 12, 0, 0] + id + [0, 1, 0x63, 0, 1, 0x67, 0, 0, 0, 1, 0, 1, 0x6D])
            let response = frame(id + [0, 0])
            append(&file, request, fromClient: true, asked, answered, UInt32(2 * round))
            asked &+= UInt32(request.count)
            append(&file, response, fromClient: false, answered, asked, UInt32(2 * round + 1))
            answered &+= UInt32(response.count)
        }
        return file
    }

    private static func frame(_ body: [UInt8]) -> [UInt8] { big(UInt32(body.count)) + body }

    private static func append(
        _ file: inout [UInt8], _ payload: [UInt8], fromClient: Bool, _ sequence: UInt32, _ acknowledged: UInt32,
        _ tick: UInt32
    ) {
        let length = UInt32(54 + payload.count)
        for word in [1_700_000_000 + tick / 1000, tick % 1000 * 1000, length, length] { file += big(word).reversed() }
        let (from, to): (UInt8, UInt8) = fromClient ? (1, 2) : (2, 1)
        let ports: [UInt8] = fromClient ? [0x9C, 0x40, 0x23, 0x84] : [0x23, 0x84, 0x9C, 0x40]
        let total = UInt16(40 + payload.count)
        file += [UInt8](repeating: 2, count: 12) + [8, 0, 0x45, 0, UInt8(total >> 8), UInt8(total & 255)]
        file += [0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, from, 10, 0, 0, to] + ports
        file += big(sequence) + big(acknowledged) + [0x50, 0x18, 0xFF, 0xFF, 0, 0, 0, 0] + payload
    }

    private static func big(_ word: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
    }
}
