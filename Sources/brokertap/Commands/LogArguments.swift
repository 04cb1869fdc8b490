import Capture

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// Which logs and events to read beside the captures.
enum LogArguments {
    static func paths(_ name: String, _ arguments: ParsedArguments) throws(UsageError) -> [String] {
        let paths = arguments.all(name)
        for path in paths where access(path, R_OK) != 0 {
            throw UsageError(message: "--\(name): \(path) cannot be read")
        }
        for path in paths {
            if isFolder(path) { throw UsageError(message: "--\(name): \(path) is a directory") }
            do { _ = try TextInput(path: path, blockBytes: 1) } catch {
                throw UsageError(message: "--\(name): \(error)")
            }
        }
        return paths
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
