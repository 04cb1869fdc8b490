import Foundation
import Testing

/// What does not grow: neither the report with the number of threads, nor memory with the length of the capture.
@Suite struct BoundTests {
    /// Ways to hand captures over, good ones and bad ones; in a folder of their own, `$captures` being the repository's.
    private static let inputs = [
        "cat $captures/hang-now.pcap | analyze -", "mkfifo p; cat $captures/hang-now.pcap > p & analyze p",
        "analyze $captures/wrapped-zst.pcap.zst", "analyze $captures/wrapped-gz.pcap.gz",
        "cat $captures/wrapped-gz.pcap.gz | analyze -",
        "cp $captures/hang-now.pcap $captures/wrapped-zst.pcap.zst $captures/wrapped-gz.pcap.gz .; analyze .",
        "head -c 30000 $captures/crash-kill9.pcap > cut.pcap; analyze cut.pcap",
        "head -c 5000 $captures/wrapped-gz.pcap.gz > cut.gz; analyze cut.gz",
        "(head -c 30000 $captures/crash-kill9.pcap; head -c 30000 /dev/zero | tr '\\0' x) > odd.pcap; analyze odd.pcap",
        "cp $captures/hang-now.pcap .; echo garbage > garbage.pcap; analyze .", "analyze none.pcap", "analyze .",
        "cp $captures/hang-now.pcap .; : > empty.pcap; analyze hang-now.pcap empty.pcap",
        "analyze $captures/hang-now.pcap --filter 'tcp port 9092'",
        "analyze $captures/hang-now.pcap --filter 'tcp porridge'",
        "analyze $captures/hang-now.pcap --keylog none.keys",
        "analyze $captures/tls13-keylog.pcap --keylog $captures/tls13-keylog.keys",
        "analyze $captures/hang-now.pcap --facts f; analyze f",
    ]

    @Test(arguments: inputs) func threadsChangeNothing(_ script: String) throws {
        func run(_ threads: Int) throws -> Tool.Ended {
            let scratch = try Scratch()
            return try Tool.shell(
                "captures=\(Repository.captures.path)\nanalyze() { \"$brokertap\" analyze \"$@\" --no-progress --threads \(threads); }\n"
                    + script, in: scratch.folder)
        }
        let one = try run(1)
        #expect(!one.output.isEmpty || !one.errors.isEmpty)
        for threads in [2, 3, 8] {
            let other = try run(threads)
            #expect(
                other.output == one.output && other.errors == one.errors && other.status == one.status,
                "\(threads) threads: \(other.status) \(other.errors)")
        }
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
