internal import ReportModel
internal import Vocabulary

/// Rows of gateways, of setting connections up and of versions as sentences.
extension TableWords {
    func gateway(_ row: GatewayRow) -> String {
        var text = Trim.name(row.address) + " " + Self.routing(row)
        if row.confidence != .certain { text += " (\(row.confidence.rawValue))" }
        let nodes = row.nodes.map { node in
            "\(node.nodeId.map { "node \($0)" } ?? "a node") at \(Trim.name(node.host)):\(node.port)"
        }
        if !nodes.isEmpty { text += ": " + Format.list(nodes, limit: 5) }
        if row.clusterIds.count > 1 {
            text += "; \(row.clusterIds.count) clusters: \(Self.list(row.clusterIds))"
        }
        switch row.signIn {
        case .atGateway: text += "; clients sign in at it"
        case .passedOn: text += "; sign-ins are passed on"
        case nil: break
        }
        if !row.clients.isEmpty {
            let count = row.clients.count + row.clientsLeftOut
            text += "; its PROXY headers name \(Format.count(count, "client host")): \(Self.list(row.clients))"
        }
        if let prefix = row.renames?.topicPrefix { text += "; topics behind it begin with \(Trim.name(prefix))" }
        if let prefix = row.renames?.groupPrefix { text += "; groups behind it begin with \(Trim.name(prefix))" }
        if let added = row.added {
            text +=
                "; it adds \(Format.duration(ms: added.p50Ms)) to a request, \(Format.duration(ms: added.p99Ms)) at the"
                + " 99th percentile"
        }
        return text
    }

    static func routing(_ row: GatewayRow) -> String {
        switch row.routing {
        case .byPort: "leads to nodes by port"
        case .byName: "leads to nodes by TLS server name"
        case .some(.none): "passes Kafka on and rewrites nothing"
        case nil: row.nodes.isEmpty ? "passes Kafka on" : "stands for several nodes"
        }
    }

    func setup(_ row: SetupRow) -> String {
        let steps = [("DNS", row.dns), ("TCP", row.tcp), ("TLS", row.tls), ("sign-in", row.signIn)]
        var told = steps.compactMap { name, times in
            times.map { "\(name) \(Format.duration(ms: $0.p50Ms)), \(Format.duration(ms: $0.maxMs)) at most" }
        }
        if told.isEmpty { told = ["begun before the capture"] }
        if row.repeatedSyns > 0 { told.append("\(Format.count(row.repeatedSyns, "repeated SYN"))") }
        return "\(Trim.name(row.client)) to \(Trim.name(row.server)), \(Format.count(row.count, "connection")): "
            + told.joined(separator: "; ")
    }

    func readiness(_ row: ReadinessRow) -> String {
        let software = row.software.map { " (\(Trim.name($0)) \(row.softwareVersion.map(Trim.name) ?? ""))" } ?? ""
        return "\(Self.name(row.clientId, row.client))\(software) uses what Kafka 4 no longer takes:"
            + " \(Self.list(row.removed.map(Self.versions)))"
    }

    /// `Fetch v3`, or `Fetch v0 to v17`.
    static func versions(_ row: ApiVersionsRow) -> String { "\(row.api) \(range(row))" }

    static func range(_ row: ApiVersionsRow) -> String {
        row.minVersion == row.maxVersion ? "v\(row.minVersion)" : "v\(row.minVersion) to v\(row.maxVersion)"
    }
}
