import JSONText

/// A definition that does not have the form that is expected.
struct BadDefinition: Error {
    var message: String
}

/// Turns Kafka's definitions into the Swift tables.
///
/// The tables are text (see `SchemaNotation`): array literals of this size take the compiler minutes, and a text is parsed in
/// microseconds when a message is first seen.
enum SchemaWriter {
    /// The generated files by name.
    static func files(messages: JSONValue, errors: JSONValue) throws -> [(name: String, text: String)] {
        let all = messages.elements ?? []
        var files: [(name: String, text: String)] = []
        for (name, kinds) in [("requests", ["request"]), ("responses", ["response"]), ("others", ["header", "data"])] {
            let chosen = all.filter { kinds.contains($0["type"]?.text ?? "") }.sorted(by: isBefore)
            files.append(
                (name.prefix(1).uppercased() + name.dropFirst() + ".swift", table(name, try chosen.map(message))))
        }
        files.append(("Errors.swift", errorTable(try (errors.elements ?? []).map(errorLine))))
        return files
    }

    private static func isBefore(_ one: JSONValue, _ other: JSONValue) -> Bool {
        let keys = (one["apiKey"]?.integer ?? -1, other["apiKey"]?.integer ?? -1)
        return keys.0 != keys.1 ? keys.0 < keys.1 : (one["name"]?.text ?? "") < (other["name"]?.text ?? "")
    }

    private static let heading = "// Written by schema-gen from Schema/; do not edit.\n\n"

    private static func table(_ name: String, _ texts: [String]) -> String {
        let body = texts.map { text in
            let lines = text.split(separator: "\n").map { "        \($0)\n" }.joined()
            return "        \"\"\"\n" + lines + "        \"\"\",\n"
        }.joined()
        return heading + "extension SchemaTables {\n    static let \(name): [StaticString] = [\n" + body + "    ]\n}\n"
    }

    private static func errorTable(_ lines: [String]) -> String {
        heading + "extension SchemaTables {\n    static let errors: StaticString = \"\"\"\n"
            + lines.map { "        \($0)\n" }.joined() + "        \"\"\"\n}\n"
    }

    private static func errorLine(_ error: JSONValue) throws -> String {
        guard let code = error["code"]?.integer, let name = error["name"]?.text,
            case .bool(let retriable)? = error["retriable"]
        else { throw BadDefinition(message: "an error code") }
        return "\(code) \(name) \(retriable ? "retriable" : "final")"
    }

    private static func message(_ message: JSONValue) throws -> String {
        guard let name = message["name"]?.text, let kind = message["type"]?.text,
            let valid = message["validVersions"]?.text, let flexible = message["flexibleVersions"]?.text
        else { throw BadDefinition(message: message["name"]?.text ?? "?") }
        let key = message["apiKey"]?.integer.map { "\($0)" } ?? "-"
        var text = "\(name) \(key) \(kind) \(valid) \(flexible)\n"
        try fields(message["fields"]?.elements ?? [], indent: " ", into: &text)
        return text
    }

    private static func fields(_ fields: [JSONValue], indent: String, into text: inout String) throws {
        for field in fields {
            guard let name = field["name"]?.text, let type = field["type"]?.text, let versions = field["versions"]?.text
            else { throw BadDefinition(message: field["name"]?.text ?? "?") }
            text += "\(indent)\(name) \(type) \(versions)"
            if let nullable = field["nullable"]?.text { text += " ?\(nullable)" }
            if let tag = field["tag"]?.integer, let tagged = field["tagged"]?.text { text += " #\(tag):\(tagged)" }
            if let flexible = field["flexible"]?.text { text += " ~\(flexible)" }
            text += "\n"
            try self.fields(field["fields"]?.elements ?? [], indent: indent + " ", into: &text)
        }
    }
}
