import Capture
import Foundation
import Pipeline
import ReportModel
import Testing
import Vocabulary

/// What `live` blanked before it wrote it is unknown to whoever analyses it, and never a fault.
@Suite struct BlankedEvidenceTests {
    /// Of these the evidence once accused brokers: of answers that cannot be parsed, of another protocol, of lost responses.
    static let captures: [String] = Repository.files(in: Repository.root.appendingPathComponent("captures"))
        .filter { $0.hasSuffix(".pcap") }

    private func key(_ finding: Finding) -> String {
        "\(finding.kind.rawValue) \(finding.client ?? "-") \(finding.client == nil ? "-" : finding.server ?? "-")"
    }

    /// No finding of a file of evidence is one that the whole capture does not have, and none of them is called healthy.
    @Test(arguments: captures.sampled(oneIn: 5)) func evidenceAccusesNobodyElse(name: String) throws {
        let scratch = try Scratch()
        let saver = EvidenceSaver(
            ringBytes: 16 << 20, keepsSecrets: false, directory: scratch.folder.path, bounds: .init()
        ) { _ in "wire0" }
        var options = LiveOptions()
        options.pipes = [Repository.capture(name)]
        let analyzer = try LiveAnalyzer(options: options)
        saver.attach(to: analyzer)
        while !analyzer.isEnded {
            _ = try analyzer.read(most: 500)
            guard let (updates, status) = analyzer.tick() else { continue }
            saver.note(updates, at: status.time)
            _ = saver.save(at: status.time) { "about \($0.id)" }
        }
        let (updates, report) = analyzer.finish(stopped: false)
        let end = report.capture.sources.compactMap(\.last).max() ?? CaptureTime(nanoseconds: 0)
        saver.note(updates, at: end)
        #expect(saver.save(at: end, all: true) { "about \($0.id)" }.isEmpty)
        let files = Repository.files(in: scratch.folder)
        if files.isEmpty { return }
        let whole = Set(try InProcess.report([Repository.capture(name)]).findings.map(key))
        for file in files {
            let kept = try InProcess.report([scratch.path(file)])
            let others = kept.findings.filter { !whole.contains(key($0)) }
            #expect(others.isEmpty, "\(file): \(others.map { "\($0.severity) \(key($0))" })")
            if kept.capture.sources.contains(where: \.isBlanked) { #expect(kept.summary.status != .healthy, "\(file)") }
        }
    }

    /// The crash is told by the headers alone, as what it was.
    @Test func whatIsLeftProvesTheFinding() throws {
        let scratch = try Scratch()
        let ring = try DiskRing(directory: scratch.folder.path, bytes: 64 << 20, keepsSecrets: false) { _ in "wire0" }
        _ = try LiveRun.of([Repository.capture("crash-kill9.pcap")]) { _ in
        } prepare: {
            $0.add(ring)
        }
        ring.finish()
        let kept = try InProcess.report(Repository.files(in: scratch.folder).map(scratch.path))
        #expect(kept.findings.contains { $0.kind == .disconnectBeforeResponse && $0.cause == .brokerCrashed })
        #expect(kept.capture.coverage.messagesMalformed == 0)
        let isBlanked = kept.capture.sources.allSatisfy { $0.isBlanked }
        #expect(isBlanked)
    }

    /// A list that contradicts its packet is none.
    @Test func listsAreReadWithCare() throws {
        let places = [3..<5, 9..<20]
        let option = BlankedBytes.option(places, packetBytes: 20)
        #expect(option.count == BlankedBytes.headBytes + 2 * BlankedBytes.placeBytes)
        let many = (0..<9000).map { ($0 * 3)..<($0 * 3 + 1) }
        let long = BlankedBytes.option(many, packetBytes: 30_000)
        #expect(long.count == BlankedBytes.headBytes + BlankedBytes.most * BlankedBytes.placeBytes)
    }
}
