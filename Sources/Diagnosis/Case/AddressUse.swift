import Conversations
import Streams
import Vocabulary

/// Whether servers that one client host fails to reach are at work for somebody.
enum AddressUse {
    /// Nobody uses them in this capture.
    case nobody
    /// Other hosts do while this one fails, so the trouble is this host's own.
    case othersMeanwhile
    /// Before or after only: an outage.
    case atAnotherTime

    static func of(_ servers: Set<Endpoint>, whileFailing failed: [ConnectionRecord], _ view: CaseView) -> AddressUse {
        guard let client = failed.first?.client.address, let begin = failed.map(\.tcp.firstTime).min(),
            let end = failed.map(\.tcp.lastTime).max()
        else { return .nobody }
        // Only what one place saw has one clock.
        let places = failed.oneFrameOfEachSource
        let users = servers.flatMap { view.served(by: $0) }.filter { user in
            places.contains { view.capture.haveOneClock($0, user.tcp.firstFrame) }
        }
        if users.isEmpty {
            return servers.contains(where: { view.isServed($0) || view.deadFromTheStart.contains($0) })
                ? .atAnotherTime : .nobody
        }
        // The host itself gets there again: what kept it away has passed.
        if users.contains(where: { $0.client.address == client && $0.lastServed > end }) { return .atAnotherTime }
        let others = users.filter { $0.client.address != client && $0.isServed(from: begin, to: end) }
        // A server that took this host before, and takes nobody now, is closed to all, however it serves those it has; but ICMP
        // tells of what stands before it.
        let wasTaken = users.contains { $0.client.address == client && $0.tcp.firstTime < begin }
        let isRejected = failed.contains { $0.icmp != nil }
        if wasTaken, !isRejected, others.allSatisfy({ $0.tcp.firstTime < begin }) { return .atAnotherTime }
        return others.isEmpty ? .atAnotherTime : .othersMeanwhile
    }
}

extension ConnectionRecord {
    /// The ICMP error that quoted one of its packets, and who sent it (RFC 792, RFC 4443).
    var icmp: String? {
        tcp.icmpType == 255 ? nil : "type \(tcp.icmpType) code \(tcp.icmpCode) from \(tcp.icmpSender)"
    }

    /// The server answered in some way. Where packets are cut, not even the protocol can be seen.
    var isServed: Bool {
        kafka.responses > 0 || serverSpoke == .tls && tls.serverRecords > 0
            || wasEstablished && fromServer.cutBytes > 0 || tookProduces
    }

    /// A producer with acks=0 gets no answers; its broker's TCP acknowledges what it sends.
    private var tookProduces: Bool {
        wasEstablished && kafka.wantNoAnswer > 0 && fromServer.packets > 0 && fromClient.acknowledged > 0
    }

    /// When the server was last heard of with an answer.
    var lastServed: CaptureTime {
        if kafka.responses == 0, tookProduces { return max(fromServer.lastDataTime, kafka.lastRequestTime) }
        return kafka.responses > 0 ? kafka.lastResponseTime : fromServer.lastDataTime
    }

    /// Answers came on this connection between two moments, or it lived from before to behind them.
    fileprivate func isServed(from: CaptureTime, to: CaptureTime) -> Bool {
        tcp.firstTime <= to && lastServed >= from
    }
}

extension CaseView {
    fileprivate func isServed(_ server: Endpoint) -> Bool { servedPlaces[server] != nil }
}

extension [ConnectionRecord] {
    /// First frames, one of each source: what has one clock with one has it with all of that source.
    var oneFrameOfEachSource: [FrameRef] {
        var seen: Set<Int> = []
        return map(\.tcp.firstFrame).filter { seen.insert($0.source).inserted }
    }
}
