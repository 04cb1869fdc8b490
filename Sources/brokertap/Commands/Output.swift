internal import Reports

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// A file or standard output to write to.
enum Output {
    /// Opens the place, lets `body` write, and reports failures on standard error.
    /// - Parameter path: a file, replaced if it exists; `-` is standard output.
    /// - Returns: whether all went well; a reader who went away is well.
    static func write(to path: String, _ body: (any ByteSink) -> Void) -> Bool {
        if path == "-" { return write(descriptor: 1, name: "standard output", body) }
        guard let part = Part(of: path) else { return writeInPlace(path, body) }
        return write(descriptor: part.descriptor, name: path, body) && part.keep()
    }

    /// Several files that belong together: they take their places when all of them are whole.
    static func write(_ files: [(path: String, body: (any ByteSink) -> Void)]) -> Bool {
        var parts: [Part] = []
        for file in files {
            guard let part = Part(of: file.path) else {
                if writeInPlace(file.path, file.body) { continue }
                return false
            }
            guard write(descriptor: part.descriptor, name: file.path, file.body) else { return false }
            part.close()
            parts.append(part)
        }
        return parts.allSatisfy { $0.keep() }
    }

    /// What is written beside its place, and moved there when it is whole: who reads meanwhile, or after a full disk, has the one
    /// before. What is no plain file, or lies where no file can be made, is written in place, and has no part.
    private final class Part {
        let descriptor: Int32
        private let path: String
        private let beside: String
        private var isOpen = true
        private var isKept = false

        init?(of path: String) {
            guard Output.mayBeReplaced(path) else { return nil }
            (self.path, beside) = (path, "\(path).part-\(getpid())")
            descriptor = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
            guard descriptor >= 0 else { return nil }
            Output.keepMode(of: path, descriptor)
        }

        deinit {
            close()
            if !isKept { unlink(beside) }
        }

        func close() {
            if isOpen { _ = systemClose(descriptor) }
            isOpen = false
        }

        /// It is whole.
        /// - Returns: whether it could take its place; what is in the way has been told.
        func keep() -> Bool {
            close()
            isKept = rename(beside, path) == 0
            if !isKept {
                StandardError.say("\(path): cannot be written (\(Output.reason(errno))): choose another file")
            }
            return isKept
        }
    }

    private static func writeInPlace(_ path: String, _ body: (any ByteSink) -> Void) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            StandardError.say("\(path): cannot be written (\(reason(errno))): choose another file")
            return false
        }
        defer { close(descriptor) }
        return write(descriptor: descriptor, name: path, body)
    }

    /// Nothing is there, or a plain file of one name that may be written to.
    private static func mayBeReplaced(_ path: String) -> Bool {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return errno == ENOENT }
        return facts.st_mode & S_IFMT == S_IFREG && facts.st_nlink == 1 && access(path, W_OK) == 0
    }

    private static func keepMode(of path: String, _ descriptor: Int32) {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return }
        _ = fchmod(descriptor, facts.st_mode & 0o777)
    }

    private static func write(descriptor: Int32, name: String, _ body: (any ByteSink) -> Void) -> Bool {
        let sink = FileDescriptorSink(descriptor: descriptor)
        body(sink)
        sink.flush()
        guard case .failed(let code) = sink.outcome else { return true }
        StandardError.say("\(name): writing failed (\(reason(code))): make room or choose another file")
        return false
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}

/// `close` of the C library, which a method of that name hides.
private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
