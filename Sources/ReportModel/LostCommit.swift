public import Vocabulary

/// An offset whose commit was acknowledged, and that the coordinator no longer knew later: where its group went on instead.
public struct LostCommit: Sendable {
    public var offset: Int64
    public var committed: CaptureTime
    /// When the coordinator answered that there is none.
    public var told: CaptureTime
    /// The first offset that was asked for after that.
    public var readFrom: Int64
    public var frames: [FrameRef]

    public init(offset: Int64, committed: CaptureTime, told: CaptureTime, readFrom: Int64, frames: [FrameRef]) {
        (self.offset, self.committed, self.told) = (offset, committed, told)
        (self.readFrom, self.frames) = (readFrom, frames)
    }
}
