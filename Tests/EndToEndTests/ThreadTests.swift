import Capture
import Foundation
import ReportModel
import TestSupport
import Testing
import Vocabulary

@testable import Pipeline

/// How the work is divided decides nothing: neither where batches end, nor how many threads there are and which is ahead.
@Suite struct ThreadTests {
    /// All labelled captures of the repository.
    static let captures: [String] = ["captures", "captures/hunt"].flatMap { folder in
        Repository.files(in: Repository.root.appendingPathComponent(folder)).filter { $0.contains(".pcap") }
            .map { Repository.root.appendingPathComponent(folder).appendingPathComponent($0).path }
    }

    /// A few that differ much, for what takes long.
    private static let few = captures.filter { path in
        ["auth-java-plain-wrong", "nat-forgets", "hang-now", "response-lost-retry", "two-interfaces", "tls13", "dns"]
            .contains { path.contains($0) }
    }

    @Test(arguments: captures.sampled(oneIn: 16)) func batchesDecideNothing(_ path: String) throws {
        var ways = FactRun.Ways()
        ways.log = true
        let facts = try FactRun(at: path, ways)
        let report = try told([path], options())
        for packets in [1, 7, 64] {
            ways.batch = packets
            let difference = FactRun.difference(facts, try FactRun(at: path, ways))
            #expect(difference == nil, "\(packets) packets in a batch")
            guard packets == 7 else { continue }
            let other = try told([path], options { $0.limits.batchPackets = packets })
            #expect(
                Self.difference(Array(other.prefix(2)), Array(report.prefix(2))) == nil, "\(packets) packets in a batch"
            )
        }
    }

    /// A batch is a few packets, so that turns are many, and both threads are held up now and then.
    @Test(arguments: captures.sampled(oneIn: 12)) func threadsDecideNothing(_ path: String) throws {
        try compare([path], threads: [2], batch: 4, isDelayed: true)
    }

    @Test func moreThreadsDecideNothing() throws {
        for path in Self.few + Self.captures.filter({ $0.contains("wrapped") }) {
            try compare([path], threads: [2, 3, 8])
        }
    }

    @Test(arguments: Mutation.allCases.sampled(oneIn: 3)) func threadsDecideNothingOfWhatIsDamaged(_ mutation: Mutation)
        throws
    {
        let scratch = try Scratch()
        for (seed, path) in Self.few.enumerated() {
            var random = Seeded(UInt64(seed))
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            let damaged = try scratch.write(mutation.apply(to: bytes, using: &random), as: "\(seed).pcap")
            try compare([damaged], threads: [2, 3], batch: 16, isDelayed: true)
        }
    }

    /// Blocks of a few kilobytes are read on while others are still in use; and several files take turns.
    @Test func blocksStayAsLongAsTheyAreUsed() throws {
        for paths in Self.few.map({ [$0] }) + [Self.few, Array(Self.captures.prefix(20))] {
            try compare(paths, threads: [2, 3], batch: 16, block: 4096, isDelayed: true)
        }
    }

    @Test func keysComeInTheirOrder() throws {
        let folder = Replay.path("")
        for name in Repository.files(in: URL(fileURLWithPath: folder)) where name.contains(".pcap") {
            let keys = folder + (name.split(separator: ".").first.map(String.init) ?? "") + ".keys"
            try compare([folder + name], threads: [2, 3], batch: 4, isDelayed: true) {
                if FileManager.default.fileExists(atPath: keys) { $0.keylog = [keys] }
            }
        }
    }

    /// What is stopped ends, and its report says so.
    @Test func aRunIsStoppedOnAnyThread() throws {
        for path in Self.few {
            var options = AnalyzerOptions()
            (options.threads, options.limits.batchPackets) = (2, 2)
            var calls = 0
            let report = try Analyzer(options: options).run(paths: [path]) { _ in
                calls += 1
                return calls < 3
            }
            #expect(report.capture.partial && calls == 3)
        }
    }

    /// Also while its pipe is silent and its writer there.
    @Test func aRunIsStoppedThoughItsPipeIsSilent() throws {
        let scratch = try Scratch()
        let pipe = scratch.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        let descriptor = open(pipe, O_RDWR)
        defer { close(descriptor) }
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Repository.capture("auth-java-plain-wrong.pcap"))))
        let written = min(bytes.count, 40_000)
        #expect(write(descriptor, bytes, written) == written)
        for threads in [1, 2] {
            let options = options { ($0.threads, $0.limits.batchPackets) = (threads, 2) }
            let report = try Analyzer(options: options).run(paths: [pipe]) { _ in false }
            #expect(report.capture.partial && report.capture.sources.first?.fault == nil)
            #expect(write(descriptor, bytes, written) == written)
        }
    }

    // MARK: Comparing

    private func compare(
        _ paths: [String], threads: [Int], batch: Int? = nil, block: Int? = nil, isDelayed: Bool = false,
        _ change: (inout AnalyzerOptions) -> Void = { _ in }
    ) throws {
        func told(_ threads: Int, isDelayed: Bool) throws -> [String] {
            let options = options {
                $0.threads = threads
                $0.limits.batchPackets = batch ?? $0.limits.batchPackets
                $0.limits.readBlockBytes = block ?? $0.limits.readBlockBytes
                change(&$0)
            }
            return try self.told(paths, options, isDelayed: isDelayed)
        }
        let one = try told(1, isDelayed: false)
        for count in threads {
            let other = try told(count, isDelayed: isDelayed)
            #expect(Self.difference(other, one) == nil, "\(count) threads, \(paths)")
        }
    }

    /// Where two tellings begin to differ; nil where they do not.
    static func difference(_ one: [String], _ two: [String]) -> String? {
        guard one != two else { return nil }
        guard let (a, b) = zip(one, two).first(where: { $0 != $1 }) else {
            return "\(one.count) and \(two.count) parts"
        }
        let same = zip(a.utf8, b.utf8).prefix { $0 == $1 }.count
        let around = max(0, same - 200)
        return [a, b].map { String(decoding: $0.utf8.dropFirst(around).prefix(400), as: UTF8.self) }
            .joined(separator: "\n")
    }

    private func options(_ change: (inout AnalyzerOptions) -> Void = { _ in }) -> AnalyzerOptions {
        var options = AnalyzerOptions()
        (options.threads, options.keepsRequests) = (1, true)
        change(&options)
        return options
    }

    /// The report, its requests, and how far the run had come each time; or the fault.
    private func told(_ paths: [String], _ options: AnalyzerOptions, isDelayed: Bool = false) throws -> [String] {
        let analyzer = Analyzer(options: options)
        if isDelayed { analyzer.delay = { if UInt8.random(in: 0..<16) == 0 { usleep(.random(in: 0..<500)) } } }
        var progress: [String] = []
        do throws(CaptureFault) {
            var report = try Self.run(analyzer, paths) {
                progress.append("\($0.packets)")
                return true
            }
            report.tool.version = "TEST"
            // Dictionaries are told in any order.
            var requests = report.requestLog ?? RequestColumns()
            let names = [requests.apiNames, requests.errorNames].map { $0.sorted { $0.key < $1.key } }
            (requests.apiNames, requests.errorNames) = ([:], [:])
            return [InProcess.json(report), "\(requests) \(names)"] + progress
        } catch {
            return ["\(error)"]
        }
    }

    private static func run(
        _ analyzer: Analyzer, _ paths: [String], _ progress: (AnalysisProgress) -> Bool
    ) throws(CaptureFault) -> Report {
        do { return try analyzer.run(paths: paths, progress: progress) } catch {
            throw error as? CaptureFault ?? CaptureFault(source: "", kind: .cannotRead, detail: "\(error)")
        }
    }
}
