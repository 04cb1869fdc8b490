import Capture
import TestSupport
import Testing

private let ms: Int64 = 1_000_000

@Suite struct OrderTests {
    /// Steps back of up to 15 ms at every third packet, over many block ends.
    @Test(arguments: [4096, 5000, 1 << 20])
    func smallStepsBackAreSorted(blockBytes: Int) throws {
        let packets = (0..<4000).map { TestPacket(time: 1000 * ms + Int64($0) * 10 * ms - ($0 % 3 == 2 ? 15 * ms : 0)) }
        let read = try Reading([PcapFile.make(packets)]) { $0.readBlockBytes = blockBytes }
        #expect(read.times == packets.map(\.time).sorted())
        #expect(read.frames.count == 4000 && Set(read.frames).count == 4000)
        #expect(read.facts[0].outOfOrder > 1000)
    }

    @Test func equalTimesKeepTheFilesOrder() throws {
        let packets = [5, 5, 9, 5, 5, 9].map { TestPacket(time: Int64($0) * ms) }
        #expect(try Reading([PcapFile.make(packets)]).frames == [1, 2, 4, 5, 3, 6])
    }

    @Test func largeStepsBackArePassedOn() throws {
        let packets = [1000, 1010, 500, 510, 505].map { TestPacket(time: Int64($0) * ms) }
        #expect(try Reading([PcapFile.make(packets)]).frames == [1, 2, 3, 5, 4])
    }

    @Test func sourcesAreMergedByTime() throws {
        let files = (0..<3).map { source in
            PcapFile.make((0..<2000).map { TestPacket(time: Int64($0 * 3 + source) * ms) })
        }
        let read = try Reading(files) { $0.readBlockBytes = 8192 }
        #expect(read.times == (0..<6000).map { Int64($0) * ms })
        #expect(read.sources.prefix(4) == [0, 1, 2, 0] && read.frames.last == 2000)
        let same = try Reading([files[0], files[0]])
        #expect(same.sources.prefix(4) == [0, 1, 0, 1])
    }
}

@Suite struct DamageTests {
    private let packets = (1...6).map { TestPacket(time: Int64($0) * ms, data: Array(repeating: UInt8($0), count: 40)) }

    @Test func pcapCutAtEveryByte() throws {
        let whole = PcapFile.make(packets)
        for end in 24...whole.count {
            let read = try Reading([Array(whole[..<end])])
            #expect(read.frames.count == (end - 24) / 56)
            let isAtBorder = (end - 24) % 56 == 0
            #expect(read.facts[0].truncated == !isAtBorder)
            if !isAtBorder { #expect(read.facts[0].fault?.offset == Int64(24 + (end - 24) / 56 * 56)) }
        }
    }

    /// Each byte of the fourth record's header and of its surroundings set to ones: what is before it comes out.
    @Test func damageAtEveryByteKeepsWhatIsBefore() throws {
        var file = PcapNGFile()
        file.interface()
        let first = file.bytes.count
        for packet in packets { file.packet(UInt64(packet.time), data: packet.data) }
        for (whole, firstRecord, size) in [(PcapFile.make(packets), 24, 56), (file.bytes, first, 72)] {
            for at in firstRecord..<whole.count {
                var damaged = whole
                damaged[at] ^= 0xFF
                let read = try Reading([damaged]) { $0.readBlockBytes = 4096 }
                #expect(
                    read.frames.filter { $0 <= UInt64((at - firstRecord) / size) }.count == (at - firstRecord) / size)
            }
        }
    }

    @Test func nonsenseLengthIsAFaultWithItsPlace() throws {
        var file = PcapFile.make(packets)
        file[24 + 56 * 2 + 11] = 0x7F
        let read = try Reading([file])
        #expect(read.frames == [1, 2])
        #expect(read.facts[0].fault?.kind == .damaged && read.facts[0].fault?.offset == 24 + 56 * 2)
    }

    @Test func randomBytesNeverTrap() throws {
        var random = Seeded(42)
        for round in 0..<300 {
            var bytes = round % 2 == 0 ? PcapFile.make(packets) : PcapNGFile(bigEndian: round % 4 == 1).bytes
            let keep = round % 2 == 0 ? 24 : bytes.count
            bytes = Array(bytes[..<keep])
            for _ in 0..<Int.random(in: 0..<40, using: &random) {
                bytes += [1, 2, 3, 4, 5, 6, 10].randomElement(using: &random).map { [UInt8($0), 0, 0, 0] } ?? []
                bytes += [UInt8.random(in: 3...20, using: &random) * 4, 0, 0, 0]
                bytes += (0..<Int.random(in: 0..<60, using: &random)).map { _ in .random(in: 0...255, using: &random) }
            }
            _ = try? Reading([bytes]) { $0.readBlockBytes = 4096 }
        }
    }
}
