import ReportModel
import Vocabulary

/// Ties one line to the connection and the finding that explain it.
struct LinePlacer {
    let events: CaptureEvents
    let places: KnownPlaces
    private let report: Report
    /// Places of findings, by connection and by server as findings have it.
    private var byConnection: [String: [Int]] = [:]
    private var byServer: [String: [Int]] = [:]
    private var byNode: [Int: [Int]] = [:]
    private var byClient: [String: [Int]] = [:]
    private var ofLoopback: [Int] = []
    private let everyEvent: [Int]
    private let everyFinding: [Int]
    /// A line may bear a time shortly before the packet, for clocks and cut-off digits.
    private static let early = Span.milliseconds(250)
    /// How far beyond a finding's own times its lines go on.
    private static let margin = Span.seconds(2)
    private static let longWait = Span.seconds(130)
    private static let mostLookedAt = 400

    struct Place {
        var connection: String?
        var finding: String?
    }

    init(_ report: Report, _ events: CaptureEvents) {
        (self.report, self.events) = (report, events)
        places = KnownPlaces(report)
        everyEvent = Array(events.all.indices)
        everyFinding = Array(report.findings.indices)
        for (place, finding) in report.findings.enumerated() {
            for id in finding.evidence.connections { byConnection[id, default: []].append(place) }
            if let server = finding.server { byServer[server.lowercased(), default: []].append(place) }
            for node in Set(finding.nodeIds + [finding.nodeId].compactMap(\.self)) {
                byNode[node, default: []].append(place)
            }
            for id in finding.clientIds { byClient[id, default: []].append(place) }
            if finding.detail == .loopback { ofLoopback.append(place) }
        }
    }

    /// - Parameter doubt: by how much the line may be later than its time says, by its digits and by its clock's bounds.
    func place(_ said: Said, at time: CaptureTime, slack: Int64, doubt: Int64) -> Place {
        if events.isOfAnotherConnection(said) { return Place(finding: ofWholeServer(said, time, slack)) }
        let servers = events.servers(of: said)
        let isAboutNobody = servers == nil && said.clientPort == nil
        let event = nearest(said, servers, Moment(time: time, slack: slack, latest: time.adding(nanoseconds: doubt)))
        let row = event?.connection.map { report.connections[$0] }
        // What was refused is explained by who refuses, and not by what had ended before, whatever words the line has for it.
        var said = said
        if event?.topic == .connectFailed, said.topic == .disconnected { said.topic = .connectFailed }
        var place = Place()
        // A line that names neither server nor client may be about any that ended then: the finding is told, not which one.
        if !isAboutNobody || said.clientId != nil { place.connection = row?.id }
        place.finding =
            finding(byConnection[row?.id ?? ""] ?? [], said, time, slack, isTied: true)
            ?? finding(named(said, servers, row), said, time, slack, isTied: false)
            ?? (isAboutNobody ? finding(everyFinding, said, time, slack, isTied: false) : nil)
        return place
    }

    // MARK: The event

    /// When a line was written.
    private struct Moment {
        let time: CaptureTime
        let slack: Int64
        /// What began later is not what it is about.
        let latest: CaptureTime
    }

    private func nearest(_ said: Said, _ servers: Set<String>?, _ at: Moment) -> CaptureEvent? {
        if let places = events.ofClientPort(said) {
            return nearest(in: places, said, at, isExact: true)
        }
        if let servers {
            return servers.sorted().compactMap { nearest(in: events.byServer[$0] ?? [], said, at) }
                .min { distance($0, said, at.time) < distance($1, said, at.time) }
        }
        return nearest(in: everyEvent, said, at)
    }

    /// How far off, where something of another kind or of an unknown client counts as farther.
    private func distance(_ event: CaptureEvent, _ said: Said, _ time: CaptureTime) -> Int64 {
        let kind = event.topic == said.topic ? 0 : Span.milliseconds(20)
        let client = said.clientId != nil && event.clientId == nil ? Span.milliseconds(10) : 0
        return time.since(event.time).distanceFromZero.addingSaturated(kind + client).addingSaturated(
            event.mismatch(said))
    }

    /// - Parameter places: in order of time.
    private func nearest(in places: [Int], _ said: Said, _ at: Moment, isExact: Bool = false) -> CaptureEvent? {
        let time = at.time
        let latest = time.adding(nanoseconds: Self.early.addingSaturated(at.slack))
        let behind = places.partitionPoint(where: { events.all[$0].time > latest })
        var best: CaptureEvent?
        for place in places[..<behind].suffix(Self.mostLookedAt).reversed() {
            let event = events.all[place]
            if time.since(event.time) > Self.longWait { break }
            if let opened = event.opened, opened > at.latest { continue }
            guard fits(said, event, time, at.slack, isExact) else { continue }
            if let found = best, distance(found, said, time) <= distance(event, said, time) { continue }
            best = event
        }
        return best
    }

    private func fits(_ said: Said, _ event: CaptureEvent, _ time: CaptureTime, _ slack: Int64, _ isExact: Bool) -> Bool
    {
        guard event.makesLine(of: said.topic), event.agrees(with: said),
            time.since(event.time) <= event.patience.addingSaturated(slack)
        else { return false }
        if isExact { return true }
        guard let mine = said.clientId, let its = event.clientId else { return true }
        return mine == its
    }

    // MARK: The finding

    /// Findings of the servers that the line names, as it names them or as they are addressed.
    private func named(_ said: Said, _ servers: Set<String>?, _ row: ConnectionRow?) -> [Int] {
        var keys = servers ?? []
        if let server = row?.server { keys.insert(server) }
        for peer in said.peers {
            guard let port = peer.port else { continue }
            for host in peer.hosts { keys.insert(host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)") }
        }
        var places = Set(keys.flatMap { byServer[$0.lowercased()] ?? [] })
        if places.isEmpty, let node = said.nodeId, node >= 0 { places.formUnion(byNode[node] ?? []) }
        if places.isEmpty, keys.isEmpty, servers == nil, let id = said.clientId { places.formUnion(byClient[id] ?? []) }
        if places.isEmpty, said.peers.contains(where: \.isLoopback) {
            places.formUnion(ofLoopback.filter { isOfLoopback(report.findings[$0], said) })
        }
        return places.sorted()
    }

    /// A line has the address where the answer had the name: `127.0.0.1:9092` of `localhost:9092`.
    private func isOfLoopback(_ finding: Finding, _ said: Said) -> Bool {
        guard let colon = finding.server?.lastIndex(of: ":"),
            let port = (finding.server?[colon...].dropFirst()).flatMap({ Int($0) })
        else { return false }
        return said.peers.contains { $0.isLoopback && $0.port == port }
    }

    /// What holds of a server for whoever asks it.
    private func ofWholeServer(_ said: Said, _ time: CaptureTime, _ slack: Int64) -> String? {
        let places = named(said, events.servers(of: said), nil).filter { place in
            let finding = report.findings[place]
            return finding.cause == .brokerCrashed || finding.cause == .brokerShutdown
                || finding.kind == .brokerUnavailable
        }
        return finding(places, said, time, slack, isTied: false)
    }

    private func finding(_ places: [Int], _ said: Said, _ time: CaptureTime, _ slack: Int64, isTied: Bool) -> String? {
        let fitting = places.filter { place in
            let finding = report.findings[place]
            return said.topic.rank(of: finding) != nil && (isTied || covers(finding, time, slack))
                && isOfClient(finding, said) && !said.contradicts(finding)
                && (isTied || !events.isElsewhere(said, finding, in: report))
        }
        return fitting.min { key($0, said, time) < key($1, said, time) }.map { report.findings[$0].id }
    }

    private func key(_ place: Int, _ said: Said, _ time: CaptureTime) -> (Int, Int, Int64) {
        let finding = report.findings[place]
        let isNamed = said.clientId.map { finding.clientIds.contains($0) } ?? true
        let rank = said.topic.rank(of: finding) ?? 9
        // Of what comes in rounds, such as rebalances, the one counts in which the line was written, whoever is named for it.
        if said.topic == .group { return (rank, 0, Self.distance(time, from: finding)) }
        return (rank, isNamed ? 0 : 1, time.since(finding.first).distanceFromZero)
    }

    private static func spans(of finding: Finding) -> [ClosedRange<CaptureTime>] {
        finding.episodes.isEmpty ? [finding.first...max(finding.first, finding.last)] : finding.episodes
    }

    private static func distance(_ time: CaptureTime, from finding: Finding) -> Int64 {
        spans(of: finding).map { max(0, $0.lowerBound.since(time), time.since($0.upperBound)) }.min() ?? .max
    }

    private func covers(_ finding: Finding, _ time: CaptureTime, _ slack: Int64) -> Bool {
        let spans = Self.spans(of: finding)
        let after = finding.detail == .noAnswer || finding.detail == .private ? Self.longWait : Self.margin
        return spans.contains {
            time >= $0.lowerBound.adding(nanoseconds: -Self.margin.addingSaturated(slack))
                && time <= $0.upperBound.adding(nanoseconds: after.addingSaturated(slack))
        }
    }

    /// A finding of few clients that names others is none of this one's; lists may be cut, so others' are not excluded there.
    private func isOfClient(_ finding: Finding, _ said: Said) -> Bool {
        guard let id = said.clientId, !finding.clientIds.isEmpty, finding.clientIds.count < 5 else { return true }
        return finding.clientIds.contains(id) || finding.kind == .brokerUnavailable
            || finding.count > finding.clientIds.count
    }
}

extension Peer {
    var isLoopback: Bool { hosts.contains { $0 == "localhost" || IPAddress($0)?.isLoopback == true } }
}

extension Said {
    /// The line says of an attempt how it ended, and the finding that it ended otherwise.
    fileprivate func contradicts(_ finding: Finding) -> Bool {
        if topic == .errorAnswer, let code = reason?.errorCode { return !finding.mayBe(of: code) }
        guard let words = reason?.words, words == "Connection refused" || words == "ECONNREFUSED" else { return false }
        switch finding.kind {
        case .authTerminated, .tlsFailure, .protocolMismatch, .sessionExpired, .networkPath: return true
        case .disconnectBeforeResponse:
            return finding.cause != .brokerCrashed && finding.cause != .brokerShutdown && finding.cause != .unknown
        default: return finding.detail.map(Self.isNoRefusal) ?? false
        }
    }

    private static func isNoRefusal(_ detail: Detail) -> Bool {
        switch detail {
        case .noAnswer, .rejected, .unresolvable, .protocol, .certificate: true
        default: false
        }
    }
}

extension Finding {
    /// Groups' members learn by these that their group moves on.
    private static let ofGroups: Set<String> = [
        "REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "NOT_COORDINATOR",
        "COORDINATOR_NOT_AVAILABLE",
    ]
    private static let ofFencing: Set<String> = ["PRODUCER_FENCED", "INVALID_PRODUCER_EPOCH", "FENCED_INSTANCE_ID"]

    /// A line that names an error code is about this one.
    fileprivate func mayBe(of code: String) -> Bool {
        if let error { return error == code }
        switch kind {
        case .leaderless: return code == "LEADER_NOT_AVAILABLE" || code == "NOT_LEADER_OR_FOLLOWER"
        case .notLeader: return code == "NOT_LEADER_OR_FOLLOWER"
        case .underReplicated: return code == "NOT_ENOUGH_REPLICAS" || code == "REQUEST_TIMED_OUT"
        case .unsupportedVersion: return code == "UNSUPPORTED_VERSION"
        case .identityConflict: return Self.ofFencing.contains(code)
        case .rebalance: return Self.ofGroups.contains(code)
        default: return false
        }
    }
}

extension LogTopic {
    /// Which kinds of findings explain such a line; the least is the most telling. Nil: not this one.
    func rank(of finding: Finding) -> Int? {
        kinds.firstIndex { $0.contains(finding.kind) }
            ?? (saysLittle && Self.ends.contains(finding.kind) ? kinds.count : nil)
    }

    /// Who was refused a sign-in, or a certificate, knows it: no crash explains that.
    private var saysLittle: Bool { asksWhy && self != .signInFailed && self != .tlsFailed }

    /// Whatever ends a connection or an attempt may be what a line is about that says little.
    private static let ends: Set<FindingKind> = [
        .disconnectBeforeResponse, .authTerminated, .advertisedAddressMismatch, .brokerUnavailable, .connectFailure,
        .networkPath, .tlsFailure, .protocolMismatch, .sessionExpired, .idleClose,
    ]

    private var kinds: [Set<FindingKind>] {
        switch self {
        case .disconnected:
            [
                [.disconnectBeforeResponse, .sessionExpired, .authTerminated, .tlsFailure, .protocolMismatch],
                [.networkPath, .idleClose, .abandonedByClient, .probe],
                [.brokerUnavailable, .advertisedAddressMismatch, .connectFailure, .slowSetup],
                [.responseOverdue, .connectionChurn, .clientSettings],
            ]
        case .timedOut:
            [
                [.disconnectBeforeResponse, .responseOverdue, .networkPath],
                [.brokerUnavailable, .advertisedAddressMismatch, .connectFailure, .slowSetup],
                [.slowResponse, .errorResponse, .abandonedByClient, .leaderless, .clientSettings],
            ]
        case .connectFailed:
            [
                [.brokerUnavailable, .advertisedAddressMismatch, .connectFailure], [.networkPath, .slowSetup],
                [.tlsFailure, .authTerminated, .protocolMismatch],
            ]
        case .signInFailed: [[.authTerminated], [.tlsFailure, .protocolMismatch, .sessionExpired]]
        case .tlsFailed: [[.tlsFailure], [.protocolMismatch, .advertisedAddressMismatch]]
        case .errorAnswer:
            [
                [.notLeader, .errorResponse, .throttled, .unsupportedVersion, .identityConflict],
                [.leaderless, .underReplicated, .rebalance],
            ]
        case .group: [[.rebalance, .identityConflict], [.errorResponse]]
        case .connected, .metadata, .broker: []
        }
    }
}
