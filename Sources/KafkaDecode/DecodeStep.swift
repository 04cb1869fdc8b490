/// Why the decoder handed control back.
@frozen public enum DecodeStep: Sendable {
    /// All but `kept` bytes at the end of the piece were used; more are needed. `kept` is less than `Limits.stringBytes`
    /// and a few: the caller puts them before the next piece.
    case needMore(kept: Int)
    /// The piece was used up and `bytes` more can be passed over unread, before `feed` is called again.
    case skip(bytes: Int64)
    /// The field buffer is full: use the fields, empty it, and feed the rest, which begins at `consumed`.
    case bufferFull(consumed: Int)
    /// The message is whole. `leftOver` bytes of the body stand behind its last field.
    case complete(leftOver: Int64)
    /// The body contradicts its schema at body offset `at`. Nothing behind it was read.
    case malformed(at: Int64, Fault)

    /// What is wrong with a body.
    public enum Fault: UInt8, Sendable, CaseIterable {
        case lengthBeyondBody, negativeLength, varintTooLong, countBeyondBody, tooDeep, badBatch, bodyTooShort
    }
}
