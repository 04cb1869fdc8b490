import Capture
import Foundation
import Pipeline
import ReportModel
import Testing

/// `evidence` and `annotate`: captures to send on. `scripts/check-evidence` asks the same of every finding.
@Suite struct EvidenceTests {
    /// Small ones; of each the first finding of each kind that is a warning or worse.
    static let captures = DecodeTests.captures.filter { name in
        let path = Repository.capture(name)
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        return size < 150_000
    }

    @Test(arguments: captures) func theCutGivesTheFindingAgain(name: String) throws {
        let path = Repository.capture(name)
        var options = AnalyzerOptions()
        if let keys = KeyLogs.path(of: String(name.prefix { $0 != "." })) { options.keylog = [keys] }
        let report = try InProcess.report([path], options)
        var kinds: Set<FindingKind> = []
        for finding in report.findings where finding.severity > .info && kinds.insert(finding.kind).inserted {
            let scratch = try Scratch()
            let cut = try Self.cut(finding.id, path, scratch, options)
            #expect(cut.isSame, "\(finding.id) is \(cut.again?.id ?? "gone") in the cut")
            #expect(cut.packets > 0)
        }
    }

    /// All fields of its messages are in a cut, and none of their secrets.
    @Test(arguments: SecretTests.captures) func aCutHoldsNoSecret(name: String) throws {
        let path = Repository.capture(name)
        guard let finding = try InProcess.report([path]).findings.first(where: { $0.kind != .captureIncomplete }) else {
            return
        }
        let scratch = try Scratch()
        _ = try Self.cut(finding.id, path, scratch)
        let bytes = String(
            decoding: try Data(contentsOf: URL(fileURLWithPath: scratch.path("cut"))), as: Unicode.ASCII.self)
        for secret in try SecretTests.secrets(name) {
            #expect(!bytes.contains(secret), "\(name) gives \(secret.prefix(4))… away")
        }
    }

    @Test(arguments: ["crash-kill9.pcap", "healthy-java.pcap", "not-enough-replicas.pcap", "proxy-protocol.pcap"])
    func aCutsMessagesReadAsBefore(name: String) throws {
        let path = Repository.capture(name)
        let report = try InProcess.report([path])
        let finding = try #require(report.findings.first { $0.kind != .captureIncomplete })
        let scratch = try Scratch()
        _ = try Self.cut(finding.id, path, scratch)
        var all = try Listing.messages([path]).map(\.content).reduce(into: [:]) { $0[$1, default: 0] += 1 }
        let cut = try Listing.messages([scratch.path("cut")])
        #expect(!cut.isEmpty)
        for message in cut {
            #expect(all[message.content, default: 0] > 0, "\(message.api ?? "?") #\(message.correlationId)")
            all[message.content, default: 0] -= 1
        }
    }

    @Test func anOutputIsNeverTheInput() throws {
        let scratch = try Scratch()
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Repository.capture("acl-denied.pcap"))))
        let path = try scratch.write(bytes, as: "in.pcap")
        try FileManager.default.createSymbolicLink(atPath: scratch.path("link.pcap"), withDestinationPath: path)
        for arguments in [
            ["annotate", path, "--out", path], ["annotate", path, "--out", scratch.path("link.pcap")],
            ["evidence", path, "--finding", "error-response-22", "--out", path], ["decode", path, "--json", path],
        ] {
            #expect(try Tool.run(arguments).status == 2, "\(arguments)")
            #expect(Array(try Data(contentsOf: URL(fileURLWithPath: path))) == bytes)
        }
    }

    // MARK: Annotate

    @Test(arguments: [
        "crash-kill9.pcap", "healthy-pcapng.pcapng", "wrapped-two-interfaces.pcapng", "wrapped-gz.pcap.gz",
        "healthy-cooked-any.pcap",
    ])
    func commentsChangeNothingElse(name: String) throws {
        let scratch = try Scratch()
        let (path, copy) = (Repository.capture(name), scratch.path("commented"))
        let (report, packets) = try Annotator(AnalyzerOptions()).run(
            path: path, output: copy, progress: { _ in true }, comment: { finding, _ in "about \(finding.id)" })
        let frames = Set(report.findings.flatMap(\.evidence.frames)).filter { !$0.isNone }
        #expect(packets == frames.count)
        #expect(try Self.packets(copy) == Self.packets(path))
        #expect(try InProcess.report([copy]).findings.map(\.id) == report.findings.map(\.id))
        let bytes = String(decoding: try Data(contentsOf: URL(fileURLWithPath: copy)), as: Unicode.ASCII.self)
        for finding in report.findings where !finding.evidence.frames.isEmpty {
            #expect(bytes.contains("about \(finding.id)"))
        }
    }

    private static func cut(
        _ finding: String, _ path: String, _ scratch: Scratch, _ analysis: AnalyzerOptions = AnalyzerOptions()
    ) throws -> EvidenceCut {
        var options = EvidenceOptions()
        options.analysis = analysis
        (options.finding, options.output) = (finding, scratch.path("cut"))
        return try EvidenceCutter(options).run(
            paths: [path], progress: { _ in true }, comment: { finding, _ in (finding.id, finding.id) })
    }

    /// Each packet's time, lengths and bytes.
    private static func packets(_ path: String) throws -> [String] {
        let reader = try CaptureReader(paths: [path])
        var packets: [String] = []
        while let batch = try reader.nextBatch() {
            for entry in batch {
                let bytes = UnsafeBufferPointer(start: entry.bytes, count: Int(entry.capturedLength))
                packets.append("\(entry.frame.number) \(entry.time.nanoseconds) \(entry.wireLength) \(Array(bytes))")
            }
        }
        return packets
    }
}
