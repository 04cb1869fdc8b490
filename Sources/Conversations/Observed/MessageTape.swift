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
    private var reading = MessageReading.truncated(at: 0)
    private var headerBytes: Int64 = 0
    private let limits: Limits
    /// Bytes are kept too, but for secrets; else their length alone.
    private let keepsBytes: Bool
    /// Where the last name of a setting lies in the text.
    private var lastName = 0..<0
    /// Where secrets and records lie, counted from the message's first byte.
    private var secrets: [Range<Int64>] = []
    /// What is left of a field of records: nobody's business but for the headers of its batches.
    private var unseenRecords: Range<Int64> = 0..<0
    /// Where texts lie that are no secrets.
    private var texts: [MessageBody.PlacedText] = []
    private var shownBeyond: Int64 = 0
    /// Bytes stood behind the last field.
    private(set) var hasLeftOver = false
    /// The frame behind its length, of an answer of which nothing says what it is; nil where it is too large to keep.
    private(set) var unread: [UInt8]? = []
    /// Where in the message the bytes lie that are decoded now.
    private var fed: (base: UnsafePointer<UInt8>?, place: Int64) = (nil, 0)

    init(limits: Limits, keepsBytes: Bool) {
        self.limits = limits
        self.keepsBytes = keepsBytes
    }

    func restart() {
        carry.clear()
        (skip, isStarted, isOver) = (0, false, false)
        open.clear()
        nodes.clear()
        text.clear()
        batches.clear()
        secrets.clear()
        unseenRecords = 0..<0
        texts.clear()
        shownBeyond = 0
        if keepsBytes { (hasLeftOver, unread) = (false, []) }
        (reading, headerBytes, lastName) = (.truncated(at: 0), 0, 0..<0)
    }

    /// Bytes of a header whose end is not known yet.
    func keep(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !isOver else { return }
        carry += bytes
        if carry.count > limits.carryBytes { giveUp(.tooLarge(at: 0)) }
    }

    /// Of a request's header that is kept now, what stands before its tags.
    var fixedRequestHeader: Int {
        guard carry.count >= 10 else { return carry.count }
        return 10 + max(0, Int(Int16(bitPattern: UInt16(carry[8]) << 8 | UInt16(carry[9]))))
    }

    /// So many of the bytes that are kept belong to a request's header, whose client id may have begun.
    var begunRequestHeader: Int { min(carry.count, fixedRequestHeader) }

    /// The header is known, and the message's shape.
    var wantsStart: Bool { !isStarted && !isOver }

    /// - Parameter known: bytes of the header, its length not counted, that all versions have; tags may stand behind them.
    func start(_ plan: DecodePlan?, header: Int, known: Int, bodyLength: Int64, into fields: FieldBuffer) {
        isStarted = true
        headerBytes = Int64(header) + 4
        // A header without tags has a zero there. None are known so far.
        if keepsBytes, header > known + 1 { secrets.append(Int64(known + 5)..<headerBytes) }
        if plan == nil, keepsBytes { unread = carry }
        guard let plan, header <= carry.count else { return giveUp(plan == nil ? .unknown : .truncated(at: 4)) }
        definitions = plan.selectedFields
        decoder.start(plan, bodyLength: bodyLength)
        let first = Array(carry[header...])
        carry.clear()
        first.withUnsafeBufferPointer { feed($0, into: fields) }
    }

    func feed(_ bytes: UnsafeBufferPointer<UInt8>, into fields: FieldBuffer) {
        guard isStarted, !isOver else { return keepUnread(bytes) }
        var rest = bytes
        if skip > 0 {
            let passed = Int(min(skip, Int64(rest.count)))
            skip -= Int64(passed)
            rest = rest.slice(from: passed)
        }
        if rest.isEmpty { return }
        guard !carry.isEmpty else {
            let kept = decode(rest, into: fields)
            return carryOver(rest.slice(from: rest.count - kept))
        }
        var joined: [UInt8] = []
        swap(&joined, &carry)
        joined += rest
        let kept = joined.withUnsafeBufferPointer { decode($0, into: fields) }
        // A long field comes in many pieces: what waits for it is not copied at each.
        if kept == joined.count {
            swap(&joined, &carry)
            carryOver(UnsafeBufferPointer(start: nil, count: 0))
        } else {
            joined.withUnsafeBufferPointer { carryOver($0.slice(from: $0.count - kept)) }
        }
    }

    private func keepUnread(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard keepsBytes, case .unknown = reading, let kept = unread?.count else { return }
        if kept + bytes.count <= limits.carryBytes { unread? += bytes } else { unread = nil }
    }

    private func carryOver(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !isOver else { return }
        carry += bytes
        if carry.count > limits.carryBytes { giveUp(.tooLarge(at: place)) }
    }

    /// Bytes are missing. Those that nobody wants to see take nothing away.
    func pass(_ missing: Int64) {
        guard isStarted, !isOver, carry.isEmpty, skip >= missing else { return giveUp(.truncated(at: place)) }
        skip -= missing
    }

    /// The frame is over.
    func finish(into fields: FieldBuffer) {
        if isStarted, !isOver, skip == 0, carry.isEmpty {
            _ = decode(UnsafeBufferPointer(start: nil, count: 0), into: fields)
        }
        giveUp(.truncated(at: place))
    }

    /// How far it was read.
    private var place: Int64 { isStarted ? headerBytes.addingSaturated(decoder.position) : 0 }

    /// What was read.
    var body: MessageBody {
        MessageBody(
            definitions: definitions, nodes: nodes, text: text, batches: batches, reading: reading, secrets: secrets,
            texts: texts, shownBeyond: shownBeyond)
    }

    private func giveUp(_ reading: MessageReading) {
        if !isOver {
            // Of a message that is cut, nothing behind the cut is shown.
            if case .truncated = reading { unseenRecords = unseenRecords.clamped(to: 0..<max(0, place)) }
            hideRecords()
            note(reading)
            // Of an answer that nothing is known of not even the header was read.
            if keepsBytes, !isStarted { unread = carry }
        }
        isOver = true
        carry.clear()
        while !open.isEmpty { close() }
    }

    /// - Returns: how many bytes at the end wait for more.
    private func decode(_ bytes: UnsafeBufferPointer<UInt8>, into fields: FieldBuffer) -> Int {
        var at = 0
        while true {
            let piece = bytes.slice(from: at)
            fed = (piece.baseAddress, place)
            let step = decoder.feed(piece, into: fields)
            for field in fields.fields { take(field) }
            fields.removeAll()
            if nodes.count > limits.observedFields { return stop(.tooLarge(at: place)) }
            switch step {
            case .needMore(let kept): return kept
            case .skip(let n):
                skip = n
                return 0
            case .bufferFull(let consumed): at += consumed
            case .complete(let leftOver):
                hideRecords()
                // What stands behind the last field is nobody's, and no decoder knows what it is.
                if keepsBytes, leftOver > 0 {
                    hasLeftOver = true
                    secrets.append(place..<place.addingSaturated(leftOver))
                }
                return stop(open.isEmpty ? .whole : .truncated(at: place))
            case .malformed(let at, let fault):
                return stop(.malformed(at: headerBytes.addingSaturated(at), MessageFault(fault)))
            }
        }
    }

    private func note(_ reading: MessageReading) {
        self.reading = reading
        // Cut inside the header of a batch: what is there of it.
        guard case .truncated = reading, keepsBytes, let last = nodes.last, last.kind == .records, last.integer > 0
        else {
            return
        }
        let format = carry.count > 16 ? carry[16] : 2
        shownBeyond = min(Int64(carry.count), RecordBatchHeader.shownBytes(ofFormat: format))
    }

    private func stop(_ reading: MessageReading) -> Int {
        giveUp(reading)
        return 0
    }

    // MARK: Nodes

    private func take(_ field: DecodedField) {
        if field.kind != .recordBatch { hideRecords() }
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
        case .unknownTag: unknown(field)
        }
    }

    private func leaf(_ field: DecodedField, _ given: MessageBody.Node.Kind) {
        let start = text.count
        var kept = 0
        let kind = keepsBytes && isSecret(field, given) ? .secret : given
        if kind == .secret,
            !SecretFields.tellsRefusal(UnsafeBufferPointer(start: field.pointer, count: Int(field.length)))
        {
            hide(field.pointer, 0, field.integer)
        }
        if kind != .secret, kind != .bytes || keepsBytes || isMembership(field), let pointer = field.pointer {
            kept = Int(field.length)
            text += UnsafeBufferPointer(start: pointer, count: kept)
            if keepsBytes, kind != .uuid { notePlace(of: field, start..<text.count) }
            if keepsBytes, kind == .string, definitions[Int(field.tag)].name == "Name" { lastName = start..<text.count }
        }
        nodes.append(
            MessageBody.Node(
                field: field.tag, kind: kind, integer: field.integer, start: Int32(truncatingIfNeeded: start),
                count: Int32(kept), end: Int32(nodes.count + 1)))
    }

    private func notePlace(of field: DecodedField, _ range: Range<Int>) {
        guard !range.isEmpty, let place = place(of: field.pointer) else { return }
        texts.append(MessageBody.PlacedText(field: field.tag, place: place, range: range))
    }

    /// Where in the message a field's bytes lie.
    private func place(of pointer: UnsafePointer<UInt8>?) -> Int64? {
        guard let pointer, let base = fed.base else { return nil }
        return fed.place.addingSaturated(Int64(pointer - base))
    }

    /// What members of a group hand each other: their topics, and the partitions that each is given.
    private func isMembership(_ field: DecodedField) -> Bool {
        guard Int(field.tag) < definitions.count else { return false }
        return ["Metadata", "Assignment"].contains(definitions[Int(field.tag)].name)
    }

    /// Bytes from `skipped` on of a field of so many bytes are nobody's business.
    private func hide(_ pointer: UnsafePointer<UInt8>?, _ skipped: Int64, _ count: Int64) {
        guard count > skipped, let start = place(of: pointer) else { return }
        secrets.append(start.addingSaturated(skipped)..<start.addingSaturated(count))
    }

    /// Tokens, keys and passwords are nobody's business. A setting's value follows its name.
    private func isSecret(_ field: DecodedField, _ kind: MessageBody.Node.Kind) -> Bool {
        guard field.integer >= 0, Int(field.tag) < definitions.count else { return false }
        let name = definitions[Int(field.tag)].name
        if kind == .bytes { return SecretFields.isAlways(name) }
        return kind == .string && name == "Value" && SecretFields.isSetting(text[lastName])
    }

    private func unknown(_ field: DecodedField) {
        guard keepsBytes else { return }
        hide(field.pointer, 0, Int64(field.length))
        nodes.append(
            MessageBody.Node(
                field: 0, kind: .unknownTag, integer: field.integer, count: field.length, end: Int32(nodes.count + 1)))
    }

    private func records(_ field: DecodedField) {
        nodes.append(
            MessageBody.Node(
                field: field.tag, kind: .records, integer: field.integer,
                start: Int32(truncatingIfNeeded: batches.count), end: Int32(nodes.count + 1)))
        guard keepsBytes, field.integer > 0, let start = place(of: field.pointer) else { return }
        unseenRecords = start..<start.addingSaturated(field.integer)
    }

    /// What no batch was read of: a piece of a snapshot, bytes that are no batch, or more batches than are kept.
    private func hideRecords() {
        if !unseenRecords.isEmpty { secrets.append(unseenRecords) }
        unseenRecords = 0..<0
    }

    private func batch(_ field: DecodedField) {
        guard let pointer = field.pointer, let last = nodes.indices.last, nodes[last].kind == .records,
            let header = RecordBatchHeader(
                UnsafeBufferPointer(start: pointer, count: Int(field.length)), held: field.integer),
            batches.count < limits.observedFields
        else { return }
        batches.append(header)
        nodes[last].count += 1
        guard keepsBytes, let start = place(of: pointer) else { return }
        hide(pointer, header.shownBytes, field.integer)
        unseenRecords = min(start.addingSaturated(field.integer), unseenRecords.upperBound)..<unseenRecords.upperBound
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
