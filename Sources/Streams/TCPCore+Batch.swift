internal import CPrefetch
import Vocabulary

/// Below this many flows the table stays in the cache, and loading early only costs.
private let flowsWorthLoadingEarly = 100

extension TCPCore {
    /// Phase two of a part of a batch: TCP, or what else each packet is.
    mutating func take(
        _ part: UnsafeBufferPointer<PacketEntry>, _ headers: UnsafeMutablePointer<PacketHeaders>,
        _ steps: UnsafeMutablePointer<PreparedPackets.Step>, _ datagrams: inout EventBuffer<Datagram>
    ) {
        guard let first = part.baseAddress else { return }
        // Also of packets that are not TCP: the hash is then one of an earlier packet, and does no harm.
        if live > flowsWorthLoadingEarly {
            for index in 0..<part.count { table.prefetch(steps[index].hash) }
            for index in 0..<part.count {
                steps[index].guess = table.guess(steps[index].hash)
                prefetch(steps[index].guess)
            }
        } else {
            for index in 0..<part.count { steps[index].guess = table.guess(steps[index].hash) }
        }
        for index in 0..<part.count {
            let (entry, step) = (first + index, steps + index)
            if step.pointee.tcpBytes != PlainPacket.none {
                if takesPlainPackets, takePlain(entry, step) { continue }
                headers[index].read(
                    PlainPacket(entry.pointee.bytes, tcpBytes: step.pointee.tcpBytes),
                    captured: entry.pointee.capturedLength)
            }
            takeStepwise(entry.pointee, headers + index, step, &datagrams)
        }
    }

    @inline(never)
    private mutating func takeStepwise(
        _ entry: PacketEntry, _ headers: UnsafePointer<PacketHeaders>,
        _ step: UnsafeMutablePointer<PreparedPackets.Step>, _ datagrams: inout EventBuffer<Datagram>
    ) {
        let segment = Segment(
            headers: headers, time: entry.time, frame: entry.frame, from: Int(step.pointee.from), blanked: entry.blanked
        )
        switch step.pointee.outcome {
        case .tcp: self.segment(segment, step)
        case .icmpError: icmpError(segment, step)
        case .udp: datagram(segment, &datagrams)
        case .notIP, .otherIP: neighbour(segment, &datagrams)
        default: break
        }
    }

    /// Hands on who asks for whose hardware address, and who tells it.
    private mutating func neighbour(_ segment: Segment, _ datagrams: inout EventBuffer<Datagram>) {
        let headers = segment.headers
        guard headers.pointee.neighbour != .none else { return }
        hand(
            Datagram(
                source: Endpoint(headers.pointee.source, 0), destination: Endpoint(headers.pointee.destination, 0),
                bytes: events.place.assumingMemoryBound(to: UInt8.self), captured: 0, time: segment.time,
                frame: segment.frame, neighbour: headers.pointee.neighbour),
            &datagrams)
    }

    private mutating func hand(_ datagram: Datagram, _ datagrams: inout EventBuffer<Datagram>) {
        let slot = FlowSlot(truncatingIfNeeded: datagrams.count)
        datagrams.append(datagram)
        events.append(
            StreamEvent(
                kind: .datagram, side: .initiator, slot: slot, offset: 0, length: Int64(datagram.captured),
                bytes: datagram.bytes, time: datagram.time, frame: datagram.frame))
    }

    /// Begins to load a flow: both sides, and what they share.
    @inline(__always)
    private func prefetch(_ slot: FlowSlot) {
        guard slot != FlowTable.none else { return }
        brokertap_prefetch(flows[slot], Flow.hotBytes)
    }

    /// Hands on a datagram that may be DNS (RFC 1035, RFC 6762), or a KDC's answer (RFC 4120).
    private mutating func datagram(_ segment: Segment, _ datagrams: inout EventBuffer<Datagram>) {
        let headers = segment.headers
        let (from, to) = (headers.pointee.sourcePort, headers.pointee.destinationPort)
        guard isNamePort(from) || isNamePort(to) || from == 88, let payload = headers.pointee.payload,
            segment.captured > 0
        else { return }
        hand(
            Datagram(
                source: Endpoint(headers.pointee.source, from), destination: Endpoint(headers.pointee.destination, to),
                bytes: payload, captured: Int(segment.captured), time: segment.time, frame: segment.frame),
            &datagrams)
    }
}

/// Ports of DNS and multicast DNS.
func isNamePort(_ port: UInt16) -> Bool { port == 53 || port == 5353 }
