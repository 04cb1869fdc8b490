import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A file, pipe or standard input, read with `read(2)`.
final class FileInput {
    let name: String
    let descriptor: Int32
    private var isOpen = true
    /// The size of a regular file; nil for a pipe, which has none.
    let size: Int64?
    /// Bytes read from it so far.
    private(set) var bytesRead: Int64 = 0
    /// Pieces of the file that are read one after another, the last one first; nil: all of it is read.
    private var pieces: [Range<Int64>]?
    private let followed: FollowedFile?
    /// Who uses what is read, where that is another thread.
    var ring: TurnRing?
    /// How often it is asked whether more of a silent pipe is still wanted, in milliseconds.
    private static let patience: Int32 = 100

    /// Opens `path`; `-` is standard input. Opening a FIFO waits for its writer.
    /// - Parameter pieces: of a regular file; only they are read.
    init(path: String, pieces: [Range<Int64>]? = nil, followed: FollowedFile? = nil) throws(CaptureFault) {
        name = path
        self.followed = followed
        let opened = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw Self.fault(path, errno) }
        descriptor = opened
        var status = stat()
        let known = fstat(opened, &status) == 0
        if known, status.st_mode & S_IFMT == S_IFDIR {
            if opened != 0 { _ = close(opened) }
            isOpen = false
            throw CaptureFault(source: path, kind: .isDirectory, detail: "is a directory, not a capture file")
        }
        size =
            pieces?.reduce(0) { $0.addingSaturated(Int64($1.count)) }
            ?? (known && status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil)
        self.pieces = pieces?.reversed()
        if size != nil { _ = posix_fadvise(opened, 0, 0, POSIX_FADV_SEQUENTIAL) }
    }

    deinit { finish() }

    /// Reads up to `count` bytes once; 0 at the end, and where no more of a pipe is wanted.
    func read(into target: UnsafeMutableRawPointer, _ count: Int) throws(CaptureFault) -> Int {
        guard isOpen else { return 0 }
        if size == nil, let ring {
            while !isReadable(within: Self.patience) { if ring.isStopping { return 0 } }
        }
        if pieces != nil { return try readPiece(into: target, count) }
        let count = followed?.room(at: bytesRead, count) ?? count
        while true {
            let got = readDescriptor(descriptor, target, count)
            if got == 0, count > 0, followed?.waits(at: bytesRead) == true { continue }
            if got >= 0 {
                bytesRead += Int64(got)
                return got
            }
            if errno != EINTR { throw Self.fault(name, errno, offset: bytesRead) }
        }
    }

    private func readPiece(into target: UnsafeMutableRawPointer, _ count: Int) throws(CaptureFault) -> Int {
        guard let piece = pieces?.popLast() else { return 0 }
        while true {
            let got = pread(descriptor, target, min(count, piece.count), off_t(piece.lowerBound))
            if got < 0, errno == EINTR { continue }
            if got < 0 { throw Self.fault(name, errno, offset: bytesRead) }
            // A file that has become shorter meanwhile ends here.
            if got == 0 { return 0 }
            bytesRead += Int64(got)
            let rest = piece.lowerBound + Int64(got)..<piece.upperBound
            if !rest.isEmpty { pieces?.append(rest) }
            return got
        }
    }

    /// Whether bytes, or the end, come within `milliseconds`. Always for a regular file.
    func isReadable(within milliseconds: Int32) -> Bool {
        guard size == nil, isOpen else { return true }
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, milliseconds) != 0
    }

    /// Closes it; standard input stays open.
    func finish() {
        if isOpen, descriptor != 0 { _ = close(descriptor) }
        isOpen = false
    }

    private static func fault(_ path: String, _ code: Int32, offset: Int64 = 0) -> CaptureFault {
        switch code {
        case ENOENT: CaptureFault(source: path, kind: .notFound, detail: "no such file")
        case EACCES, EPERM: CaptureFault(source: path, kind: .permissionDenied, detail: "may not be read")
        case EISDIR: CaptureFault(source: path, kind: .isDirectory, detail: "is a directory, not a capture file")
        default:
            CaptureFault(
                source: path, offset: offset, kind: .cannotRead,
                detail: "cannot be read: \(strerror(code).map { String(cString: $0) } ?? "error \(code)")")
        }
    }
}

/// `read(2)`, under a name that the method does not hide.
private func readDescriptor(_ descriptor: Int32, _ target: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, target, count)
}
