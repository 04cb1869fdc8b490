/// A frame of one source: counted from 1 in each file or interface, as Wireshark shows it.
///
/// Packed so that order by source, then number, is one integer comparison.
@frozen public struct FrameRef: Comparable, Hashable, Sendable {
    public var packed: UInt64

    /// - Parameter source: the index of the file or interface in the order given, below 65,536.
    @inlinable public init(source: Int, number: UInt64) {
        packed = UInt64(UInt16(truncatingIfNeeded: source)) << 48 | (number & 0xFFFF_FFFF_FFFF)
    }

    /// No frame: unknown, or not in this capture.
    public static let none = FrameRef(source: 0, number: 0)

    @inlinable public var source: Int { Int(packed >> 48) }
    @inlinable public var number: UInt64 { packed & 0xFFFF_FFFF_FFFF }
    @inlinable public var isNone: Bool { number == 0 }
    @inlinable public static func < (a: FrameRef, b: FrameRef) -> Bool { a.packed < b.packed }
}
