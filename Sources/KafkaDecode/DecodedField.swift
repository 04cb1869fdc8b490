/// One field of a message, as the decoder hands it on. Fields come in wire order, in small batches.
///
/// Only fields that the plan selects are handed on; a plan that selects everything (for vector-check) also brackets
/// structures and arrays.
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
        /// A `records` field begins; `integer` is its length in bytes, -1 where null.
        case records
        /// The header of one record batch: at least 17 and at most 61 bytes at `pointer`; `length` says how many.
        case recordBatch
        /// An array's count (-1 null), then its elements, each begun by `.element`; `.endArray` closes.
        case array, element, endArray
        /// A tagged field follows / a nested structure begins and ends (only in plans that select everything).
        case structure, endStructure
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
