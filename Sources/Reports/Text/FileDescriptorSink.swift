#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// Writes to an open file descriptor, 64 KiB at a time. Closing it is its owner's affair.
public final class FileDescriptorSink: ByteSink {
    /// How writing went so far.
    public enum Outcome: Equatable, Sendable {
        case fine
        /// The reader has gone (`| head`): nothing to complain about.
        case readerGone
        /// The `errno` of the write that failed.
        case failed(Int32)
    }

    public private(set) var outcome = Outcome.fine
    private let descriptor: Int32
    private var held: [UInt8] = []
    private static let blockBytes = 64 << 10

    public init(descriptor: Int32) {
        self.descriptor = descriptor
        held.reserveCapacity(Self.blockBytes * 2)
    }

    public func write(_ bytes: [UInt8]) {
        guard outcome == .fine else { return }
        held += bytes
        if held.count >= Self.blockBytes { flush() }
    }

    public func flush() {
        var done = 0
        while done < held.count, outcome == .fine { done += writeOnce(from: done) }
        held.removeAll(keepingCapacity: true)
    }

    /// One `write` call; SIGPIPE is expected to be ignored by the program, so that a closed pipe is an error code.
    private func writeOnce(from start: Int) -> Int {
        let written = held.withUnsafeBytes { bytes in
            bytes.baseAddress.map { write_(descriptor, $0 + start, bytes.count - start) } ?? 0
        }
        if written >= 0 { return written }
        switch errno {
        case EINTR, EAGAIN: break
        case EPIPE: outcome = .readerGone
        default: outcome = .failed(errno)
        }
        return 0
    }
}

/// `write` of the C library, which the class's own method of that name hides.
private func write_(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}
