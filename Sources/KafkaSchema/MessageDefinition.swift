/// What a field holds, or what the elements of an array field are.
public enum FieldType: Sendable, Hashable {
    case bool, int8, int16, uint16, int32, uint32, int64, uuid, float64, string, bytes, records
    /// A structure; its fields are the field's `fields`.
    case structure(String)

    /// The type of that name; any unknown name is a structure's.
    init(_ name: String) {
        switch name {
        case "bool": self = .bool
        case "int8": self = .int8
        case "int16": self = .int16
        case "uint16": self = .uint16
        case "int32": self = .int32
        case "uint32": self = .uint32
        case "int64": self = .int64
        case "uuid": self = .uuid
        case "float64": self = .float64
        case "string": self = .string
        case "bytes": self = .bytes
        case "records": self = .records
        default: self = .structure(name)
        }
    }
}

/// One field of a message, over all versions.
public struct FieldDefinition: Sendable, Hashable {
    /// Kafka's name, such as `TopicData`.
    public var name: String
    /// The type; of the elements where the field is an array.
    public var type: FieldType
    /// Whether it is an array.
    public var isArray: Bool
    /// The versions that have it.
    public var versions: VersionRange
    /// The versions in which it may be null.
    public var nullable = VersionRange.none
    /// The versions that carry it as a tagged field.
    public var tagged = VersionRange.none
    /// Its tag there.
    public var tag: Int?
    /// The versions that write it compactly, where that differs from the message's.
    public var flexibleOverride: VersionRange?
    /// The fields of its structure.
    public var fields: [FieldDefinition] = []
}

/// Which side of an exchange a message is, or none.
public enum MessageKind: UInt8, Sendable, Hashable {
    case request, response
    /// A part of headers, or of what other fields hold as bytes.
    case header, data
}

/// A message with all its versions.
public struct MessageDefinition: Sendable, Hashable {
    /// Kafka's name, such as `ProduceRequest`.
    public var name: String
    /// The API's key; nil for what is neither request nor response.
    public var apiKey: Int?
    /// What it is.
    public var kind: MessageKind
    /// The versions that exist.
    public var validVersions: VersionRange
    /// Those with compact lengths and tagged fields.
    public var flexibleVersions: VersionRange
    /// Its fields, in wire order.
    public var fields: [FieldDefinition]

    /// The definition of a request or a response. Where Kafka renamed an API, the key has two; the one that goes on to later
    /// versions holds the other's too.
    public static func find(apiKey: Int, kind: MessageKind) -> MessageDefinition? {
        let texts = kind == .request ? SchemaTables.requests : kind == .response ? SchemaTables.responses : []
        var found: (text: StaticString, last: Int)?
        for text in texts {
            guard SchemaNotation.key(of: text) == apiKey, let head = SchemaNotation.head(of: text) else { continue }
            if let found, found.last >= head.validVersions.last { continue }
            found = (text, head.validVersions.last)
        }
        return found.flatMap { SchemaNotation.parse($0.text) }
    }

    /// The definition of that name.
    public static func named(_ name: String) -> MessageDefinition? {
        for text in SchemaTables.allTexts {
            if let head = SchemaNotation.head(of: text), head.name == name { return SchemaNotation.parse(text) }
        }
        return nil
    }

    /// Every definition there is.
    public static var all: [MessageDefinition] { SchemaTables.allTexts.compactMap { SchemaNotation.parse($0) } }
}
