import JSONText
import KafkaDecode
import KafkaSchema

/// Builds Kafka's JSON form of a message from the fields of an everything plan.
struct JSONBuilder {
    /// An object or array that is not closed yet.
    private enum Level {
        case object([(name: String, value: JSONValue)])
        case array([JSONValue])
    }

    private let fields: [FieldDefinition]
    private var levels: [Level] = [.object([])]

    init(plan: DecodePlan) { fields = plan.selectedFields }

    /// The whole message; nil while something is open.
    var value: JSONValue? {
        guard levels.count == 1, case .object(let members)? = levels.first else { return nil }
        return .object(members)
    }

    /// Takes the next field.
    mutating func add(_ field: DecodedField) {
        guard Int(field.tag) < fields.count else { return }
        let definition = fields[Int(field.tag)]
        switch field.kind {
        case .array: levels.append(field.integer < 0 ? .object([]) : .array([]))
        case .element:
            closeElement()
            levels.append(.object([]))
        case .endArray: endArray(definition)
        case .structure: levels.append(field.integer < 0 ? .array([]) : .object([]))
        case .endStructure:
            let level = levels.popLast()
            if case .object(let members)? = level { put(.object(members), definition) } else { put(.null, definition) }
        case .recordBatch, .unknownTag: break
        case .integer, .float64, .string, .bytes, .uuid, .records: put(leaf(field, definition), definition)
        }
    }

    /// Closes the element before, where there is one: an object whose holder is an array.
    private mutating func closeElement() {
        guard levels.count >= 2, case .object(let members) = levels[levels.count - 1],
            case .array(var elements) = levels[levels.count - 2]
        else { return }
        elements.append(.object(members))
        levels.removeLast(2)
        levels.append(.array(elements))
    }

    /// An array that is null was opened as an object, which no array is.
    private mutating func endArray(_ definition: FieldDefinition) {
        closeElement()
        let level = levels.popLast()
        if case .array(let elements)? = level { put(.array(elements), definition) } else { put(.null, definition) }
    }

    private mutating func put(_ value: JSONValue, _ definition: FieldDefinition) {
        switch levels.popLast() {
        case .object(let members)?:
            let name = definition.name.prefix(1).lowercased() + definition.name.dropFirst()
            levels.append(.object(members + [(name, value)]))
        case .array(let elements)?: levels.append(.array(elements + [value]))
        case nil: break
        }
    }

    private func leaf(_ field: DecodedField, _ definition: FieldDefinition) -> JSONValue {
        let bytes = UnsafeBufferPointer(start: field.pointer, count: field.pointer == nil ? 0 : Int(field.length))
        switch field.kind {
        case .integer: return definition.type == .bool ? .bool(field.integer != 0) : .integer(field.integer)
        case .float64: return .number(Double(bitPattern: UInt64(bitPattern: field.integer)))
        case .string: return field.integer < 0 ? .null : .string(String(decoding: bytes, as: UTF8.self))
        case .bytes: return field.integer < 0 ? .null : .string(base64(bytes, alphabet: .standard))
        case .uuid: return .string(base64(bytes, alphabet: .url))
        case .records: return field.integer < 0 ? .null : .string("")
        default: return .null
        }
    }
}

/// The two ways Kafka writes base64.
private enum Base64Alphabet {
    case standard, url
    var last: [UInt8] { self == .standard ? Array("+/".utf8) : Array("-_".utf8) }
}

private func base64(_ bytes: UnsafeBufferPointer<UInt8>, alphabet: Base64Alphabet) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8) + alphabet.last
    var text: [UInt8] = []
    var index = 0
    while index < bytes.count {
        let group = (0..<3).map { index + $0 < bytes.count ? Int(bytes[index + $0]) : 0 }
        let bits = group[0] << 16 | group[1] << 8 | group[2]
        let length = min(bytes.count - index, 3)
        for place in 0...length { text.append(letters[bits >> (18 - 6 * place) & 63]) }
        if alphabet == .standard, length < 3 { text.append(contentsOf: Array("==".utf8).prefix(3 - length)) }
        index += 3
    }
    return String(decoding: text, as: UTF8.self)
}
