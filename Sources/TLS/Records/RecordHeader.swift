/// What a record holds, as on the wire (RFC 8446, section 5.1).
public enum ContentType {
    public static let changeCipherSpec: UInt8 = 20
    public static let alert: UInt8 = 21
    public static let handshake: UInt8 = 22
    public static let applicationData: UInt8 = 23
}

/// The five bytes before a record (RFC 8446, section 5.1).
struct RecordHeader {
    static let length = 5
    /// 2^14 bytes of plaintext, and what TLS 1.2 lets protection add.
    static let greatestBody = 16_384 + 2048

    let type: UInt8
    let version: UInt16
    let bodyLength: Int
    var recordLength: Int { Self.length + bodyLength }
    var label: RecordLabel { RecordLabel(type: type, version: version) }

    /// Nil where the bytes, five at least, are no record's header.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= Self.length, (20...23).contains(bytes[0]), bytes[1] == 3, bytes[2] <= 4 else { return nil }
        bodyLength = Int(bytes[3]) << 8 | Int(bytes[4])
        guard bodyLength <= Self.greatestBody else { return nil }
        type = bytes[0]
        version = UInt16(bytes[1]) << 8 | UInt16(bytes[2])
    }

    /// Whether fewer than five bytes may begin a header.
    static func mayBegin(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = bytes.first else { return true }
        return (20...23).contains(first) && (bytes.count < 2 || bytes[1] == 3) && (bytes.count < 3 || bytes[2] <= 4)
    }
}
