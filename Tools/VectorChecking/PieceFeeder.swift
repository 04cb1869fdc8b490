public import KafkaDecode

/// Feeds a body to a decoder in pieces, as a stream would: unused bytes are kept and joined with the next piece.
public struct PieceFeeder {
    /// How a feeding ended.
    public enum End: Equatable {
        case complete(leftOver: Int64)
        case malformed(at: Int64, DecodeStep.Fault)
        /// The bytes ran out first.
        case cut
    }

    /// How many times the decoder was called: a bound on its work.
    public private(set) var calls = 0
    private let buffer: FieldBuffer

    /// A feeder whose decoder writes to a buffer of `capacity` fields.
    public init(capacity: Int = 64) { buffer = FieldBuffer(capacity: capacity) }

    /// Feeds `bytes` of a body of `bodyLength`, `pieceSize` at a time, and hands every field to `take`.
    public mutating func run(
        _ plan: DecodePlan, bytes: [UInt8], bodyLength: Int, pieceSize: Int, take: (DecodedField) -> Void
    ) -> End {
        var decoder = MessageDecoder()
        decoder.start(plan, bodyLength: Int64(bodyLength))
        calls = 0
        var from = 0
        var to = min(pieceSize, bytes.count)
        while true {
            // A copy of just the piece, so that a memory checker sees a read beyond it.
            let piece = Array(bytes[min(from, to)..<to])
            calls += 1
            let step = piece.withUnsafeBufferPointer { piece in
                buffer.removeAll()
                let step = decoder.feed(piece, into: buffer)
                for field in buffer.fields { take(field) }
                return step
            }
            switch step {
            case .complete(let leftOver): return .complete(leftOver: leftOver)
            case .malformed(let at, let fault): return .malformed(at: at, fault)
            case .bufferFull(let consumed): from += consumed
            case .needMore(let kept):
                from = to - kept
                if to == bytes.count { return .cut }
                to = min(to + pieceSize, bytes.count)
            case .skip(let count):
                from = to + Int(clamping: count)
                if from > bytes.count { return .cut }
                to = min(from + pieceSize, bytes.count)
            }
        }
    }
}
