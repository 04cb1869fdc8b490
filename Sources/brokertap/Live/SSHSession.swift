#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// The SSH session over which this program is used.
enum SSHSession {
    private static let name = "SSH_CONNECTION"
    /// A shell in a terminal multiplexer in a shell under sudo is far from that.
    private static let mostAncestors = 16

    /// The value of SSH_CONNECTION, from the environment or, as sudo takes it out of that, from the first of the processes
    /// above this one that has it.
    static func connection() -> String? {
        if let own = TerminalFacts.environment(name) { return own }
        var process = getppid()
        for _ in 0..<mostAncestors where process > 0 {
            if let value = variable(of: process) { return value }
            process = parent(of: process) ?? 0
        }
        return nil
    }

    /// What cannot be read, because the process is another user's, has no such variable.
    private static func variable(of process: pid_t) -> String? {
        let wanted = Array("\(name)=".utf8)
        let entry = contents("/proc/\(process)/environ").split(separator: 0).first { $0.starts(with: wanted) }
        return entry.map { String(decoding: $0.dropFirst(wanted.count), as: UTF8.self) }
    }

    /// `pid (name) state ppid ...`; the name may hold anything.
    private static func parent(of process: pid_t) -> pid_t? {
        let text = contents("/proc/\(process)/stat")
        guard let end = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let words = text[(end + 1)...].split(separator: UInt8(ascii: " "))
        return words.count > 1 ? pid_t(String(decoding: words[1], as: UTF8.self)) : nil
    }

    /// Of a file that has no size; 1 MB at the most.
    private static func contents(_ path: String) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < 1 << 20 {
            let count = read(file, &block, block.count)
            guard count > 0 else { break }
            bytes += block[..<count]
        }
        return bytes
    }
}
