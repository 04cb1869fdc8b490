internal import ReportModel

/// Words for connections of several hosts that one server ended, or left without an answer.
struct LostConnectionsWords {
    private let incident: Incident
    private let findings: [Finding]
    private let context: NarrationContext

    init(_ incident: Incident, _ findings: [Finding], _ context: NarrationContext) {
        (self.incident, self.findings, self.context) = (incident, findings, context)
    }

    private func number(_ key: FactKey) -> Int? {
        if case .number(let number)? = incident[key] { number } else { nil }
    }

    private var root: String { context.broker(incident.rootServer, nodeId: incident.nodeId) }
    private var hosts: String { Format.count(Set(findings.compactMap(\.client)).count, "host") }
    private var lost: Int { number(.connectionsEnded) ?? findings.count }
    private var served: Int { number(.connectionsServed) ?? 0 }
    private var isEarly: Bool { incident[.beforeFirstResponse] != nil }
    private var gaveUp: Bool { findings.first?.cause == .requestTimeout }

    private var count: String {
        guard let all = number(.connectionsOfHosts), all > lost else { return Format.count(lost, "connection") }
        return "\(Format.count(lost)) of \(Format.count(all, "connection"))"
    }

    var title: String {
        let from = context.time.clock(incident.from)
        if gaveUp {
            return "\(hosts) gave up waiting for \(asked)\(root) on \(count) since \(from)"
        }
        return "\(count) of \(hosts) to \(root) ended before \(isEarly ? "a first" : "a") response, from \(from) on"
    }

    /// What they all waited for, where that is one thing.
    private var api: String? {
        let apis = Set(findings.flatMap(\.requests).map(\.api))
        return apis.count == 1 && findings.allSatisfy { $0.requestsLeftOut == 0 } ? apis.first : nil
    }

    private var asked: String { api.map { "\($0) at " } ?? "" }

    var sentences: [String] {
        [answered, waits, others, behind].compactMap(\.self)
    }

    /// What is asked for was never answered there.
    private var answered: String? {
        guard let api, let server = incident.rootServer, gaveUp else { return nil }
        let isAnswered = context.report.latency.contains { $0.api == api && $0.broker == server && $0.count > 0 }
        return isAnswered ? nil : "No \(api) was answered there in this capture."
    }

    /// The same time each time is a limit, and no program's end.
    private var waits: String? {
        let all = findings.flatMap(\.requests).map(\.waitedMs)
        guard let least = all.min(), let most = all.max(), most > 0 else { return nil }
        if most - least <= most / 10 { return "Each request had waited \(Format.duration(ms: most))." }
        return "They had waited for \(Format.duration(ms: least)) to \(Format.duration(ms: most))."
    }

    private var others: String? {
        guard served > 0 else { return nil }
        return
            "\(Format.count(served, "other connection")) of the same hosts to that address \(served == 1 ? "was" : "were") served."
    }

    private var behind: String? {
        guard !gaveUp, isEarly, served > 0 else { return nil }
        return "If a load balancer or proxy has that address, one of the servers behind it may be dead."
    }
}
