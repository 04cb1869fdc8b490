import Conversations
import ReportModel
import Streams
import Vocabulary

/// A client says which node it means, and what answers is another one (KIP-1242): the strongest proof that an address leads to
/// the wrong place.
struct WrongNodes: Rule {
    private static let refused = ErrorCodes.named("REBOOTSTRAP_REQUIRED")

    private struct Key: Hashable {
        var client: IPAddress
        var server: Endpoint
        var node: Int32
    }

    func judge(_ view: CaseView) -> [Verdict] {
        var groups: [Key: [ErrorEvent]] = [:]
        for event in view.file.errors.events where Self.refused.contains(event.code) && event.api == Api.apiVersions {
            guard let node = Self.expected(event, view) else { continue }
            groups[Key(client: event.client.address, server: event.server, node: node), default: []].append(event)
        }
        return groups.sorted {
            ($0.key.client, $0.key.server, $0.key.node) < ($1.key.client, $1.key.server, $1.key.node)
        }
        .map { verdict($0.key, $0.value.sorted { ($0.time, $0.frame) < ($1.time, $1.frame) }, view) }
    }

    /// The node that the refused connection was meant for.
    private static func expected(_ event: ErrorEvent, _ view: CaseView) -> Int32? {
        view.connections(from: event.client).first {
            $0.server == event.server && $0.kafka.expectedNode >= 0 && $0.tcp.firstTime <= event.time
                && $0.tcp.lastTime >= event.time
        }?.kafka.expectedNode
    }

    private func verdict(_ key: Key, _ events: [ErrorEvent], _ view: CaseView) -> Verdict {
        // An address that went to another node lets each client find that out once.
        var verdict = Verdict.wrongNode(
            events.count > 1 ? .error : .warning, .certain, key.node, at: key.server, of: key.client,
            from: events[0].time, view)
        verdict.last = events[events.count - 1].time
        verdict.count = events.count
        verdict.clientIds = events.compactMap { view.file.text($0.clientId) }.uniqued
        verdict.frames += events.prefix(12).map(\.frame)
        verdict.connections = events.prefix(20).flatMap { event in
            view.connections(from: event.client).filter { $0.server == event.server }.map(\.id)
        }
        verdict.add(.responses, .number(events.count))
        return verdict
    }

    private static let toldWithIt: Set<String> = ["REBOOTSTRAP_REQUIRED", "NOT_LEADER_OR_FOLLOWER"]

    /// The error code is told with the address.
    static func soften(_ verdicts: inout [Verdict], in view: CaseView) {
        struct Pair: Hashable {
            var client: String?
            var server: String?
        }
        var wrong = Set(
            verdicts.filter { $0.detail == .wrongNode && $0.kind == .advertisedAddressMismatch }
                .map { Pair(client: $0.client, server: $0.server) })
        guard !wrong.isEmpty else { return }
        // So are those that a gateway is answered behind such an address.
        let ports = Set(wrong.map(\.server))
        for pair in view.gatewayLegs.pairs.values.joined() where ports.contains("\(pair.front.server)") {
            wrong.insert(Pair(client: "\(pair.behind.client.address)", server: "\(pair.behind.server)"))
        }
        for at in verdicts.indices
        where verdicts[at].error.map(Self.toldWithIt.contains) == true
            && wrong.contains(Pair(client: verdicts[at].client, server: verdicts[at].server))
        {
            verdicts[at].severity = min(verdicts[at].severity, .info)
        }
    }
}

extension Verdict {
    /// The address that a client was given for a node leads to another one: what all such verdicts say, with the frames of the
    /// answers that gave it.
    static func wrongNode(
        _ severity: Severity, _ confidence: Confidence, _ node: Int32, at server: Endpoint, of client: IPAddress,
        from time: CaptureTime, _ view: CaseView
    ) -> Verdict {
        var verdict = Verdict(.advertisedAddressMismatch, severity, confidence, at: time)
        verdict.detail = .wrongNode
        verdict.nature = .structural
        verdict.client = "\(client)"
        verdict.server = "\(server)"
        (verdict.nodeId, verdict.nodeIds) = (Int(node), [Int(node)])
        let claims = (view.claimsByClient[client] ?? []).map { view.file.addresses.claims[$0] }.filter {
            $0.node == node
        }
        verdict.advertisedBy = claims.map { "\($0.toldBy)" }.uniqued.sorted()
        verdict.frames = Array(claims.flatMap(\.frames).sorted().prefix(4))
        if let claim = claims.first {
            verdict.add(.advertisedHost, .optional(view.file.text(claim.host)))
            verdict.add(.advertisedPort, .number(Int(claim.port)))
        }
        verdict.add(.toldBy, .some(verdict.advertisedBy))
        verdict.add(.resolvedTo, .list(["\(server.address)"]))
        return verdict
    }
}
