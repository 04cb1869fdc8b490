import Vocabulary

/// Below this many flows the table stays in the cache, and loading early only costs.
private let flowsWorthLoadingEarly = 100

extension TCPCore {
    /// Phase two of a part of a batch: TCP, or what else each packet is.
    mutating func take(
        _ part: UnsafeBufferPointer<PacketEntry>, _ headers: UnsafeMutablePointer<PacketHeaders>,
        _ steps: UnsafeMutablePointer<PreparedPackets.Step>, _ datagrams: inout EventBuffer<Datagram>
    ) {
        if live > flowsWorthLoadingEarly { loadEarly(steps, part.count) }
        for index in 0..<part.count {
            let entry = part[index]
            let step = steps + index
            let segment = Segment(
                headers: UnsafePointer(headers + index), time: entry.time, frame: entry.frame,
                from: Int(step.pointee.from))
            switch step.pointee.outcome {
            case .tcp: self.segment(segment, step)
            case .icmpError: icmpError(segment, step)
            case .udp: datagram(segment, &datagrams)
            default: break
            }
        }
    }

    /// Loads each packet's bucket, then its flow: loads that do not wait for each other, so that their
    /// cache misses overlap instead of adding up.
    private mutating func loadEarly(_ steps: UnsafeMutablePointer<PreparedPackets.Step>, _ count: Int) {
        var sum: UInt64 = 0
        for index in 0..<count {
            // Also of packets that are not TCP: the hash is then one of an earlier packet, and does no harm.
            steps[index].guess = table.peek(steps[index].hash)
        }
        for index in 0..<count where steps[index].guess != FlowTable.none {
            // A flow's cache lines: both sides, and what they share.
            let flow = flows[steps[index].guess]
            sum ^= flow.pointee.key.aLow ^ UInt64(flow.pointee.hash)
            for side in 0...1 {
                let numbers = flow.side(side)
                sum ^= UInt64(numbers.pointee.prints[0]) ^ UInt64(numbers.pointee.base)
            }
        }
        sink ^= sum
    }

    /// Hands on a datagram that may be DNS (RFC 1035, RFC 6762).
    private mutating func datagram(_ segment: Segment, _ datagrams: inout EventBuffer<Datagram>) {
        let headers = segment.headers
        let (from, to) = (headers.pointee.sourcePort, headers.pointee.destinationPort)
        guard isNamePort(from) || isNamePort(to), let payload = headers.pointee.payload, segment.captured > 0
        else { return }
        let slot = FlowSlot(truncatingIfNeeded: datagrams.count)
        datagrams.append(
            Datagram(
                source: Endpoint(headers.pointee.source, from), destination: Endpoint(headers.pointee.destination, to),
                bytes: payload, captured: Int(segment.captured), time: segment.time, frame: segment.frame))
        events.append(
            StreamEvent(
                kind: .datagram, side: .initiator, slot: slot, offset: 0, length: segment.captured, bytes: payload,
                time: segment.time, frame: segment.frame))
    }
}

/// Ports of DNS and multicast DNS.
private func isNamePort(_ port: UInt16) -> Bool { port == 53 || port == 5353 }
