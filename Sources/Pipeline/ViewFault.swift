import Conversations
import ReportModel
public import Vocabulary

/// A view that shows nothing, because of what it was asked to show. Whoever words it can name what there is.
public enum ViewFault: Error, Sendable, Equatable {
    /// - known: one text for each client host or broker, for a reader.
    /// - names: all names that would have been understood.
    case unknownClient(String, known: [String], names: [String])
    case unknownBroker(String, known: [String], names: [String])
    /// The bounds, as far as they were given, and the capture's first and last packet; nil where it has none.
    case emptyWindow(from: CaptureTime?, to: CaptureTime?, capture: ClosedRange<CaptureTime>?)
    /// Each of the filters fits something, but nothing fits all of them.
    case nothingInCommon
}

/// Whether a view can show anything.
struct ViewCheck {
    let options: AnalyzerOptions
    let view: ReportView
    let file: CaseFile
    let findings: [Finding]

    init(_ options: AnalyzerOptions, _ file: CaseFile, _ findings: [Finding]) {
        self.options = options
        self.file = file
        self.findings = findings
        view = ReportView(options, file)
    }

    func check() throws(ViewFault) {
        try checkWindow()
        let clients = options.clients.isEmpty ? [] : clientNames
        for name in options.clients where !clients.contains(PartyNames.canonical(name)) {
            throw .unknownClient(name, known: clientList, names: clients.sorted())
        }
        let brokers = options.brokers.isEmpty ? [] : brokerNames
        for name in options.brokers where !brokers.contains(PartyNames.canonical(name)) {
            throw .unknownBroker(name, known: brokerList, names: brokers.sorted())
        }
    }

    private func checkWindow() throws(ViewFault) {
        guard options.from != nil || options.to != nil else { return }
        guard let first = file.firstTime else { throw .emptyWindow(from: nil, to: nil, capture: nil) }
        let last = max(first, file.lastTime)
        let (from, to) = (view.from ?? first, view.to ?? last)
        if from > to || from > last || to < first {
            throw .emptyWindow(from: view.from, to: view.to, capture: first...last)
        }
    }

    // MARK: What there is

    private var clientNames: Set<String> {
        var names: Set<String> = []
        for record in file.connections.records {
            names.formUnion(view.names.client(record.client, id: record.kafka.clientId))
        }
        for key in file.connections.folded.keys { names.formUnion(view.names.client(key.client, ids: [])) }
        for claim in file.addresses.claims {
            let ids = [file.text(claim.clientId)].compactMap(\.self)
            names.formUnion(view.names.client(claim.client, ids: ids))
        }
        for answer in file.addresses.dns { names.formUnion(view.names.client(answer.client, ids: [])) }
        return names
    }

    private var brokerNames: Set<String> {
        var names: Set<String> = []
        for server in servers { names.formUnion(view.names.server(server)) }
        for claim in file.addresses.claims { names.formUnion(view.names.claimed(claim)) }
        // A name that does not resolve is on no connection.
        for server in findings.compactMap(\.server) { names.formUnion(view.names.server(server)) }
        return names
    }

    private var servers: Set<Endpoint> {
        Set(file.connections.records.map(\.server) + file.connections.folded.keys.map(\.server))
    }

    /// `10.0.0.5 (app-1, app-2)`, those that speak Kafka first.
    private var clientList: [String] {
        let rows = ClientRows(file: file).rows
        return (rows.filter { $0.requests > 0 } + rows.filter { $0.requests == 0 }).map { row in
            let ids = row.clientIds.prefix(8) + (row.clientIds.count > 8 ? ["…"] : [])
            return ids.isEmpty ? row.address : "\(row.address) (\(ids.joined(separator: ", ")))"
        }
    }

    /// `10.0.0.11:9092 (node 1, kafka-1:9092)`.
    private var brokerList: [String] {
        let rows = BrokerRows(file: file, capture: file).rows
        guard !rows.isEmpty else { return servers.sorted().map { "\($0)" } }
        return rows.map { row in
            let names = row.nodeIds.map { "node \($0)" } + row.advertised.filter { !row.addresses.contains($0) }
            let address = row.addresses.joined(separator: ", ")
            return names.isEmpty ? address : "\(address) (\(names.joined(separator: ", ")))"
        }
    }
}
