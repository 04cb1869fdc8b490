/// Decodes one message body, given in pieces. A plain value: it can be copied and kept in a pool.
///
/// `start`, then `feed` with each piece as it comes. What `feed` answers says how to go on (`DecodeStep`):
/// - `needMore(kept:)`: call again with those last bytes and the next ones joined;
/// - `skip(bytes:)`: pass over that many, then call again, at the body's end with an empty piece;
/// - `bufferFull(consumed:)`: use and empty the buffer, then feed the rest of the piece;
/// - `complete`, `malformed`: the message is done.
/// A body that ends early in the capture is simply not fed further.
public struct MessageDecoder {
    /// The frames that a run can stack; Kafka's messages need seven.
    static let frameCount = 12

    /// What is around the current place.
    struct Frame {
        /// Where the body ended before a tagged field narrowed it.
        var limit: Int = 0
        /// The elements or tagged fields still to come, with the current one.
        var remaining: Int = 0
    }

    var ops: UnsafePointer<Op>?
    var stringBytes = 0
    /// The next op.
    var pc = 0
    /// The next byte of the body.
    var offset = 0
    /// The end of the body, or of the tagged field that is being read.
    var limit = 0
    var bodyLength = 0
    /// The end of the records field that is being read.
    var recordsEnd = 0
    var depth = 0
    var isTooDeep = false
    var frames = InlineArray<12, Frame>(repeating: Frame())

    /// A decoder that decodes nothing until it is started.
    public init() {}

    /// Begins a body of `bodyLength` bytes (the frame without its header).
    @inline(__always)
    public mutating func start(_ plan: DecodePlan, bodyLength: Int64) {
        let storage = plan.storage
        ops = UnsafePointer(storage.ops)
        stringBytes = storage.limits.stringBytes
        isTooDeep = storage.depth > storage.limits.depth
        pc = 0
        offset = 0
        limit = Int(max(bodyLength, 0))
        self.bodyLength = limit
        recordsEnd = 0
        depth = 0
    }

    /// The body's length.
    public var bodyBytes: Int { bodyLength }

    /// The body's bytes that were used or passed over so far.
    public var position: Int64 { Int64(offset) }

    /// Decodes `piece`, which begins at the body's byte `position`, and adds to `fields`.
    public mutating func feed(_ piece: UnsafeBufferPointer<UInt8>, into fields: FieldBuffer) -> DecodeStep {
        var trace = NoTrace()
        return feed(piece, into: fields, &trace)
    }

    @inline(__always)
    mutating func feed<Trace: DecodeTrace>(
        _ piece: UnsafeBufferPointer<UInt8>, into fields: FieldBuffer, _ trace: inout Trace
    ) -> DecodeStep {
        guard let ops else { return .malformed(at: 0, .bodyTooShort) }
        if isTooDeep { return .malformed(at: 0, .tooDeep) }
        let count = min(piece.count, bodyLength - offset)
        var run = DecodeRun(
            ops: ops, bytes: piece.baseAddress, count: max(count, 0), decoder: self, fields: fields.base,
            fieldCount: fields.count, trace: trace)
        let step = run.go(lastFieldCount: fields.capacity - FieldBuffer.stepFields, frames: &frames)
        fields.count = run.fieldCount
        pc = run.pc
        offset += run.pos
        limit = run.limit + run.start
        recordsEnd = run.recordsEnd + run.start
        depth = run.depth
        trace = run.trace
        return step
    }
}
