public import Vocabulary

/// Packets to ordered byte streams: decodes headers, follows connections, puts bytes in order, declares what is missing.
///
/// Not for several threads at once. What a batch tells is valid until the next call.
public final class StreamEngine {
    @exclusivity(unchecked) var core: TCPCore
    var decoder: PacketDecoder
    var datagramList = EventBuffer<Datagram>(room: 64)
    var prepared = PreparedPackets()

    /// - Parameters:
    ///   - verifiesChecksums: leaves out segments that were damaged on the way, which costs a look at every byte.
    ///   - seed: of the flow table's hash. No output depends on it.
    public init(limits: Limits, verifiesChecksums: Bool = false, seed: UInt64 = 0x5851_F42D_4C95_7F2D) {
        core = TCPCore(limits: limits, seed: seed)
        decoder = PacketDecoder(limits: limits, verifiesChecksums: verifiesChecksums)
    }

    /// What was told since `begin`. Valid until the next call of that.
    public var told: StreamBatch {
        StreamBatch(
            events: core.events.all, beginnings: core.begun.all, ends: core.ends.all, datagrams: datagramList.all)
    }

    /// A tick of capture time without packets: closes and gives up what is due.
    public func advance(to time: CaptureTime) -> StreamBatch {
        begin()
        if time > core.now { core.now = time }
        core.tick()
        return told
    }

    /// The capture has ended: tells all that is held and closes every flow, in order of first frame, some at a time.
    public func finish(_ body: (StreamBatch) -> Void) {
        var slots = core.openSlots()[...]
        while !slots.isEmpty {
            begin()
            for slot in slots.prefix(Self.closedAtOnce) { core.close(slot, .captureEnded) }
            slots = slots.dropFirst(Self.closedAtOnce)
            body(told)
        }
        begin()
    }

    /// So that the events of a hundred thousand ends are never there at once.
    private static let closedAtOnce = 1024

    /// What a report tells of the packets; it stays when the engine goes.
    public var summary: StreamSummary {
        StreamSummary(
            limitTrips: limitTrips,
            outcomes: PacketOutcome.allCases.map { ($0, prepared.counts[Int($0.rawValue)]) },
            strayBytes: totals.strayBytes, pauses: core.pauses)
    }

    /// What was counted over the whole capture.
    public var totals: StreamTotals { core.totals }

    /// Nothing could be seen from a moment on: what became of a connection that is not seen again is not known.
    public func note(blindFrom time: CaptureTime) { core.pauses.note(blindFrom: time) }

    /// Limits that were reached so far.
    public var limitTrips: [LimitTrip] { core.trips.trips }

    /// Connections in the table.
    public var liveConnections: Int { core.live }

    /// Forgets what the last call gave out.
    public func begin() {
        core.beginBatch()
        datagramList.removeAll()
        decoder.endBatch()
    }
}

/// What is left to tell of the packets when all of them were seen.
public struct StreamSummary: Sendable {
    public let limitTrips: [LimitTrip]
    /// How many packets had each outcome.
    public let outcomes: [(outcome: PacketOutcome, count: Int)]

    /// Packets that had this outcome.
    public func count(_ outcome: PacketOutcome) -> Int { outcomes.first { $0.outcome == outcome }?.count ?? 0 }
    /// Payload bytes of no known position in any stream.
    public let strayBytes: Int64
    /// Hours in which nothing was captured.
    public let pauses: CapturePauses
}
