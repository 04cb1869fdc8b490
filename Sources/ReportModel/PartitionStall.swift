public import Vocabulary

/// A group stood still in a partition while the log grew, and its member read nothing else.
public struct PartitionStall: Sendable {
    public var from: CaptureTime
    public var to: CaptureTime
    /// The member asked for the partition meanwhile.
    public var isFetched = false
    /// The member was to give the partition up, and never confirmed it.
    public var isUnreleased = false
    /// The last stable offset stood still for most of it.
    public var isHeldBack = false
    /// The member that had it, where another reads it by now.
    public var client: String?
    public var clientId: String?
    /// The member came back to one offset again and again.
    public var returns: Returns?
    public init(from: CaptureTime, to: CaptureTime) { (self.from, self.to) = (from, to) }

    public struct Returns: Sendable {
        public var offset: Int64
        public var times: Int
        /// Commits behind it that were refused.
        public var refused: Int
        public init(offset: Int64, times: Int, refused: Int = 0) {
            (self.offset, self.times, self.refused) = (offset, times, refused)
        }
    }
}
