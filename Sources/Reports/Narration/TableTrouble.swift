internal import ReportModel
internal import Vocabulary

/// The rows of depth tables that stand behind a finding above information: what is told though nobody asked for tables.
/// Only what a finding names is here, so that a healthy report has none.
struct TableTrouble {
    struct Section {
        var label: String
        var rows: [String] = []
        /// Beyond what is shown.
        var leftOut = 0
    }

    private let serious: [Finding]
    private let tables: DepthTables?
    private let gateways: [GatewayRow]
    private let words: TableWords
    private static let shown = 3

    init(_ report: Report, _ context: NarrationContext) {
        serious = report.findings.filter { $0.severity > .info }
        (tables, gateways, words) = (report.tables, report.gateways, TableWords(context: context))
    }

    var sections: [Section] {
        guard !serious.isEmpty else { return [] }
        var all = [section("GATEWAYS", troubledGateways, words.gateway)]
        if let tables {
            all += [
                section("GROUPS", troubledGroups(tables), words.group), section("LAG", troubledLag(tables), words.lag),
                section("PRODUCER", troubledProducers(tables), words.producer), ledger(tables),
                section("LATENCY", slowRows(tables)) { [gateways] row in
                    "\(row.api) at \(Trim.name(row.broker ?? "")): \(SlowWords.text(row, gateways))"
                },
            ]
        }
        return all.filter { !$0.rows.isEmpty }
    }

    private func section<Row>(_ label: String, _ rows: [Row], _ text: (Row) -> String) -> Section {
        Section(
            label: label, rows: rows.prefix(Self.shown).map(text), leftOut: max(0, rows.count - Self.shown))
    }

    // MARK: Which rows

    /// Groups that a finding of groups names.
    private var namedGroups: Set<String> {
        let kinds: Set<FindingKind> = [
            .rebalance, .consumerStalled, .consumerFallsBehind, .committedOffsetLost, .identityConflict,
            .errorResponse,
        ]
        var names: Set<String> = []
        for finding in serious where kinds.contains(finding.kind) {
            switch finding[.group] {
            case .text(let name): names.insert(name)
            case .list(let list): names.formUnion(list)
            default: break
            }
        }
        return names
    }

    private func troubledGroups(_ tables: DepthTables) -> [GroupRow] {
        let names = namedGroups
        return names.isEmpty ? [] : tables.groups.filter { names.contains($0.group) }
    }

    /// Worst first.
    private func troubledLag(_ tables: DepthTables) -> [LagRow] {
        let isTold = serious.contains { $0.kind == .consumerStalled || $0.kind == .consumerFallsBehind }
        guard isTold else { return [] }
        let names = namedGroups
        return tables.lag.filter { names.contains($0.group) && ($0.stall != nil || $0.growth != nil) }
            .sorted { ($1.lagRecords ?? 0, $0.partition) < ($0.lagRecords ?? 0, $1.partition) }
    }

    private func troubledProducers(_ tables: DepthTables) -> [ProducerRow] {
        let named = Set(serious.flatMap { $0.clientIds + [$0.clientId].compactMap(\.self) })
        return tables.producers.filter { row in
            guard let id = row.clientId, named.contains(id) else { return false }
            let sums = row.transactions
            return row.fencedBy != nil || sums?.timedOut ?? 0 > 0 || sums?.fenced ?? 0 > 0
        }
    }

    /// Of brokers whose answers a finding calls late, or held back, or delayed on the way: what took longest of each.
    private func slowRows(_ tables: DepthTables) -> [LatencyPartRow] {
        let kinds: Set<FindingKind> = [.slowResponse, .throttled, .networkPath]
        let servers = Set(serious.filter { kinds.contains($0.kind) }.compactMap(\.server))
        var told: Set<String> = []
        return SlowWords.slow(tables.latencyParts, at: servers).filter { told.insert($0.broker ?? "").inserted }
    }

    /// Batches that were lost, or refused for good, where a finding tells of a loss.
    private func ledger(_ tables: DepthTables) -> Section {
        let rows = tables.ledger.filter {
            $0.lost.batches > 0 || $0.storedTwice.batches > 0 || $0.notStored.batches > 0 || $0.unknown.batches > 0
        }
        if rows.count <= Self.shown { return section("LEDGER", rows, words.ledger) }
        return Section(label: "LEDGER", rows: [words.ledgerSum(rows)])
    }

    /// Those that a finding's client or server is.
    private var troubledGateways: [GatewayRow] {
        let hosts = Set(
            serious.flatMap { finding in
                ([finding.server, finding.client].compactMap(\.self) + finding.advertisedBy).map { HostPort($0).host }
            })
        return gateways.filter { hosts.contains($0.address) }
    }
}
