import Foundation

/// Any JSON: what labels ask for, and the report that they are compared with.
indirect enum JSONValue: Decodable, Equatable, CustomStringConvertible {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([JSONValue].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: JSONValue].self))
        }
    }

    init(report: String) throws { self = try JSONDecoder().decode(JSONValue.self, from: Data(report.utf8)) }

    /// A field of an object; null where there is none.
    subscript(name: String) -> JSONValue {
        if case .object(let fields) = self { return fields[name] ?? .null }
        return .null
    }

    /// What lies at a path with dots.
    func at(path: String) -> JSONValue { path.split(separator: ".").reduce(self) { $0[String($1)] } }

    var rows: [JSONValue] {
        if case .list(let rows) = self { return rows }
        return []
    }

    var fields: [String: JSONValue]? {
        if case .object(let fields) = self { return fields }
        return nil
    }

    var number: Double? {
        if case .number(let number) = self { return number }
        return nil
    }

    /// Whether this is what a label wants: the same value; a number, or a list's length, between bounds (`min`, `max`); a list
    /// with an element (`has`); there at all (`present`); or an object with such fields.
    func holds(_ want: JSONValue) -> Bool {
        guard case .object(let fields) = want else { return self == want }
        if let present = fields["present"] { return .flag(self != .null) == present }
        guard Set(fields.keys).isSubset(of: ["min", "max", "has"]) else {
            guard case .object = self else { return false }
            return fields.allSatisfy { self[$0.key].holds($0.value) }
        }
        if fields["min"] != nil || fields["max"] != nil {
            guard let size, size >= fields["min"]?.number ?? size, size <= fields["max"]?.number ?? size else {
                return false
            }
        }
        guard let element = fields["has"] else { return true }
        return rows.contains { $0 == element || isObject(element) && $0.holds(element) }
    }

    private func isObject(_ value: JSONValue) -> Bool {
        if case .object = value { return true }
        return false
    }

    private var size: Double? {
        switch self {
        case .number(let number): number
        case .list(let list): Double(list.count)
        case .object(let fields): Double(fields.count)
        default: nil
        }
    }

    var description: String {
        switch self {
        case .null: "null"
        case .flag(let flag): "\(flag)"
        case .number(let number): number == number.rounded() ? "\(Int(number))" : "\(number)"
        case .text(let text): "\"\(text)\""
        case .list(let list): "[\(list.map(\.description).joined(separator: ", "))]"
        case .object(let fields):
            "{\(fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))}"
        }
    }
}
