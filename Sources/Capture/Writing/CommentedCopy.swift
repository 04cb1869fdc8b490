public import Vocabulary

/// Copies a capture as pcapng, with comments on some of its packets. Of a pcapng file every other byte stays as it is; of a
/// pcap file the packets, their times and their lengths do.
public final class CommentedCopy {
    private let source: ByteSource
    private let output: BlockFile
    private let limits: Limits
    private let comments: [UInt64: String]
    /// Bytes of the source that were read and not yet copied.
    private var held: [UInt8] = []
    private var at = 0
    private var frame: UInt64 = 0
    /// Packets that got their comment.
    public private(set) var commented = 0

    /// - Parameter comments: by frame number.
    public init(path: String, output: String, comments: [UInt64: String], limits: Limits) throws(CaptureFault) {
        source = try ByteSource(path: path)
        self.output = try BlockFile(path: output)
        (self.comments, self.limits) = (comments, limits)
    }

    /// Copies to the end, or to where the source is damaged; what is left behind that is copied as it is.
    public func run() throws(CaptureFault) {
        guard try has(24) else { throw cannotRead("is too short for a capture") }
        if load32(0, swapped: false) == PcapNGParser.sectionMagic { try copyBlocks() } else { try copyRecords() }
        output.close()
        if let code = output.failure { throw BlockFile.cannotWrite(output.path, code) }
    }

    private func cannotRead(_ detail: String) -> CaptureFault {
        CaptureFault(source: source.input.name, kind: .notACapture, detail: detail)
    }

    // MARK: Bytes

    /// Whether so many bytes are there, read if need be.
    private func has(_ count: Int) throws(CaptureFault) -> Bool {
        if at > 0, held.count - at < count {
            held.removeFirst(at)
            at = 0
        }
        while held.count - at < count {
            let room = max(64 << 10, count)
            let start = held.count
            held.append(contentsOf: repeatElement(0, count: room))
            let got = try fill(from: start, room)
            held.removeLast(room - got)
            if got == 0 { return false }
        }
        return true
    }

    private func fill(from start: Int, _ room: Int) throws(CaptureFault) -> Int {
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 16)
        defer { buffer.deallocate() }
        let got = try source.read(into: buffer, room)
        held.replaceSubrange(start..<(start + got), with: UnsafeRawBufferPointer(start: buffer, count: got))
        return got
    }

    private func load32(_ offset: Int, swapped: Bool) -> UInt32 {
        let place = at + offset
        let value =
            UInt32(held[place]) | UInt32(held[place + 1]) << 8 | UInt32(held[place + 2]) << 16
            | UInt32(held[place + 3]) << 24
        return swapped ? value.byteSwapped : value
    }

    /// Copies the next bytes as they are, however many there are.
    private func pass(_ count: Int) throws(CaptureFault) {
        var left = count
        while left > 0, try has(1) {
            let taken = min(left, held.count - at)
            output.write(held[at..<(at + taken)])
            at += taken
            left -= taken
        }
    }

    // MARK: pcapng

    private func copyBlocks() throws(CaptureFault) {
        var swapped = false
        while try has(12) {
            if load32(0, swapped: false) == PcapNGParser.sectionMagic {
                swapped = load32(8, swapped: false) == UInt32(0x1A2B_3C4D).byteSwapped
            }
            let (type, length) = (load32(0, swapped: swapped), Int(load32(4, swapped: swapped)))
            guard length >= 12, length & 3 == 0 else { break }
            if type == 6 || type == 2 || type == 3 { frame += 1 }
            guard type == 6 || type == 2, let comment = comments[frame], length >= 32,
                length <= limits.packetBytes + 65_536 + 32, try has(length)
            else {
                try pass(length)
                continue
            }
            addComment(comment, length, swapped: swapped)
        }
        try pass(.max)
    }

    /// Options stand behind the packet; a comment goes before their end mark.
    private func addComment(_ comment: String, _ length: Int, swapped: Bool) {
        let captured = Int(load32(20, swapped: swapped))
        let end = length - 4
        var place = 28 + (captured + 3) & ~3
        guard captured <= length, place <= end else {
            output.write(held[at..<(at + length)])
            at += length
            return
        }
        while place + 4 <= end {
            let word = load32(place, swapped: false)
            let bytes = withUnsafeBytes(of: word.littleEndian) { Array($0) }
            let code = swapped ? Int(bytes[0]) << 8 | Int(bytes[1]) : Int(bytes[1]) << 8 | Int(bytes[0])
            let size = swapped ? Int(bytes[2]) << 8 | Int(bytes[3]) : Int(bytes[3]) << 8 | Int(bytes[2])
            guard code != 0, place + 4 + (size + 3) & ~3 <= end else { break }
            place += 4 + (size + 3) & ~3
        }
        var block = Array(held[at..<(at + place)])
        block.appendComment(comment, swapped: swapped)
        if place == end { block.append32(0, swapped: swapped) } else { block += held[(at + place)..<(at + end)] }
        let whole = UInt32(block.count + 4)
        block.replaceSubrange(4..<8, with: [UInt8](whole, swapped: swapped))
        block.append32(whole, swapped: swapped)
        output.write(block[...])
        at += length
        commented += 1
    }

    // MARK: pcap

    private func copyRecords() throws(CaptureFault) {
        guard let traits = PcapParser.traits(load32(0, swapped: false)) else {
            throw cannotRead("is no pcap and no pcapng")
        }
        let (swapped, header) = (traits.swapped, traits.recordHeader)
        let units = UInt64(1_000_000_000 / traits.nanoseconds)
        let network = load32(20, swapped: swapped)
        writeHead(network, snap: load32(16, swapped: swapped), isNanoseconds: traits.nanoseconds == 1)
        at += 24
        while try has(header) {
            let captured = Int(load32(8, swapped: swapped))
            guard captured <= limits.packetBytes, try has(header + captured) else { break }
            frame += 1
            let ticks = UInt64(load32(0, swapped: swapped)) * units + UInt64(load32(4, swapped: swapped))
            writePacket(ticks, wire: load32(12, swapped: swapped), at + header, captured)
            at += header + captured
        }
    }

    /// A section and its one interface.
    private func writeHead(_ network: UInt32, snap: UInt32, isNanoseconds: Bool) {
        var section: [UInt8] = []
        section.append32(0x1A2B_3C4D)
        section.append32(1)
        section += [UInt8](repeating: 0xFF, count: 8)
        block(0x0A0D_0D0A, section)
        var interface: [UInt8] = []
        interface.append32(network & 0xFFFF)
        interface.append32(snap)
        interface += [9, 0, 1, 0, isNanoseconds ? 9 : 6, 0, 0, 0]
        // The upper bits say that each packet ends with a check sequence of so many 16-bit words.
        if network & 0x0400_0000 != 0 { interface += [13, 0, 1, 0, UInt8(network >> 28) &* 16, 0, 0, 0] }
        interface.append32(0)
        block(1, interface)
    }

    private func writePacket(_ ticks: UInt64, wire: UInt32, _ start: Int, _ captured: Int) {
        var body: [UInt8] = []
        body.append32(0)
        body.append32(UInt32(truncatingIfNeeded: ticks >> 32))
        body.append32(UInt32(truncatingIfNeeded: ticks))
        body.append32(UInt32(captured))
        body.append32(wire)
        body += held[start..<(start + captured)]
        body.pad()
        if let comment = comments[frame] {
            body.appendComment(comment)
            body.append32(0)
            commented += 1
        }
        block(6, body)
    }

    private func block(_ type: UInt32, _ body: [UInt8]) { output.write([UInt8](block: type, body)) }
}
