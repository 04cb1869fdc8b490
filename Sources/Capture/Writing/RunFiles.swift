public import Vocabulary

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Names of files that several runs leave in one place: none overwrites what an earlier one wrote.
public enum RunFiles {
    /// The time as it stands in names: `20261121T041446Z`.
    public static func text(_ time: CaptureTime) -> String {
        var text = CalendarTime(time).iso8601.filter { $0 != "-" && $0 != ":" }
        if let dot = text.firstIndex(of: ".") { text = text[..<dot] + "Z" }
        return text
    }

    public static func now() -> String { text(CaptureTime(nanoseconds: Int64(time(nil)) * 1_000_000_000)) }

    /// Before the last dot of a file's name.
    static func inserted(_ part: String, _ path: String) -> String {
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return path + part }
        return String(path[..<dot]) + part + String(path[dot...])
    }

    /// A name with the time in it that nothing has yet.
    static func marked(_ path: String, _ time: String) -> String {
        unused({ inserted("-\(time)\($0)", path) }) {
            access($0, F_OK) != 0 && access(PacketRecorder.numbered($0, 1), F_OK) != 0
        }
    }

    /// The first of some names that nothing has yet.
    /// - Parameter name: of what tells it from the others: nothing, `.2`, `.3`, …
    public static func unused(
        _ name: (String) -> String, _ isFree: (String) -> Bool
    ) -> String {
        for number in 1...1000 {
            let candidate = name(number == 1 ? "" : ".\(number)")
            if isFree(candidate) { return candidate }
        }
        return name("")
    }

    /// What earlier runs wrote under a name, oldest first. A pipe or a device is no such thing.
    static func earlier(_ path: String, numbered: Bool) -> [String] {
        guard numbered else {
            var facts = stat()
            let isThere = stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG && facts.st_size > 0
            return isThere ? [path] : []
        }
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[...$0]) } ?? ""
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let dot = name.lastIndex(of: ".").flatMap { $0 == name.startIndex ? nil : $0 } ?? name.endIndex
        let (stem, end) = (name[..<dot], name[dot...])
        let mine = entries(folder.isEmpty ? "." : folder).filter { entry in
            guard entry.hasPrefix("\(stem)-"), entry.hasSuffix(end), entry.count > stem.count + end.count + 1 else {
                return false
            }
            return isMark(entry.dropFirst(stem.count + 1).dropLast(end.count))
        }
        return mine.map { (age(folder + $0), folder + $0) }.sorted { $0 < $1 }.map(\.1)
    }

    /// `00001`, or `20261121T041446Z-00001`.
    private static func isMark(_ text: Substring) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let number = parts.last, number.count >= 5,
            number.allSatisfy(\.isNumber)
        else { return false }
        return parts.count == 1 || parts[0].count >= 16 && parts[0].dropFirst(8).first == "T"
    }

    /// Names in a folder; where there are very many, some of them.
    public static func entries(_ folder: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while names.count < 100_000, let entry = readdir(handle) {
            let length = Int(entry.pointee.d_reclen)
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix(length).prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
        }
        return names
    }

    /// When it was last written to, in nanoseconds.
    public static func age(_ path: String) -> Int64 {
        var facts = stat()
        guard stat(path, &facts) == 0 else { return 0 }
        return Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec)
    }
}
