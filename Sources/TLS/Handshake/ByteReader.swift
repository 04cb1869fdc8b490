/// Reads a handshake message from front to back; what is not there gives nil.
struct ByteReader {
    private(set) var rest: UnsafeBufferPointer<UInt8>

    init(_ bytes: UnsafeBufferPointer<UInt8>) { rest = bytes }

    var isEmpty: Bool { rest.isEmpty }

    /// A big-endian number of `length` bytes.
    mutating func number(_ length: Int) -> Int? {
        guard let part = bytes(length) else { return nil }
        return part.reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func bytes(_ count: Int) -> UnsafeBufferPointer<UInt8>? {
        guard count >= 0, count <= rest.count else { return nil }
        let part = UnsafeBufferPointer(rebasing: rest[..<count])
        rest = UnsafeBufferPointer(rebasing: rest[count...])
        return part
    }

    /// A vector: its length in `lengthBytes` bytes, then as many bytes.
    mutating func vector(_ lengthBytes: Int) -> UnsafeBufferPointer<UInt8>? {
        guard let length = number(lengthBytes) else { return nil }
        return bytes(length)
    }
}
