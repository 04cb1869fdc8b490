import KafkaDecode
import KafkaSchema
import Vocabulary

/// Bodies of every message in every version. However a body is cut into pieces, the same fields come of it.
enum DecodeFuzz {
    /// The plans are those of the whole run.
    nonisolated(unsafe) private static let plans = PlanCache(selection: .everythingTold)

    /// API, version and kind, the size of pieces, then the body.
    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        var input = FuzzInput(bytes)
        let (api, version) = (input.byte(), input.byte())
        let (how, size) = (input.byte(), 1 + input.byte())
        readHeaders(input)
        let kind: MessageKind = how & 1 == 0 ? .request : .response
        guard let plan = plans.plan(apiKey: api, version: version, kind: kind) else { return }
        // A body may be longer than what is there of it.
        let body = input.all()
        let length = body.count + (how >> 1 & 1) * (how >> 2)
        let whole = Decoded.of(plan, body, length, pieces: max(1, body.count))
        let inPieces = Decoded.of(plan, body, length, pieces: size)
        if whole != inPieces { FuzzTarget.fail("pieces of \(size) give other fields: \(whole.end), \(inPieces.end)") }
    }

    private static func readHeaders(_ input: FuzzInput) {
        var input = input
        let bytes = input.all()
        bytes.withUnsafeBufferPointer { bytes in
            let request = HeaderReader.request(bytes, frameLength: bytes.count)
            if case .header(let header) = request, header.length > bytes.count { FuzzTarget.fail("a long header") }
            let response = HeaderReader.response(bytes, frameLength: bytes.count, apiKey: 1, version: 12)
            if case .header(let header) = response, header.length > bytes.count { FuzzTarget.fail("a long header") }
        }
    }
}

/// What came of a body, in comparable form.
private struct Decoded: Equatable {
    enum End: Equatable {
        case complete(Int64)
        case malformed(Int64, DecodeStep.Fault)
        case cut
    }

    var end = End.cut
    var fields: [Field] = []

    struct Field: Equatable {
        var tag: UInt16
        var kind: DecodedField.Kind
        var integer: Int64
        var length: Int32 = 0
        var bytes: [UInt8] = []

        init(_ field: DecodedField) {
            (tag, kind, integer) = (field.tag, field.kind, field.integer)
            length = field.kind == .recordBatch ? min(field.length, 61) : field.length
            // What lies behind a batch's header is shown as far as it is there; a tag that is passed over, not at all.
            let count = field.kind == .unknownTag ? 0 : length
            bytes = field.pointer.map { Array(UnsafeBufferPointer(start: $0, count: Int(count))) } ?? []
        }
    }

    static func of(_ plan: DecodePlan, _ body: [UInt8], _ length: Int, pieces size: Int) -> Decoded {
        var decoded = Decoded()
        let buffer = FieldBuffer(capacity: 16)
        var decoder = MessageDecoder()
        decoder.start(plan, bodyLength: Int64(length))
        var (from, to) = (0, min(size, body.count))
        while true {
            // A copy of just the piece, so that a checker of memory sees a read beyond it.
            let piece = Array(body[min(from, to)..<to])
            let step = piece.withUnsafeBufferPointer { piece in
                buffer.removeAll()
                let step = decoder.feed(piece, into: buffer)
                decoded.fields += buffer.fields.map(Field.init)
                return step
            }
            switch step {
            case .complete(let leftOver): decoded.end = .complete(leftOver)
            case .malformed(let at, let fault): decoded.end = .malformed(at, fault)
            case .bufferFull(let consumed): from += consumed
            case .needMore(let kept):
                from = to - kept
                if to == body.count { return decoded }
                to = min(to + size, body.count)
            case .skip(let count):
                from = to + Int(clamping: count)
                if from > body.count { return decoded }
                to = min(from + size, body.count)
            }
            if decoded.end != .cut { return decoded }
        }
    }
}
