import Foundation

/// The Swift files of the repository, as lines.
struct SourceFile: Sendable {
    /// From the repository's root.
    var path: String
    var lines: [String]

    /// `Capture` of `Sources/Capture/Block.swift`.
    var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    var isGenerated: Bool { path.contains("/Generated/") }

    /// The modules it imports, system libraries and Foundation included.
    var imports: [String] {
        lines.compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard let position = words.firstIndex(of: "import"), position < words.count - 1 else { return nil }
            guard words[..<position].allSatisfy({ Self.importModifiers.contains($0) }) else { return nil }
            return words.last?.split(separator: ".").first.map(String.init)
        }
    }

    private static let importModifiers: Set = [
        "public", "internal", "package", "private", "fileprivate", "@testable", "@preconcurrency",
    ]

    /// Lines without their line comments and the inside of string literals: what is left is code.
    var code: [String] { lines.map(Self.withoutWords) }

    private static func withoutWords(_ line: String) -> String {
        var result = ""
        var inText = false
        var previous: Character = " "
        for character in line {
            if character == "\"", previous != "\\" { inText.toggle() }
            if !inText, character == "/", previous == "/" { return String(result.dropLast()) }
            if !inText || character == "\"" { result.append(character) }
            previous = character == "\\" && previous == "\\" ? " " : character
        }
        return result
    }
}

enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let sources = files(under: "Sources")
    static let tools = files(under: "Tools")
    static let tests = files(under: "Tests")

    private static func files(under folder: String) -> [SourceFile] {
        let base = root.appendingPathComponent(folder)
        let names = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
            let text = (try? String(contentsOf: base.appendingPathComponent(name), encoding: .utf8)) ?? ""
            return SourceFile(path: "\(folder)/\(name)", lines: text.components(separatedBy: "\n"))
        }
    }
}
