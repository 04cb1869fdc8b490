/// What one step of a decode program does.
enum OpCode: UInt8 {
    /// The message is whole.
    case end
    /// Passes over `a` bytes.
    case skip
    /// Hands on a number.
    case bool, int8, int16, uint16, int32, uint32, int64, float64
    /// Hands on 16 bytes.
    case uuid
    /// Passes over, or hands on, a string or bytes.
    case skipText, text
    /// Begins an array whose loop ends before op `a`; an element has at least `b` bytes.
    case array
    /// Passes over an array of elements of `b` bytes each.
    case skipArray
    /// Ends an element; the next one begins at op `a`.
    case next
    /// Begins a `records` field; its batches are the next op.
    case records
    /// One batch, or none when the field has ended.
    case batch
    /// Begins a structure; where it is null, op `a` goes on.
    case structure
    /// Ends a selected structure.
    case endStructure
    /// A section of tagged fields: `b` known ones are listed behind the op after this one; op `a` goes on.
    case tags
    /// One tagged field.
    case tagItem
    /// One tagged field, which is told where it is unknown.
    case tagItemTold
    /// Not run: the tagged field `a` is decoded from op `b` on.
    case tagEntry
    /// Ends a known tagged field; op `a` looks for the next.
    case tagEnd
}

/// Details of an op.
struct OpFlags: OptionSet {
    let rawValue: UInt8

    /// Handed on.
    static let selected = OpFlags(rawValue: 1)
    /// The length is a varint, one more than the true length.
    static let compact = OpFlags(rawValue: 2)
    /// May be null.
    static let nullable = OpFlags(rawValue: 4)
    /// The length has 4 bytes.
    static let wide = OpFlags(rawValue: 8)
    /// Bytes, not a string.
    static let bytes = OpFlags(rawValue: 16)
    /// Elements are structures, and told apart.
    static let elements = OpFlags(rawValue: 32)
    /// What is no record batch is passed over.
    static let lenient = OpFlags(rawValue: 64)
    /// Not made of batches.
    static let opaque = OpFlags(rawValue: 128)
}

/// One step of a decode program; trivially copyable.
struct Op {
    var code: OpCode
    var flags: OpFlags = []
    /// The receiver's tag of the field.
    var tag: UInt16 = 0
    var a: Int32 = 0
    var b: Int32 = 0
}
