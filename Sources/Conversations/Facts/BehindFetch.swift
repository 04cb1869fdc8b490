public import Vocabulary

/// A Fetch that waited for long, as its connection remembers it.
struct LongFetch {
    var sent = CaptureTime.distantPast
    var answered = CaptureTime.distantPast
    var allowedMs: Int32 = 0
    var frame = FrameRef.none
}

/// Requests of one kind that waited behind a long Fetch of their own connection: a broker answers one after the other.
public struct BehindFetch: Sendable {
    public struct Key: Hashable, Sendable {
        public var client: IPAddress
        public var clientId: StringID
        public var server: Endpoint
        public var api: Int16
    }

    public var key: Key
    public var group: StringID
    public internal(set) var count = 0
    public var first: CaptureTime
    public internal(set) var last: CaptureTime
    /// The longest that one waited for the Fetch, nanoseconds, and what that Fetch let the broker wait.
    public internal(set) var longest: Int64 = 0
    public internal(set) var allowedMs: Int32 = 0
    /// The requests of the first few, and of the Fetches before them.
    public internal(set) var frames: [FrameRef] = []
    public internal(set) var connections: [Endpoint] = []

    init(_ key: Key, group: StringID, at time: CaptureTime) {
        (self.key, self.group, first, last) = (key, group, time, time)
    }
}
