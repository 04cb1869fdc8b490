import KafkaDecode
public import Streams
public import TLS
public import Vocabulary

/// Turns stream events into facts: what speaks on a connection, its requests and answers, sign-ins, addresses.
///
/// One `LiveConnection` struct a flow slot; frames are read by a few reused readers. Extensions in this module hold one
/// topic each: first bytes, search, frames, requests, answers, sign-in, ends.
public final class ConversationEngine {
    public let file: CaseFile
    let limits: Limits
    let live = Pool<LiveConnection>()
    let pending = Slab<PendingRequest>()
    let overflow = Slab<PendingOverflow>()
    let batches = Slab<BatchIdentity>()
    let readers = Pool<MessageReader>()
    @exclusivity(unchecked) var freeReaders: [Int32] = []
    /// Bytes of directions that wait to be told apart.
    let held = Slab<HeldBytes>()
    @exclusivity(unchecked) var spareHeld: [HeldBytes] = []
    let fields = FieldBuffer()
    /// Reads frames of which nobody knows yet whether they are any.
    @exclusivity(unchecked) var trialDecoder = MessageDecoder()
    @exclusivity(unchecked) var spareBytes: [[UInt8]] = []
    /// Bytes carried over with those that follow, while they are read.
    @exclusivity(unchecked) var joined: [UInt8] = []
    /// Room for the bytes of an answer that was put together, while it is read.
    @exclusivity(unchecked) var gathered: [UInt8] = []
    let known = KnownFrames()
    let requestPlans: PlanCache
    let responsePlans: PlanCache
    @exclusivity(unchecked) var claims = ClaimTable()
    @exclusivity(unchecked) var dns = DNSReader()
    @exclusivity(unchecked) var retries = RetryTable()
    @exclusivity(unchecked) var offers = OfferTable()
    /// Secrets of TLS connections; may grow while packets are read.
    public let keyLog: KeyLog
    let scratch = TLSScratch()
    @exclusivity(unchecked) var overdue = OverdueQueue()
    /// Where records were stored.
    @exclusivity(unchecked) var appends = AppendTable()
    /// Somebody is told every message (`Observed`).
    @exclusivity(unchecked) var observes = false
    @exclusivity(unchecked) var observation: Observation?
    @exclusivity(unchecked) private var serials: UInt64 = 0
    /// Kept only where a report shows requests one by one.
    @exclusivity(unchecked) public internal(set) var requestLog: RequestLog?

    public init(limits: Limits) {
        self.limits = limits
        file = CaseFile(limits: limits)
        keyLog = KeyLog(limits: limits)
        requestPlans = PlanCache(selection: .requests, limits: limits)
        responsePlans = PlanCache(selection: .responses, limits: limits)
    }

    /// When nothing could be seen, the latest.
    @exclusivity(unchecked) public private(set) var blindTimes: [ClosedRange<CaptureTime>] = []
    private static let blindTimesKept = 64

    /// Nothing could be seen for a while.
    public func note(blind span: ClosedRange<CaptureTime>) {
        blindTimes = (blindTimes + [span]).suffix(Self.blindTimesKept)
    }

    /// Takes the events of one batch.
    public func consume(_ batch: StreamBatch) {
        let events = batch.events
        let looksAhead = live.count > Self.worthLoadingEarly
        for i in 0..<events.count {
            if looksAhead { loadEarly(events, i) }
            consume(events[i], of: batch)
        }
    }

    /// With fewer connections their states stay in the cache.
    private static let worthLoadingEarly = 100
    /// How many events ahead a connection is asked for, and then, when it has come, its oldest request.
    private static let connectionsAhead = 24
    private static let requestsAhead = 10

    /// Begins to load what later events will ask for, so that their cache misses overlap instead of adding up.
    @inline(__always)
    private func loadEarly(_ events: UnsafeBufferPointer<StreamEvent>, _ i: Int) {
        if i &+ Self.connectionsAhead < events.count {
            live.prefetch(Int(events[i &+ Self.connectionsAhead].slot), LiveConnection.hotBytes)
        }
        if i &+ Self.requestsAhead < events.count, Int(events[i &+ Self.requestsAhead].slot) < live.count {
            let connection = live.at(Int(events[i &+ Self.requestsAhead].slot))
            pending.prefetch(connection.pointee.pendingHead, MemoryLayout<PendingRequest>.size)
        }
    }

    @inline(__always)
    private func consume(_ event: StreamEvent, of batch: StreamBatch) {
        if event.kind == .datagram {
            return take(batch.datagrams[Int(event.slot)])
        }
        if event.kind == .opened { return open(event, batch.beginnings[Int(event.offset)]) }
        guard Int(event.slot) < live.count else { return }
        let connection = live.at(Int(event.slot))
        guard connection.pointee.isOpen else { return }
        switch event.kind {
        case .data: takeData(connection, event)
        case .gap: takeGap(connection, event)
        case .began: begin(Direction(connection, event.side), batch.beginnings[Int(event.offset)])
        case .handshake: noteHandshake(connection, batch.beginnings[Int(event.offset)])
        case .fin, .reset: noteClose(connection, event)
        case .resent: noteResent(connection, event)
        case .heard: connection[event.side].acknowledged = event.acknowledged
        case .acknowledgedLate: noteLateAcknowledgement(connection, event)
        case .windowClosed, .windowOpened: noteWindow(connection, event)
        case .closed: close(connection, batch.ends[Int(event.offset)])
        case .unreachable, .opened, .datagram: break
        }
    }

    @inline(never)
    private func take(_ datagram: Datagram) {
        if datagram.neighbour != .none { return file.addresses.neighbours.note(datagram) }
        if datagram.source.port == Self.kerberosPort { return takeKerberos(datagram) }
        dns.read(datagram, into: file)
    }

    private func open(_ event: StreamEvent, _ beginning: FlowBeginning) {
        while live.count <= Int(event.slot) { live.append(LiveConnection()) }
        serials += 1
        var connection = LiveConnection()
        connection.slot = event.slot
        connection.serial = serials
        connection.isOpen = true
        connection.initiator = beginning.initiator
        connection.responder = beginning.responder
        connection.handshakeSeen = beginning.handshakeSeen
        connection.firstFrame = beginning.firstFrame
        connection.roleBasis = connection.handshakeSeen ? .handshake : .guess
        if !connection.handshakeSeen {
            connection.clientSide = Self.likelyClient(connection.initiator, connection.responder)
        }
        live[Int(event.slot)] = connection
    }

    /// Without a handshake: the end with the port that looks like a service is the server; content corrects it later.
    private static func likelyClient(_ initiator: Endpoint, _ responder: Endpoint) -> Side {
        initiator.port < responder.port && initiator.port < 32_768 ? .responder : .initiator
    }

    /// A reader for a frame: one that is free, or a new one.
    func takeReader() -> Int32 {
        if let index = freeReaders.popLast() { return index }
        var reader = MessageReader()
        reader.index = Int32(readers.count)
        readers.append(reader)
        return reader.index
    }

    func release(reader index: Int32) {
        guard index >= 0 else { return }
        let reader = readers.at(Int(index))
        if reader.pointee.carry.capacity > 4096 { reader.pointee.carry = [] } else { reader.pointee.carry.clear() }
        if observes { beginTape(index) }
        freeReaders.append(index)
    }
}

extension ConversationEngine {
    /// Keeps the times between which the capture saw anything at all.
    public func note(times batch: UnsafeBufferPointer<PacketEntry>) {
        var span = CaptureSpan(first: file.firstTime, last: file.lastTime, packets: file.totals.packets)
        span.note(batch)
        note(span)
    }

    /// The same, of all packets so far.
    public func note(_ span: CaptureSpan) {
        (file.firstTime, file.lastTime, file.totals.packets) = (span.first, span.last, span.packets)
    }
}
