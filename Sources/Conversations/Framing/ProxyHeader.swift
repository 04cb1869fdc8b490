/// The PROXY protocol's header, version 1 (text) and 2 (binary), as HAProxy's specification has it.
enum ProxyHeader {
    /// The header's length as far as it can be told; beyond what is there where more is to come. Nil: it is none.
    static func length(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let first = bytes.first else { return nil }
        return first == UInt8(ascii: "P") ? textLength(bytes) : binaryLength(bytes)
    }

    /// A line of at most 107 bytes.
    private static func textLength(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        for i in 0..<min(107, bytes.count) where bytes[i] == 10 { return i + 1 }
        return bytes.count < 107 ? bytes.count + 1 : nil
    }

    /// 12 bytes of signature, 4 of version, family and length, then that length.
    private static func binaryLength(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        bytes.count < 16 ? 16 : 16 + (bytes.bigEndian16(at: 14) & 0xFFFF)
    }
}
