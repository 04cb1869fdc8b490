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
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            StandardError.say("\(path): cannot be written (\(reason(errno))): choose another file")
            return false
        }
        defer { close(descriptor) }
        return write(descriptor: descriptor, name: path, body)
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
