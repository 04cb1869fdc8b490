import Capture
import Foundation
import Pipeline
import ReportModel
import Testing
import Vocabulary

/// The last packets of a live run, on disk.
@Suite struct DiskRingTests {
    private static let name = "crash-kill9.pcap"

    private func ring(_ scratch: Scratch, bytes: Int64, secrets: Bool = true) throws -> DiskRing {
        try DiskRing(directory: scratch.folder.path, bytes: bytes, keepsSecrets: secrets) { _ in "wire0" }
    }

    private func run(_ name: String, _ ring: DiskRing) throws {
        _ = try LiveRun.of([Repository.capture(name)]) { _ in
        } prepare: {
            $0.add(ring)
        }
    }

    private func bytes(of files: [String], _ scratch: Scratch) throws -> Int {
        try files.reduce(0) { try $0 + Data(contentsOf: URL(fileURLWithPath: scratch.path($1))).count }
    }

    @Test func itsFilesAreAnalysedAsTheOriginal() throws {
        let scratch = try Scratch()
        let ring = try ring(scratch, bytes: 2 << 20)
        try run(Self.name, ring)
        ring.finish()
        #expect(ring.takeComplaints().isEmpty)
        let files = Repository.files(in: scratch.folder)
        #expect(files.count > 3 && files.allSatisfy { $0.hasPrefix("ring-20") && $0.hasSuffix(".pcapng") })
        let original = try InProcess.report([Repository.capture(Self.name)])
        let kept = try InProcess.report(files.map(scratch.path))
        #expect(kept.findings.map(\.gist).sorted() == original.findings.map(\.gist).sorted())
        #expect(kept.capture.sources.map(\.packets).reduce(0, +) == original.capture.sources[0].packets)
    }

    /// Each file is whole, at no moment are there more bytes than allowed, and what is kept is the end.
    @Test func itIsBoundedAndKeepsTheLastPackets() throws {
        let scratch = try Scratch()
        let bound: Int64 = 200_000
        let ring = try ring(scratch, bytes: bound)
        var most = 0
        var options = LiveOptions()
        options.pipes = [Repository.capture(Self.name)]
        let analyzer = try LiveAnalyzer(options: options)
        analyzer.add(ring)
        while !analyzer.isEnded {
            _ = try analyzer.read(most: 100)
            most = max(most, try bytes(of: Repository.files(in: scratch.folder), scratch))
        }
        ring.finish()
        let files = Repository.files(in: scratch.folder)
        most = max(most, try bytes(of: files, scratch))
        #expect(most <= Int(bound) && most > Int(bound) / 2)
        #expect(files.count > 5 && files.count <= 9)
        let original = try InProcess.report([Repository.capture(Self.name)])
        let kept = try InProcess.report(files.map(scratch.path))
        #expect(kept.capture.sources.compactMap(\.last).max() == original.capture.sources[0].last)
        #expect(kept.capture.sources.allSatisfy { $0.fault == nil && !$0.truncated })
    }

    /// Files of earlier runs count, and go first; what others wrote stays, also under such a name.
    @Test func earlierRunsCountAndOthersFilesStay() throws {
        let scratch = try Scratch()
        let bound: Int64 = 200_000
        for _ in 0..<2 {
            let ring = try ring(scratch, bytes: bound)
            try run(Self.name, ring)
            ring.finish()
        }
        let alien = try scratch.write(Array("of somebody else".utf8), as: "ring-20200101T000000.000Z.pcapng")
        let near = try scratch.write([UInt8](repeating: 1, count: 100), as: "ring-of-mine.pcapng")
        let ring = try ring(scratch, bytes: bound)
        try run(Self.name, ring)
        ring.finish()
        #expect(FileManager.default.fileExists(atPath: alien) && FileManager.default.fileExists(atPath: near))
        #expect(try bytes(of: Repository.files(in: scratch.folder), scratch) <= Int(bound) + 116)
    }

    @Test func twoRunsDoNotShareOne() throws {
        let scratch = try Scratch()
        let first = try ring(scratch, bytes: 1 << 20)
        #expect(throws: DiskRingFault.self) { try self.ring(scratch, bytes: 1 << 20) }
        withExtendedLifetime(first) {}
    }

    @Test(arguments: SecretTests.captures) func itGivesNoSecretAway(name: String) throws {
        let secrets = try SecretTests.secrets(name)
        let scratch = try Scratch()
        let ring = try ring(scratch, bytes: 16 << 20, secrets: false)
        try run(name, ring)
        ring.finish()
        let files = Repository.files(in: scratch.folder)
        #expect(!files.isEmpty)
        for file in files {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch.path(file)))
            for secret in secrets {
                #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(file) gives \(secret.prefix(4))… away")
            }
        }
    }

    /// A file that is cut in its last block, as a kill may leave it, is read up to there.
    @Test func aFileThatIsCutIsReadUpToThere() throws {
        let scratch = try Scratch()
        let ring = try ring(scratch, bytes: 64 << 20)
        try run(Self.name, ring)
        ring.finish()
        let file = try #require(Repository.files(in: scratch.folder).first)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch.path(file)))
        let cut = try scratch.write(Array(bytes.dropLast(21)), as: "cut.pcapng")
        let original = try InProcess.report([Repository.capture(Self.name)])
        let kept = try InProcess.report([cut])
        #expect(kept.capture.sources[0].packets == original.capture.sources[0].packets - 1)
        #expect(kept.capture.sources[0].truncated)
    }
}
