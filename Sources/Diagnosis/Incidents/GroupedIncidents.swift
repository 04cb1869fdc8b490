import ReportModel
import Vocabulary

/// Findings that are many of one thing: a storm of sign-ins, one wrong setting on several brokers, a path that resets.
struct GroupedIncidents {
    let view: CaseView
    let findings: [Finding]

    private static let storm = 20

    func all() -> [Incident] {
        signIns() + addresses() + paths() + cutOff() + everybodys() + largePackets() + brokersErrors()
    }

    /// What one broker says of itself to several clients, or of several requests: it is the root, and not the partitions.
    private func brokersErrors() -> [Incident] {
        let mine = findings.filter { finding in
            guard finding.kind == .errorResponse, finding.severity > .info, let error = finding.error else {
                return false
            }
            return ErrorCodes.ofTheBroker.contains(error)
        }
        let groups = Dictionary(grouping: mine) { [$0.server ?? "", $0.error ?? ""] }
        return groups.values.filter { $0.count > 1 }.map { group in
            incident(.brokerErrors, group, root: group[0].server)
        }.sorted { ($0.from, $0.rootServer ?? "") < ($1.from, $1.rootServer ?? "") }
    }

    private func signIns() -> [Incident] {
        let failed = findings.filter { $0.kind == .authTerminated }
        return Dictionary(grouping: failed) { $0.server ?? "" }.sorted { $0.key < $1.key }.compactMap { server, group in
            guard group.reduce(0, { $0 + $1.count }) >= Self.storm else { return nil }
            return incident(.signInStorm, group, root: server)
        }
    }

    /// Several addresses that one broker gave out and that fail in the same way: one setting.
    private func addresses() -> [Incident] {
        let wrong = findings.filter { $0.kind == .advertisedAddressMismatch }
        return Dictionary(grouping: wrong) { $0.detail?.rawValue ?? "" }.sorted { $0.key < $1.key }.compactMap {
            _, group in
            guard group.count > 1 else { return nil }
            let givers = group.flatMap(\.advertisedBy).uniqued
            var incident = incident(.addressMismatch, group, root: givers.count == 1 ? givers.first : nil)
            // The node of the root, who gave the addresses out, and not of the addresses.
            incident.nodeId = incident.rootServer.flatMap { view.serversByName[$0] }.flatMap(view.node)
            return incident
        }
    }

    private func paths() -> [Incident] {
        let reset = findings.filter { $0.cause == .middleboxReset }
        // What one host meets at several servers is the matter of its way, and of none of them.
        if Set(reset.map(\.server)).count > 1, Set(reset.map(\.client)).count == 1, reset[0].client != nil {
            return [incident(.pathTrouble, reset, root: nil)]
        }
        // The ports of one host share its way.
        let byHost = Dictionary(grouping: reset) { finding in
            finding.server.flatMap { view.serversByName[$0] }.map { "\($0.address)" } ?? finding.server ?? ""
        }
        return byHost.sorted { $0.key < $1.key }.flatMap { _, group in
            group.sorted { ($0.first, $0.id) < ($1.first, $1.id) }
                .runs(within: Self.atOnce, from: \.first, to: \.last).map(pathTo)
        }
    }

    private func pathTo(_ group: [Finding]) -> Incident {
        let ports = Dictionary(grouping: group) { $0.server ?? "" }
        let most = ports.max { ($0.value.sum, $1.key) < ($1.value.sum, $0.key) }
        var found = incident(.pathTrouble, group, root: most?.key)
        found.nodeId = most?.value.compactMap(\.nodeId).first
        if ports.count > 1 { found.facts.append(Fact(.tried, .list(ports.keys.sorted()))) }
        return found
    }

    /// What fails at one moment on the ways of several hosts, or of one host to several servers, has one cause.
    private static let atOnce = Span.seconds(5)

    private func cutOff() -> [Incident] {
        let mine = findings.filter(\.isCutOff).sorted { ($0.first, $0.id) < ($1.first, $1.id) }
        return mine.runs { group, next in next.first.since(group[0].first) < Self.atOnce }.filter { $0.count > 1 }.map {
            var found = incident(.pathTrouble, $0, root: nil)
            let hosts = $0.flatMap { $0.list(.servedMeanwhile) }.uniqued.sorted()
            found.facts.append(Fact(.servedMeanwhile, .list(Array(hosts.prefix(8)))))
            return found
        }
    }

    /// Nobody reached any server for a while.
    private func everybodys() -> [Incident] {
        let mine = findings.filter { $0.detail == .interrupted && $0.list(.hosts).count > 1 }
        return mine.sorted { ($0.first, $0.id) < ($1.first, $1.id) }.runs { group, next in
            next.overlaps(group[0].first, group[0].last)
        }.filter { $0.count > 1 }.map { incident(.pathTrouble, $0, root: nil) }
    }

    /// One host's large packets are lost on its ways to several servers.
    private func largePackets() -> [Incident] {
        let mine = findings.filter { $0.kind == .networkPath && $0.detail == .mtuBlackHole }
        return Dictionary(grouping: mine) { $0.client ?? "" }.sorted { $0.key < $1.key }.filter {
            Set($0.value.map(\.server)).count > 1
        }.map { incident(.pathTrouble, $0.value.sorted { ($0.first, $0.id) < ($1.first, $1.id) }, root: nil) }
    }

    private func incident(_ kind: Incident.Kind, _ group: [Finding], root: String?) -> Incident {
        var incident = Incident(kind, of: group)
        incident.rootServer = root
        incident.nodeId = group.compactMap(\.nodeId).uniqued.count == 1 ? group.compactMap(\.nodeId).first : nil
        return incident
    }
}

extension [Finding] {
    fileprivate var sum: Int { reduce(0) { $0.addingSaturated($1.count) } }
}
