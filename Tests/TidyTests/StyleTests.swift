import Testing

/// What reviewers would otherwise say again and again.
@Suite struct StyleTests {
    static let longestFunction = 60
    static let longestFile = 400
    /// Modules that see packet bytes where they lie (ARCHITECTURE.md), and the tool, which calls C.
    static let unsafeHomes: Set = ["Capture", "Streams", "TLS", "KafkaDecode", "Conversations", "brokertap"]
    /// Single files elsewhere: a packet's place in its block, batches of packets that are kept, static tables, and a descriptor's
    /// `write`.
    static let unsafeFiles: Set = [
        "Sources/Vocabulary/PacketEntry.swift",
        "Sources/Pipeline/Live/DiskRing.swift",
        "Sources/KafkaSchema/KafkaError.swift",
        "Sources/KafkaSchema/SchemaNotation.swift",
        "Sources/Reports/Text/FileDescriptorSink.swift",
        "Sources/Reports/HTML/Gzip.swift",
    ]

    @Test(arguments: all.map(\.path)) func isTidy(path: String) throws {
        let file = try #require(Self.all.first { $0.path == path })
        if file.isGenerated { return }
        let notes =
            Self.lengths(file) + Self.markers(file) + Self.forced(file) + Self.strayUnsafe(file)
            + Self.bareCodes(file)
        #expect(notes.isEmpty, "\(notes.joined(separator: "; "))")
    }

    private static let all = SourceTree.sources + SourceTree.tools + SourceTree.tests

    private static func lengths(_ file: SourceFile) -> [String] {
        var notes = Functions.of(file).filter { $0.length > longestFunction }
            .map { "\(file.path):\($0.line): \($0.name) has \($0.length) lines" }
        if file.lines.count > longestFile { notes.append("\(file.path) has \(file.lines.count) lines") }
        return notes
    }

    /// Words that say that something is not done. Spelled so that this file has none.
    private static let unfinished = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]

    private static func markers(_ file: SourceFile) -> [String] {
        file.lines.enumerated().filter { _, line in unfinished.contains { line.contains($0) } }
            .map { "\(file.path):\($0.offset + 1): left-over marker" }
    }

    /// `try!`, `as!` and forced unwraps end the process of a user.
    private static func forced(_ file: SourceFile) -> [String] {
        guard file.path.hasPrefix("Sources/") else { return [] }
        return file.code.enumerated().filter { _, line in isForced(line) }
            .map { "\(file.path):\($0.offset + 1): forced: \($0.element.trimmedText)" }
    }

    /// A set of error codes or API keys is written by their names: numbers were wrong for long, and nobody saw it.
    private static func bareCodes(_ file: SourceFile) -> [String] {
        guard file.path.hasPrefix("Sources/") else { return [] }
        return file.code.enumerated().filter { $0.element.contains(/Int16[>\]] = \[ *[0-9]/) }
            .map { "\(file.path):\($0.offset + 1): codes by number: \($0.element.trimmedText)" }
    }

    private static func isForced(_ line: String) -> Bool {
        if line.contains("try!") || line.contains("as!") { return true }
        let characters = Array(line)
        for (index, character) in characters.enumerated() where character == "!" && index > 0 {
            let (before, after) = (characters[index - 1], index + 1 < characters.count ? characters[index + 1] : " ")
            let endsValue = before.isLetter || before.isNumber || before == ")" || before == "]" || before == "_"
            if endsValue, after != "=" { return true }
        }
        return false
    }

    private static func strayUnsafe(_ file: SourceFile) -> [String] {
        guard file.path.hasPrefix("Sources/"), !unsafeHomes.contains(file.module), !unsafeFiles.contains(file.path)
        else { return [] }
        return file.code.enumerated().filter { _, line in
            line.contains("Unsafe") || line.contains("withUnsafe") || line.contains("unsafeBitCast")
        }.map { "\(file.path):\($0.offset + 1): unsafe code outside its homes" }
    }
}

extension String {
    var trimmedText: String {
        String(drop { $0 == " " })
    }
}
