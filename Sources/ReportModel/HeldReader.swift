public import Vocabulary

/// A program without a group that reads committed records only, and that an open transaction kept from reading on in a partition.
public struct HeldReader: Sendable {
    public var client: String
    public var clientId: String?
    public var server: String
    public var topic: String?
    public var partition: Int
    public var from: CaptureTime
    public var to: CaptureTime
    /// Records that were there and could not be read, at the end.
    public var records: Int64
    /// Whose transaction it was.
    public var owner: String?
    public var frames: [FrameRef] = []

    public init(
        client: String, clientId: String?, server: String, partition: Int, from: CaptureTime, to: CaptureTime,
        records: Int64
    ) {
        (self.client, self.clientId, self.server, self.partition) = (client, clientId, server, partition)
        (self.from, self.to, self.records) = (from, to, records)
    }
}
