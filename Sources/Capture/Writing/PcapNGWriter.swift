public import Vocabulary

/// Writes packets to a pcapng file (draft-ietf-opsawg-pcapng): one section, an interface block for each interface and link
/// type as its first packet comes, times in nanoseconds.
public final class PcapNGWriter {
    private let file: BlockFile
    private var interfaces: [Interface: UInt32] = [:]
    private let nameOf: (Int) -> String
    private let isBlanked: Bool
    /// Bytes of the file, those still held included.
    public private(set) var bytes: Int64 = 0
    public private(set) var packets: Int64 = 0
    /// Bytes that are in the file.
    public var written: Int64 { file.written }
    /// `errno` of the write that failed; nothing is written afterwards.
    public var failure: Int32? { file.failure }

    private struct Interface: Hashable {
        var source: Int
        var interface: UInt16
        var linkType: UInt16
    }

    /// Creates the file, readable by its owner alone: captures hold secrets.
    /// - Parameters:
    ///   - comment: of the whole file.
    ///   - blanked: packets come with lists of what was blanked of them (`PacketEntry.blanks`).
    ///   - nameOf: the name of a source.
    /// - Throws: `CaptureFault` where it cannot be made.
    public init(
        path: String, comment: String, blanked: Bool = false, nameOf: @escaping (Int) -> String
    ) throws(CaptureFault) {
        file = try BlockFile(path: path, endsWhole: true)
        self.nameOf = nameOf
        isBlanked = blanked
        write([UInt8](sectionWith: comment, blanked: blanked))
    }

    /// - Parameter comment: of this packet; nil for none.
    public func add(_ entry: PacketEntry, comment: String? = nil) {
        let place = interface(entry)
        var body: [UInt8] = []
        body.reserveCapacity(Int(entry.capturedLength) + 32)
        let time = UInt64(bitPattern: max(0, entry.time.nanoseconds))
        body.append32(place)
        body.append32(UInt32(truncatingIfNeeded: time >> 32))
        body.append32(UInt32(truncatingIfNeeded: time))
        body.append32(entry.capturedLength)
        body.append32(max(entry.wireLength, entry.capturedLength))
        body += UnsafeBufferPointer(start: entry.bytes, count: Int(entry.capturedLength))
        body.pad()
        let places = isBlanked ? entry.blanked : nil
        if let places {
            let list = entry.bytes + Int(entry.blanks)
            body += UnsafeBufferPointer(
                start: list, count: BlankedBytes.headBytes + places.count * BlankedBytes.placeBytes)
        }
        if let comment { body.appendComment(comment) }
        if places != nil || comment != nil { body.append32(0) }
        block(6, body)
        packets += 1
    }

    private func interface(_ entry: PacketEntry) -> UInt32 {
        let key = Interface(source: entry.frame.source, interface: entry.interface, linkType: entry.linkType)
        if let place = interfaces[key] { return place }
        let place = UInt32(interfaces.count)
        interfaces[key] = place
        var body: [UInt8] = []
        // Raw IP has another number in files than here.
        body.append16(entry.linkType == 12 || entry.linkType == 14 ? 101 : entry.linkType)
        body.append16(0)
        body.append32(0)
        body.appendOption(2, nameOf(entry.frame.source).utf8)
        body.appendOption(9, [9])
        body.append32(0)
        block(1, body)
        return place
    }

    private func block(_ type: UInt32, _ body: [UInt8]) { write([UInt8](block: type, body)) }

    private func write(_ block: [UInt8]) {
        guard failure == nil else { return }
        file.write(block)
        bytes += Int64(block.count)
    }

    /// Hands on what is held.
    public func flush() { file.flush() }

    public func close() { file.close() }
}
