internal import ReportModel
internal import Vocabulary

/// Findings by what they are about, for a sentence that only counts: `3 clients could not sign in`. Never by their own
/// number, for that says how the report is cut and not what happened.
enum FaultWords {
    /// One clause for each kind, and for each code of errors, in the order of the findings.
    static func list(_ findings: [Finding]) -> String {
        var groups: [(name: String, findings: [Finding])] = []
        for finding in findings {
            let name = finding.kind.rawValue + (finding.kind == .errorResponse ? finding.error ?? "" : "")
            if let i = groups.firstIndex(where: { $0.name == name }) {
                groups[i].findings.append(finding)
            } else {
                groups.append((name, [finding]))
            }
        }
        return Format.list(groups.map { Clause($0.findings).text }, limit: .max)
    }

    private struct Clause {
        let findings: [Finding]

        init(_ findings: [Finding]) { self.findings = findings }

        private var sum: Int { findings.reduce(0) { $0.addingSaturated($1.count) } }
        private func clients(_ noun: String = "client") -> String {
            let hosts = findings.map { ($0.client ?? "") + " " + ($0.clientId ?? "") }
            return Format.count(max(1, Set(hosts).count), noun)
        }
        private func servers(_ noun: String) -> String {
            Format.count(max(1, Set(findings.map { $0.nodeId.map(String.init) ?? $0.server ?? "" }).count), noun)
        }
        private func listed(_ key: FactKey, _ noun: String) -> String {
            let names = findings.flatMap { finding -> [String] in
                switch finding[key] {
                case .text(let name): [name]
                case .list(let names): names
                case .number(let count): (0..<max(1, min(count, 1000))).map { "\(finding.id) \($0)" }
                default: [finding.id]
                }
            }
            return Format.count(Set(names).count, noun)
        }

        var text: String {
            guard let first = findings.first else { return "" }
            return connections(first) ?? clients(first) ?? answers(first) ?? cluster(first)
        }

        private func connections(_ first: Finding) -> String? {
            switch first.kind {
            case .disconnectBeforeResponse: "\(Format.count(sum, "connection")) ended without a response"
            case .idleClose: "\(Format.count(sum, "idle connection")) \(sum == 1 ? "was" : "were") closed"
            case .sessionExpired: "\(Format.count(sum, "session")) expired"
            case .brokerUnavailable: "\(servers("broker")) accepted no connections for a while"
            case .networkPath: "packets to \(servers("broker")) were lost on the way"
            case .protocolViolation: "\(servers("server")) broke the Kafka protocol"
            case .certificateNotice: "\(servers("listener")) showed a certificate to look at"
            case .clusterChanged: "\(servers("address", "addresses")) changed to another cluster"
            case .captureIncomplete: "the capture is incomplete"
            default: nil
            }
        }

        private func servers(_ one: String, _ many: String) -> String {
            let count = max(1, Set(findings.map { $0.server ?? "" }).count)
            return Format.count(count, one, plural: many)
        }

        private func clients(_ first: Finding) -> String? {
            switch first.kind {
            case .authTerminated: "\(clients()) could not sign in"
            case .connectFailure: "\(clients()) could not connect to \(servers("address", "addresses"))"
            case .tlsFailure: "\(clients()) failed the TLS handshake"
            case .abandonedByClient: "\(clients()) closed with requests in flight"
            case .throttled: "\(clients()) got throttled"
            case .unsupportedVersion: "\(clients()) used a version that the broker does not offer"
            case .slowSetup: "\(clients()) connected slowly"
            case .clientSettings: "\(clients()) used settings that contradict each other"
            case .connectionChurn where first[.droppedAtAgeMs] != nil || first[.droppedMoments] != nil:
                "connections at work were ended from the servers' side"
            case .connectionChurn: "\(clients()) kept reconnecting"
            case .credentialsInClear: "\(clients()) sent credentials in clear text"
            case .singleBootstrap: "\(clients()) used a single bootstrap server"
            case .riskyProducer where first[.storedTwice] == .flag(true): "\(clients("producer")) stored records twice"
            case .riskyProducer: "\(clients("producer")) used risky settings"
            case .probe: "\(clients("host")) probed Kafka ports"
            case .protocolMismatch:
                switch first.detail {
                case .http: "\(clients("host")) spoke HTTP on a Kafka connection"
                case .tlsToPlaintext: "\(clients()) spoke TLS to a plain listener"
                case .plaintextToTLS: "\(clients()) spoke plain Kafka to a TLS listener"
                default: "\(clients()) spoke another protocol than the server"
                }
            default: nil
            }
        }

        private func answers(_ first: Finding) -> String? {
            switch first.kind {
            case .notLeader: "\(Format.count(sum, "request")) reached a broker that does not lead the partition"
            case .errorResponse:
                "\(Format.count(sum, "response")) carried \(first.error.map(Trim.name) ?? "an error")"
            case .slowResponse: "\(Format.count(sum, "response")) came late"
            case .responseOverdue: "\(waiting) had no response yet"
            default: nil
            }
        }

        private var waiting: String {
            let requests = findings.reduce(0) { $0 + $1.requests.count + $1.requestsLeftOut }
            return Format.count(max(requests, findings.count), "request")
        }

        private func cluster(_ first: Finding) -> String {
            switch first.kind {
            case .advertisedAddressMismatch: "\(nodes) advertised an address that clients cannot use"
            case .underReplicated: "\(listed(.partitions, "partition")) had too few replicas in sync"
            case .leaderless: "\(listed(.partitions, "partition")) had no leader"
            case .identityConflict: "two programs shared \(listed(.identities, "name"))"
            case .acknowledgedLost:
                "\(Format.count(sum, "acknowledged batch", plural: "acknowledged batches")) got lost"
            case .committedOffsetLost: "\(listed(.group, "consumer group")) lost committed offsets"
            case .highWatermarkStuck:
                "acknowledged records of \(listed(.partitions, "partition")) could not be read"
            case .consumerStalled: "\(listed(.group, "consumer group")) stood still"
            case .consumerFallsBehind: "\(listed(.group, "consumer group")) fell behind"
            case .rebalance: "\(listed(.group, "consumer group")) rebalanced"
            default: first.kind.rawValue
            }
        }

        /// Several brokers may stand behind one address.
        private var nodes: String {
            let ids = Set(findings.flatMap { $0.nodeIds.isEmpty ? [$0.nodeId].compactMap(\.self) : $0.nodeIds })
            return ids.isEmpty ? servers("broker") : Format.count(ids.count, "broker")
        }
    }

    // MARK: The same elsewhere

    /// Findings that say of another broker or client what the first says of its own.
    static func siblings(of first: Finding, in findings: [Finding]) -> [Finding] {
        findings.filter { other in
            other.id != first.id && other.kind == first.kind && other.cause == first.cause
                && other.detail == first.detail
                && other.error == first.error && other.alert == first.alert && other.severity == first.severity
                && (other.server != first.server || other.nodeId != first.nodeId || other.client != first.client)
        }
    }

    /// `The same goes for brokers 2 and 3.`; all of a common fault in one sentence.
    static func sameElsewhere(_ first: Finding, _ siblings: [Finding]) -> String? {
        let brokers = names(siblings.map(broker), except: broker(first))
        let clients = names(siblings.map { $0.client.map(Trim.name) ?? "" }, except: first.client.map(Trim.name) ?? "")
        let numbers = brokers.compactMap { $0.hasPrefix("broker ") ? Int($0.dropFirst(7)) : nil }.sorted()
        let places =
            brokers.isEmpty
            ? nil
            : numbers.count == brokers.count && brokers.count > 1
                ? "brokers \(Format.list(numbers.map(String.init), limit: 8))" : Format.list(brokers, limit: 6)
        let hosts =
            clients.isEmpty ? nil : "\(clients.count == 1 ? "client" : "clients") \(Format.list(clients, limit: 4))"
        switch (places, hosts) {
        case (let places?, let hosts?): return "The same goes for \(places), and for \(hosts)."
        case (let one?, nil), (nil, let one?): return "The same goes for \(one)."
        case (nil, nil): return nil
        }
    }

    private static func broker(_ finding: Finding) -> String {
        finding.nodeId.map { "broker \($0)" } ?? finding.server.map(Trim.name) ?? ""
    }

    private static func names(_ names: [String], except own: String) -> [String] {
        var seen: Set<String> = ["", own]
        return names.filter { seen.insert($0).inserted }
    }
}
