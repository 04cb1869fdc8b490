import Foundation
import Pipeline
import ReportModel
import TestSupport
import Testing
import Vocabulary

/// A facts file gives the report of the captures that it stands for, holds no secret, and is input from outside like any.
@Suite struct FactsTests {
    /// Differs from run to run where it is not given.
    private static let seed =
        ProcessInfo.processInfo.environment["BROKERTAP_FACTS_SEED"].flatMap { UInt64($0) }
        ?? UInt64.random(in: 0...UInt64.max)

    /// Some of all captures; `scripts/check-facts` takes them all.
    private static let some: [String] = {
        var random = Seeded(seed)
        let names = Label.all.values.map(\.capture).sorted().shuffled(using: &random)
        return Array(names.prefix(24))
    }()

    @Test(arguments: some) func factsGiveTheReportOfTheCapture(name: String) throws {
        let scratch = try Scratch()
        let facts = scratch.path("facts")
        let (wanted, losses) = try Self.condense([Repository.capture(name)], facts)
        let given = try InProcess.report([facts])
        // What is not kept is told.
        guard losses.isEmpty else { return }
        #expect(InProcess.json(given) == InProcess.json(wanted), "\(name), seed \(Self.seed)")
    }

    /// A checkpoint goes on from file to file, wherever the capture is cut.
    @Test(arguments: some.prefix(8)) func aCheckpointGivesTheReportOfAll(name: String) throws {
        guard let parts = try Self.parts(name) else { return }
        let scratch = try Scratch()
        let paths = try parts.enumerated().map { try scratch.write($0.element, as: "part-\($0.offset).pcap") }
        let checkpoint = scratch.path("checkpoint")
        var losses: [String] = []
        var last = ""
        for (place, path) in paths.enumerated() {
            let (report, lacking) = try Self.condense((place > 0 ? [checkpoint] : []) + [path], checkpoint)
            (last, losses) = (Self.withoutViews(report), losses + lacking)
        }
        guard losses.isEmpty else { return }
        #expect(last == Self.withoutViews(try InProcess.report(paths)), "\(name), seed \(Self.seed)")
    }

    /// Which of several files a connection is listed under depends on how many packets are read at once.
    private static func withoutViews(_ report: Report) -> String {
        var report = report
        for place in report.connections.indices { report.connections[place].views = [] }
        return InProcess.json(report)
    }

    /// The capture is parted where the seed says; nil where it is no plain pcap file.
    private static func parts(_ name: String) throws -> [[UInt8]]? {
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Repository.capture(name))))
        guard bytes.count > 24, bytes[..<4].elementsEqual([0xD4, 0xC3, 0xB2, 0xA1]) else { return nil }
        var starts: [Int] = []
        var at = 24
        while at + 16 <= bytes.count {
            starts.append(at)
            at += 16 + bytes[(at + 8)..<(at + 12)].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        guard starts.count > 3, at == bytes.count else { return nil }
        var random = Seeded(seed ^ UInt64(bytes.count))
        let cuts = Set((0..<3).map { _ in starts.dropFirst().randomElement(using: &random) ?? at }).sorted()
        return zip([24] + cuts, cuts + [at]).map { Array(bytes[..<24] + bytes[$0..<$1]) }
    }

    private static func condense(_ paths: [String], _ output: String) throws -> (Report, [String]) {
        var options = AnalyzerOptions()
        options.factsOutput = output
        let analyzer = Analyzer(options: options)
        var report = try analyzer.run(paths: paths) { _ in true }
        report.tool.version = "TEST"
        return (report, try #require(analyzer.writtenFacts).losses)
    }

    // MARK: Secrets

    /// What clients signed in with is not in a facts file, packed or unpacked, and as little after a merge.
    @Test(arguments: SecretTests.captures) func aFactsFileHoldsNoSecret(name: String) throws {
        let secrets = try SecretTests.secrets(name)
        let scratch = try Scratch()
        let facts = scratch.path("facts")
        _ = try Self.condense([Repository.capture(name)], facts)
        // Without blanks the search would find them.
        for bytes in [try Self.contents(facts), try Self.unpacked(facts)] {
            for secret in secrets {
                #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name) gives \(secret.prefix(4))… away")
            }
        }
        #expect(try Self.unpacked(facts).count > 1000)
    }

    /// The keys that opened a capture are not in it either.
    @Test(arguments: KeyLogs.names) func aFactsFileHoldsNoKey(name: String) throws {
        let path = try #require(KeyLogs.path(of: name))
        let scratch = try Scratch()
        let facts = scratch.path("facts")
        var options = AnalyzerOptions()
        options.keylog = [path]
        var writing = options
        writing.factsOutput = facts
        var wanted = try Analyzer(options: writing).run(paths: [Repository.capture(name + ".pcap")]) { _ in true }
        wanted.tool.version = "TEST"
        let bytes = try Self.unpacked(facts)
        let log = String(decoding: try Self.contents(path), as: UTF8.self)
        for line in log.split(separator: "\n") where !line.hasPrefix("#") {
            guard let key = line.split(separator: " ").last else { continue }
            #expect(bytes.range(of: Data(key.utf8)) == nil)
        }
        // With the keys at hand again it says the same.
        #expect(InProcess.json(try InProcess.report([facts], options)) == InProcess.json(wanted))
    }

    private static func contents(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    private static func unpacked(_ path: String) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["zstd", "-dc", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return data
    }

    // MARK: Hostile input

    /// Cut short or changed anywhere: a report or a named fault.
    @Test func aDamagedFactsFileEndsNothing() throws {
        let scratch = try Scratch()
        let facts = scratch.path("facts")
        _ = try Self.condense([Repository.capture("acl-denied.pcap")], facts)
        let bytes = Array(try Self.contents(facts))
        var random = Seeded(Self.seed)
        for _ in 0..<200 {
            let end = Int.random(in: 0..<bytes.count, using: &random)
            Self.tryToRead(try scratch.write(Array(bytes[..<end]), as: "cut"))
            var changed = bytes
            changed[end] ^= UInt8.random(in: 1...255, using: &random)
            // The table is at the end, and most of what can be said wrongly.
            let place = bytes.count - 1 - Int.random(in: 0..<min(400, bytes.count), using: &random)
            changed[place] ^= UInt8.random(in: 1...255, using: &random)
            Self.tryToRead(try scratch.write(changed, as: "changed"))
        }
    }

    private static func tryToRead(_ path: String) { _ = try? InProcess.report([path]) }

    // MARK: Bounds

    @Test func whatFindsNoRoomIsTold() throws {
        let scratch = try Scratch()
        var options = AnalyzerOptions()
        options.factsOutput = scratch.path("facts")
        options.limits.factsBytes = 1
        let analyzer = Analyzer(options: options)
        _ = try analyzer.run(paths: [Repository.capture("acl-denied.pcap")]) { _ in true }
        #expect(analyzer.writtenFacts?.losses.first?.contains("factsBytes") == true)
    }

    @Test func oneCaptureIsNotTakenTwice() throws {
        let scratch = try Scratch()
        let checkpoint = scratch.path("checkpoint")
        let capture = Repository.capture("acl-denied.pcap")
        _ = try Self.condense([capture], checkpoint)
        let before = try Self.contents(checkpoint)
        #expect(throws: FactsFault.self) { try Self.condense([checkpoint, capture], checkpoint) }
        #expect(try Self.contents(checkpoint) == before)
    }
}
