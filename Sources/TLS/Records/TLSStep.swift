/// What became of the next bytes of a stream of records.
public struct TLSStep {
    /// Bytes used up.
    public var used: Int
    /// Bytes that cannot be read: encrypted, and not opened.
    public var sealedBytes = 0
    /// Bytes of records that were read, less the plaintext that is handed on.
    public var readBytes = 0
    /// Bytes that are no records.
    public var unknownBytes = 0
    /// The record was opened with keys.
    public var opened = false
    /// Application data. Valid until the next step of any connection with the same scratch.
    public var plaintext: UnsafeBufferPointer<UInt8>?
    /// Bytes of application data that are missing before it, as exactly as they can be told.
    public var lostBefore: Int64 = 0

    init(used: Int) { self.used = used }
}

/// Room for the plaintext of one record, shared by all connections of an engine; wiped at the end.
public final class TLSScratch {
    let start: UnsafeMutablePointer<UInt8>

    public init() {
        start = .allocate(capacity: RecordHeader.greatestBody)
        start.initialize(repeating: 0, count: RecordHeader.greatestBody)
    }

    deinit {
        start.update(repeating: 0, count: RecordHeader.greatestBody)
        start.deallocate()
    }
}
