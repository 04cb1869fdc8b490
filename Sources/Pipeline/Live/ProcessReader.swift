import ReportModel

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// What the system says of this process.
enum ProcessReader {
    private static let started = Double(time(nil)) - uptime()
    private static let mostCounted = 100_000

    static func facts() -> ProcessFacts {
        var facts = ProcessFacts()
        facts.startTime = started
        var clock = timespec()
        if clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &clock) == 0 {
            facts.cpuSeconds = Double(clock.tv_sec) + Double(clock.tv_nsec) / 1e9
        }
        facts.virtualBytes = words(of: "/proc/self/statm").first.map { $0 * Int64(sysconf(Int32(_SC_PAGESIZE))) }
        facts.openFiles = openFiles()
        let most = sysconf(Int32(_SC_OPEN_MAX))
        if most > 0 { facts.mostFiles = most }
        return facts
    }

    /// Seconds since this process began, as far as that is known.
    private static func uptime() -> Double {
        let fields = text(of: "/proc/self/stat").split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        let sinceBoot = text(of: "/proc/uptime").split(separator: " ").first.flatMap { Double($0) }
        // The 22nd field; the name before the last bracket is the second.
        guard let sinceBoot, ticks > 0, fields.count > 19, let began = Double(fields[19]) else { return 0 }
        return max(0, sinceBoot - began / ticks)
    }

    private static func openFiles() -> Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        // Itself, and its two names for folders.
        var count = -3
        while count < mostCounted, readdir(folder) != nil { count += 1 }
        return max(0, count)
    }

    private static func words(of path: String) -> [Int64] {
        text(of: path).split(separator: " ").compactMap { Int64($0) }
    }

    private static func text(of path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { _ = close(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
}
