import Foundation
import JSONText
import KafkaDecode
import VectorChecking

/// Files of the project that tests read.
enum SchemaFiles {
    static func data(_ name: String) -> Data {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return (try? Data(contentsOf: root.appendingPathComponent("Schema/\(name)"))) ?? Data()
    }

    static let vectors: [Vector] = data("vectors.jsonl").split(separator: 0x0A).compactMap { Vector(line: $0) }

    static func vector(_ message: String, _ version: Int) -> Vector? {
        vectors.first { $0.message == message && $0.version == version }
    }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Builds bodies by hand.
struct BodyWriter {
    var bytes: [UInt8] = []

    mutating func raw(_ more: [UInt8]) { bytes += more }
    mutating func int8(_ value: Int8) { bytes.append(UInt8(bitPattern: value)) }
    mutating func int16(_ value: Int16) { raw(be(UInt64(UInt16(bitPattern: value)), 2)) }
    mutating func int32(_ value: Int32) { raw(be(UInt64(UInt32(bitPattern: value)), 4)) }
    mutating func int64(_ value: Int64) { raw(be(UInt64(bitPattern: value), 8)) }
    mutating func string(_ text: String) {
        int16(Int16(text.utf8.count))
        raw(Array(text.utf8))
    }

    private func be(_ value: UInt64, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (size - 1 - $0))) }
    }

    /// A batch of `size` bytes in the current format.
    static func batch(size: Int, offset: Int64 = 7) -> [UInt8] {
        var writer = BodyWriter()
        writer.int64(offset)
        writer.int32(Int32(size - 12))
        writer.int32(0)
        writer.int8(2)
        return writer.bytes + [UInt8](repeating: 0xEE, count: size - 17)
    }
}

/// A field in words, to compare: `tag:kind` and what it holds.
func words(_ field: DecodedField) -> String {
    let bytes = UnsafeBufferPointer(start: field.pointer, count: field.pointer == nil ? 0 : Int(field.length))
    switch field.kind {
    case .integer: return "\(field.tag)=\(field.integer)"
    case .string: return "\(field.tag)=" + (field.integer < 0 ? "null" : String(decoding: bytes, as: UTF8.self))
    case .array: return "\(field.tag)[\(field.integer)"
    case .element: return "\(field.tag)."
    case .endArray: return "\(field.tag)]"
    case .structure: return "\(field.tag){\(field.integer)"
    case .endStructure: return "\(field.tag)}"
    // What is shown behind the header depends on the pieces.
    case .recordBatch: return "\(field.tag)batch\(field.integer)/\(min(field.length, 61))"
    default: return "\(field.tag)\(field.kind)\(field.integer)"
    }
}

/// Decodes a body and gives the end and the fields in words.
func decode(
    _ plan: DecodePlan?, _ bytes: [UInt8], pieceSize: Int? = nil, bodyLength: Int? = nil, capacity: Int = 64
) -> (end: PieceFeeder.End, fields: [String]) {
    guard let plan else { return (.malformed(at: -1, .tooDeep), ["no plan"]) }
    var feeder = PieceFeeder(capacity: capacity)
    var fields: [String] = []
    let end = feeder.run(
        plan, bytes: bytes, bodyLength: bodyLength ?? bytes.count, pieceSize: pieceSize ?? max(bytes.count, 1)
    ) { fields.append(words($0)) }
    return (end, fields)
}
