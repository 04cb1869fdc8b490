import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A file that is written a large block at a time.
final class BlockFile {
    let path: String
    private let descriptor: Int32
    private var held: [UInt8] = []
    private var isOpen = true
    /// `errno` of the write that failed; nothing is written afterwards.
    private(set) var failure: Int32?
    /// Bytes that were handed on.
    private(set) var written: Int64 = 0
    /// Where the file cannot be written on it ends behind a whole block of pcapng, of this program's byte order.
    private let endsWhole: Bool
    private static let heldBytes = 256 << 10

    /// Creates the file, readable by its owner alone: captures hold secrets.
    /// - Throws: `CaptureFault` where it cannot be made.
    init(path: String, endsWhole: Bool = false) throws(CaptureFault) {
        self.path = path
        self.endsWhole = endsWhole
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.cannotWrite(path, errno) }
        held.reserveCapacity(Self.heldBytes * 2)
    }

    deinit { close() }

    static func cannotWrite(_ path: String, _ code: Int32) -> CaptureFault {
        CaptureFault(source: path, kind: .cannotWrite, detail: "cannot be written: \(String(cString: strerror(code)))")
    }

    func write(_ bytes: some Collection<UInt8>) {
        guard failure == nil else { return }
        held += bytes
        if held.count >= Self.heldBytes { flush() }
    }

    /// Something other than writing went wrong.
    func fail(_ code: Int32) { failure = failure ?? code }

    /// Hands on what is held.
    func flush() {
        var done = 0
        while done < held.count, failure == nil {
            let count = held.withUnsafeBytes { writeDescriptor(descriptor, $0.baseAddress, done, $0.count) }
            if count >= 0 { done += count } else if errno != EINTR { failure = errno }
        }
        if failure != nil, endsWhole {
            done = held.wholeBlocks(before: done)
            _ = ftruncate(descriptor, off_t(written + Int64(done)))
        }
        written += Int64(done)
        held.removeAll(keepingCapacity: true)
    }

    func close() {
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
