import Vocabulary

@testable import Streams

/// A packet of a scenario, with payload of its own.
struct TestPacket {
    var headers = PacketHeaders()
    var payload: [UInt8] = []
    /// Bytes of the payload that the capture has.
    var captured: Int?
    var outcome = PacketOutcome.tcp
    var time: Int64 = 0
    /// Which file has it.
    var source = 0
}

/// An event with its bytes copied, and which flow it is of, counted by opening.
struct Told: Equatable {
    var kind: StreamEvent.Kind
    var side: Side
    var flow: Int
    var offset: Int64
    var length: Int64
    var bytes: [UInt8]
    var reason: GapReason
    var frame: UInt64
    var time: Int64
}

/// What came of running packets through an engine.
struct Outcome {
    var told: [Told] = []
    var facts: [Int: TCPFacts] = [:]
    var totals = StreamTotals()
    var trips: [LimitTrip] = []

    func of(_ flow: Int, _ side: Side, _ kind: StreamEvent.Kind) -> [Told] {
        told.filter { $0.flow == flow && $0.side == side && $0.kind == kind }
    }
    func text(_ flow: Int, _ side: Side) -> String {
        told.filter { $0.flow == flow && $0.side == side && ($0.kind == .data || $0.kind == .gap) }
            .map { $0.kind == .gap ? "[\($0.length) \($0.reason)]" : String(decoding: $0.bytes, as: UTF8.self) }
            .joined()
    }
    /// What happened to a flow; that a side's stream begins goes without saying.
    func kinds(_ flow: Int) -> [StreamEvent.Kind] { told.filter { $0.flow == flow && $0.kind != .began }.map(\.kind) }
    /// Facts of a flow that was closed.
    func fact(_ flow: Int) -> TCPFacts { facts[flow] ?? TCPFacts() }
}

/// Runs packets in batches; frame numbers count from 1.
func run(
    _ packets: [TestPacket], batch: Int = 1, limits: Limits = Limits(), seed: UInt64 = 1, finish: Bool = true
) -> Outcome {
    let engine = StreamEngine(limits: limits, seed: seed)
    var outcome = Outcome()
    var flows: [FlowSlot: Int] = [:]
    var opened = 0
    func note(_ batch: StreamBatch) {
        for event in batch.events {
            if event.kind == .opened {
                flows[event.slot] = opened
                opened += 1
            }
            let flow = flows[event.slot] ?? -1
            let bytes = event.bytes.map { Array(UnsafeBufferPointer(start: $0, count: Int(event.length))) } ?? []
            // Places in a batch's lists are another matter.
            let offset = [.opened, .began, .handshake, .closed].contains(event.kind) ? 0 : event.offset
            outcome.told.append(
                Told(
                    kind: event.kind, side: event.side, flow: flow, offset: offset, length: event.length,
                    bytes: bytes, reason: event.gapReason, frame: event.frame.number, time: event.time.nanoseconds))
            if event.kind == .closed { outcome.facts[flow] = batch.ends[Int(event.offset)].facts }
        }
    }
    var start = 0
    while start < packets.count {
        let part = packets[start..<min(packets.count, start + batch)]
        engine.begin()
        // All payloads of a batch live until its events are read, as in a capture's block.
        let block = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, part.reduce(0) { $0 + $1.payload.count }))
        defer { block.deallocate() }
        var used = 0
        for (index, packet) in zip(part.indices, part) {
            var headers = packet.headers
            let captured = packet.captured ?? packet.payload.count
            for (place, byte) in packet.payload.enumerated() { block[used + place] = byte }
            headers.payload = packet.payload.isEmpty ? nil : UnsafePointer(block + used)
            headers.payloadLength = Int32(packet.payload.count)
            headers.payloadCaptured = Int32(captured)
            used += packet.payload.count
            withUnsafePointer(to: headers) {
                engine.ingest(
                    $0, outcome: packet.outcome, time: CaptureTime(nanoseconds: packet.time),
                    frame: FrameRef(source: packet.source, number: UInt64(index + 1)))
            }
        }
        note(engine.told)
        start += batch
    }
    if finish { engine.finish(note) }
    outcome.totals = engine.totals
    outcome.trips = engine.limitTrips
    return outcome
}
