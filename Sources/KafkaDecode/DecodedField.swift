/// One field of a message, as the decoder hands it on. Fields come in wire order, in small batches.
///
/// Only fields that the plan selects are handed on. A selected array or structure gives brackets around what is in it; the
/// elements of a selected array of plain values come as fields with the array's tag.
@frozen public struct DecodedField {
    @frozen public enum Kind: UInt8, Sendable {
        /// A boolean or an integer of any width, in `integer`.
        case integer
        /// A floating-point number, its bits in `integer`.
        case float64
        /// A UTF-8 string, or bytes; nil where `pointer` is nil and `integer` is -1. `integer` is the true length,
        /// `length` how much of it is at `pointer` (a long one is given by its beginning).
        case string, bytes
        /// 16 bytes at `pointer`.
        case uuid
        /// A `records` field begins at `pointer`; `integer` is its length in bytes, -1 where null. Its bytes need not be there yet.
        case records
        /// The header of one record batch (or, in the formats before 0.11, of one message): at least 17 bytes at `pointer`,
        /// 61 where the batch has them, then up to 64 of its records where they lie behind it in memory; `length` says how
        /// many. `integer` is how much of the batch the field holds; the last one of a Fetch answer may be cut, and then
        /// that is less than its own size field plus 12.
        case recordBatch
        /// An array's count (-1 null), then its elements, each structure begun by `.element`; `.endArray` closes.
        case array, element, endArray
        /// A selected structure begins (`integer` is -1 where it is null) and ends.
        case structure, endStructure
        /// In a plan for everything: a tagged field that the schema does not have. `integer` is its tag, `length` its size. It
        /// begins at `pointer`, and is passed over: not all of it need be there.
        case unknownTag
    }

    /// What was asked for: the plan's tag of the field.
    public var tag: UInt16
    public var kind: Kind
    public var integer: Int64
    public var pointer: UnsafePointer<UInt8>?
    public var length: Int32

    @inlinable public init(
        tag: UInt16, kind: Kind, integer: Int64 = 0, pointer: UnsafePointer<UInt8>? = nil, length: Int32 = 0
    ) {
        self.tag = tag
        self.kind = kind
        self.integer = integer
        self.pointer = pointer
        self.length = length
    }
}
