public import Vocabulary

/// What a narrowed report shows, and what it leaves out.
public struct ViewInfo: Sendable {
    /// As the user named them; empty: all.
    public var clients: [String] = []
    public var brokers: [String] = []
    public var from: CaptureTime?
    public var to: CaptureTime?
    /// From the first packet of the view's connections to their last, within its time.
    public var first: CaptureTime?
    public var last: CaptureTime?
    /// The requests of its time were counted from a sample, for there was no room for all.
    public var isEstimated = false
    public var outside = Outside()

    /// What the capture has besides.
    public struct Outside: Sendable {
        /// Failed attempts included.
        public var connections = 0
        public var requests: Int64 = 0
        public var errors = 0
        public var warnings = 0
        public var infos = 0
        public init() {}
    }

    public init() {}
}
