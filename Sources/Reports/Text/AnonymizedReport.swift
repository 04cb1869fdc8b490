internal import ReportModel
internal import Vocabulary

/// Where in a report names stand.
extension Anonymizer {
    func rewritten(_ report: Report) -> Report {
        var report = report
        report.names = [:]
        report.tool.arguments = report.tool.arguments.map { text(Self.baseName($0)) }
        report.tool.filter = report.tool.filter.map(text)
        report.capture.sources = report.capture.sources.map(source)
        for i in report.capture.clockOffsets.indices {
            report.capture.clockOffsets[i].source = text(report.capture.clockOffsets[i].source)
        }
        report.capture.coverage.reasons = report.capture.coverage.reasons.map(text)
        report.view = report.view.map(view)
        report.brokers = report.brokers.map(broker)
        report.clients = report.clients.map(client)
        report.connections = report.connections.map(connection)
        report.connectionGroups = report.connectionGroups.map(group)
        report.latency = report.latency.map(latency)
        report.incidents = report.incidents.map(incident)
        report.findings = report.findings.map(finding)
        report.timeline = report.timeline.map(event)
        report.addresses = report.addresses.map(address)
        report.errorCounts = report.errorCounts.map(error)
        report.tables = report.tables.map(tables)
        report.setup = report.setup.map(setup)
        report.listeners = report.listeners.map(listener)
        report.gateways = report.gateways.map(gateway)
        let logs = Dictionary(
            report.clientLogFiles.enumerated().map { ($0.element.source, "log-\($0.offset + 1)") }
        ) { first, _ in first }
        report.clientLog = report.clientLog?.map { logLine($0, logs) }
        for i in report.clientLogFiles.indices {
            report.clientLogFiles[i].source = logs[report.clientLogFiles[i].source] ?? "log"
        }
        report.timeline.removeAll { $0.kind == .clientLog || $0.kind == .userEvent }
        return report
    }

    private func view(_ view: ViewInfo) -> ViewInfo {
        var view = view
        (view.clients, view.brokers) = (view.clients.map(aliasOrNone), view.brokers.map(aliasOrNone))
        return view
    }

    /// A user may have written a name otherwise than the capture has it. A node id is no name.
    private func aliasOrNone(_ name: String) -> String {
        let alias = alias(name)
        return alias == name && Int(name) == nil ? "(a name left out)" : alias
    }

    private func address(_ row: AddressRow) -> AddressRow {
        var row = row
        (row.client, row.address) = (text(row.client), text(row.address))
        (row.clientIds, row.toldBy) = (row.clientIds.map(alias), row.toldBy.map(text))
        row.resolvedTo = row.resolvedTo.map(text)
        return row
    }

    private func error(_ row: ErrorCountRow) -> ErrorCountRow {
        var row = row
        (row.client, row.server) = (text(row.client), text(row.server))
        row.clientId = row.clientId.map(alias)
        return row
    }

    /// Directories name people and projects.
    private static func baseName(_ path: String) -> String {
        guard path.hasPrefix("-") else { return String(path.split(separator: "/").last ?? "") }
        guard let equals = path.firstIndex(of: "=") else { return path }
        return path[...equals] + baseName(String(path[path.index(after: equals)...]))
    }

    private func source(_ source: SourceInfo) -> SourceInfo {
        var source = source
        source.name = text(Self.baseName(source.name))
        source.fault = source.fault.map(text)
        return source
    }

    private func broker(_ row: BrokerRow) -> BrokerRow {
        var row = row
        row.addresses = row.addresses.map(text)
        row.advertised = row.advertised.map(text)
        return row
    }

    private func client(_ row: ClientRow) -> ClientRow {
        var row = row
        row.address = text(row.address)
        row.clientIds = row.clientIds.map(alias)
        row.mechanisms = row.mechanisms.map(alias)
        return row
    }

    private func connection(_ row: ConnectionRow) -> ConnectionRow {
        var row = row
        (row.client, row.server) = (text(row.client), text(row.server))
        (row.clientName, row.serverName) = (row.clientName.map(text), row.serverName.map(text))
        row.tlsServerName = row.tlsServerName.map(text)
        row.principal = row.principal.map(alias)
        row.mechanism = row.mechanism.map(alias)
        row.views = row.views.map(text)
        row.clientId = row.clientId.map(alias)
        return row
    }

    private func group(_ row: ConnectionGroupRow) -> ConnectionGroupRow {
        var row = row
        (row.client, row.server) = (text(row.client), text(row.server))
        return row
    }

    private func latency(_ row: LatencyRow) -> LatencyRow {
        var row = row
        (row.broker, row.client) = (row.broker.map(text), row.client.map(alias))
        return row
    }

    private func incident(_ incident: Incident) -> Incident {
        var incident = incident
        incident.rootServer = incident.rootServer.map(text)
        incident.clients = incident.clients.map {
            .init(client: text($0.client), clientId: $0.clientId.map(alias), recoveredAfterMs: $0.recoveredAfterMs)
        }
        incident.related = incident.related.map {
            .init(error: $0.error, count: $0.count, server: $0.server.map(text))
        }
        incident.facts = incident.facts.map(fact)
        return incident
    }

    private func finding(_ finding: Finding) -> Finding {
        var finding = finding
        finding.client = finding.client.map(text)
        finding.clientId = finding.clientId.map(alias)
        finding.clientIds = finding.clientIds.map(alias)
        finding.server = finding.server.map(text)
        finding.advertisedBy = finding.advertisedBy.map(text)
        finding.facts = finding.facts.map(fact)
        finding.requests = finding.requests.map { request in
            var request = request
            request.clientId = request.clientId.map(alias)
            request.resentTo = request.resentTo.map(text)
            return request
        }
        return finding
    }

    private func fact(_ fact: Fact) -> Fact {
        switch fact.value {
        case .text(let value): Fact(fact.key, .text(fact.key == .principal ? alias(value) : text(value)))
        case .list(let items): Fact(fact.key, .list(items.map(alias)))
        default: fact
        }
    }

    private func event(_ event: TimelineEvent) -> TimelineEvent {
        var event = event
        (event.client, event.server) = (event.client.map(text), event.server.map(text))
        event.text = text(event.text)
        event.hosts = event.hosts.map(text)
        return event
    }
}
