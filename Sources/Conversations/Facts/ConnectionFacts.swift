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
    /// What is seen of them behind a NAT.
    public internal(set) var twins: BoundedList<TwinView>
    /// Places in `records` that may be given to an eventful one.
    var uneventful: [Int] = []
    /// Places of failed attempts of which many are alike: they go before others do, the oldest first.
    private var spare = SparePlaces()
    /// Kept only where somebody tells things as they come.
    var journal: Journal?

    private let bound: Bound
    private var leftOut = 0

    init(_ limits: Limits) {
        bound = Bound(
            name: "endedConnections", most: limits.endedConnections,
            leftOut: "connections told one by one; they are counted by client and server")
        twins = BoundedList(
            Bound(name: "endedConnections", most: limits.endedConnections, leftOut: "connections seen behind a NAT too")
        )
        folded = BoundedTable(
            Bound(
                name: "endedConnections", most: limits.endedConnections,
                leftOut: "connections counted by client and server"))
    }

    var limitsReached: [LimitTrip?] { [bound.reached(beyond: leftOut), folded.limitReached, twins.limitReached] }

    /// There is room for no connection that ends from now on; `keep` only counts it.
    var keepsOnlyCounts: Bool { isFull && uneventful.isEmpty && spare.isEmpty && journal == nil }
    private var isFull: Bool { records.count >= bound.most }

    /// Keeps a connection that has ended. Where there is no room, eventful ones take the place of others.
    ///
    /// - Returns: the one that there is no room for, to be counted by its client and server.
    mutating func keep(_ record: ConnectionRecord) -> ConnectionRecord? {
        journal?.note(record)
        let isSpare = spare.counts(record)
        guard isFull else {
            if isSpare { spare.append(records.count) } else if !record.isEventful { uneventful.append(records.count) }
            records.append(record)
            return nil
        }
        leftOut += 1
        guard let place = placeToGive(to: record, isSpare) else { return record }
        if isSpare { spare.append(place) } else if !record.isEventful { uneventful.append(place) }
        defer { records[place] = record }
        return records[place]
    }

    /// Of a storm of attempts the latest are kept; what comes behind it takes the place of its oldest.
    private mutating func placeToGive(to record: ConnectionRecord, _ isSpare: Bool) -> Int? {
        if isSpare || !record.isEventful { return spare.takeOldest() }
        return uneventful.popLast() ?? spare.takeOldest()
    }

    /// After some were dropped: which may go next.
    mutating func findPlacesToGive() {
        (uneventful, spare) = ([], SparePlaces())
        for (place, record) in records.enumerated() {
            if spare.counts(record) { spare.append(place) } else if !record.isEventful { uneventful.append(place) }
        }
    }

    func narrowed(to selection: CaseSelection) -> Self {
        var part = self
        part.records = records.filter(selection.connection)
        part.folded = folded.narrowed { key, _ in selection.folded(key) }
        (part.firstOpen, part.leftOut) = (nil, 0)
        return part
    }
}

/// Failed attempts of one client host at one server, beyond the first few: one is like the other.
private struct SparePlaces {
    private var attempts: [ClientAtServer: Int] = [:]
    private var places: [Int] = []
    private var head = 0
    private var attemptsOfHost: [IPAddress: Int] = [:]
    private static let toldEach = 256
    /// Of a host that tries address after address, port after port.
    private static let toldOfHost = 4096
    private static let kindsCounted = 20_000

    var isEmpty: Bool { head >= places.count }

    /// - Returns: true where there are enough of its kind.
    mutating func counts(_ record: ConnectionRecord) -> Bool {
        guard record.isFailedAttempt, !record.wasEstablished else { return false }
        let key = ClientAtServer(client: record.client.address, server: record.server)
        let isEnough = Self.note(key, in: &attempts, Self.toldEach)
        return Self.note(record.client.address, in: &attemptsOfHost, Self.toldOfHost) || isEnough
    }

    /// - Returns: true where so many were noted before.
    private static func note<Key: Hashable>(_ key: Key, in counts: inout [Key: Int], _ most: Int) -> Bool {
        let count = counts[key, default: 0]
        if count < most, count > 0 || counts.count < kindsCounted { counts[key] = count + 1 }
        return count >= most
    }

    mutating func append(_ place: Int) { places.append(place) }

    mutating func takeOldest() -> Int? {
        guard !isEmpty else { return nil }
        defer {
            head += 1
            if head > 1024, head * 2 > places.count {
                places.removeFirst(head)
                head = 0
            }
        }
        return places[head]
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
        let fates = record.fates(captureEnd: endOfSight)
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
