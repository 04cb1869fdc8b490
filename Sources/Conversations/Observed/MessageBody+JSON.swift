import KafkaDecode
import KafkaSchema
public import Vocabulary

/// A message as JSON: Kafka's own form, but for records, of which there are the headers of batches, and for secrets.
extension MessageBody {
    /// Appends the message as one object.
    public func appendJSON(to text: inout [UInt8]) { members(0, nodes.count, &text) }

    /// The nodes of a structure, as an object.
    private func members(_ first: Int, _ end: Int, _ out: inout [UInt8]) {
        out.append(UInt8(ascii: "{"))
        var at = first
        var isFirst = true
        var unknown: [Node] = []
        while at < end {
            let node = nodes[at]
            if node.kind == .unknownTag {
                unknown.append(node)
            } else {
                if !isFirst { out.append(UInt8(ascii: ",")) }
                isFirst = false
                key(definitions[Int(node.field)].name, &out)
                value(at, &out)
            }
            at = Int(node.end)
        }
        if !unknown.isEmpty { tags(unknown, isFirst: isFirst, &out) }
        out.append(UInt8(ascii: "}"))
    }

    /// Tagged fields that came after the schema: their numbers and sizes.
    private func tags(_ unknown: [Node], isFirst: Bool, _ out: inout [UInt8]) {
        if !isFirst { out.append(UInt8(ascii: ",")) }
        out += #""_unknownTaggedFields":["#.utf8
        for (place, node) in unknown.enumerated() {
            if place > 0 { out.append(UInt8(ascii: ",")) }
            out += #"{"tag":"#.utf8
            out.append(decimal: node.integer)
            out += #","bytes":"#.utf8
            out.append(decimal: Int64(node.count))
            out.append(UInt8(ascii: "}"))
        }
        out.append(UInt8(ascii: "]"))
    }

    /// Kafka's JSON begins its names with a small letter.
    private func key(_ name: String, _ out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        let start = out.count
        out += name.utf8
        if start < out.count, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(out[start]) { out[start] |= 0x20 }
        out += #"":"#.utf8
    }

    private func value(_ at: Int, _ out: inout [UInt8]) {
        let node = nodes[at]
        switch node.kind {
        case .integer:
            if definitions[Int(node.field)].type == .bool {
                out += (node.integer == 0 ? "false" : "true").utf8
            } else {
                out.append(decimal: node.integer)
            }
        case .float64: number(Double(bitPattern: UInt64(bitPattern: node.integer)), &out)
        case .secret: out += #""<blanked>""#.utf8
        case .unknownTag: break
        case .uuid: base64(bytes(node), isURL: true, &out)
        case .element: members(at + 1, Int(node.end), &out)
        case .string, .bytes, .records, .array, .structure: nullable(at, node, &out)
        }
    }

    private func nullable(_ at: Int, _ node: Node, _ out: inout [UInt8]) {
        if node.integer < 0 {
            out += "null".utf8
            return
        }
        switch node.kind {
        case .string: out.append(quoted: bytes(node))
        case .bytes: base64(bytes(node), isURL: false, &out)
        case .records: records(node, &out)
        case .array: array(at, node, &out)
        default: members(at + 1, Int(node.end), &out)
        }
    }

    private func array(_ at: Int, _ node: Node, _ out: inout [UInt8]) {
        out.append(UInt8(ascii: "["))
        var next = at + 1
        while next < Int(node.end) {
            if next > at + 1 { out.append(UInt8(ascii: ",")) }
            value(next, &out)
            next = Int(nodes[next].end)
        }
        out.append(UInt8(ascii: "]"))
    }

    private func bytes(_ node: Node) -> ArraySlice<UInt8> { text[Int(node.start)..<Int(node.start + node.count)] }

    /// JSON has no words for what is no number; Kafka's library quotes Java's.
    private func number(_ number: Double, _ out: inout [UInt8]) {
        if number.isNaN {
            out += #""NaN""#.utf8
        } else if number.isInfinite {
            out += (number < 0 ? #""-Infinity""# : #""Infinity""#).utf8
        } else {
            out += "\(number)".utf8
        }
    }

    // MARK: Records

    private func records(_ node: Node, _ out: inout [UInt8]) {
        out.append(UInt8(ascii: "["))
        for (place, batch) in batches[Int(node.start)..<Int(node.start + node.count)].enumerated() {
            if place > 0 { out.append(UInt8(ascii: ",")) }
            batch.appendJSON(to: &out)
        }
        out.append(UInt8(ascii: "]"))
    }

    // MARK: Bytes

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlLetters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Kafka writes UUIDs in the alphabet for URLs, without padding, and other bytes in the other one.
    private func base64(_ bytes: ArraySlice<UInt8>, isURL: Bool, _ out: inout [UInt8]) {
        let letters = isURL ? Self.urlLetters : Self.letters
        out.append(UInt8(ascii: "\""))
        var at = bytes.startIndex
        while at < bytes.endIndex {
            let left = min(3, bytes.endIndex - at)
            var group = Int(bytes[at]) << 16
            if left > 1 { group |= Int(bytes[at + 1]) << 8 }
            if left > 2 { group |= Int(bytes[at + 2]) }
            for place in 0...left { out.append(letters[group >> (18 - 6 * place) & 63]) }
            if !isURL, left < 3 { for _ in left..<3 { out.append(UInt8(ascii: "=")) } }
            at += left
        }
        out.append(UInt8(ascii: "\""))
    }
}

extension RecordBatchHeader {
    /// How the batch is packed, by Kafka's names.
    public var codecName: String {
        let names = ["none", "gzip", "snappy", "lz4", "zstd"]
        return Int(codec) < names.count ? names[Int(codec)] : "codec \(codec)"
    }

    /// Appends what is known of the batch as one object.
    func appendJSON(to out: inout [UInt8]) {
        func member(_ name: StaticString, _ value: Int64?) {
            name.withUTF8Buffer { out += $0 }
            if let value { out.append(decimal: value) } else { out += "null".utf8 }
        }
        member(#"{"baseOffset":"#, baseOffset)
        member(#","records":"#, records.map { Int64($0) })
        out += #","codec":"#.utf8
        out.append(quoted: codecName)
        member(#","producerId":"#, producerId)
        member(#","producerEpoch":"#, Int64(producerEpoch))
        member(#","baseSequence":"#, Int64(baseSequence))
        out += (isTransactional ? #","transactional":true"# : #","transactional":false"#).utf8
        out += (isControl ? #","control":true"# : #","control":false"#).utf8
        member(#","bytes":"#, bytes)
        out += (isWhole ? #","whole":true}"# : #","whole":false}"#).utf8
    }
}

extension MessageBody {
    /// Reads the body of one message.
    /// - Parameter length: the body's; nil where all of it is there.
    /// - Returns: nil where the schema does not have that version.
    public static func read(
        _ message: String, version: Int, body: [UInt8], length: Int? = nil, pieceSize: Int = .max,
        limits given: Limits = Limits()
    ) -> MessageBody? {
        var limits = given
        limits.showMessages()
        let plans = PlanCache(selection: .everythingTold, limits: limits)
        guard let plan = plans.plan(message: message, version: version) else { return nil }
        let tape = MessageTape(limits: limits, keepsBytes: true)
        let fields = FieldBuffer()
        tape.start(plan, header: 0, known: 0, bodyLength: Int64(length ?? body.count), into: fields)
        body.withUnsafeBufferPointer { bytes in
            var at = 0
            while at < bytes.count {
                let count = min(pieceSize, bytes.count - at)
                tape.feed(bytes.slice(from: at, count: count), into: fields)
                at += count
            }
        }
        tape.finish(into: fields)
        return tape.body
    }
}
