/// A text that is no JSON, and where.
public struct JSONFault: Error, CustomStringConvertible {
    /// The byte where reading stopped.
    public var offset: Int
    /// What a reader sees.
    public var description: String { "no JSON at byte \(offset)" }
}

extension JSONValue {
    /// Reads a whole text.
    public init(parsing text: some Collection<UInt8>) throws(JSONFault) {
        var parser = JSONParser(bytes: Array(text))
        self = try parser.value(depth: 0)
        parser.space()
        guard parser.at == parser.bytes.count else { throw parser.fault }
    }
}

extension JSONValue {
    /// Reads an object, and of its members only those named; the others are passed over, whatever their size.
    public init(parsing text: [UInt8], keeping names: Set<String>) throws(JSONFault) {
        var parser = JSONParser(bytes: text)
        parser.space()
        self = .object(try parser.members(keeping: names))
        parser.space()
        guard parser.at == parser.bytes.count else { throw parser.fault }
    }
}

/// Reads JSON; exact about 64-bit numbers, which is why it is here.
struct JSONParser {
    let bytes: [UInt8]
    var at = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var fault: JSONFault { JSONFault(offset: at) }
    var next: UInt8 { at < bytes.count ? bytes[at] : 0 }

    mutating func space() {
        while at < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[at]) { at += 1 }
    }

    mutating func take(_ byte: Character) throws(JSONFault) {
        guard next == byte.asciiValue else { throw fault }
        at += 1
    }

    mutating func value(depth: Int) throws(JSONFault) -> JSONValue {
        guard depth < 200 else { throw fault }
        space()
        switch next {
        case 0x7B: return try object(depth: depth)
        case 0x5B: return try array(depth: depth)
        case 0x22: return .string(try string())
        case 0x74: return try word("true", .bool(true))
        case 0x66: return try word("false", .bool(false))
        case 0x6E: return try word("null", .null)
        default: return try number()
        }
    }

    mutating func word(_ word: String, _ value: JSONValue) throws(JSONFault) -> JSONValue {
        guard bytes[at...].starts(with: word.utf8) else { throw fault }
        at += word.utf8.count
        return value
    }

    mutating func object(depth: Int) throws(JSONFault) -> JSONValue {
        try take("{")
        var members: [(name: String, value: JSONValue)] = []
        space()
        if next == 0x7D { at += 1; return .object(members) }
        while true {
            space()
            let name = try string()
            space()
            try take(":")
            members.append((name, try value(depth: depth + 1)))
            space()
            if next == 0x7D { at += 1; return .object(members) }
            try take(",")
        }
    }

    mutating func members(keeping names: Set<String>) throws(JSONFault) -> [(name: String, value: JSONValue)] {
        try take("{")
        var members: [(name: String, value: JSONValue)] = []
        space()
        if next == 0x7D { at += 1; return members }
        while true {
            space()
            let name = try string()
            space()
            try take(":")
            if names.contains(name) { members.append((name, try value(depth: 1))) } else { try skipValue() }
            space()
            if next == 0x7D { at += 1; return members }
            try take(",")
        }
    }

    /// Passes a value over by its brackets and quotes alone.
    mutating func skipValue() throws(JSONFault) {
        space()
        var depth = 0
        while at < bytes.count {
            switch bytes[at] {
            case 0x22: try skipString()
            case 0x7B, 0x5B:
                depth += 1
                at += 1
            case 0x7D, 0x5D:
                if depth == 0 { return }
                depth -= 1
                at += 1
            case 0x2C where depth == 0: return
            default: at += 1
            }
            if depth == 0, at < bytes.count, [0x2C, 0x7D, 0x5D].contains(bytes[at]) { return }
        }
        throw fault
    }

    private mutating func skipString() throws(JSONFault) {
        at += 1
        while at < bytes.count {
            let byte = bytes[at]
            at += byte == 0x5C ? 2 : 1
            if byte == 0x22 { return }
        }
        at = bytes.count
        throw fault
    }

    mutating func array(depth: Int) throws(JSONFault) -> JSONValue {
        try take("[")
        var elements: [JSONValue] = []
        space()
        if next == 0x5D { at += 1; return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            space()
            if next == 0x5D { at += 1; return .array(elements) }
            try take(",")
        }
    }

    mutating func number() throws(JSONFault) -> JSONValue {
        let start = at
        while at < bytes.count, isNumeric(bytes[at]) { at += 1 }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        if let whole = Int64(text) { return .integer(whole) }
        guard let value = Double(text) else { throw fault }
        return .number(value)
    }

    func isNumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
    }

    mutating func string() throws(JSONFault) -> String {
        try take("\"")
        var text: [UInt8] = []
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == 0x22 { return String(decoding: text, as: UTF8.self) }
            if byte == 0x5C { try escape(into: &text) } else { text.append(byte) }
        }
        throw fault
    }

    mutating func escape(into text: inout [UInt8]) throws(JSONFault) {
        let byte = next
        at += 1
        switch byte {
        case 0x22, 0x5C, 0x2F: text.append(byte)
        case 0x62: text.append(8)
        case 0x66: text.append(12)
        case 0x6E: text.append(10)
        case 0x72: text.append(13)
        case 0x74: text.append(9)
        case 0x75: text.append(contentsOf: String(try scalar()).utf8)
        default: throw fault
        }
    }

    mutating func scalar() throws(JSONFault) -> Character {
        var unit = try hex4()
        if (0xD800..<0xDC00).contains(unit), next == 0x5C, at + 1 < bytes.count, bytes[at + 1] == 0x75 {
            at += 2
            let low = try hex4()
            guard (0xDC00..<0xE000).contains(low) else { throw fault }
            unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
        }
        return Character(Unicode.Scalar(unit) ?? "\u{FFFD}")
    }

    mutating func hex4() throws(JSONFault) -> UInt32 {
        guard at + 4 <= bytes.count,
            let unit = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
        else { throw fault }
        at += 4
        return unit
    }
}
