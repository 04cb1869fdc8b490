/// Where a writer's bytes go. Writers know nothing else of files.
///
/// Writing never throws: a sink that has failed swallows what follows and tells so when it is asked, because a reader that
/// went away (`| head`) is no reason to stop in the middle of a record.
public protocol ByteSink: AnyObject {
    func write(_ bytes: [UInt8])
    /// Hands on what is still held back.
    func flush()
}

extension ByteSink {
    public func write(_ text: String) { write(Array(text.utf8)) }
}

/// Keeps everything in memory.
public final class StringSink: ByteSink {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    /// What was written, as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    public func write(_ more: [UInt8]) { bytes += more }
    public func flush() {}
}
