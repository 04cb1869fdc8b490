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
        return paths
    }
}
