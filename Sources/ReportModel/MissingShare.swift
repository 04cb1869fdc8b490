public import Vocabulary

/// A generation of a classic group whose leader joined and never told who reads what (its SyncGroup): all others wait for that.
public struct MissingShare: Sendable {
    public var from: CaptureTime
    public var to: CaptureTime
    public var generation: Int64
    /// The leader.
    public var client = ""
    public var clientId: String?
    /// Client ids of those that wait.
    public var waiting: [String] = []
    public var frames: [FrameRef] = []
    public init(from: CaptureTime, to: CaptureTime, generation: Int64) {
        (self.from, self.to, self.generation) = (from, to, generation)
    }
}
