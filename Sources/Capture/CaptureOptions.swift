public import Vocabulary

/// How captures are read.
public struct CaptureOptions: Sendable {
    /// An expression of pcap-filter(7); packets that it does not match are passed over, but keep their frame numbers.
    public var filter: String?
    public var limits: Limits
    /// Threads at most, the caller's counted: those beyond it unpack packed files. What is read does not depend on it.
    public var threads: Int
    /// How far the clocks of sources are ahead of the first one's, by their place, where that is known: their times are put
    /// right by so much.
    public var clockOffsets: [Int: Int64] = [:]
    /// The one that is still being written.
    public var followed: FollowedFile?

    public init(filter: String? = nil, limits: Limits = Limits(), threads: Int = 2) {
        self.filter = filter
        self.limits = limits
        self.threads = threads
    }
}
