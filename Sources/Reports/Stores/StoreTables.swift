/// The tables of a store, in the order in which they are told and written.
public enum StoreTables {
    /// A table, whatever its rows are.
    struct Erased: Sendable {
        let facts: StoreTableFacts
        let write: @Sendable (StoreReport, any ByteSink) -> Void

        init<Row>(_ table: StoreTable<Row>) {
            facts = table.facts
            write = { table.write($0, to: $1) }
        }
    }

    /// What a live run tells as it comes: in these tables a row is there as soon as it is known.
    private static let growing: [Erased] = [
        Erased(findings), Erased(findingConnections), Erased(findingRequests), Erased(facts), Erased(incidents),
        Erased(incidentFindings), Erased(incidentClients), Erased(connections), Erased(requests),
    ]

    /// What is counted over the whole.
    private static let sums: [Erased] = [
        Erased(connectionGroups), Erased(latency), Erased(apis), Erased(apiErrors), Erased(setup), Erased(listeners),
        Erased(certificates), Erased(gateways), Erased(gatewayNodes), Erased(topics), Erased(topicErrors),
        Erased(topicClients), Erased(groups), Erased(groupMembers), Erased(rebalances), Erased(lag),
        Erased(shareGroups), Erased(producers), Erased(ledger), Erased(readiness), Erased(latencyParts),
    ]

    static let all: [Erased] = [Erased(runs), Erased(sources), Erased(limits)] + growing + sums

    /// Names of the tables; each is a file of that name.
    public static var names: [String] { all.map(\.facts.name) }
    /// The one that says how a run stands.
    public static var nameOfRuns: String { runs.facts.name }
    public static var namesOfGrowing: [String] { growing.map(\.facts.name) }

    public static func file(of table: String) -> String { "\(table).ndjson" }

    /// Every row of a report that a table has.
    public static func write(_ table: String, of report: StoreReport, to sink: any ByteSink) {
        all.first { $0.facts.name == table }?.write(report, sink)
    }
}
