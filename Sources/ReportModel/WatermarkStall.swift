public import Vocabulary

/// A high watermark that a leader told again and again, while it acknowledged records beyond it: nobody could read them.
public struct WatermarkStall: Sendable {
    public var server: String
    public var topic: String?
    public var partition: Int
    public var from: CaptureTime
    public var to: CaptureTime
    public var highWatermark: Int64
    /// Behind the last record that was acknowledged meanwhile.
    public var end: Int64
    /// Who was told the watermark: hosts, and client ids.
    public var clients: [String] = []
    public var clientIds: [String] = []
    public var frames: [FrameRef] = []

    public init(
        server: String, topic: String?, partition: Int, from: CaptureTime, to: CaptureTime, highWatermark: Int64,
        end: Int64
    ) {
        (self.server, self.topic, self.partition) = (server, topic, partition)
        (self.from, self.to, self.highWatermark, self.end) = (from, to, highWatermark, end)
    }
}
