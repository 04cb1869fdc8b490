import KafkaDecode
public import KafkaSchema
import Vocabulary

/// One message's fields, all of them, in the order of the schema: a flat list of nodes, where an array or a structure is
/// followed by what is in it. Strings lie in one block. Records are none of it: of them there are the headers of batches.
public final class MessageBody: Sendable {
    /// A field, or an element of an array.
    @frozen public struct Node: Sendable {
        public enum Kind: UInt8, Sendable {
            case integer, float64, string, bytes, uuid, records, array, element, structure
            /// A secret, of which nothing is kept.
            case secret
            /// A tagged field that the schema does not have: `integer` is its tag, `count` its size.
            case unknownTag
        }

        /// Index of the field's definition.
        public var field: UInt16
        public var kind: Kind
        /// A number, a count, a length; -1 where null. Of a UUID and of a batch: unused.
        public var integer: Int64
        /// Where its bytes, or the headers of its batches, begin, and how many there are.
        public var start: Int32 = 0
        public var count: Int32 = 0
        /// Index behind the last node of it.
        public var end: Int32
    }

    /// A string, or bytes, with its place.
    struct PlacedText: Sendable {
        /// Index of the field's definition.
        var field: UInt16
        /// From the message's first byte on.
        var place: Int64
        /// Where in `text`.
        var range: Range<Int>
    }

    public let definitions: [FieldDefinition]
    public let nodes: [Node]
    let text: [UInt8]
    public let batches: [RecordBatchHeader]
    public let reading: MessageReading
    /// Where secrets and records lie, counted from the message's first byte; only where messages are shown.
    public let secrets: [Range<Int64>]
    /// All texts but those; only where messages are shown.
    let texts: [PlacedText]
    /// Bytes behind the place where it is truncated that hold no secret.
    public let shownBeyond: Int64
    /// All of it was there and was read. Where not, what was read before is there.
    public var isWhole: Bool { reading == .whole }

    init(
        definitions: [FieldDefinition], nodes: [Node], text: [UInt8], batches: [RecordBatchHeader],
        reading: MessageReading, secrets: [Range<Int64>] = [],
        texts: [PlacedText] = [], shownBeyond: Int64 = 0
    ) {
        self.texts = texts
        self.shownBeyond = shownBeyond
        self.secrets = secrets
        self.definitions = definitions
        self.nodes = nodes
        self.text = text
        self.batches = batches
        self.reading = reading
    }

    /// The text of a string.
    public func string(_ node: Node) -> String {
        String(decoding: text[Int(node.start)..<Int(node.start + node.count)], as: UTF8.self)
    }

    /// The value of a UUID; nil where it is all zeros, which Kafka takes for none.
    public func uuid(_ node: Node) -> TopicUUID? { root.uuid(node) }

    /// A message of which nothing was read.
    public static let unread = MessageBody(
        definitions: [], nodes: [], text: [], batches: [], reading: .truncated(at: 0))

    /// The message itself.
    public var root: FieldView { FieldView(body: self, first: 0, end: Int32(nodes.count)) }

    /// Whether an error code anywhere in it is another than 0: found without looking at structures one by one.
    public var holdsErrors: Bool {
        let codes = definitions.indices.filter { definitions[$0].name.hasSuffix("ErrorCode") }.map { UInt16($0) }
        return nodes.contains { $0.kind == .integer && $0.integer != 0 && codes.contains($0.field) }
    }
}

/// How far a message was read. Places are counted from its first byte, that of its length field.
public enum MessageReading: Sendable, Equatable {
    case whole
    /// The schema does not have this API, or this version of it.
    case unknown
    /// Bytes are missing from here on.
    case truncated(at: Int64)
    /// Its bytes contradict the schema here.
    case malformed(at: Int64, MessageFault)
    /// It has more fields than are kept (`Limits.observedFields`), or a longer header.
    case tooLarge(at: Int64)
}

/// What contradicts the schema.
public enum MessageFault: UInt8, Sendable {
    case lengthBeyondBody, negativeLength, varintTooLong, countBeyondBody, tooDeep, badBatch, bodyTooShort

    init(_ fault: DecodeStep.Fault) { self = Self(rawValue: fault.rawValue) ?? .bodyTooShort }
}

/// A structure inside a message, whose fields are asked for by Kafka's names. What the version lacks, or was not read, is nil.
public struct FieldView: Sendable {
    let body: MessageBody
    let first: Int32
    let end: Int32

    /// The node of that name.
    @inline(__always)
    private func find(_ name: String) -> MessageBody.Node? {
        var at = first
        while at < end {
            let node = body.nodes[Int(at)]
            if body.definitions[Int(node.field)].name == name { return node }
            at = node.end
        }
        return nil
    }

    private func index(_ name: String) -> Int32? {
        var at = first
        while at < end {
            let node = body.nodes[Int(at)]
            if body.definitions[Int(node.field)].name == name { return at }
            at = node.end
        }
        return nil
    }

    /// A number; a boolean is 0 or 1.
    public func integer(_ name: String) -> Int64? {
        guard let node = find(name), node.kind == .integer else { return nil }
        return node.integer
    }

    /// A string; nil too where it is null.
    public func string(_ name: String) -> String? {
        guard let node = find(name), node.kind == .string, node.integer >= 0 else { return nil }
        return text(node)
    }

    /// A UUID as its two halves; nil where it is all zeros, which Kafka takes for none.
    public func uuid(_ name: String) -> TopicUUID? {
        guard let node = find(name), node.kind == .uuid else { return nil }
        return uuid(node)
    }

    /// A field of bytes; none where it is null.
    public func bytes(_ name: String) -> ArraySlice<UInt8> {
        guard let node = find(name), node.kind == .bytes, node.integer >= 0 else { return [] }
        return body.text[Int(node.start)..<Int(node.start + node.count)]
    }

    /// The elements of an array of structures; none where it is null.
    public func elements(_ name: String) -> [FieldView] {
        guard let at = index(name), body.nodes[Int(at)].kind == .array else { return [] }
        return elements(at)
    }

    /// The numbers of an array of numbers.
    public func integers(_ name: String) -> [Int64] { plain(name).filter { $0.kind == .integer }.map(\.integer) }

    /// The strings of an array of strings.
    public func strings(_ name: String) -> [String] { plain(name).filter { $0.kind == .string }.map(text) }

    /// The UUIDs of an array of them.
    public func uuids(_ name: String) -> [TopicUUID] { plain(name).filter { $0.kind == .uuid }.compactMap(uuid) }

    /// Whether an array or a structure is there and not null.
    public func holds(_ name: String) -> Bool {
        guard let node = find(name) else { return false }
        return node.kind == .integer || node.kind == .uuid || node.integer >= 0
    }

    /// A structure of its own.
    public func structure(_ name: String) -> FieldView? {
        guard let at = index(name), body.nodes[Int(at)].kind == .structure, body.nodes[Int(at)].integer >= 0 else {
            return nil
        }
        return FieldView(body: body, first: at + 1, end: body.nodes[Int(at)].end)
    }

    /// The headers of a `records` field's batches.
    public func batches(_ name: String) -> ArraySlice<RecordBatchHeader> {
        guard let node = find(name), node.kind == .records else { return [] }
        return body.batches[Int(node.start)..<Int(node.start + node.count)]
    }

    private func elements(_ at: Int32) -> [FieldView] {
        let array = body.nodes[Int(at)]
        var found: [FieldView] = []
        var next = at + 1
        while next < array.end {
            let node = body.nodes[Int(next)]
            if node.kind == .element { found.append(FieldView(body: body, first: next + 1, end: node.end)) }
            next = node.end
        }
        return found
    }

    private func plain(_ name: String) -> ArraySlice<MessageBody.Node> {
        guard let at = index(name), body.nodes[Int(at)].kind == .array else { return [] }
        return body.nodes[Int(at + 1)..<Int(body.nodes[Int(at)].end)]
    }

    private func text(_ node: MessageBody.Node) -> String {
        String(decoding: body.text[Int(node.start)..<Int(node.start + node.count)], as: UTF8.self)
    }

    fileprivate func uuid(_ node: MessageBody.Node) -> TopicUUID? {
        guard node.count == 16 else { return nil }
        let bytes = body.text[Int(node.start)..<Int(node.start + 16)]
        let id = bytes.reduce((UInt64(0), UInt64(0))) { ($0.0 << 8 | $0.1 >> 56, $0.1 << 8 | UInt64($1)) }
        return id == (0, 0) ? nil : TopicUUID(high: id.0, low: id.1)
    }
}

extension FieldView {
    /// Calls with each structure inside, at any depth, behind its own fields, and with the structures around it.
    public func walk(_ visit: (FieldView, [FieldView]) -> Void) { walk([], visit) }

    private func walk(_ around: [FieldView], _ visit: (FieldView, [FieldView]) -> Void) {
        visit(self, around)
        var at = first
        while at < end {
            let node = body.nodes[Int(at)]
            if node.kind == .array { for element in elements(at) { element.walk(around + [self], visit) } }
            at = node.end
        }
    }
}

/// A UUID by its halves.
public struct TopicUUID: Sendable, Hashable {
    public var high, low: UInt64

    /// As Kafka prints it: 22 letters of base64 for URLs.
    public var text: String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var made: [UInt8] = []
        for place in 0..<22 {
            let shift = 128 - 6 * (place + 1)
            let value =
                shift >= 64
                ? high >> UInt64(shift - 64)
                : shift >= 0
                    ? (shift > 58 ? high << UInt64(64 - shift) | low >> UInt64(shift) : low >> UInt64(shift))
                    : low << UInt64(-shift)
            made.append(letters[Int(value & 63)])
        }
        return String(decoding: made, as: UTF8.self)
    }
}
