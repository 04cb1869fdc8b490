#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// A file that may be a JSON report.
enum ReportFile {
    struct TooLarge: Error, CustomStringConvertible {
        let description: String
    }

    /// All of a file that begins as a JSON object does; nil of any other, and of one that cannot be opened. No capture begins so.
    static func bytes(_ path: String, limit: Int) throws(TooLarge) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = fread(&block, 1, block.count, file)
            if bytes.isEmpty, block[..<count].first(where: { !blanks.contains($0) }) != UInt8(ascii: "{") { return nil }
            if count == 0 { return bytes }
            bytes += block[..<count]
            if bytes.count > limit {
                throw TooLarge(description: "\(path): a JSON report of more than \(limit >> 20) MiB is not compared")
            }
        }
    }

    private static let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
}
