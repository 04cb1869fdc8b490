internal import ReportModel

/// Network or broker: whose time slow requests took, and what proves it.
enum SlowWords {
    /// `Slow were 6 of 274 Produce at broker 2 (50 ms and more): the broker took 14.2 s of their 14.4 s.`, then the proof.
    static func sentences(_ row: LatencyPartRow, server: String = "the broker") -> [String] {
        guard let slow = row.slow else { return [] }
        let many = slow.requests == 1 ? "1 request" : "\(Format.count(slow.requests)) requests"
        let least = Format.duration(ms: slow.fromMs)
        if slow.owner == .onPurpose {
            return [
                "None was slow: \(many) waited \(least) or longer, on purpose (\(time(slow.onPurposeMs)) in all)."
            ]
        }
        let which = slow.requests == row.requests ? "All took \(least) or longer" : "\(many) took \(least) or longer"
        var told = ["\(which), \(Format.duration(ms: slow.totalMs)) in all: \(whose(slow, server))."]
        told += [proof(slow), place(slow)].compactMap(\.self)
        return told
    }

    /// Behind a gateway's address it cannot be told who of those there took the time.
    static func text(_ row: LatencyPartRow, _ gateways: [GatewayRow]) -> String {
        let isGateway = gateways.contains { $0.address == row.broker.map { HostPort($0).host } }
        return sentences(row, server: isGateway ? "the gateway or what is behind it" : "the broker")
            .joined(separator: " ")
    }

    /// By broker, those of the named ones, what took longest first.
    static func slow(_ rows: [LatencyPartRow], at servers: Set<String>? = nil) -> [LatencyPartRow] {
        rows.filter { row in
            guard let broker = row.broker, let slow = row.slow else { return false }
            return slow.owner != .onPurpose && servers?.contains(broker) ?? true
        }.sorted {
            let (one, other) = ($0.slow?.totalMs ?? 0, $1.slow?.totalMs ?? 0)
            return one == other ? ($0.api, $0.broker ?? "") < ($1.api, $1.broker ?? "") : one > other
        }
    }

    /// In a word.
    static func owner(_ slow: SlowRequests) -> String {
        switch slow.owner {
        case .network, .broker, .client, .quota: slow.owner.rawValue
        case .onPurpose: "waiting on purpose"
        case .several: "no single cause"
        case .unknown: "network or broker"
        }
    }

    private static func time(_ ms: Double) -> String { Format.duration(ms: ms) }

    private static func whose(_ slow: SlowRequests, _ server: String) -> String {
        switch slow.owner {
        case .network: "the network took \(time(slow.networkMs))"
        case .broker: "\(server) took \(time(slow.brokerMs))" + behind(slow)
        case .client: "the client\(isFull(slow) ? "" : "'s own queue") took \(time(slow.clientMs))"
        case .quota: "a quota took \(time(slow.quotaMs)), on purpose"
        case .onPurpose: "\(time(slow.onPurposeMs)) on purpose"
        case .several: "no single cause; " + shares(slow, server)
        case .unknown:
            "network or broker cannot be told; \(time(slow.brokerMs)) may be either's"
        }
    }

    /// The client read nothing for a while.
    private static func isFull(_ slow: SlowRequests) -> Bool { slow.windowClosedMs * 2 >= slow.clientMs }

    private static func behind(_ slow: SlowRequests) -> String {
        slow.queuedMs < SlowWords.worthAWord * slow.totalMs
            ? "" : ", \(time(min(slow.queuedMs, slow.brokerMs))) of it on earlier requests of the connection"
    }

    private static let worthAWord = 0.05

    private static func shares(_ slow: SlowRequests, _ server: String) -> String {
        let parts = [
            ("the network", slow.networkMs), (server, slow.brokerMs), ("the client", slow.clientMs),
            ("a quota", slow.quotaMs), ("waiting on purpose", slow.onPurposeMs),
        ].filter { $0.1 >= worthAWord * slow.totalMs }.sorted { $0.1 > $1.1 }
        return parts.map { "\($0.0) \(time($0.1))" }.joined(separator: ", ")
    }

    private static func proof(_ slow: SlowRequests) -> String? {
        let resent =
            slow.resent == 0
            ? "nothing was sent again" : "TCP sent parts of \(Format.count(slow.resent, "request")) again"
        let path = slow.handshakeMs.map {
            "At the handshake the way from the capture to the broker and back took \(time($0))"
        }
        switch slow.owner {
        case .network:
            let transfer = max(0, slow.networkMs - slow.roundTripMs - slow.resendingMs)
            let parts = [
                ("round trips", slow.roundTripMs), ("transfer", transfer),
                ("waits for lost segments", slow.resendingMs),
            ].filter { $0.1 >= worthAWord * slow.networkMs }.map { "\($0.0) took \(time($0.1))" }
            let first = parts.joined(separator: ", ")
            return
                "\(first.prefix(1).uppercased() + first.dropFirst()). \(path ?? "The handshake was not seen"), and \(resent)."
        case .broker:
            if let path { return "\(path), and \(resent)." }
            return "The path is no longer than the fastest response, \(time(slow.fastestMs)), and \(resent)."
        case .client:
            if isFull(slow) {
                return "Its TCP window was closed for \(time(slow.windowClosedMs)): it read no responses."
            }
            return "It sent them behind a request that waits on purpose, on the same connection."
        case .unknown where slow.isLossy:
            return "The path loses packets, and a response whose first bytes get lost looks like one of a slow broker."
        case .unknown: return "The handshake of this path is not in the capture."
        case .several: return path.map { "\($0), and \(resent)." }
        case .quota, .onPurpose: return nil
        }
    }

    /// A path whose round trip is less than this begins at the broker, or in its network; the client may be far away.
    private static let nearMs = 1.0

    private static func place(_ slow: SlowRequests) -> String? {
        guard slow.owner == .broker || slow.owner == .several, let handshake = slow.handshakeMs, handshake < nearMs
        else { return nil }
        return "The way from the capture to the client is not in these times."
    }
}
