import Streams
public import Vocabulary

/// What happened since it was last read, for those who tell things as they come: connections that ended, in order.
public struct Journal {
    public internal(set) var ended: [ConnectionRecord] = []
    /// Ended ones that found no room.
    public internal(set) var leftOut = 0
    private static let room = 5_000

    mutating func note(_ record: ConnectionRecord) {
        if ended.count < Self.room { ended.append(record) } else { leftOut += 1 }
    }
}

extension CaseFile {
    /// From now on ended connections are noted.
    public func keepJournal() { if connections.journal == nil { connections.journal = Journal() } }

    /// Gives out what was noted, and begins anew.
    public func readJournal() -> Journal {
        defer { if connections.journal != nil { connections.journal = Journal() } }
        return connections.journal ?? Journal()
    }

    /// Time went on, though no packet came.
    public func note(clock: CaptureTime) { if firstTime != nil { lastTime = max(lastTime, clock) } }
}
