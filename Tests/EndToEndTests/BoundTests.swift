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
