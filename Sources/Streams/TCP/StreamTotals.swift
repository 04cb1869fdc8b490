import Vocabulary

/// What the stream layer counted over the whole capture.
public struct StreamTotals: Sendable {
    /// TCP packets that reached a flow.
    public var packets: Int64 = 0
    /// Payload bytes captured, each counted once.
    public var payloadBytes: Int64 = 0
    /// Packets that the capture holds twice.
    public var duplicates: Int64 = 0
    /// Flows that left early for want of room.
    public var evictions: Int64 = 0
    /// Flows opened.
    public var connections: Int64 = 0
    /// ICMP errors about a flow that is not in the table.
    public var unmatchedErrors: Int64 = 0
    /// Payload bytes from before the start of a stream joined midway.
    public var bytesBeforeStart: Int64 = 0
    /// Segments whose sequence number is too far from all that was seen to belong to the stream.
    public var strays: Int64 = 0
    /// Their payload bytes, which are in none of the streams.
    public var strayBytes: Int64 = 0

    public init() {}
}

/// Limits reached, one entry a limit.
struct TripLog {
    private(set) var trips: [LimitTrip] = []

    /// Counts one more time that a limit was reached.
    mutating func note(_ name: String, allowed: Int, leftOut: String) {
        if let index = trips.firstIndex(where: { $0.name == name }) {
            trips[index].seen += 1
        } else {
            trips.append(LimitTrip(name: name, allowed: allowed, seen: allowed + 1, leftOut: leftOut))
        }
    }
}
