import Capture
import Foundation
import Pipeline
import TestSupport
import Testing

/// A pipe tells what its file does, in whatever pieces its bytes come.
@Suite struct PipeTests {
    private static let captures = [
        "hunt/third-of-all-packets-lost.pcap.gz", "hunt/path-to-one-broker-dead.pcap.gz", "hunt/sidecar-works.pcap.gz",
        "hunt/consumer-leaves-while-its-group-rebalances.pcap.gz", "wrapped-zst.pcap.zst",
        "wrapped-vxlan-fragments.pcap",
        "hang-now.pcap", "response-lost-retry.pcap", "nat-forgets.pcap", "auth-java-plain-wrong.pcap",
        "txn-fenced.pcap",
        "tls-expired.pcap", "client-killed.pcap",
    ]

    @Test(arguments: captures.sampled(oneIn: 2), [700, 4099, 70_001]) func aPipeTellsWhatItsFileDoes(
        _ name: String, bytes: Int
    ) throws {
        let path = Repository.capture(name)
        let file = try told(path)
        for threads in [1, 2] {
            let piped = try told(of: path, inPiecesOf: bytes, threads: threads)
            #expect(ThreadTests.difference([piped], [file]) == nil, "\(threads) threads")
        }
    }

    /// Steps of a clock are told from the packets around them, as far as a batch reaches.
    @Test(arguments: ["clock-set-back-over-lost-answers", "clock-set-forward-in-a-burst", "collector-stood-still"])
    func aPipesClockIsItsFiles(_ name: String) throws {
        let path = Repository.capture("changed/\(name).pcap.gz")
        let piped = try told(of: path, inPiecesOf: 1 << 20, threads: 1)
        #expect(ThreadTests.difference([piped], [try told(path)]) == nil)
    }

    private func told(_ path: String, threads: Int = 1) throws -> String {
        var options = AnalyzerOptions()
        (options.threads, options.makesTables) = (threads, true)
        return InProcess.json(try InProcess.report([path], options))
    }

    /// The same bytes through a pipe of the same name, with pauses now and then.
    private func told(of path: String, inPiecesOf count: Int, threads: Int) throws -> String {
        let scratch = try Scratch()
        let pipe = scratch.path(URL(fileURLWithPath: path).lastPathComponent)
        try #require(mkfifo(pipe, 0o600) == 0)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        let writer = try #require(WorkThread { Self.write(bytes, to: pipe, inPiecesOf: count) })
        defer { writer.join() }
        return try told(pipe, threads: threads).replacingOccurrences(of: pipe, with: path)
    }

    private static func write(_ bytes: [UInt8], to pipe: String, inPiecesOf count: Int) {
        let descriptor = open(pipe, O_WRONLY)
        defer { close(descriptor) }
        var start = 0
        while start < bytes.count {
            let written = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress.map { $0 + start }, min(count, bytes.count - start))
            }
            guard written > 0 else { return }
            start += written
            if UInt8.random(in: 0..<16) == 0 { usleep(.random(in: 0..<500)) }
        }
    }
}
