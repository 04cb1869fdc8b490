/// Loads of a file's integers. The caller has checked that the bytes are there.
extension UnsafeRawPointer {
    @inline(__always)
    func load16(_ offset: Int, swapped: Bool) -> UInt16 {
        let value = loadUnaligned(fromByteOffset: offset, as: UInt16.self)
        return swapped ? value.byteSwapped : value
    }

    @inline(__always)
    func load32(_ offset: Int, swapped: Bool) -> UInt32 {
        let value = loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return swapped ? value.byteSwapped : value
    }

    @inline(__always)
    func load64(_ offset: Int, swapped: Bool) -> UInt64 {
        let value = loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        return swapped ? value.byteSwapped : value
    }
}
