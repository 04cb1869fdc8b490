#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// An output never overwrites an input, by whatever name or link both go; and one that cannot be written is told of before the
/// work, not behind it.
enum OutputCheck {
    static func check(_ outputs: [String], inputs: [String]) throws(UsageError) {
        for output in outputs where output != "-" {
            if let reason = obstacle(output) {
                throw UsageError(message: "\(output) cannot be written (\(reason)): choose another file")
            }
            guard let target = place(output) else { continue }
            for input in inputs where input != "-" {
                guard let source = place(input), source == target else { continue }
                throw UsageError(message: "\(output) is the capture that is read: choose another file")
            }
        }
    }

    /// The same of a folder, which is made with those above it where there is none, and of each file that will be in it.
    static func check(folder: String, files: [String], inputs: [String]) throws(UsageError) {
        // The nearest that is there already.
        var place = folder
        var status = stat()
        while stat(place, &status) != 0, errno == ENOENT || errno == ENOTDIR, let slash = place.lastIndex(of: "/") {
            place = slash == place.startIndex ? "/" : String(place[..<slash])
        }
        if stat(place, &status) != 0 { place = "." }
        if stat(place, &status) == 0, status.st_mode & S_IFMT != S_IFDIR {
            throw UsageError(message: "\(folder) cannot be made (\(place) is no folder): choose another folder")
        }
        guard access(place, W_OK | X_OK) == 0 else {
            let reason = String(cString: strerror(errno))
            throw UsageError(message: "\(folder) cannot be written to (\(place): \(reason)): choose another folder")
        }
        try check(files.map { "\(folder)/\($0)" }.filter { access($0, F_OK) == 0 }, inputs: inputs)
    }

    /// Why nothing can be written there; nil where it seems possible.
    private static func obstacle(_ path: String) -> String? {
        var status = stat()
        if stat(path, &status) == 0 {
            if status.st_mode & S_IFMT == S_IFDIR { return "it is a directory" }
            return access(path, W_OK) == 0 ? nil : String(cString: strerror(errno))
        }
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        return access(folder, W_OK | X_OK) == 0 ? nil : "\(folder): \(String(cString: strerror(errno)))"
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
