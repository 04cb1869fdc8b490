public import Vocabulary

/// Packets between their headers and TCP.
struct PreparedPackets: ~Copyable {
    /// As many packets as their headers stay in the first-level cache.
    static let room = 64
    let headers = UnsafeMutablePointer<PacketHeaders>.allocate(capacity: room)
    let steps = UnsafeMutablePointer<Step>.allocate(capacity: room)
    /// How many packets had each outcome.
    let counts = UnsafeMutablePointer<Int>.allocate(capacity: PacketOutcome.allCases.count)

    /// What is known of a packet besides its headers.
    struct Step {
        var key = FlowKey()
        var hash: UInt32 = 0
        /// The slot in the hash's home bucket, most often the flow's.
        var guess = FlowTable.none
        var from: UInt8 = 0
        var outcome = PacketOutcome.notIP
        /// Bytes of TCP's header in a plain packet, whose headers are not read yet.
        var tcpBytes = PlainPacket.none
    }

    init() {
        headers.initialize(repeating: PacketHeaders(), count: Self.room)
        steps.initialize(repeating: Step(), count: Self.room)
        counts.initialize(repeating: 0, count: PacketOutcome.allCases.count)
    }

    deinit {
        headers.deallocate()
        steps.deallocate()
        counts.deallocate()
    }

    /// Phase one: whose every packet of the part is. Of all but plain packets that takes reading their headers.
    func fill(_ part: UnsafeBufferPointer<PacketEntry>, _ decoder: inout PacketDecoder, seed: UInt64) {
        guard let first = part.baseAddress else { return }
        var plain = 0
        let readsAll = decoder.verifiesChecksums
        for index in 0..<part.count {
            let tcpBytes = readsAll ? PlainPacket.none : PlainPacket.tcpBytes(first + index)
            steps[index].tcpBytes = tcpBytes
            if tcpBytes != PlainPacket.none {
                plain &+= 1
                preparePlain(steps + index, PlainPacket(first[index].bytes, tcpBytes: tcpBytes), seed)
            } else {
                let outcome = decoder.decodeStepwise(first[index], &headers[index])
                counts[Int(outcome.rawValue)] &+= 1
                prepare(index, outcome, seed: seed)
            }
        }
        counts[Int(PacketOutcome.tcp.rawValue)] &+= plain
    }

    @inline(__always)
    private func preparePlain(_ step: UnsafeMutablePointer<Step>, _ packet: PlainPacket, _ seed: UInt64) {
        step.pointee.outcome = .tcp
        step.pointee.key = FlowKey(packet, from: &step.pointee.from)
        step.pointee.hash = step.pointee.key.hash(seed: seed)
    }

    /// The key and hash of a packet whose headers are known.
    func prepare(_ index: Int, _ outcome: PacketOutcome, seed: UInt64) {
        let step = steps + index
        step.pointee.outcome = outcome
        guard outcome == .tcp || outcome == .icmpError else { return }
        step.pointee.key = FlowKey(headers + index, from: &step.pointee.from)
        step.pointee.hash = step.pointee.key.hash(seed: seed)
    }
}

extension StreamEngine {
    /// Takes a batch of packets.
    /// - Returns: what happened, in order. Valid until the next call, as are the packets' bytes that it points to.
    public func process(_ batch: UnsafeBufferPointer<PacketEntry>) -> StreamBatch {
        begin()
        add(batch)
        return told
    }

    /// Takes a batch of packets behind those taken since `begin`.
    public func add(_ batch: UnsafeBufferPointer<PacketEntry>) {
        var start = 0
        while start < batch.count {
            let count = min(PreparedPackets.room, batch.count - start)
            let part = UnsafeBufferPointer(rebasing: batch[start..<(start + count)])
            prepared.fill(part, &decoder, seed: core.seed)
            core.take(part, prepared.headers, prepared.steps, &datagramList)
            start += count
        }
    }

    /// Takes one packet whose headers are known already; for tests, and sources that are no capture.
    /// Call `begin` before it to forget what was given out so far.
    func ingest(
        _ headers: UnsafePointer<PacketHeaders>, outcome: PacketOutcome = .tcp, time: CaptureTime, frame: FrameRef
    ) {
        prepared.headers.pointee = headers.pointee
        prepared.steps.pointee.tcpBytes = PlainPacket.none
        prepared.prepare(0, outcome, seed: core.seed)
        var entry = PacketEntry(
            bytes: core.events.place.assumingMemoryBound(to: UInt8.self), capturedLength: 0, wireLength: 0, time: time,
            frame: frame,
            linkType: 0, interface: 0)
        withUnsafePointer(to: &entry) {
            core.take(UnsafeBufferPointer(start: $0, count: 1), prepared.headers, prepared.steps, &datagramList)
        }
    }
}
