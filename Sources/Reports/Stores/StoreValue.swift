internal import ReportModel
internal import Vocabulary

/// What a column of a store holds.
enum StoreType: String, CaseIterable {
    case text, integer, number, flag, time, texts, integers

    var duckDB: String {
        switch self {
        case .text: "VARCHAR"
        case .integer: "BIGINT"
        case .number: "DOUBLE"
        case .flag: "BOOLEAN"
        case .time: "TIMESTAMP_NS"
        case .texts: "VARCHAR[]"
        case .integers: "BIGINT[]"
        }
    }

    var clickHouse: String {
        switch self {
        case .text: "String"
        case .integer: "Int64"
        case .number: "Float64"
        case .flag: "Bool"
        case .time: "DateTime64(9, 'UTC')"
        case .texts: "Array(String)"
        case .integers: "Array(Int64)"
        }
    }

    /// In the documentation.
    var word: String {
        switch self {
        case .texts: "list of text"
        case .integers: "list of integer"
        default: rawValue
        }
    }
}

/// A value that a column can hold. Its type alone says how the column is declared.
protocol StoreValue: SendableMetatype {
    static var storeType: StoreType { get }
    static var mayBeNull: Bool { get }
    func write(to json: inout JSONWriter)
}

extension StoreValue { static var mayBeNull: Bool { false } }

extension String: StoreValue {
    static var storeType: StoreType { .text }
    func write(to json: inout JSONWriter) { json.value(self) }
}

extension Int: StoreValue {
    static var storeType: StoreType { .integer }
    func write(to json: inout JSONWriter) { json.value(self) }
}

extension Int64: StoreValue {
    static var storeType: StoreType { .integer }
    func write(to json: inout JSONWriter) { json.value(self) }
}

extension Double: StoreValue {
    static var storeType: StoreType { .number }
    func write(to json: inout JSONWriter) { json.value(isFinite ? self : 0) }
}

extension Bool: StoreValue {
    static var storeType: StoreType { .flag }
    func write(to json: inout JSONWriter) { json.value(self) }
}

extension CaptureTime: StoreValue {
    static var storeType: StoreType { .time }
    func write(to json: inout JSONWriter) { json.value(self) }
}

extension Optional: StoreValue where Wrapped: StoreValue {
    static var storeType: StoreType { Wrapped.storeType }
    static var mayBeNull: Bool { true }
    func write(to json: inout JSONWriter) {
        if let self { self.write(to: &json) } else { json.value(nil as String?) }
    }
}

/// An item of a list.
protocol StoreItem: StoreValue { static var listType: StoreType { get } }
extension String: StoreItem { static var listType: StoreType { .texts } }
extension Int: StoreItem { static var listType: StoreType { .integers } }

/// A list is never null: what is not known is an empty one, for ClickHouse has no list that is null.
extension Array: StoreValue where Element: StoreItem {
    static var storeType: StoreType { Element.listType }
    func write(to json: inout JSONWriter) {
        json.beginArray()
        for item in self { item.write(to: &json) }
        json.endArray()
    }
}
