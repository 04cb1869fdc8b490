/// What some batches told, with all memory that this points to but the packets' own, for another thread to read.
///
/// A turn belongs to one thread at a time. Between `StreamEngine.handOver` and `takeBack` the engine touches nothing of it: not the
/// closed flows whose ends it tells, nor the pages and the datagrams that its events point into.
public final class StreamTurn: @unchecked Sendable {
    var events = EventBuffer<StreamEvent>()
    var begun = EventBuffer<FlowBeginning>(room: 64)
    var ends = EventBuffer<FlowEnd>(room: 64)
    var datagrams = EventBuffer<Datagram>(room: 64)
    /// What is free again behind the turn.
    var leaving: [FlowSlot] = []
    var pages: [UInt32] = []
    var strays: [UnsafeMutablePointer<UInt8>] = []
    var joined: [PartialDatagram] = []

    public init() {}

    deinit { for payload in strays { payload.deallocate() } }

    /// All that it tells.
    public var told: StreamBatch {
        StreamBatch(events: events.all, beginnings: begun.all, ends: ends.all, datagrams: datagrams.all)
    }
}

extension StreamEngine {
    /// Puts what was told since `begin` into a turn that holds nothing.
    public func handOver(to turn: StreamTurn) {
        swap(&core.events, &turn.events)
        swap(&core.begun, &turn.begun)
        swap(&core.ends, &turn.ends)
        swap(&datagramList, &turn.datagrams)
        swap(&core.leaving, &turn.leaving)
        swap(&core.pages.spent, &turn.pages)
        swap(&core.strays.lent, &turn.strays)
        swap(&decoder.fragments.finished, &turn.joined)
    }

    /// Frees what a turn held, which nobody reads any more.
    public func takeBack(_ turn: StreamTurn) {
        turn.events.clear()
        turn.begun.clear()
        turn.ends.clear()
        turn.datagrams.clear()
        core.free(&turn.leaving)
        core.pages.recycle(&turn.pages)
        StrayTable.recycle(&turn.strays)
        if !turn.joined.isEmpty { turn.joined.removeAll(keepingCapacity: true) }
    }
}
