internal import Vocabulary

/// The packed data of the page: a directory as JSON, then columns of numbers and texts, gzip over all.
///
/// Layout: length of the directory (four bytes, low one first), the directory, then the columns' bytes one after another.
/// A column of numbers has its values' lowest bytes first, then all second bytes, and so on: bytes of one rank are alike,
/// so gzip finds more.
struct ColumnFile {
    private struct Column {
        let name: String
        let count: Int
        /// Bytes a value; 1 for text.
        let width: Int
        let encoding: Encoding
        let bytes: [UInt8]
    }

    /// How a reader gets the values back.
    enum Encoding: String {
        /// As they are.
        case plain
        /// Each value is the difference to the one before it.
        case delta
        /// The difference, with the sign in the lowest bit.
        case zigzag
        /// UTF-8: one JSON value a line.
        case lines
    }

    private var columns: [Column] = []

    mutating func add(_ name: String, _ values: [UInt64], _ encoding: Encoding = .plain) {
        let greatest = values.max() ?? 0
        let width = max(1, (64 - greatest.leadingZeroBitCount + 7) / 8)
        var bytes = [UInt8](repeating: 0, count: values.count * width)
        for plane in 0..<width {
            let (start, shift) = (plane * values.count, UInt64(plane * 8))
            for i in values.indices { bytes[start + i] = UInt8(truncatingIfNeeded: values[i] >> shift) }
        }
        columns.append(Column(name: name, count: values.count, width: width, encoding: encoding, bytes: bytes))
    }

    /// Differences of values that never fall.
    mutating func add(rising name: String, _ values: [UInt64]) {
        var last: UInt64 = 0
        add(
            name,
            values.map { value in
                defer { last = value }
                return value &- last
            }, .delta)
    }

    mutating func add(zigzag name: String, _ values: [Int64]) {
        var last: Int64 = 0
        add(
            name,
            values.map { value in
                defer { last = value }
                return Self.zigzag(value &- last)
            }, .zigzag)
    }

    mutating func add(lines name: String, _ bytes: [UInt8]) {
        columns.append(Column(name: name, count: bytes.count, width: 1, encoding: .lines, bytes: bytes))
    }

    static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

    /// - Parameter facts: fields of the directory besides the columns.
    func packed(_ facts: (inout JSONWriter) -> Void) -> [UInt8] {
        let directory = directory(facts)
        let gzip = Gzip()
        let length = UInt32(clamping: directory.count)
        gzip.add((0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32($0 * 8)) })
        gzip.add(directory)
        for column in columns { gzip.add(column.bytes) }
        return gzip.finish()
    }

    private func directory(_ facts: (inout JSONWriter) -> Void) -> [UInt8] {
        let sink = StringSink()
        var json = JSONWriter(sink: sink)
        json.object { json in
            facts(&json)
            json.objects("columns", columns) { json, column in
                json.field("name", column.name)
                json.field("count", column.count)
                json.field("width", column.width)
                json.field("encoding", column.encoding.rawValue)
            }
        }
        json.finish()
        return sink.bytes
    }
}
