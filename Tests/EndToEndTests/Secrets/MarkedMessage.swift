import KafkaSchema

/// Encodes a message of any version by its schema, with a mark in each string and each bytes field, in records, and in a
/// tagged field that the schema does not have. Arrays have one element, numbers are small, nothing is null.
struct MarkedMessage {
    private let definition: MessageDefinition
    private let version: Int
    private let errorCode: Int
    private(set) var bytes: [UInt8] = []
    private var isFlexible: Bool { definition.flexibleVersions.contains(version) }

    /// - Parameter errorCode: of all fields that hold one.
    init(_ definition: MessageDefinition, _ version: Int, errorCode: Int, _ marks: inout Marks) {
        (self.definition, self.version, self.errorCode) = (definition, version, errorCode)
        structure(definition.fields, [definition.name], &marks)
    }

    private func isTagged(_ field: FieldDefinition) -> Bool {
        isFlexible && field.tagged.contains(version) && field.tag != nil
    }

    private mutating func structure(_ fields: [FieldDefinition], _ path: [String], _ marks: inout Marks) {
        let present = fields.filter { $0.versions.contains(version) }
        for field in present where !isTagged(field) { self.field(field, path + [field.name], &marks) }
        if isFlexible { tags(present.filter(isTagged), path, &marks) }
    }

    private mutating func tags(_ fields: [FieldDefinition], _ path: [String], _ marks: inout Marks) {
        let ordered = fields.sorted { ($0.tag ?? 0) < ($1.tag ?? 0) }
        varint(ordered.count + 1)
        for field in ordered {
            let content = nested { $0.field(field, path + [field.name], &marks) }
            varint(field.tag ?? 0)
            varint(content.count)
            bytes += content
        }
        let unknown = Array(marks.mark((path + ["(unknown tag)"]).joined(separator: ".")).utf8)
        varint(9000)
        varint(unknown.count)
        bytes += unknown
    }

    /// What is written in between, taken out again.
    private mutating func nested(_ write: (inout MarkedMessage) -> Void) -> [UInt8] {
        let start = bytes.count
        write(&self)
        let content = Array(bytes[start...])
        bytes.removeSubrange(start...)
        return content
    }

    private mutating func field(_ field: FieldDefinition, _ path: [String], _ marks: inout Marks) {
        let isCompact = field.flexibleOverride?.contains(version) ?? isFlexible
        if field.isArray { length(1, isCompact, wide: true) }
        if case .structure = field.type {
            if !field.isArray, field.nullable.contains(version) { bytes.append(1) }
            return structure(field.fields, path, &marks)
        }
        let place = path.joined(separator: ".")
        switch field.type {
        case .string: text(Array(marks.mark(place).utf8), isCompact, wide: false)
        case .bytes: text(content(of: field, place, &marks), isCompact, wide: true)
        case .records: text(MarkedRecords.batch(place, &marks), isCompact, wide: true)
        default: number(field)
        }
    }

    /// Group members and leaders hand each other messages of their own.
    private func content(of field: FieldDefinition, _ place: String, _ marks: inout Marks) -> [UInt8] {
        let inner: String
        switch place {
        case "JoinGroupRequest.Protocols.Metadata", "JoinGroupResponse.Members.Metadata",
            "DescribeGroupsResponse.Groups.Members.MemberMetadata":
            inner = "ConsumerProtocolSubscription"
        case "SyncGroupRequest.Assignments.Assignment", "SyncGroupResponse.Assignment",
            "DescribeGroupsResponse.Groups.Members.MemberAssignment":
            inner = "ConsumerProtocolAssignment"
        default: return Array(marks.mark(place).utf8)
        }
        guard let definition = MessageDefinition.named(inner) else { return [] }
        let version = definition.validVersions.last
        return [0, UInt8(version)] + MarkedMessage(definition, version, errorCode: 0, &marks).bytes
    }

    // MARK: Values

    private mutating func number(_ field: FieldDefinition) {
        let value = field.name == "ErrorCode" ? errorCode : field.name.hasSuffix("Port") ? 9092 : 1
        switch field.type {
        case .bool, .int8: big(1, 1)
        case .int16, .uint16: big(value, 2)
        case .int32, .uint32: big(value, 4)
        case .int64, .float64: big(value, 8)
        case .uuid: bytes += [UInt8](repeating: 7, count: 16)
        default: break
        }
    }

    private mutating func text(_ content: [UInt8], _ isCompact: Bool, wide: Bool) {
        length(content.count, isCompact, wide: wide)
        bytes += content
    }

    private mutating func length(_ count: Int, _ isCompact: Bool, wide: Bool) {
        if isCompact { varint(count + 1) } else { big(count, wide ? 4 : 2) }
    }

    private mutating func varint(_ value: Int) {
        var rest = value
        while rest > 127 {
            bytes.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private mutating func big(_ value: Int, _ count: Int) { bytes += Self.big(value, count) }

    static func big(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

/// A record batch of one record, with marks in its key, its value, and a header's name and value.
enum MarkedRecords {
    static func batch(_ place: String, _ marks: inout Marks) -> [UInt8] {
        func marked(_ part: String) -> [UInt8] { Array(marks.mark("\(place).\(part)").utf8) }
        func behindLength(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count * 2)] + bytes }
        var record: [UInt8] = [0, 0, 0] + behindLength(marked("key")) + behindLength(marked("value"))
        record += [2] + behindLength(marked("header name")) + behindLength(marked("header value"))
        let big = MarkedMessage.big
        var body = big(0, 4) + [2] + big(0, 4) + big(0, 2) + big(0, 4) + big(1_700_000_000_000, 8)
        body += big(1_700_000_000_000, 8) + big(-1, 8) + big(-1, 2) + big(-1, 4) + big(1, 4)
        body += [UInt8(record.count * 2 & 127 | 128), UInt8(record.count * 2 >> 7)] + record
        return big(5, 8) + big(body.count, 4) + body
    }
}
