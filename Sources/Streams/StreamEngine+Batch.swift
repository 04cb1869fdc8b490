public import Vocabulary

/// Packets between their headers and TCP.
struct PreparedPackets: ~Copyable {
    /// As many packets as their headers stay in the first-level cache.
    static let room = 64
    let headers = UnsafeMutablePointer<PacketHeaders>.allocate(capacity: room)
    let steps = UnsafeMutablePointer<Step>.allocate(capacity: room)
    /// Written and never read, so that early loads are not left out.
    var sink: UInt64 = 0

    /// What is known of a packet besides its headers.
    struct Step {
        var key = FlowKey()
        var hash: UInt32 = 0
        var from: UInt8 = 0
        var outcome = PacketOutcome.notIP
    }

    init() {
        headers.initialize(repeating: PacketHeaders(), count: Self.room)
        steps.initialize(repeating: Step(), count: Self.room)
    }

    deinit {
        headers.deallocate()
        steps.deallocate()
    }
}

extension StreamEngine {
    /// Takes a batch of packets.
    /// - Returns: what happened, in order. Valid until the next call, as are the packets' bytes that it points to.
    public func process(_ batch: UnsafeBufferPointer<PacketEntry>) -> UnsafeBufferPointer<StreamEvent> {
        begin()
        decoder.endBatch()
        var start = 0
        while start < batch.count {
            let count = min(PreparedPackets.room, batch.count - start)
            let part = UnsafeBufferPointer(rebasing: batch[start..<(start + count)])
            decodeHeaders(part)
            loadEarly(count)
            for index in 0..<count { take(part[index], index) }
            start += count
        }
        return core.events.all
    }

    /// Phase one: every header of the part, and the hash of its flow.
    private func decodeHeaders(_ part: UnsafeBufferPointer<PacketEntry>) {
        for index in 0..<part.count {
            let outcome = decoder.decode(part[index], into: &prepared.headers[index])
            outcomeCounts[Int(outcome.rawValue)] &+= 1
            prepare(index, outcome)
        }
    }

    func prepare(_ index: Int, _ outcome: PacketOutcome) {
        let step = prepared.steps + index
        step.pointee.outcome = outcome
        guard outcome == .tcp || outcome == .icmpError else { return }
        step.pointee.key = FlowKey(prepared.headers + index, from: &step.pointee.from)
        step.pointee.hash = step.pointee.key.hash(seed: core.seed)
    }

    /// Loads each packet's bucket, then its flow: loads that do not wait for each other, so that their
    /// cache misses overlap instead of adding up.
    func loadEarly(_ count: Int) {
        guard core.live > 1000 else { return }
        var sum: UInt64 = 0
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: PreparedPackets.room) { slots in
            for index in 0..<count { slots[index] = core.table.peek(prepared.steps[index].hash) }
            for index in 0..<count where slots[index] != FlowTable.none {
                let flow = core.flows[slots[index]]
                sum ^= flow.pointee.key.aLow ^ UInt64(flow.side(0).pointee.base) ^ UInt64(flow.side(1).pointee.base)
            }
        }
        prepared.sink ^= sum
    }

    /// Phase two: TCP, or what else the packet is.
    func take(_ entry: PacketEntry, _ index: Int) {
        let step = prepared.steps + index
        let headers = UnsafePointer(prepared.headers + index)
        switch step.pointee.outcome {
        case .tcp, .icmpError:
            let segment = Segment(
                headers: headers, time: entry.time, frame: entry.frame, from: Int(step.pointee.from))
            if step.pointee.outcome == .tcp {
                core.segment(segment, step.pointee.key, step.pointee.hash)
            } else {
                core.icmpError(segment, step.pointee.key, step.pointee.hash)
            }
        case .udp:
            datagram(headers, entry)
        default:
            break
        }
    }

    /// Hands on a datagram that may be DNS (RFC 1035, RFC 6762).
    private func datagram(_ headers: UnsafePointer<PacketHeaders>, _ entry: PacketEntry) {
        let ports = (headers.pointee.sourcePort, headers.pointee.destinationPort)
        guard isNamePort(ports.0) || isNamePort(ports.1), let payload = headers.pointee.payload,
            headers.pointee.payloadCaptured > 0
        else { return }
        let slot = FlowSlot(truncatingIfNeeded: datagramList.count)
        datagramList.append(Datagram(
            source: Endpoint(headers.pointee.source, ports.0),
            destination: Endpoint(headers.pointee.destination, ports.1),
            bytes: payload, captured: Int(headers.pointee.payloadCaptured), time: entry.time, frame: entry.frame))
        core.events.append(StreamEvent(
            kind: .datagram, side: .initiator, slot: slot, offset: 0,
            length: Int64(headers.pointee.payloadCaptured), bytes: payload, time: entry.time, frame: entry.frame))
    }

    /// Takes one packet whose headers are known already; for tests, and sources that are no capture.
    /// Call `begin` before it to forget what was given out so far.
    func ingest(
        _ headers: UnsafePointer<PacketHeaders>, outcome: PacketOutcome = .tcp, time: CaptureTime, frame: FrameRef
    ) {
        var from: UInt8 = 0
        let key = FlowKey(headers, from: &from)
        let segment = Segment(headers: headers, time: time, frame: frame, from: Int(from))
        if outcome == .icmpError {
            core.icmpError(segment, key, key.hash(seed: core.seed))
        } else {
            core.segment(segment, key, key.hash(seed: core.seed))
        }
    }
}

/// Ports of DNS and multicast DNS.
private func isNamePort(_ port: UInt16) -> Bool { port == 53 || port == 5353 }
