public import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Writes packets to a pcapng file (draft-ietf-opsawg-pcapng): one section, an interface block for each interface and link
/// type as its first packet comes, times in nanoseconds.
public final class PcapNGWriter {
    private let descriptor: Int32
    private var held: [UInt8] = []
    private var interfaces: [Interface: UInt32] = [:]
    private let nameOf: (Int) -> String
    /// Bytes of the file, those still held included.
    public private(set) var bytes: Int64 = 0
    public private(set) var packets: Int64 = 0
    /// `errno` of the write that failed; nothing is written afterwards.
    public private(set) var failure: Int32?
    private static let heldBytes = 256 << 10

    private struct Interface: Hashable {
        var source: Int
        var interface: UInt16
        var linkType: UInt16
    }

    /// Creates the file, readable by its owner alone: captures hold secrets.
    /// - Parameters:
    ///   - comment: of the whole file.
    ///   - nameOf: the name of a source.
    /// - Throws: `CaptureFault` where it cannot be made.
    public init(path: String, comment: String, nameOf: @escaping (Int) -> String) throws(CaptureFault) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            let words = String(cString: strerror(errno))
            throw CaptureFault(source: path, kind: .cannotWrite, detail: "cannot be written: \(words)")
        }
        self.nameOf = nameOf
        held.reserveCapacity(Self.heldBytes * 2)
        var body: [UInt8] = []
        body.append32(0x1A2B_3C4D)
        body.append16(1)
        body.append16(0)
        body += [UInt8](repeating: 0xFF, count: 8)
        body.appendOption(1, Array(comment.utf8))
        body.appendOption(4, Array("brokertap".utf8))
        body.append32(0)
        block(0x0A0D_0D0A, body)
    }

    deinit { close() }

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
        if let comment {
            body.appendOption(1, Array(comment.utf8))
            body.append32(0)
        }
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
        body.appendOption(2, Array(nameOf(entry.frame.source).utf8))
        body.appendOption(9, [9])
        body.append32(0)
        block(1, body)
        return place
    }

    private func block(_ type: UInt32, _ body: [UInt8]) {
        guard failure == nil else { return }
        let length = UInt32(body.count + 12)
        held.append32(type)
        held.append32(length)
        held += body
        held.append32(length)
        bytes += Int64(length)
        if held.count >= Self.heldBytes { flush() }
    }

    /// Hands on what is held.
    public func flush() {
        var done = 0
        while done < held.count, failure == nil {
            let written = held.withUnsafeBytes { writeDescriptor(descriptor, $0.baseAddress, done, $0.count) }
            if written >= 0 { done += written } else if errno != EINTR { failure = errno }
        }
        held.removeAll(keepingCapacity: true)
    }

    private var isOpen = true

    public func close() {
        guard isOpen else { return }
        flush()
        isOpen = false
        _ = closeDescriptor(descriptor)
    }
}

private func writeDescriptor(_ descriptor: Int32, _ base: UnsafeRawPointer?, _ from: Int, _ count: Int) -> Int {
    base.map { write(descriptor, $0 + from, count - from) } ?? 0
}

private func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }

extension [UInt8] {
    fileprivate mutating func append16(_ value: UInt16) {
        append(UInt8(truncatingIfNeeded: value))
        append(UInt8(truncatingIfNeeded: value >> 8))
    }

    fileprivate mutating func append32(_ value: UInt32) {
        append16(UInt16(truncatingIfNeeded: value))
        append16(UInt16(truncatingIfNeeded: value >> 16))
    }

    fileprivate mutating func pad() { while count & 3 != 0 { append(0) } }

    /// Options are shorter than 64 KiB; longer text is cut.
    fileprivate mutating func appendOption(_ code: UInt16, _ value: [UInt8]) {
        let value = value.prefix(60_000)
        append16(code)
        append16(UInt16(value.count))
        self += value
        pad()
    }
}
