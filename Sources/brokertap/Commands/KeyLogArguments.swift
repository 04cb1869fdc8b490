#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// Which key logs to read.
enum KeyLogArguments {
    /// What `--keylog` names; else what `SSLKEYLOGFILE` names, where that can be read.
    static func paths(_ arguments: ParsedArguments) throws(UsageError) -> [String] {
        if arguments.has("no-keylog") { return [] }
        let named = arguments.all("keylog")
        for path in named where access(path, R_OK) != 0 {
            throw UsageError(message: "--keylog: \(path) cannot be read")
        }
        if !named.isEmpty { return named }
        guard let value = getenv("SSLKEYLOGFILE") else { return [] }
        let path = String(cString: value)
        return !path.isEmpty && access(path, R_OK) == 0 ? [path] : []
    }
}
