import Streams
public import Vocabulary

/// A client's host at a server.
public struct ClientAtServer: Hashable, Sendable {
    public var client: IPAddress
    public var server: Endpoint

    public init(client: IPAddress, server: Endpoint) { (self.client, self.server) = (client, server) }
}

/// The connections of the capture.
public struct ConnectionFacts {
    /// Those that ended with something to tell, then uneventful ones as far as there is room.
    public internal(set) var records: [ConnectionRecord] = []
    /// Attempts and connections beyond the limit.
    public internal(set) var folded: BoundedTable<ClientAtServer, FoldedConnections>
    /// Where in `records` those begin that are still there; only a look at the case as of now has such.
    public internal(set) var firstOpen: Int?
    /// Places in `records` that may be given to an eventful one.
    var uneventful: [Int] = []
    /// Kept only where somebody tells things as they come.
    var journal: Journal?

    private let bound: Bound
    private var leftOut = 0

    init(_ limits: Limits) {
        bound = Bound(
            name: "endedConnections", most: limits.endedConnections,
            leftOut: "connections told one by one; they are counted by client and server")
        folded = BoundedTable(
            Bound(
                name: "endedConnections", most: limits.endedConnections,
                leftOut: "connections counted by client and server"))
    }

    var limitsReached: [LimitTrip?] { [bound.reached(beyond: leftOut), folded.limitReached] }

    /// There is room for no connection that ends from now on; `keep` only counts it.
    var keepsOnlyCounts: Bool { isFull && uneventful.isEmpty && journal == nil }
    private var isFull: Bool { records.count >= bound.most }

    /// Keeps a connection that has ended. Where there is no room, eventful ones take the place of others.
    ///
    /// - Returns: the one that there is no room for, to be counted by its client and server.
    mutating func keep(_ record: ConnectionRecord) -> ConnectionRecord? {
        journal?.note(record)
        guard isFull else {
            if !record.isEventful { uneventful.append(records.count) }
            records.append(record)
            return nil
        }
        leftOut += 1
        guard record.isEventful, let place = uneventful.popLast() else { return record }
        defer { records[place] = record }
        return records[place]
    }

    func narrowed(to selection: CaseSelection) -> Self {
        var part = self
        part.records = records.filter(selection.connection)
        part.folded = folded.narrowed { key, _ in selection.folded(key) }
        (part.uneventful, part.firstOpen, part.leftOut) = ([], nil, 0)
        return part
    }
}

/// Connections that are counted only.
public struct FoldedConnections: Sendable {
    public var connections = 0
    public var refused = 0
    public var requests = 0
    public var bytes: Int64 = 0
    /// What they add to the sums; their requests' fates are `foldedFates`.
    var totals = CaseFile.Totals()
}

extension CaseFile {
    /// Keeps a connection that has ended, or counts it.
    func keep(_ record: ConnectionRecord, serial: UInt64) {
        record.serial = serial
        if let without = connections.keep(record) { fold(without) }
    }

    /// Adds a connection to the sums.
    func count(_ record: ConnectionRecord) {
        if record.isFailedAttempt { totals.refusedAttempts += 1 } else { totals.connections += 1 }
        if record.startsMidway { totals.midStream += 1 }
        if record.isOneSided { totals.oneDirection += 1 }
    }

    func fold(_ record: ConnectionRecord) {
        let fates = record.fates(captureEnd: lastTime)
        totals.foldedFates += fates
        let key = ClientAtServer(client: record.client.address, server: record.server)
        connections.folded.update(key, beginning: FoldedConnections()) { row in
            row.connections += 1
            row.refused += record.wasEstablished ? 0 : 1
            row.requests += record.kafka.requests
            row.bytes += record.fromClient.payloadBytes + record.fromServer.payloadBytes
            row.totals += Totals(of: record)
            row.totals.foldedFates += fates
        }
    }

    func settleRetries(_ table: RetryTable) {
        for record in connections.records {
            for j in record.unanswered.indices {
                let id = record.unanswered[j].correlationId
                if let facts = table.facts(of: record.serial, id) { record.unanswered[j].retry = facts }
            }
        }
    }
}
