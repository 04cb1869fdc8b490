import Capture
import Foundation
import Pipeline
import ReportModel
import Testing
import Vocabulary

/// Packets that a live run keeps: all of them, and those round a finding.
@Suite struct LiveKeepingTests {
    @Test(arguments: ["crash-kill9.pcap", "healthy-cooked-any.pcap", "adv-rejected.pcap"])
    func aRecordingIsAnalysedAsTheOriginal(name: String) throws {
        let scratch = try Scratch()
        let file = scratch.path("all.pcapng")
        let recorder = try PacketRecorder(path: file, rotation: .init()) { _ in "wire0" }
        _ = try LiveRun.of([Repository.capture(name)]) { _ in
        } prepare: {
            $0.add(recorder)
        }
        recorder.close()
        let original = try InProcess.report([Repository.capture(name)])
        let recorded = try InProcess.report([file])
        #expect(recorded.findings.map(\.gist).sorted() == original.findings.map(\.gist).sorted())
        #expect(recorded.capture.sources.map(\.packets) == original.capture.sources.map(\.packets))
        #expect(recorded.connections.map(\.id) == original.connections.map(\.id))
    }

    @Test func aRecordingIsCutIntoFilesAndOldOnesGo() throws {
        let scratch = try Scratch()
        var rotation = PacketRecorder.Rotation()
        (rotation.bytes, rotation.keep) = (100_000, 3)
        let recorder = try PacketRecorder(path: scratch.path("all.pcapng"), rotation: rotation) { _ in "" }
        _ = try LiveRun.of([Repository.capture("crash-kill9.pcap")]) { _ in
        } prepare: {
            $0.add(recorder)
        }
        recorder.close()
        let files = Repository.files(in: scratch.folder)
        #expect(files.count == 3)
        #expect(files.allSatisfy { $0.hasPrefix("all-000") && $0.hasSuffix(".pcapng") })
        for file in files { #expect(try InProcess.report([scratch.path(file)]).capture.sources[0].fault == nil) }
    }

    /// Cut by time, the files are the recording: together they are judged as the original, and each spans no more than that.
    @Test func aRecordingIsCutByTime() throws {
        let scratch = try Scratch()
        var rotation = PacketRecorder.Rotation()
        rotation.nanoseconds = Span.seconds(3)
        let recorder = try PacketRecorder(path: scratch.path("all.pcapng"), rotation: rotation) { _ in "" }
        _ = try LiveRun.of([Repository.capture("crash-kill9.pcap")]) { _ in
        } prepare: {
            $0.add(recorder)
        }
        recorder.close()
        let files = Repository.files(in: scratch.folder)
        #expect(files.count > 3)
        let original = try InProcess.report([Repository.capture("crash-kill9.pcap")])
        let recorded = try InProcess.report(files.map(scratch.path))
        #expect(recorded.findings.map(\.gist).sorted() == original.findings.map(\.gist).sorted())
        #expect(recorded.capture.sources.map(\.packets).reduce(0, +) == original.capture.sources[0].packets)
        for source in recorded.capture.sources {
            let (first, last) = (try #require(source.first), try #require(source.last))
            #expect(last.since(first) < Span.seconds(3))
        }
    }

    private func evidence(of name: String, secrets: Bool, in scratch: Scratch) throws -> [String] {
        let saver = EvidenceSaver(
            ringBytes: 16 << 20, keepsSecrets: secrets, directory: scratch.folder.path, bounds: .init()
        ) { _ in "wire0" }
        let live = try LiveRun.of([Repository.capture(name)]) { _ in
        } prepare: {
            saver.attach(to: $0)
        }
        let end = live.report.capture.sources.compactMap(\.last).max() ?? CaptureTime(nanoseconds: 0)
        saver.note(live.findings.filter { $0.state == .open }.map(LiveUpdate.finding), at: end)
        #expect(saver.save(at: end, all: true) { "about \($0.id)" }.isEmpty)
        return Repository.files(in: scratch.folder)
    }

    @Test func eachFindingHasAFileThatProvesIt() throws {
        let scratch = try Scratch()
        let files = try evidence(of: "crash-kill9.pcap", secrets: true, in: scratch)
        let name = try #require(files.first { $0.hasPrefix("disconnect-before-response") })
        let report = try InProcess.report([scratch.path(name)])
        #expect(report.findings.contains { $0.kind == .disconnectBeforeResponse && $0.cause == .brokerCrashed })
        let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch.path(name)))
        #expect(bytes.range(of: Data("about disconnect-before-response".utf8)) != nil)
        #expect(bytes.range(of: Data("evidence of disconnect-before-response".utf8)) != nil)
    }

    /// Headers stay, so that the evidence still proves the finding; what was lost is seen without what it said.
    @Test func blankedEvidenceStillProves() throws {
        let scratch = try Scratch()
        let files = try evidence(of: "crash-kill9.pcap", secrets: false, in: scratch)
        let name = try #require(files.first { $0.hasPrefix("disconnect-before-response") })
        let report = try InProcess.report([scratch.path(name)])
        #expect(report.findings.contains { $0.kind == .disconnectBeforeResponse })
    }

    @Test(arguments: SecretTests.captures) func evidenceGivesNoSecretAway(name: String) throws {
        let secrets = try SecretTests.secrets(name)
        let scratch = try Scratch()
        for file in try evidence(of: name, secrets: false, in: scratch) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch.path(file)))
            for secret in secrets {
                #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(file) gives \(secret.prefix(4))… away")
            }
        }
    }

    @Test func secretsStayWhereAskedFor() throws {
        let name = try #require(SecretTests.captures.first { $0.hasPrefix("auth-java-plain-wrong") })
        let secret = try #require(try SecretTests.secrets(name).first)
        let scratch = try Scratch()
        let files = try evidence(of: name, secrets: true, in: scratch)
        #expect(
            try files.contains {
                try Data(contentsOf: URL(fileURLWithPath: scratch.path($0))).range(of: Data(secret.utf8)) != nil
            })
    }

    @Test func thereAreNoMoreFilesThanAllowed() throws {
        let scratch = try Scratch()
        var bounds = EvidenceSaver.Bounds()
        bounds.files = 2
        let saver = EvidenceSaver(
            ringBytes: 16 << 20, keepsSecrets: false, directory: scratch.folder.path, bounds: bounds
        ) { _ in "" }
        let live = try LiveRun.of([Repository.capture("crash-kill9.pcap")]) { _ in
        } prepare: {
            saver.attach(to: $0)
        }
        let end = live.report.capture.sources.compactMap(\.last).max() ?? CaptureTime(nanoseconds: 0)
        saver.note(live.findings.filter { $0.state == .open }.map(LiveUpdate.finding), at: end)
        // Infos that are the ordinary course of things make no file.
        let ids = live.findings.filter { $0.state == .open && $0.severity > .info }.map(\.id)
        #expect(ids.allSatisfy { if case .coming = saver.place(of: $0) { true } else { false } })
        #expect(saver.save(at: end, all: true) { _ in "" }.count == 1)
        #expect(Repository.files(in: scratch.folder).count == 2)
        #expect(saver.leftOut > 0)
        let places = Set(ids).map(saver.place)
        #expect(places.count { if case .saved = $0 { true } else { false } } == 2)
        #expect(places.count { $0 == .none } == places.count - 2)
    }
}
