internal import Vocabulary

/// The packed data of the page: columns of numbers and texts, then a directory of them as JSON; gzip over all.
///
/// Layout: the columns' bytes one after another, the directory, and its length (four bytes, low one first). The directory
/// stands last, so that a column is packed when it is added and is not held beside the packed bytes.
/// A column of numbers has its values' lowest bytes first, then all second bytes, and so on: bytes of one rank are alike,
/// so gzip finds more.
struct ColumnFile {
    private struct Column {
        let name: String
        let count: Int
        /// Bytes a value; 1 for text.
        let width: Int
        let encoding: Encoding
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
    private let gzip = Gzip()
    private static let blockBytes = 64 << 10

    /// Values are asked for once a byte of their width and once besides: they may be computed, but not dearly.
    mutating func add<Values: RandomAccessCollection>(
        _ name: String, _ values: Values, _ encoding: Encoding = .plain
    ) where Values.Element: FixedWidthInteger & UnsignedInteger, Values.Index == Int {
        let used = values.reduce(0 as Values.Element) { $0 | $1 }
        let width = max(1, (Values.Element.bitWidth - used.leadingZeroBitCount + 7) / 8)
        for plane in 0..<width { pack(values, shift: plane * 8) }
        columns.append(Column(name: name, count: values.count, width: width, encoding: encoding))
    }

    private func pack<Values: RandomAccessCollection>(_ values: Values, shift: Int)
    where Values.Element: FixedWidthInteger & UnsignedInteger, Values.Index == Int {
        var at = values.startIndex
        while at < values.endIndex {
            let end = Swift.min(values.endIndex, at + Self.blockBytes)
            gzip.add(
                [UInt8](unsafeUninitializedCapacity: end - at) { block, count in
                    for i in at..<end { block[i - at] = UInt8(truncatingIfNeeded: values[i] >> shift) }
                    count = end - at
                })
            at = end
        }
    }

    /// Differences of values that never fall.
    mutating func add(rising name: String, count: Int, _ value: @escaping (Int) -> UInt64) {
        add(name, (0..<count).lazy.map { value($0) &- ($0 > 0 ? value($0 - 1) : 0) }, .delta)
    }

    mutating func add(zigzag name: String, count: Int, _ value: @escaping (Int) -> Int64) {
        add(name, (0..<count).lazy.map { Self.zigzag(value($0) &- ($0 > 0 ? value($0 - 1) : 0)) }, .zigzag)
    }

    mutating func add(lines name: String, _ bytes: [UInt8]) {
        gzip.add(bytes)
        columns.append(Column(name: name, count: bytes.count, width: 1, encoding: .lines))
    }

    static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: (value << 1) ^ (value >> 63)) }

    /// The last thing to be asked for.
    /// - Parameter facts: fields of the directory besides the columns.
    func packed(_ facts: (inout JSONWriter) -> Void) -> [UInt8] {
        let directory = directory(facts)
        let length = UInt32(clamping: directory.count)
        gzip.add(directory)
        gzip.add((0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32($0 * 8)) })
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
