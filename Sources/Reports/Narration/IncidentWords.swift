internal import ReportModel
internal import Vocabulary

/// The words of an incident.
struct IncidentWords {
    let title: String
    /// What happened, whom it hit, how it ended.
    let sentences: [String]

    var explanation: String { ([title + "."] + sentences).joined(separator: " ") }

    init(_ incident: Incident, in context: NarrationContext) {
        let told = Teller(incident: incident, context: context)
        title = told.title
        sentences = told.sentences
    }

    private struct Teller {
        let incident: Incident
        let context: NarrationContext
        /// Looked up once: an incident may have thousands, and many of its words ask for them.
        private let findings: [Finding]

        init(incident: Incident, context: NarrationContext) {
            (self.incident, self.context) = (incident, context)
            findings = incident.findings.compactMap(context.finding)
        }

        private var root: String { context.broker(incident.rootServer, nodeId: incident.nodeId) }
        private var from: String { context.time.clock(incident.from) }
        private var length: String { Format.duration(ms: incident.to.milliseconds(since: incident.from)) }

        private func value(_ key: FactKey) -> FactValue? { incident[key] }

        private func duration(_ key: FactKey) -> String? {
            switch value(key) ?? findings.lazy.compactMap({ $0[key] }).first {
            case .milliseconds(let ms): return Format.duration(ms: ms)
            case .number(let number): return Format.duration(ms: Double(number))
            default: return nil
            }
        }

        var title: String {
            let text =
                switch incident.kind {
                case .brokerOutage: outage
                case .rollingRestart:
                    missing?.restart ?? "The brokers were restarted one after another from \(from), within \(length)"
                case .brokerStall: stall
                case .hostUnreachable: unreachable
                case .signInStorm: "Clients have failed to sign in at \(root) again and again since \(from)"
                case .addressMismatch: "\(root) sends clients to addresses that they cannot use"
                case .partitionsUnwell: PartitionIncidentWords(incident, findings, context).title
                case .brokerErrors:
                    "\(severalBrokers ?? root) \(severalBrokers == nil ? "has" : "have") answered \(error) to \(hit) since \(from)"
                case .connectionsLost: LostConnectionsWords(incident, findings, context).title
                case .behindGateway: cause.map { Narration($0, in: context).title } ?? root
                case .pathTrouble where value(.wayTookMs) != nil: slowWay
                case .pathTrouble where incident.rootServer == nil: pathOfOne
                case .switchedOver: "\(switched) was switched over to another cluster at \(from)"
                case .pathTrouble: "The path to \(severalBrokers ?? root) was disturbed from \(from) for \(length)"
                }
            return text.prefix(1).uppercased() + text.dropFirst()
        }

        /// Brokers of which the incident says that all of them were struck; nil where it is one.
        private var severalBrokers: String? {
            let servers = incident.struck
            // The list shows the first few by name, and counts the others.
            return servers.count > 1
                ? Format.list(
                    servers.enumerated().map { $0 < 8 ? context.broker($1, nodeId: node(at: $1)) : $1 }) : nil
        }

        private var unreachable: String {
            let who = severalBrokers ?? root
            if findings.first?.detail == .unresolvable { return "\(hit) cannot resolve \(who) since \(from)" }
            // Whoever was connected was served.
            if findings.contains(where: { $0[.servedMeanwhile] == .flag(true) && $0.kind == .brokerUnavailable }),
                !findings.contains(where: { $0.kind == .disconnectBeforeResponse })
            {
                return "\(who) accepted no new connections from \(from) for \(duration(.outageMs) ?? length)"
            }
            if value(.lastsToTheEnd) != nil {
                return "\(who) \(severalBrokers == nil ? "has" : "have") not been reachable since \(from)"
            }
            return "\(who) could not be reached from \(from) for \(duration(.outageMs) ?? length)"
        }

        private var stall: String {
            if value(.slowFollower) == .flag(true) {
                return
                    "Produces that wait for \(root) were answered late from \(from), for \(length): every slow partition has a replica"
                    + " there, and no other"
            }
            if let all = severalBrokers {
                if let times = standstills { return "\(all) \(times)" }
                if stillOpen { return "\(all) have hung since \(from), for \(length) \(soFar)" }
                if value(.servedMeanwhile) != nil {
                    return "\(all) answered late again and again from \(from), for \(length)"
                }
                return "\(all) stood still together from \(from) for \(duration(.outageMs) ?? length)"
            }
            if let times = standstills { return "\(root) \(times)" }
            if value(.onlySetup) != nil {
                return "\(root) has answered only the start of new connections since \(from)"
            }
            if value(.servedMeanwhile) != nil {
                return stillOpen
                    ? "\(root) has left requests waiting since \(from), for \(length) \(soFar), while it answered others"
                    : "\(root) answered late again and again from \(from), for \(length)"
            }
            if stillOpen { return "\(root) has hung since \(from), for \(length) \(soFar)" }
            // That it went on afterwards is told where that was seen.
            if value(.lastsToTheEnd) != nil {
                return "\(root) has answered nothing since \(from)"
            }
            let stood =
                value(.sentBeforeCapture) == nil
                ? "\(root) stood still from \(from) for \(duration(.outageMs) ?? length)"
                : "\(root) stood still when the capture began, and for \(length) more"
            if let waiting { return "\(stood); \(waiting)" }
            return value(.notSeenToGoOn) == nil ? "\(stood), then continued" : "\(stood); it was not seen to continue"
        }

        /// It worked in between: that is no part of it.
        private var standstills: String? {
            guard case .number(let count)? = value(.standstills), let longest = duration(.standstillMs) else {
                return nil
            }
            let stood =
                "stood still \(Format.count(count, "time")) from \(from) to \(context.time.clock(incident.to)), each time for"
                + " at most \(longest)"
            if let waiting { return "\(stood); \(waiting)" }
            let isOver = value(.notSeenToGoOn) == nil && value(.onlySetup) == nil
            return isOver ? "\(stood), and continued" : "\(stood); it was not seen to continue"
        }

        /// What waits there now: nobody is told then that it goes on.
        private var waiting: String? {
            guard let count = waitingCount else { return nil }
            let requests = Format.count(count, "request")
            if context.report.isInterim { return "\(requests) \(count == 1 ? "waits" : "wait") there now" }
            return "\(requests) \(count == 1 ? "was" : "were") waiting there when the capture ended"
        }

        private var soFar: String { context.report.isInterim ? "so far" : "until the capture ended" }

        private var waitingCount: Int? {
            guard case .number(let count)? = value(.waitingNow) else {
                return nil
            }
            return count
        }

        /// Requests were still waiting when the capture ended.
        private var stillOpen: Bool { findings.contains { $0.kind == .responseOverdue } }

        /// Where the same node answered clients meanwhile.
        private var servesAt: String? {
            guard case .list(let places)? = value(.nodeServesAt) else { return nil }
            return places.first
        }

        private var outage: String {
            let clean = findings.contains { $0.cause == .brokerShutdown } || value(.stoppedInOrder) == .flag(true)
            // Nobody was refused where nobody tried, or where what stands in front accepted and closed.
            let isOpen = value(.refusedAfterwards) == .number(0)
            let state = isOpen ? "served nobody" : "accepted no connections"
            let gone = duration(.outageMs).map { " and \(state) for \($0)" } ?? ""
            let back = missing?.ending(ofAll: incident.struck.count) ?? ""
            if let all = severalBrokers {
                return "\(all) stopped together without notice at \(from)\(gone)\(back)"
            }
            if let place = servesAt {
                return
                    "A listener of \(root) was gone from \(from) on\(gone), while the node served clients at \(place)"
            }
            if let silent = duration(.silentBeforeMs) {
                return "\(root) answered nothing from \(from) on\(gone.isEmpty ? " and" : ",") stopped \(silent) later"
                    + (gone.isEmpty ? back : ",\(gone)")
            }
            return "\(root) \(clean ? "was stopped" : "stopped without notice") at \(from)\(gone)\(back)"
        }

        private var missing: MissingBrokerWords? { MissingBrokerWords(incident, in: context) }

        private func node(at server: String) -> Int? { findings.first { $0.server == server }?.nodeId }

        private var pathOfOne: String {
            let paths = findings.filter { $0.kind == .networkPath && $0.detail == .interrupted }
            if !paths.isEmpty { return interrupted(paths) }
            if value(.servedMeanwhile) != nil { return cutOff }
            if findings.contains(where: { $0.kind == .networkPath && $0.detail == .mtuBlackHole }) {
                return "Large packets between \(hosts) and \(servers) have been lost on the way since \(from)"
            }
            if !findings.contains(where: { $0.cause == .middleboxReset }) {
                return "The path between \(hosts) and \(servers) was disturbed from \(from) for \(length)"
            }
            let host = findings.first?.client.map(Trim.name) ?? "a client"
            let servers = Format.count(Set(findings.compactMap(\.server)).count, "server")
            let when = incident.to > incident.from ? "from \(from) for \(length)" : "at \(from)"
            return "Something on the path of \(host) reset its connections to \(servers) \(when)"
        }

        /// Late by the network alone.
        private var slowWay: String {
            let took = duration(.wayTookMs).map { "took up to \($0)" } ?? "was slow"
            return "The network between \(hosts) and \(servers) \(took) from \(from) on, for \(length)"
        }

        /// Others are served by the same brokers.
        private var cutOff: String {
            "\(hosts) \(areSeveral ? "are" : "is") cut off from \(servers) since \(from), while others are served"
        }

        /// A path that was dead for a while, by the findings that tell of it.
        private func interrupted(_ paths: [Finding]) -> String {
            let (first, last) = (paths.map(\.first).min() ?? incident.from, paths.map(\.last).max() ?? incident.to)
            let others = value(.servedMeanwhile) != nil ? ", while others were served" : ""
            return
                "\(hosts) \(areSeveral ? "were" : "was") cut off from \(servers) from \(context.time.clock(first)) for"
                + " \(Format.duration(ms: last.milliseconds(since: first)))\(others)"
        }

        private var areSeveral: Bool { Set(findings.compactMap(\.client)).count > 1 }

        private var hosts: String { Format.list(Set(findings.compactMap(\.client)).sorted().map(Trim.name)) }

        private var servers: String {
            let tried = findings.flatMap { finding -> [String] in
                if case .list(let places)? = finding[.tried] { places } else { [] }
            }
            let servers = Set(findings.compactMap(\.server) + tried)
            return servers.count == 1 ? context.named(servers.first ?? "") : Format.count(servers.count, "broker")
        }

        private var error: String { findings.first?.error.map(Trim.name) ?? "an error" }
        private var hit: String {
            Format.count(max(incident.clients.count, Set(findings.compactMap(\.client)).count), "client")
        }

        var sentences: [String] {
            if incident.kind == .behindGateway { return behindGateway }
            let all = [clusters, missing?.sentence, refused, losses, sign, affected, related].compactMap(\.self)
            return incident.kind == .connectionsLost
                ? LostConnectionsWords(incident, findings, context).sentences + all : all
        }

        private var cause: Finding? { findings.first { $0.id == incident.rootFinding } ?? findings.first }

        /// The host, whose ports are all of one program's.
        private var switched: String {
            let server = Trim.name(incident.rootServer ?? "")
            return server.lastIndex(of: ":").map { String(server[..<$0]) } ?? server
        }

        private var clusters: String? {
            guard incident.kind == .switchedOver, let cause, case .text(let before)? = cause[.clusterIdBefore],
                case .text(let since)? = cause[.clusterId]
            else { return nil }
            return
                "Until then cluster \(Trim.name(before)) answered there, since then cluster \(Trim.name(since)) does."
        }

        /// What the server behind shows, and what that is to the gateway's clients.
        private var behindGateway: [String] {
            guard let cause else { return [] }
            let alike = FaultWords.siblings(of: cause, in: findings).filter { $0.client == cause.client }
            let told = Set(alike.map(\.id) + [cause.id])
            let front = findings.filter { !told.contains($0.id) }
            let gateway = cause.client.map(Trim.name) ?? "The host in front of it"
            return Narration(cause, in: context).sentences.prefix(1)
                + [FaultWords.sameElsewhere(cause, alike)].compactMap(\.self)
                + (front.isEmpty
                    ? [] : ["\(gateway) is a gateway, and for its clients this means: \(FaultWords.list(front))."])
        }

        /// What clients were answered again and again.
        private var refused: String? {
            switch incident.kind {
            case .partitionsUnwell: PartitionIncidentWords(incident, findings, context).sentence
            case .brokerErrors: findings.first.flatMap { Narration($0, in: context).sentences.dropFirst().first }
            default: nil
            }
        }

        private var losses: String? {
            let ended = findings.filter { $0.kind != .responseOverdue && !isPassedOn($0) }
            let lost = ended.reduce(0) { $0 + $1.requests.count + $1.requestsLeftOut }
            if stillOpen { return stillWaiting(lost) }
            guard lost > 0 else { return nil }
            let produces = ended.flatMap(\.requests).filter { $0.api == "Produce" }
            let head = "\(Format.count(lost, "request")) got no response."
            guard let first = produces.first else { return head }
            let more = findings.contains { $0.requestsLeftOut > 0 } ? "At least " : ""
            return "\(head) \(more)\(share(produces.count, of: lost)); \(fate(first, produces))"
        }

        /// A gateway met it, and those for whom it asked are told too: their requests count, and not the copies.
        private func isPassedOn(_ finding: Finding) -> Bool {
            let gateways = context.report.gateways.filter { $0.confidence == .certain }.map(\.address)
            guard let client = finding.client, gateways.contains(client) else { return false }
            return findings.contains { $0.server.map { HostPort($0).host } == client && !$0.requests.isEmpty }
        }

        /// Those that wait and those that were lost, each by itself.
        private func stillWaiting(_ lost: Int) -> String? {
            let overdue = findings.filter { $0.kind == .responseOverdue }
            let told = overdue.reduce(0) { $0 + $1.requests.count + $1.requestsLeftOut }
            let count = max(told, waitingCount ?? 0)
            guard count > 0 else { return lost > 0 ? "\(Format.count(lost, "request")) got no response." : nil }
            let waits = "\(Format.count(count, "request")) still \(count == 1 ? "waits" : "wait") for a response."
            return lost > 0 ? "\(waits) \(Format.count(lost)) more got none." : waits
        }

        private func share(_ produces: Int, of lost: Int) -> String {
            if produces == lost { return lost == 1 ? "It is a Produce" : "All are Produces" }
            return "\(Format.count(produces)) of them \(produces == 1 ? "is a Produce" : "are Produces")"
        }

        private func fate(_ first: LostRequest, _ produces: [LostRequest]) -> String {
            guard let time = first.resentTime else {
                let silent = produces.filter { $0.resentTime == nil }.count
                if silent == produces.count, produces.allSatisfy({ $0.outcome == .storedOnce }) {
                    return "what was sent is stored."
                }
                return silent == produces.count ? "no resend was seen." : "some were resent."
            }
            let later = Format.duration(ms: time.milliseconds(since: first.sent))
            if Set(produces.map(\.outcome)).count > 1 {
                return "the first was resent \(later) later. \(OutcomeWords.sentence(produces))"
            }
            let ending =
                switch first.outcome {
                case .storedOnce: "stored once"
                case .storedTwice: "stored twice"
                case .possiblyTwice: "accepted, perhaps for the second time"
                default: "whether it is stored is not known"
                }
            return produces.count == 1
                ? "it was resent \(later) later (\(ending))." : "the first was resent \(later) later (\(ending))."
        }

        private var sign: String? {
            guard incident.kind == .signInStorm || incident.kind == .addressMismatch, let first = findings.first else {
                return nil
            }
            let same = FaultWords.sameElsewhere(first, FaultWords.siblings(of: first, in: findings))
            return ([Narration(first, in: context).title + "."] + [same].compactMap(\.self)).joined(separator: " ")
        }

        /// Who was struck, and when they worked again.
        private var affected: String? {
            // The words of the others name their clients.
            let named: Set<Incident.Kind> = [.signInStorm, .addressMismatch]
            guard !incident.clients.isEmpty, !named.contains(incident.kind) else { return nil }
            let clients = AffectedClients(incident.clients)
            if stillOpen { return clients.sentence(isOver: false) + "." }
            let recovery = Self.heals.contains(incident.kind) ? "; \(recovery)" : ""
            return clients.sentence(isOver: true) + recovery + "."
        }

        private var recovery: String {
            let times = incident.clients.compactMap(\.recoveredAfterMs)
            if times.isEmpty { return missing?.recovery ?? "no recovery was seen" }
            let slowest = Format.duration(ms: times.max() ?? 0)
            if times.count == incident.clients.count {
                return times.count == 1
                    ? "it worked again after \(slowest)" : "all worked again after at most \(slowest)"
            }
            return "\(Format.count(times.count)) worked again after at most \(slowest)"
        }

        /// Incidents from which clients come back by themselves.
        private static let heals: Set<Incident.Kind> = [
            .brokerOutage, .rollingRestart, .brokerStall, .hostUnreachable, .switchedOver,
        ]

        private var related: String? {
            guard !incident.related.isEmpty else { return nil }
            let counts = Dictionary(grouping: incident.related, by: \.error).mapValues {
                $0.reduce(0) { $0 + $1.count }
            }
            let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            return "Errors that followed: \(Format.list(sorted.map { "\($0.key) (\(Format.count($0.value)))" }))."
        }
    }
}
