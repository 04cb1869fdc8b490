import Foundation
import Testing
import Vocabulary

/// `docs/LIMITS.md` is what `Vocabulary/Limits.swift` says, and is written anew by `BROKERTAP_RECORD=1`, which fails the run.
@Suite struct LimitsPageTests {
    @Test func thePageIsCurrent() throws {
        let page = try Self.page()
        let place = SourceTree.root.appendingPathComponent("docs/LIMITS.md")
        if ProcessInfo.processInfo.environment["BROKERTAP_RECORD"] != nil {
            try page.write(to: place, atomically: true, encoding: .utf8)
            Issue.record("written; read the difference")
        }
        #expect(
            try String(contentsOf: place, encoding: .utf8) == page, "BROKERTAP_RECORD=1 swift test --filter LimitsPage")
    }

    private static func page() throws -> String {
        var lines = [
            "# Limits", "",
            "What is alive is bounded, by these numbers; reaching one is told in the report (`limits`). `live` has lower ones",
            "where two are given. The page is made from `Sources/Vocabulary/Limits.swift`.",
        ]
        let (values, live) = (Self.values(Limits()), Self.values(.live))
        let source = try #require(SourceTree.sources.first { $0.path == "Sources/Vocabulary/Limits.swift" })
        var words: [String] = []
        for line in source.lines.map(\.trimmedText) {
            if line.hasPrefix("/// ") {
                words.append(String(line.dropFirst(4)))
            } else if line.hasPrefix("// ") {
                lines += ["", "## \(line.dropFirst(3))", "", "| limit | value | of what |", "| --- | --- | --- |"]
            } else if line.hasPrefix("public var "), let name = Self.name(in: line), let value = values[name] {
                let both =
                    live[name] == value
                    ? text(value, name) : "\(text(value, name)); live \(text(live[name] ?? 0, name))"
                lines.append("| `\(name)` | \(both) | \(words.joined(separator: " ")) |")
                words = []
            } else {
                words = []
                if line == "public init() {}" { break }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func name(in line: String) -> String? {
        line.split(separator: " ").dropFirst(2).first.map { String($0.prefix { $0.isLetter }) }
    }

    private static func values(_ limits: Limits) -> [String: Int64] {
        var values: [String: Int64] = [:]
        for child in Mirror(reflecting: limits).children {
            guard let label = child.label else { continue }
            values[label] = (child.value as? Int).map(Int64.init) ?? child.value as? Int64
        }
        return values
    }

    /// Bytes and times in their units.
    private static func text(_ value: Int64, _ name: String) -> String {
        if name.hasSuffix("Nanoseconds") {
            return value % 1_000_000_000 == 0 ? "\(value / 1_000_000_000) s" : "\(value / 1_000_000) ms"
        }
        guard name.contains("Bytes") || name.hasSuffix("bytes") else { return "\(value)" }
        for (unit, size) in [("GiB", Int64(1) << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] where value % size == 0 {
            return "\(value / size) \(unit)"
        }
        return "\(value) bytes"
    }
}
