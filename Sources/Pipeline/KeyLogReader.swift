import Capture
import TLS

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Feeds a key log from files, what is written to them later included, and from secrets inside captures.
final class KeyLogReader {
    private struct File {
        let descriptor: Int32
        /// A line whose end has not been written yet.
        var line: [UInt8] = []
    }

    private var files: [File]
    private var secretsRead = 0
    private let log: KeyLog
    private static let blockBytes = 64 << 10
    /// The most read of one file at once: far more secrets than are kept.
    private static let fileBytes = 1 << 30
    /// A line longer than this is none; the log passes it over.
    private static let lineBytes = 4096

    /// Files that cannot be opened are passed over; the command line has complained of them.
    init(paths: [String], log: KeyLog) {
        files = paths.map { open($0, O_RDONLY | O_CLOEXEC) }.filter { $0 >= 0 }.map { File(descriptor: $0) }
        self.log = log
    }

    deinit { for file in files { _ = close(file.descriptor) } }

    /// Reads on where the last call ended.
    /// - Parameter growing: more may be written; a line without end is kept for the next call.
    func readNew(growing: Bool) {
        var block = [UInt8](repeating: 0, count: Self.blockBytes)
        for i in files.indices {
            var total = 0
            while total < Self.fileBytes {
                let count = read(files[i].descriptor, &block, block.count)
                if count <= 0 { break }
                total += count
                take(block[..<count], of: &files[i])
            }
            if !growing { flush(&files[i]) }
        }
        for i in block.indices { block[i] = 0 }
    }

    private func take(_ bytes: ArraySlice<UInt8>, of file: inout File) {
        var rest = bytes
        if let end = bytes.lastIndex(of: UInt8(ascii: "\n")) {
            flush(&file, bytes[...end])
            rest = bytes[(end + 1)...]
        }
        file.line += rest
        if file.line.count > Self.lineBytes { flush(&file) }
    }

    private func flush(_ file: inout File, _ more: ArraySlice<UInt8> = []) {
        log.read(file.line)
        log.read(more)
        log.finishLine()
        for i in file.line.indices { file.line[i] = 0 }
        file.line.removeAll()
    }

    /// Takes secrets that a capture has inside (pcapng's decryption secrets blocks), once each.
    /// - Parameter all: asked for where there are more than before.
    func takeSecrets(_ count: Int, _ all: () -> [[UInt8]]) {
        guard count > secretsRead else { return }
        let secrets = all()
        take(Array(secrets.dropFirst(secretsRead)))
        secretsRead = max(secretsRead, secrets.count)
    }

    /// Takes secrets that a capture has inside.
    func take(_ secrets: [[UInt8]]) {
        for text in secrets {
            log.read(text)
            log.finishLine()
        }
    }
}
