internal import Vocabulary

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// Names of addresses in the form of `/etc/hosts`.
enum HostsFile {
    /// The first name of each address; lines that are not understood are skipped, as resolvers do.
    static func parse(_ text: String) -> [IPAddress: String] {
        var names: [IPAddress: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            if words.count > 1, let address = IPAddress(words[0]), names[address] == nil {
                names[address] = String(words[1])
            }
        }
        return names
    }

    /// Nil where the file cannot be read.
    static func read(_ path: String) -> [IPAddress: String]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < 16 << 20 {
            let count = fread(&block, 1, block.count, file)
            if count == 0 { break }
            bytes += block[..<count]
        }
        return ferror(file) == 0 ? parse(String(decoding: bytes, as: UTF8.self)) : nil
    }
}
