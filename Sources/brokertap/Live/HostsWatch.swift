internal import Vocabulary

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// Looks whether the file of `--hosts` is another than it was.
struct HostsWatch {
    private let path: String
    private var last: [Int]?

    init(_ path: String) {
        self.path = path
        last = Self.look(path)
    }

    private static func look(_ path: String) -> [Int]? {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return nil }
        return [Int(facts.st_ino), Int(facts.st_size), Int(facts.st_mtim.tv_sec), Int(facts.st_mtim.tv_nsec)]
    }

    /// Names where they are new; nil where nothing changed, or the file cannot be read just now.
    mutating func changed() -> [IPAddress: String]? {
        guard let now = Self.look(path), now != last, let names = HostsFile.read(path) else { return nil }
        last = now
        return names
    }
}
