import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Capture

private let ms: Int64 = 1_000_000

/// Many files are one capture in order of time, and few of them are open.
@Suite struct SourceSetTests {
    /// Some packets a file, file after file, given in any order.
    private func rotated(_ files: Int, packets: Int = 5) -> [[TestPacket]] {
        (0..<files).map { file in
            (0..<packets).map {
                TestPacket(time: Int64(file * packets + $0) * ms, data: [UInt8](repeating: 3, count: 60 + $0))
            }
        }
    }

    @Test(arguments: [1, 8, 9, 100, 400]) func givesWhatOneFileGives(count: Int) throws {
        let files = rotated(count)
        let whole = try Reading([PcapFile.make(files.flatMap(\.self))])
        var shuffled = Array(files.indices)
        var random = Seeded(UInt64(count))
        shuffled.shuffle(using: &random)
        let set = try Reading(shuffled.map { PcapFile.make(files[$0]) })
        #expect(set.times == whole.times && set.checksum == whole.checksum)
        #expect(set.facts.map(\.packets) == files.map { UInt64($0.count) })
        for (place, packet) in set.times.enumerated() {
            #expect(shuffled[set.sources[place]] == Int(packet / ms) / 5)
        }
    }

    /// Files of several hosts, whose minutes overlap in every way.
    @Test(arguments: 0..<8 as Range<UInt64>) func mergesThoseThatOverlap(seed: UInt64) throws {
        var random = Seeded(seed)
        let files = (0..<30).map { _ in
            let start = Int64.random(in: 0..<1000, using: &random)
            return (0..<Int.random(in: 1..<40, using: &random)).map { TestPacket(time: (start + Int64($0) * 7) * ms) }
        }
        let set = try Reading(files.map { PcapFile.make($0) })
        #expect(set.times == files.flatMap { $0.map(\.time) }.sorted())
    }

    @Test func keepsFewOpen() throws {
        let kept = try rotated(60).map { try TemporaryFile(PcapFile.make($0)) }
        var set = try SourceSet(paths: kept.map(\.path), options: CaptureOptions())
        #expect(set.open.isEmpty)
        try set.readOn()
        #expect(set.open.count == 1)
        set.openNext()
        #expect(set.open.count == 2)
    }

    @Test func aFileWithoutPacketsIsNoWaiter() throws {
        let empty = PcapFile.make([])
        let set = try Reading(rotated(20).map { PcapFile.make($0) } + Array(repeating: empty, count: 2000))
        #expect(set.times.count == 100 && set.facts.count == 2020)
    }

    @Test func whatEndsInsideARecordSaysSo() throws {
        var files = rotated(12).map { PcapFile.make($0) }
        files[7].removeLast(10)
        let set = try Reading(files)
        #expect(set.times.count == 59)
        #expect(set.facts.map(\.truncated) == files.indices.map { $0 == 7 })
    }

    @Test func oneThatIsGoneByItsTurnIsAFault() throws {
        let kept = try rotated(12).map { try TemporaryFile(PcapFile.make($0)) }
        let reader = try CaptureReader(paths: kept.map(\.path))
        try FileManager.default.removeItem(atPath: kept[9].path)
        var packets = 0
        while let batch = try reader.nextBatch() { packets += batch.count }
        #expect(packets == 55)
        #expect(reader.sources.map { $0.fault == nil } == kept.indices.map { $0 != 9 })
    }

    // MARK: Folders

    @Test func aFolderStandsForItsCaptures() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("brokertap-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let capture = Data(PcapFile.make([TestPacket(time: ms)]))
        let damaged = Data(PcapFile.make([TestPacket(time: ms)]).dropLast(3))
        for (name, data) in [
            ("b.pcap1", capture), ("a.pcap0", capture), (".hidden.pcap", capture), ("c.cut", damaged),
            ("notes.txt", Data("not a capture".utf8)), ("empty.pcap", Data()),
        ] {
            try data.write(to: folder.appendingPathComponent(name))
        }
        let found = try CaptureFolder.expanded([folder.path, "other.pcap", "-"])
        #expect(found.map { ($0 as NSString).lastPathComponent } == ["a.pcap0", "b.pcap1", "c.cut", "other.pcap", "-"])
    }

    @Test func aFolderWithoutCapturesIsAnError() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("brokertap-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(throws: CaptureFault.self) { try CaptureFolder.expanded([folder.path]) }
    }
}
