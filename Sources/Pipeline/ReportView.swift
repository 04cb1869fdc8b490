import Conversations
import ReportModel
import Streams
import Vocabulary

/// Narrows a report to clients, brokers and a span of time. The whole capture is analysed all the same: what lies outside
/// explains what lies inside.
struct ReportView {
    let clients: Set<String>
    let brokers: Set<String>
    let from: CaptureTime?
    let to: CaptureTime?
    let names: PartyNames
    let file: CaseFile
    /// Node ids of the brokers, however they were named.
    private let nodes: Set<Int>

    init(_ options: AnalyzerOptions, _ file: CaseFile) {
        clients = Set(options.clients.map(PartyNames.canonical))
        brokers = Set(options.brokers.map(PartyNames.canonical))
        let start = file.firstTime
        from = start.flatMap { start in options.from.map { $0.resolved(start: start) } }
        to = start.flatMap { start in options.to.map { $0.resolved(start: start) } }
        self.file = file
        let (names, brokers) = (PartyNames(file), brokers)
        self.names = names
        let told = brokers.isEmpty ? [] : file.addresses.claims.filter { !brokers.isDisjoint(with: names.claimed($0)) }
        nodes = Set(told.map { Int($0.node) })
    }

    var isPartOfTime: Bool { from != nil || to != nil }

    func overlaps(_ first: CaptureTime, _ last: CaptureTime) -> Bool {
        (from.map { last >= $0 } ?? true) && (to.map { first <= $0 } ?? true)
    }

    func covers(_ time: CaptureTime) -> Bool { overlaps(time, time) }

    // MARK: Facts

    /// What of the case is in the view.
    var selection: CaseSelection {
        CaseSelection(
            isPartOfTime: isPartOfTime,
            connection: { record in
                fits(client: names.client(record.client, id: record.kafka.clientId))
                    && fits(server: names.server(record.server)) && overlaps(record.tcp.firstTime, record.tcp.lastTime)
            },
            // They have no times, nor client ids.
            folded: { key in
                !isPartOfTime && fits(client: names.client(key.client, ids: []))
                    && fits(server: names.server(key.server))
            },
            parties: { client, id, server in
                fits(client: names.client(client, ids: [file.text(id)].compactMap(\.self)))
                    && (server.map { fits(server: names.server($0)) } ?? true)
            },
            span: overlaps)
    }

    func fits(client names: Set<String>) -> Bool { clients.isEmpty || !clients.isDisjoint(with: names) }
    func fits(server names: Set<String>) -> Bool { brokers.isEmpty || !brokers.isDisjoint(with: names) }

    // MARK: Rows

    /// Of the whole capture's rows, where single requests were not kept: those that mix nobody else in.
    func shows(_ row: LatencyRow) -> Bool {
        if isPartOfTime || !clients.isEmpty && !brokers.isEmpty { return false }
        if let client = row.client { return brokers.isEmpty && fits(client: clientNames(client, [])) }
        return clients.isEmpty && fits(server: row.broker.map(names.server) ?? [])
    }

    func shows(_ row: AddressRow) -> Bool {
        let server = names.server(row.address).union(["\(row.nodeId)"]).union(row.toldBy.flatMap(names.server))
        return fits(client: clientNames(row.client, row.clientIds)) && fits(server: server)
    }

    /// By its client and server; by the connections that prove it; or, where it names only one side, by that one's dealings
    /// with the view.
    func shows(_ finding: Finding, _ parties: ViewParties) -> Bool {
        guard overlaps(finding.first, finding.last) else { return false }
        if finding.namesNobody || finding.evidence.connections.contains(where: parties.connections.contains) {
            return true
        }
        let ofClients =
            isOfClients(finding) ?? finding.server.flatMap(PartyNames.endpoint).map(parties.servers.contains)
        let ofBrokers = isOfBrokers(finding) ?? finding.client.flatMap(PartyNames.address).map(parties.clients.contains)
        return (ofClients ?? false) && (ofBrokers ?? false)
    }

    /// Nil where it names no client.
    private func isOfClients(_ finding: Finding) -> Bool? {
        if clients.isEmpty { return true }
        let ids = finding.clientIds + [finding.clientId].compactMap(\.self) + finding.requests.compactMap(\.clientId)
        guard let client = finding.client else {
            return ids.isEmpty ? nil : fits(client: Set(ids.map { $0.lowercased() }))
        }
        return fits(client: clientNames(client, ids))
    }

    /// Nil where it names no server.
    private func isOfBrokers(_ finding: Finding) -> Bool? {
        if brokers.isEmpty { return true }
        let servers = [finding.server].compactMap(\.self) + finding.advertisedBy
        let nodes = [finding.nodeId].compactMap(\.self) + finding.nodeIds
        if servers.isEmpty, nodes.isEmpty { return nil }
        return fits(server: Set(servers.flatMap(names.server))) || !self.nodes.isDisjoint(with: nodes)
            || fits(server: Set(nodes.map(String.init)))
    }

    func clientNames(_ text: String, _ ids: [String]) -> Set<String> {
        guard let address = PartyNames.address(text) else { return Set((ids + [text]).map { $0.lowercased() }) }
        return names.client(address, ids: ids).union([text.lowercased()])
    }
}

/// Who takes part in a view's connections.
struct ViewParties {
    /// Ids in the report.
    let connections: Set<String>
    let clients: Set<IPAddress>
    let servers: Set<Endpoint>

    init(_ part: CaseFile) {
        connections = Set(part.connections.records.map(\.id))
        clients = Set(part.connections.records.map(\.client.address) + part.connections.folded.keys.map(\.client))
        servers = Set(part.connections.records.map(\.server) + part.connections.folded.keys.map(\.server))
    }
}

extension AnalyzerOptions {
    /// Not all of the capture is asked for.
    var isNarrowed: Bool { !clients.isEmpty || !brokers.isEmpty || from != nil || to != nil }
}

extension Finding {
    /// About the capture itself: it belongs to every view.
    var namesNobody: Bool {
        client == nil && clientId == nil && server == nil && nodeId == nil && nodeIds.isEmpty
            && evidence.connections.isEmpty
    }
}
