#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// Files that cannot be read are told of all at once: who mends one wants to know of the next.
enum InputCheck {
    /// - Returns: false where several cannot be read, which standard error then names. A single one is told of by who opens it.
    static func areReadable(_ paths: [String]) -> Bool {
        let faults = paths.filter { $0 != "-" }.compactMap { path in reason(path).map { "\(path): \($0)" } }
        guard faults.count > 1 else { return true }
        for fault in faults { StandardError.say(fault) }
        return false
    }

    private static func reason(_ path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return errno == ENOENT ? "no such file" : String(cString: strerror(errno))
        }
        if status.st_mode & S_IFMT == S_IFDIR { return "is a directory, not a capture file" }
        return access(path, R_OK) == 0 ? nil : "may not be read"
    }
}
