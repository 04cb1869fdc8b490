#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// An output never overwrites an input, by whatever name or link both go.
enum OutputCheck {
    static func check(_ outputs: [String], inputs: [String]) throws(UsageError) {
        for output in outputs where output != "-" {
            guard let target = place(output) else { continue }
            for input in inputs where input != "-" {
                guard let source = place(input), source == target else { continue }
                throw UsageError(message: "\(output) is the capture that is read: choose another file")
            }
        }
    }

    private struct Place: Equatable {
        var device: UInt64
        var number: UInt64
    }

    /// Of what is there and no device such as /dev/null.
    private static func place(_ path: String) -> Place? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Place(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
    }
}
