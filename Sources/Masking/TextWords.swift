/// Words of a text: what may be a name, an address, or a name with its port.
enum TextWords {
    static func isNamePart(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || byte >= 0x80 || "._-:@%".utf8.contains(byte)
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }

    /// - Parameter word: gives as many bytes as it gets.
    static func replaced(_ text: [UInt8], by word: ([UInt8]) -> [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var at = 0
        while at < text.count {
            let end = text[at...].firstIndex { !isNamePart($0) } ?? text.count
            if end > at { result += dotted(Array(text[at..<end]), by: word) }
            if end < text.count { result.append(text[end]) }
            at = end + 1
        }
        return result
    }

    /// A full stop or a colon behind a word is none of it.
    private static func dotted(_ text: [UInt8], by word: ([UInt8]) -> [UInt8]) -> [UInt8] {
        let bare = text.last.map { ".:".utf8.contains($0) } == true ? text.dropLast() : text[...]
        return bare.isEmpty ? text : word(Array(bare)) + text[bare.count...]
    }

    /// Replaces names that are a part of a word, as in a member id: `consumer-1-5f0c…`. They begin and end where letters and digits do.
    /// - Parameter alias: nil where it is no name.
    static func replacedInside(_ word: [UInt8], by alias: ([UInt8]) -> [UInt8]?) -> [UInt8] {
        let edges = [0] + word.indices.dropFirst().filter { isLetterOrDigit(word[$0]) != isLetterOrDigit(word[$0 - 1]) }
        let bounds = Array(edges.prefix(mostEdges)) + [word.count]
        var (result, at): ([UInt8], Int) = ([], 0)
        while at < bounds.count - 1 {
            let (end, bytes) =
                longest(from: at, bounds, word, alias) ?? (at + 1, Array(word[bounds[at]..<bounds[at + 1]]))
            result += bytes
            at = end
        }
        return result
    }

    /// The longest name that begins at an edge.
    private static func longest(
        from at: Int, _ bounds: [Int], _ word: [UInt8], _ alias: ([UInt8]) -> [UInt8]?
    ) -> (end: Int, alias: [UInt8])? {
        for end in bounds.indices[(at + 1)...].reversed() {
            if let found = alias(Array(word[bounds[at]..<bounds[end]])) { return (end, found) }
        }
        return nil
    }

    /// Each edge is tried with each behind it.
    private static let mostEdges = 24

    /// Holds what names and addresses have between their letters.
    static func looksLikeName(_ word: [UInt8]) -> Bool {
        guard word.contains(where: isLetterOrDigit) else { return false }
        return word.contains { "@:.%".utf8.contains($0) || $0 >= 0x80 }
    }
}
