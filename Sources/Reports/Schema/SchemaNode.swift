/// A piece of JSON Schema, as much of it as the report needs.
indirect enum SchemaNode: Sendable {
    case string
    case time
    case integer
    /// A whole number that is not below 0.
    case count
    case number
    case boolean
    case constant(String)
    case oneOfWords([String])
    case array(SchemaNode)
    /// Closed: all fields are required, and no others may stand there.
    case object([Field])
    /// Closed, but each field may be absent.
    case someOf([Field])
    case reference(String)
    /// An object whose keys are names from the wire.
    case map(SchemaNode)
    case anyOf([SchemaNode])
    case null

    struct Field: Sendable {
        let name: String
        let node: SchemaNode
        init(_ name: String, _ node: SchemaNode) { (self.name, self.node) = (name, node) }
    }

    /// The same, or null: unknown.
    var orNull: SchemaNode { .anyOf([self, .null]) }

    func write(to json: inout JSONWriter) {
        json.object { body(&$0) }
    }

    /// The keywords, for a schema that has others beside them.
    func body(_ json: inout JSONWriter) {
        switch self {
        case .string: json.field("type", "string")
        case .time:
            json.field("type", "string")
            json.field("pattern", #"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{9}Z$"#)
        case .integer: json.field("type", "integer")
        case .count:
            json.field("type", "integer")
            json.field("minimum", 0)
        case .number: json.field("type", "number")
        case .boolean: json.field("type", "boolean")
        case .null: json.field("type", "null")
        case .constant(let text): json.field("const", text)
        case .oneOfWords(let words): json.field("enum", words)
        case .reference(let name): json.field("$ref", "#/$defs/\(name)")
        case .anyOf(let nodes): json.array("anyOf", nodes) { json, node in node.write(to: &json) }
        case .array(let item):
            json.field("type", "array")
            json.key("items")
            item.write(to: &json)
        case .map(let value):
            json.field("type", "object")
            json.key("additionalProperties")
            value.write(to: &json)
        case .object(let fields): properties(fields, required: true, &json)
        case .someOf(let fields): properties(fields, required: false, &json)
        }
    }

    private func properties(_ fields: [Field], required: Bool, _ json: inout JSONWriter) {
        json.field("type", "object")
        json.field("additionalProperties", false)
        if required { json.field("required", fields.map(\.name)) }
        json.object("properties") { json in
            for field in fields {
                json.key(named: field.name)
                field.node.write(to: &json)
            }
        }
    }
}
