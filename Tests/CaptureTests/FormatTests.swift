import CZlib
import CZstd
import Capture
import Foundation
import Testing

private let second: Int64 = 1_000_000_000

@Suite struct FormatTests {
    @Test(arguments: [false, true], [false, true])
    func pcapInEachOrderAndUnit(bigEndian: Bool, nanoseconds: Bool) throws {
        let packets = [TestPacket(time: 5 * second + 123_456_000), TestPacket(time: 6 * second, wire: 90)]
        let read = try Reading([PcapFile.make(packets, bigEndian: bigEndian, nanoseconds: nanoseconds)])
        #expect(read.times == packets.map(\.time))
        #expect(read.frames == [1, 2])
        #expect(read.facts[0].format == "pcap" && read.facts[0].cutPackets == 1 && read.facts[0].fault == nil)
    }

    @Test func modifiedPcapAndCheckSequence() throws {
        #expect(try Reading([PcapFile.make([TestPacket(time: second)], modified: true)]).times == [second])
        let withFCS = PcapFile.make([TestPacket(time: second)], linkType: 0x2400_0001)
        #expect(try Reading([withFCS]).lengths == [56])
    }

    @Test(arguments: [false, true])
    func pcapngSectionsInterfacesAndResolutions(bigEndian: Bool) throws {
        var file = PcapNGFile(bigEndian: bigEndian)
        file.interface()
        file.interface(resolution: 9)
        file.interface(resolution: 0x80 | 10, offset: 100)
        file.packet(1_000_000)
        file.packet(UInt64(2 * second), interface: 1)
        file.packet(3 << 10, interface: 2)
        file.section(bigEndian: !bigEndian)
        file.interface(resolution: 3)
        file.packet(200_000)
        let read = try Reading([file.bytes])
        #expect(read.times == [second, 2 * second, 103 * second, 200 * second])
        #expect(read.interfaces == [0, 1, 2, 3])
        #expect(read.facts[0].fault == nil)
    }

    @Test func pcapngOtherBlocks() throws {
        var file = PcapNGFile()
        file.interface(snap: 10)
        file.block(0x0BAD) { $0.bytes += Array(repeating: 1, count: 40_000) }
        file.block(2) {
            $0.u16(0); $0.u16(0); $0.u64(0); $0.u32(4); $0.u32(4); $0.u32(9)
        }
        file.block(3) {
            $0.u32(60); $0.bytes += Array(repeating: 1, count: 12)
        }
        file.block(4) {
            $0.u16(1); $0.u16(7); $0.u8(10, 0, 0, 1); $0.bytes += Array("ab\0".utf8); $0.u8(0); $0.u32(0)
        }
        file.block(5) {
            $0.u32(0); $0.u64(0); $0.u16(5); $0.u16(8); $0.u64(17); $0.u16(7); $0.u16(8); $0.u64(4)
        }
        file.block(10) {
            $0.u32(0x544C_534B); $0.u32(3); $0.u8(1, 2, 3)
        }
        let read = try Reading([file.bytes]) { $0.readBlockBytes = 4096 }
        #expect(read.lengths == [4, 10])
        #expect(read.names == ["10.0.0.1=ab"] && read.secrets == [[1, 2, 3]])
        #expect(read.facts[0].interfaceDrops == 17 && read.facts[0].systemDrops == 4)
    }

    @Test func packedFiles() throws {
        let plain = PcapFile.make((0..<3000).map { TestPacket(time: Int64($0) * 1000) })
        let gzipped = gzip(Array(plain[..<5000])) + gzip(Array(plain[5000...]))
        for (packed, format) in [(gzipped, "pcap+gzip"), (zstd(plain), "pcap+zstd")] {
            let read = try Reading([packed])
            #expect(read.frames.count == 3000 && read.facts[0].format == format && read.facts[0].fault == nil)
            let cut = try Reading([Array(packed.dropLast(9))])
            #expect(cut.facts[0].fault != nil)
        }
    }

    @Test func filterKeepsFrameNumbers() throws {
        var udp = [UInt8](repeating: 0, count: 60)
        udp.replaceSubrange(12..<15, with: [8, 0, 0x45])
        udp[23] = 17
        let file = PcapFile.make([TestPacket(time: 1000), TestPacket(time: 2000, data: udp)])
        #expect(try Reading([file], filter: "udp").frames == [2])
        #expect(throws: CaptureFault.self) { try Reading([file], filter: "nonsense of a filter") }
    }

    @Test func faultsOfOpening() throws {
        func kind(_ bytes: [UInt8]) -> CaptureFault.Kind? {
            do { _ = try Reading([bytes]) } catch { return (error as? CaptureFault)?.kind }
            return nil
        }
        #expect(kind([]) == .empty)
        #expect(kind(Array("{\"a\": \"secret content\"}".utf8)) == .notACapture)
        #expect(kind([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]) == .unknownPacking)
        #expect(kind(Array(PcapFile.make([]).dropLast())) == .cutShort)
        #expect(throws: CaptureFault.self) { try CaptureReader(paths: ["/nonexistent"]) }
        #expect(throws: CaptureFault.self) { try CaptureReader(paths: [NSTemporaryDirectory()]) }
    }
}

private func gzip(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    var input = bytes
    var output = [UInt8](repeating: 0, count: bytes.count + 1000)
    deflateInit2_(&stream, 6, Z_DEFLATED, 15 + 16, 8, 0, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    let room = output.count
    let made = input.withUnsafeMutableBufferPointer { source in
        output.withUnsafeMutableBufferPointer { target in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(room)
            deflate(&stream, Z_FINISH)
            return room - Int(stream.avail_out)
        }
    }
    deflateEnd(&stream)
    return Array(output[..<made])
}

private func zstd(_ bytes: [UInt8]) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    let made = ZSTD_compress(&output, output.count, bytes, bytes.count, 3)
    return Array(output[..<made])
}
