internal import Reports
internal import Vocabulary

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// A file of lines that grows: appended to, turned over at a size, and never the reason why a run ends. Where there is no room,
/// lines are left out until there is.
final class LineFile: ByteSink {
    private let path: String
    private let most: Int64?
    private let keep: Int
    private var descriptor: Int32
    private var size: Int64
    private var held: [UInt8] = []
    /// The file ends in the middle of a line, since its end did not fit.
    private var isTorn = false
    private var lost = 0
    private var complaints: [String] = []

    struct Failure: Error { var what: String }

    /// - Parameters:
    ///   - most: bytes at which a new file is begun; nil: never.
    ///   - keep: older files kept, `FILE.1` being the latest of them.
    init(path: String, most: Int64?, keep: Int) throws(Failure) {
        (self.path, self.most, self.keep) = (path, most, keep)
        (descriptor, size) = Self.open(path)
        guard descriptor >= 0 else { throw Failure(what: "\(path): cannot be written (\(Self.reason(errno)))") }
        isTorn = size > 0 && !Self.endsWithLine(path, size)
    }

    deinit { close(descriptor) }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    private static func open(_ path: String) -> (Int32, Int64) {
        let descriptor = systemOpen(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        var facts = stat()
        guard descriptor >= 0, fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            return (descriptor, 0)
        }
        return (descriptor, Int64(facts.st_size))
    }

    /// A run that was killed may have left half a line.
    private static func endsWithLine(_ path: String, _ size: Int64) -> Bool {
        let descriptor = systemOpen(path, O_RDONLY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var last: UInt8 = 0
        return pread(descriptor, &last, 1, off_t(size - 1)) != 1 || last == UInt8(ascii: "\n")
    }

    func write(_ bytes: [UInt8]) { held += bytes }

    /// Writes what is held: whole lines.
    func flush() {
        guard !held.isEmpty else { return }
        defer { held.removeAll(keepingCapacity: true) }
        if let most, size > 0, size + Int64(held.count) > most { turnOver() }
        if isTorn { held.insert(UInt8(ascii: "\n"), at: 0) }
        var done = 0
        while done < held.count {
            let count = held.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, done, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return fail(errno, from: done) }
            done += count
            size += Int64(count)
        }
        isTorn = false
        if lost > 0 { complaints.append("\(path): written again; \(lost) lines were left out meanwhile") }
        lost = 0
    }

    /// Of a line that did not fit nothing stays: whoever reads the file finds whole lines.
    private func fail(_ code: Int32, from done: Int) {
        let isInLine = done > 0 && held[done - 1] != UInt8(ascii: "\n")
        isTorn =
            isTorn && done == 0
            || isInLine && !takeBack(done - (held[..<done].lastIndex(of: UInt8(ascii: "\n")) ?? -1) - 1)
        let lines = held[done...].count { $0 == UInt8(ascii: "\n") }
        if lost == 0 { complaints.append("\(path): lines are left out: \(Self.reason(code))") }
        lost += lines
    }

    /// - Parameter bytes: at the file's end, where nobody else has written behind them.
    private func takeBack(_ bytes: Int) -> Bool {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, facts.st_size == off_t(size),
            ftruncate(descriptor, off_t(size) - off_t(bytes)) == 0
        else { return false }
        size -= Int64(bytes)
        return true
    }

    /// What went wrong since it was last asked, and that it is over.
    func takeComplaints() -> [String] {
        defer { complaints = [] }
        return complaints
    }

    private func turnOver() {
        for number in (0..<keep).reversed() {
            _ = rename(number == 0 ? path : "\(path).\(number)", "\(path).\(number + 1)")
        }
        if keep == 0 { _ = unlink(path) }
        let (next, size) = Self.open(path)
        guard next >= 0 else { return }
        close(descriptor)
        (descriptor, self.size, isTorn) = (next, size, false)
    }
}

private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 { open(path, flags, mode) }

private func systemWrite(_ descriptor: Int32, _ base: UnsafeRawPointer?, _ from: Int, _ count: Int) -> Int {
    base.map { write(descriptor, $0 + from, count - from) } ?? 0
}
