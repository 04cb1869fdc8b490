/// The text that the generated tables are written in.
///
/// The first line is `name key kind valid flexible`; then a line for each field, indented one space a level:
/// `name type versions`, and where they apply `?nullable`, `#tag:tagged`, `~flexible`.
enum SchemaNotation {
    /// A line or a word. Bytes, for characters cost more to tell apart than the rest of reading.
    private typealias Part = Slice<UnsafeBufferPointer<UInt8>>

    /// Reads one message; nil only where the generator is broken.
    static func parse(_ text: StaticString) -> MessageDefinition? {
        let lines = bytes(text).split(separator: UInt8(ascii: "\n"))
        guard let first = lines.first, var message = head(first) else { return nil }
        var at = 1
        message.fields = fields(lines, at: &at, depth: 1)
        return at == lines.count ? message : nil
    }

    /// The first line alone: cheap enough to search by.
    static func head(of text: StaticString) -> MessageDefinition? {
        head(bytes(text).prefix { $0 != UInt8(ascii: "\n") })
    }

    /// The second word of the first line, if it is a number: what a search compares with every message's.
    static func key(of text: StaticString) -> Int? {
        let line = bytes(text).prefix { $0 != UInt8(ascii: "\n") }
        return VersionRange.number(line.drop { $0 != UInt8(ascii: " ") }.dropFirst().prefix { $0 != UInt8(ascii: " ") })
    }

    private static func bytes(_ text: StaticString) -> Part {
        UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)[...]
    }

    private static func text(_ part: Part) -> String { String(decoding: part, as: UTF8.self) }

    private static func words(_ line: Part) -> [Part] { line.split(separator: UInt8(ascii: " ")) }

    private static func head(_ line: Part) -> MessageDefinition? {
        let words = words(line)
        guard words.count == 5, let kind = kind(text(words[2])), let valid = VersionRange(words[3]),
            let flexible = VersionRange(words[4])
        else { return nil }
        return MessageDefinition(
            name: text(words[0]), apiKey: VersionRange.number(words[1]), kind: kind, validVersions: valid,
            flexibleVersions: flexible, fields: [])
    }

    private static func kind(_ word: String) -> MessageKind? {
        switch word {
        case "request": .request
        case "response": .response
        case "header": .header
        case "data": .data
        default: nil
        }
    }

    private static func fields(_ lines: [Part], at: inout Int, depth: Int) -> [FieldDefinition] {
        var found: [FieldDefinition] = []
        while at < lines.count {
            let indent = lines[at].prefix { $0 == UInt8(ascii: " ") }.count
            guard indent == depth, var field = field(lines[at]) else { break }
            at += 1
            field.fields = fields(lines, at: &at, depth: depth + 1)
            found.append(field)
        }
        return found
    }

    private static func field(_ line: Part) -> FieldDefinition? {
        let words = words(line)
        guard words.count >= 3, let versions = VersionRange(words[2]) else { return nil }
        let isArray = words[1].starts(with: "[]".utf8)
        let type = text(isArray ? words[1].dropFirst(2) : words[1])
        var field = FieldDefinition(
            name: text(words[0]), type: FieldType(type), isArray: isArray, versions: versions)
        for word in words.dropFirst(3) {
            let value = word.dropFirst()
            switch word.first {
            case UInt8(ascii: "?"): field.nullable = VersionRange(value) ?? .none
            case UInt8(ascii: "~"): field.flexibleOverride = VersionRange(value)
            default:
                let parts = value.split(separator: UInt8(ascii: ":"))
                field.tag = parts.first.flatMap { VersionRange.number($0) }
                field.tagged = parts.last.flatMap { VersionRange($0) } ?? .none
            }
        }
        return field
    }
}
