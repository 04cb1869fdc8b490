/// The text that the generated tables are written in.
///
/// The first line is `name key kind valid flexible`; then a line for each field, indented one space a level:
/// `name type versions`, and where they apply `?nullable`, `#tag:tagged`, `~flexible`.
enum SchemaNotation {
    /// Reads one message; nil only where the generator is broken.
    static func parse(_ text: StaticString) -> MessageDefinition? {
        let lines = string(text).split(separator: "\n")
        guard let first = lines.first, var message = head(first) else { return nil }
        var at = 1
        message.fields = fields(lines, at: &at, depth: 1)
        return at == lines.count ? message : nil
    }

    /// The first line alone: cheap enough to search by.
    static func head(of text: StaticString) -> MessageDefinition? {
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return head(Substring(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
    }

    /// The second word of the first line, if it is a number: what a search compares with every message's.
    static func key(of text: StaticString) -> Int? {
        let line = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount).prefix { $0 != 0x0A }
        let digits = line.drop { $0 != 0x20 }.dropFirst().prefix { $0 != 0x20 }
        guard !digits.isEmpty, digits.count < 6 else { return nil }
        var key = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            key = key * 10 + Int(digit - 0x30)
        }
        return key
    }

    private static func string(_ text: StaticString) -> String {
        String(decoding: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), as: UTF8.self)
    }

    private static func head(_ line: Substring) -> MessageDefinition? {
        let words = line.split(separator: " ")
        guard words.count == 5, let kind = kind(words[2]), let valid = VersionRange(words[3]),
            let flexible = VersionRange(words[4])
        else { return nil }
        return MessageDefinition(
            name: String(words[0]), apiKey: Int(words[1]), kind: kind, validVersions: valid,
            flexibleVersions: flexible, fields: [])
    }

    private static func kind(_ word: Substring) -> MessageKind? {
        switch word {
        case "request": .request
        case "response": .response
        case "header": .header
        case "data": .data
        default: nil
        }
    }

    private static func fields(_ lines: [Substring], at: inout Int, depth: Int) -> [FieldDefinition] {
        var found: [FieldDefinition] = []
        while at < lines.count {
            let indent = lines[at].prefix { $0 == " " }.count
            guard indent == depth, var field = field(lines[at]) else { break }
            at += 1
            field.fields = fields(lines, at: &at, depth: depth + 1)
            found.append(field)
        }
        return found
    }

    private static func field(_ line: Substring) -> FieldDefinition? {
        let words = line.split(separator: " ")
        guard words.count >= 3, let versions = VersionRange(words[2]) else { return nil }
        let isArray = words[1].hasPrefix("[]")
        var field = FieldDefinition(
            name: String(words[0]), type: FieldType(isArray ? words[1].dropFirst(2) : words[1]), isArray: isArray,
            versions: versions)
        for word in words.dropFirst(3) {
            let value = word.dropFirst()
            switch word.first {
            case "?": field.nullable = VersionRange(value) ?? .none
            case "~": field.flexibleOverride = VersionRange(value)
            default:
                let parts = value.split(separator: ":")
                field.tag = parts.first.flatMap { Int($0) }
                field.tagged = parts.last.flatMap { VersionRange($0) } ?? .none
            }
        }
        return field
    }
}
