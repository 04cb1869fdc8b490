/// The fields that one `feed` handed over. Used again and again; it never grows.
///
/// The pointers in it are good until the next `feed`, and no longer than the piece that was fed.
public final class FieldBuffer {
    @usableFromInline let base: UnsafeMutablePointer<DecodedField>
    /// How many fields fit.
    public let capacity: Int
    /// How many fields there are.
    @exclusivity(unchecked) public internal(set) var count = 0

    /// The most that one step of the decoder adds; a buffer is full when less room is left.
    static let stepFields = 4

    /// A buffer for `capacity` fields, at least 8.
    public init(capacity: Int = 512) {
        self.capacity = max(capacity, 8)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// Forgets all fields.
    public func removeAll() { count = 0 }

    /// The field at `index`, which must be below `count`.
    public subscript(index: Int) -> DecodedField {
        precondition(index >= 0 && index < count, "no such field")
        return base[index]
    }

    /// All fields, to be walked quickly; good until the next `feed` or `removeAll`.
    public var fields: UnsafeBufferPointer<DecodedField> { UnsafeBufferPointer(start: base, count: count) }
}
