import Testing

/// Where frames begin and end has one owner.
@Suite struct FramingOwnerTests {
    private static let owner = "Sources/Conversations/Framing/Framing.swift"

    /// All that `Framing` stores is closed to others.
    @Test func storesNothingThatOthersMayWrite() throws {
        let file = try #require(SourceTree.sources.first { $0.path == Self.owner })
        let stored = file.code.map(\.trimmedText).filter { $0.contains("var ") && !$0.contains("{") }
        let open = stored.filter { !$0.hasPrefix("private var") && !$0.hasPrefix("private(set) var") }
        #expect(stored.count >= 4 && open.isEmpty, "\(open.joined(separator: "; "))")
    }

    /// Nobody replaces a direction's framing by another.
    @Test(arguments: SourceTree.sources.map(\.path).filter { $0 != owner && $0.hasPrefix("Sources/Conversations") })
    func isNotReplaced(path: String) throws {
        let file = try #require(SourceTree.sources.first { $0.path == path })
        let writes = file.code.filter { $0.contains(".framing = ") && !$0.contains("let ") }
        #expect(writes.isEmpty, "\(writes.joined(separator: "; "))")
    }
}
