import KafkaDecode
import KafkaSchema
import Vocabulary

/// Reads all fields of one message into a `MessageBody`, beside the reader that reads the few which facts need, and without
/// touching it. It is given the frame's bytes as they come.
final class MessageTape {
    /// Bytes that were too few to read, kept until more come.
    private var carry: [UInt8] = []
    private var skip: Int64 = 0
    private var decoder = MessageDecoder()
    private var isStarted = false
    private var isOver = false
    private var open: [Int] = []
    private var definitions: [FieldDefinition] = []
    private var nodes: [MessageBody.Node] = []
    private var text: [UInt8] = []
    private var batches: [RecordBatchHeader] = []
    private var isWhole = false
    private let limits: Limits

    init(limits: Limits) { self.limits = limits }

    func restart() {
        carry.clear()
        (skip, isStarted, isOver) = (0, false, false)
        open.clear()
        nodes.clear()
        text.clear()
        batches.clear()
        isWhole = false
    }

    /// Bytes of a header whose end is not known yet.
    func keep(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !isOver else { return }
        carry += bytes
        if carry.count > limits.carryBytes { giveUp() }
    }

    /// The header is known, and the message's shape.
    var wantsStart: Bool { !isStarted && !isOver }

    func start(_ plan: DecodePlan?, header: Int, bodyLength: Int64, into fields: FieldBuffer) {
        isStarted = true
        guard let plan, header <= carry.count else { return giveUp() }
        definitions = plan.selectedFields
        decoder.start(plan, bodyLength: bodyLength)
        let first = Array(carry[header...])
        carry.clear()
        first.withUnsafeBufferPointer { feed($0, into: fields) }
    }

    func feed(_ bytes: UnsafeBufferPointer<UInt8>, into fields: FieldBuffer) {
        guard isStarted, !isOver else { return }
        var rest = bytes
        if skip > 0 {
            let passed = Int(min(skip, Int64(rest.count)))
            skip -= Int64(passed)
            rest = rest.slice(from: passed)
        }
        if rest.isEmpty { return }
        if carry.isEmpty { return decode(rest, into: fields) }
        var joined: [UInt8] = []
        swap(&joined, &carry)
        joined += rest
        joined.withUnsafeBufferPointer { decode($0, into: fields) }
    }

    /// Bytes are missing. Those that nobody wants to see take nothing away.
    func pass(_ missing: Int64) {
        guard isStarted, !isOver, carry.isEmpty, skip >= missing else { return giveUp() }
        skip -= missing
    }

    /// The frame is over.
    func finish(into fields: FieldBuffer) {
        if isStarted, !isOver, skip == 0, carry.isEmpty {
            decode(UnsafeBufferPointer(start: nil, count: 0), into: fields)
        }
        giveUp()
    }

    /// What was read.
    var body: MessageBody {
        MessageBody(definitions: definitions, nodes: nodes, text: text, batches: batches, isWhole: isWhole)
    }

    private func giveUp() {
        isOver = true
        carry.clear()
        while !open.isEmpty { close() }
    }

    private func decode(_ bytes: UnsafeBufferPointer<UInt8>, into fields: FieldBuffer) {
        var at = 0
        while true {
            let step = decoder.feed(bytes.slice(from: at), into: fields)
            for field in fields.fields { take(field) }
            fields.removeAll()
            if nodes.count > limits.observedFields { return giveUp() }
            switch step {
            case .needMore(let kept):
                carry += bytes.slice(from: bytes.count - kept)
                if carry.count > limits.carryBytes { giveUp() }
                return
            case .skip(let n):
                skip = n
                return
            case .bufferFull(let consumed): at += consumed
            case .complete:
                isWhole = open.isEmpty
                return giveUp()
            case .malformed: return giveUp()
            }
        }
    }

    // MARK: Nodes

    private func take(_ field: DecodedField) {
        switch field.kind {
        case .integer: leaf(field, .integer)
        case .float64: leaf(field, .float64)
        case .string: leaf(field, .string)
        case .bytes: leaf(field, .bytes)
        case .uuid: leaf(field, .uuid)
        case .records: records(field)
        case .recordBatch: batch(field)
        case .array: begin(field, .array)
        case .structure: begin(field, .structure)
        case .element:
            if let last = open.last, nodes[last].kind == .element { close() }
            begin(field, .element)
        case .endArray:
            if let last = open.last, nodes[last].kind == .element { close() }
            close()
        case .endStructure: close()
        }
    }

    private func leaf(_ field: DecodedField, _ kind: MessageBody.Node.Kind) {
        let start = text.count
        var kept = 0
        // Tokens and keys are nobody's business here: of bytes the length alone is kept.
        if kind != .bytes, let pointer = field.pointer {
            kept = Int(field.length)
            text += UnsafeBufferPointer(start: pointer, count: kept)
        }
        nodes.append(
            MessageBody.Node(
                field: field.tag, kind: kind, integer: field.integer, start: Int32(truncatingIfNeeded: start),
                count: Int32(kept), end: Int32(nodes.count + 1)))
    }

    private func records(_ field: DecodedField) {
        nodes.append(
            MessageBody.Node(
                field: field.tag, kind: .records, integer: field.integer,
                start: Int32(truncatingIfNeeded: batches.count), end: Int32(nodes.count + 1)))
    }

    private func batch(_ field: DecodedField) {
        guard let pointer = field.pointer, let last = nodes.indices.last, nodes[last].kind == .records,
            let header = RecordBatchHeader(
                UnsafeBufferPointer(start: pointer, count: Int(field.length)), held: field.integer),
            batches.count < limits.observedFields
        else { return }
        batches.append(header)
        nodes[last].count += 1
    }

    private func begin(_ field: DecodedField, _ kind: MessageBody.Node.Kind) {
        open.append(nodes.count)
        nodes.append(
            MessageBody.Node(field: field.tag, kind: kind, integer: field.integer, end: Int32(nodes.count + 1)))
    }

    private func close() {
        guard let index = open.popLast() else { return }
        nodes[index].end = Int32(nodes.count)
    }
}
