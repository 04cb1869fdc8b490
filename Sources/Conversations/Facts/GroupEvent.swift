public import Vocabulary

/// An answered request of the classic group protocol that belongs to a rebalance: JoinGroup, SyncGroup or LeaveGroup.
public struct GroupEvent: Sendable {
    public var api: Int16
    public var group: StringID
    public var client: Endpoint
    public var clientId: StringID
    public var server: Endpoint
    public var sent: CaptureTime
    public var answered: CaptureTime
    public var frame: FrameRef
    public var answerFrame: FrameRef
    public var failed: Bool
}
