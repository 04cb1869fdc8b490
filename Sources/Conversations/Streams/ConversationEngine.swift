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
    var readers: [MessageReader] = []
    var freeReaders: [Int32] = []
    let fields = FieldBuffer()
    let requestPlans: PlanCache
    let responsePlans: PlanCache
    var claims = ClaimTable()
    var dns = DNSReader()
    var retries = RetryTable()
    var offers = OfferTable()
    /// Secrets of TLS connections; may grow while packets are read.
    public let keyLog: KeyLog
    let scratch = TLSScratch()
    var overdue = OverdueQueue()
    /// Kept only where a report shows requests one by one.
    public internal(set) var requestLog: RequestLog?
    private var serials: UInt64 = 0

    public init(limits: Limits) {
        self.limits = limits
        file = CaseFile(limits: limits)
        keyLog = KeyLog(limits: limits)
        requestPlans = PlanCache(selection: .requests, limits: limits)
        responsePlans = PlanCache(selection: .responses, limits: limits)
    }

    /// Takes the events of one batch.
    public func consume(_ events: UnsafeBufferPointer<StreamEvent>, of streams: StreamEngine) {
        for i in events.indices { consume(events[i], of: streams) }
    }

    private func consume(_ event: StreamEvent, of streams: StreamEngine) {
        if event.kind == .datagram {
            return dns.read(streams.datagrams[Int(event.slot)], into: file)
        }
        let slot = Int(event.slot)
        if event.kind == .opened { return open(slot, event, streams) }
        guard slot < live.count, live[slot].isOpen else { return }
        switch event.kind {
        case .data: takeData(slot, event, streams)
        case .gap: takeGap(slot, event)
        case .fin, .reset: noteClose(slot, event)
        case .closed: close(slot, event, streams)
        case .unreachable, .opened, .datagram: break
        }
    }

    private func open(_ slot: Int, _ event: StreamEvent, _ streams: StreamEngine) {
        while live.count <= slot { live.append(LiveConnection()) }
        serials += 1
        var connection = LiveConnection()
        connection.serial = serials
        connection.isOpen = true
        let facts = streams.facts(event.slot)
        connection.initiator = facts.initiator
        connection.responder = facts.responder
        connection.handshakeSeen = !facts.synFrame.isNone || !facts.synAckFrame.isNone
        connection.roleBasis = connection.handshakeSeen ? .handshake : .guess
        if !connection.handshakeSeen { connection.clientSide = Self.likelyClient(facts) }
        live[slot] = connection
    }

    /// Without a handshake: the end with the port that looks like a service is the server; content corrects it later.
    private static func likelyClient(_ facts: TCPFacts) -> Side {
        facts.initiator.port < facts.responder.port && facts.initiator.port < 32_768 ? .responder : .initiator
    }

    /// A reader for a frame: one that is free, or a new one.
    func takeReader() -> Int32 {
        if let index = freeReaders.popLast() { return index }
        readers.append(MessageReader())
        return Int32(readers.count - 1)
    }

    func release(reader index: Int32) {
        guard index >= 0 else { return }
        readers[Int(index)].carry.removeAll(keepingCapacity: readers[Int(index)].carry.capacity <= 4096)
        freeReaders.append(index)
    }
}

extension ConversationEngine {
    /// Keeps the times between which the capture saw anything at all.
    public func note(times batch: UnsafeBufferPointer<PacketEntry>) {
        guard let first = batch.first, let last = batch.last else { return }
        file.firstTime = min(file.firstTime ?? first.time, first.time)
        file.lastTime = max(file.lastTime, last.time)
        file.totals.packets += Int64(batch.count)
    }
}
