import Vocabulary

/// A line of JSON, or of `key=value` pairs, as a message with its fields behind it: `message; key: value, key: value`.
struct StructuredLine {
    var stamp: LogStamp?
    var message: [UInt8] = []
    var level: String?
    private static let fields = 64

    /// Nil where it is neither.
    init?(_ line: ArraySlice<UInt8>, day: CaptureTime) {
        let begin = line.prefix { $0 == 0x20 || $0 == 0x09 }.endIndex
        var pairs: [(key: String, value: [UInt8])]
        if begin < line.endIndex, line[begin] == UInt8(ascii: "{"), line.last == UInt8(ascii: "}") {
            var reader = FlatJSON(line[(begin + 1)...])
            pairs = reader.pairs(most: Self.fields)
        } else if line.firstRange(of: "msg=") != nil, line.firstRange(of: "level=") != nil {
            var reader = KeyValues(line)
            pairs = reader.pairs(most: Self.fields)
        } else {
            return nil
        }
        guard !pairs.isEmpty else { return nil }
        var behind: [UInt8] = []
        stamp = Self.instant(pairs)
        for pair in pairs {
            switch pair.key {
            case "time", "timestamp", "ts", "@timestamp", "t", "datetime", "asctime", "date", "timemillis":
                stamp = stamp ?? Self.stamp(pair.value[...], day)
            case "msg", "message", "log": if message.isEmpty { message = pair.value }
            case "level", "severity", "levelname", "lvl": level = String(decoding: pair.value.prefix(8), as: UTF8.self)
            default:
                behind += behind.isEmpty ? Array("; ".utf8) : Array(", ".utf8)
                behind += Array(pair.key.utf8) + Array(": ".utf8) + pair.value.prefix(500)
            }
        }
        message += behind
    }

    /// Log4j 2's `"instant":{"epochSecond":1795725413,"nanoOfSecond":853000000}`.
    private static func instant(_ pairs: [(key: String, value: [UInt8])]) -> LogStamp? {
        func number(_ key: String) -> Int64? { pairs.first { $0.key == key }.flatMap { Int64(decimal: $0.value) } }
        guard let seconds = number("instant.epochsecond"), let nanoseconds = number("instant.nanoofsecond"),
            seconds < Span.seconds(1) * 8, nanoseconds < Span.seconds(1)
        else { return nil }
        return LogStamp(nanoseconds: Span.seconds(seconds).addingSaturated(nanoseconds), hasZone: true)
    }

    private static func stamp(_ value: ArraySlice<UInt8>, _ day: CaptureTime) -> LogStamp? {
        LogStamp.find(in: value, day: day)?.stamp ?? LogStamp.epoch(value)
    }
}

/// The pairs of one JSON object, and of objects in it: `instant.epochsecond`. What is nested deeper is passed over.
struct FlatJSON {
    private let text: ArraySlice<UInt8>
    private var place: Int

    init(_ text: ArraySlice<UInt8>) { (self.text, place) = (text, text.startIndex) }

    mutating func pairs(most: Int) -> [(key: String, value: [UInt8])] {
        var pairs: [(String, [UInt8])] = []
        while pairs.count < most {
            skipBlanks()
            guard let key = string() else { break }
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { break }
            skipBlanks()
            let begin = place
            let name = String(decoding: key.map(\.lowercased), as: UTF8.self)
            if let value = value() {
                pairs.append((name, value))
            } else if begin < place, text[begin] == UInt8(ascii: "{") {
                var inner = FlatJSON(text[(begin + 1)..<place])
                pairs += inner.plainPairs().map { ("\(name).\($0.key)", $0.value) }
            }
            skipBlanks()
            guard take(UInt8(ascii: ",")) else { break }
        }
        return pairs
    }

    /// Of an object in another: strings, numbers and words alone.
    private mutating func plainPairs() -> [(key: String, value: [UInt8])] {
        var pairs: [(String, [UInt8])] = []
        while pairs.count < Self.mostInside {
            skipBlanks()
            guard let key = string() else { break }
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { break }
            skipBlanks()
            if let value = value() { pairs.append((String(decoding: key.map(\.lowercased), as: UTF8.self), value)) }
            skipBlanks()
            guard take(UInt8(ascii: ",")) else { break }
        }
        return pairs
    }

    private static let mostInside = 8

    private mutating func skipBlanks() { while place < text.endIndex, text[place] <= 0x20 { place += 1 } }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard place < text.endIndex, text[place] == byte else { return false }
        place += 1
        return true
    }

    /// Escapes become what they stand for, or a blank.
    private mutating func string() -> [UInt8]? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        var bytes: [UInt8] = []
        while place < text.endIndex {
            let byte = text[place]
            place += 1
            if byte == UInt8(ascii: "\"") { return bytes }
            guard byte == UInt8(ascii: "\\"), place < text.endIndex else { bytes.append(byte); continue }
            let escaped = text[place]
            place += 1
            bytes.append("\"\\/".utf8.contains(escaped) ? escaped : 0x20)
            if escaped == UInt8(ascii: "u") { place = min(text.endIndex, place + 4) }
        }
        return nil
    }

    /// A string, number or word; nil for what is nested, which is passed over.
    private mutating func value() -> [UInt8]? {
        guard place < text.endIndex else { return nil }
        if text[place] == UInt8(ascii: "\"") { return string() }
        var depth = 0
        let begin = place
        while place < text.endIndex {
            switch text[place] {
            case UInt8(ascii: "\""): _ = string(); continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return Array(text[begin..<place]) }
                depth -= 1
            case UInt8(ascii: ",") where depth == 0:
                let value = text[begin..<place]
                return value.first.map { "{[".utf8.contains($0) } == true ? nil : Array(value)
            default: break
            }
            place += 1
        }
        return nil
    }
}

/// `time=… level=WARN msg="unable to open connection" addr=kafka-2.lab:9092`.
struct KeyValues {
    private let text: ArraySlice<UInt8>
    private var place: Int

    init(_ text: ArraySlice<UInt8>) { (self.text, place) = (text, text.startIndex) }

    mutating func pairs(most: Int) -> [(key: String, value: [UInt8])] {
        var pairs: [(String, [UInt8])] = []
        while pairs.count < most, place < text.endIndex {
            guard let equals = text[place...].firstIndex(of: UInt8(ascii: "=")) else { break }
            let key = text[place..<equals].split(separator: 0x20).last ?? []
            place = equals + 1
            pairs.append((String(decoding: key.map(\.lowercased), as: UTF8.self), value()))
        }
        return pairs
    }

    private mutating func value() -> [UInt8] {
        guard place < text.endIndex, text[place] == UInt8(ascii: "\"") else {
            let value = text[place...].prefix { $0 != 0x20 }
            place = min(text.endIndex, value.endIndex + 1)
            return Array(value)
        }
        place += 1
        var bytes: [UInt8] = []
        while place < text.endIndex, text[place] != UInt8(ascii: "\"") {
            if text[place] == UInt8(ascii: "\\"), place + 1 < text.endIndex { place += 1 }
            bytes.append(text[place])
            place += 1
        }
        place = min(text.endIndex, place + 1)
        return bytes
    }
}
