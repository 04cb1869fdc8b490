import ReportModel
import Testing
import Vocabulary

@testable import Reports

/// The depth tables on the page and in the text report.
@Suite struct DepthPageTests {
    private static let seen = Seen(first: SampleReports.time(0), last: SampleReports.time(9000))
    static let gate = "10.0.0.30"

    /// One row of each table, with what may be unknown unknown.
    static func report(_ name: String = "orders") -> Report {
        var report = SampleReports.healthy
        var tables = DepthTables()
        var topic = TopicRow(seen: seen)
        (topic.topic, topic.partitions, topic.producedRecords) = (name, [0, 1, 2, 5], nil)
        tables.topics = [topic]
        var lag = LagRow(seen: seen)
        (lag.group, lag.topic, lag.endOffset, lag.lagRecords) = (name, name, 1_234_567, 4567)
        tables.lag = [lag]
        var group = GroupRow(seen: seen)
        (group.group, group.coordinator) = (name, 3)
        var member = GroupMemberRow(seen: seen)
        (member.memberId, member.client, member.leftBecause) = (name, "10.0.0.9", .sessionTimeout)
        group.members = [member, member]
        var rebalance = RebalanceRow(from: seen.first, to: seen.last, generation: 2)
        (rebalance.durationMs, rebalance.heldUpBy) = (4270, name)
        group.rebalances = [rebalance]
        tables.groups = [group]
        var ledger = LedgerRow(seen: seen)
        (ledger.topic, ledger.lost, ledger.storedTwice) = (name, sum(3, 120), sum(1, nil))
        tables.ledger = [ledger]
        var producer = ProducerRow(seen: seen)
        (producer.client, producer.clientId, producer.transactions) = ("10.0.0.9", name, TransactionSums())
        producer.transactions?.timedOut = 2
        tables.producers = [producer]
        report.tables = tables
        report.tablesState = .made
        return report
    }

    private static func sum(_ batches: Int64, _ records: Int64?) -> BatchSum {
        var sum = BatchSum()
        (sum.batches, sum.records) = (batches, records)
        return sum
    }

    private func page(_ report: Report, allRows: Bool = false) -> String {
        let sink = StringSink()
        HTMLReportWriter(report: report, sink: sink, allRows: allRows).write()
        return sink.text
    }

    private func text(_ report: Report, showTables: Bool) -> String {
        let sink = StringSink()
        TerminalReportWriter(report: report, sink: sink, style: TextStyle(width: 200, showTables: showTables)).write()
        return sink.text
    }

    @Test func eachTableIsOnThePage() {
        let page = page(Self.report())
        for id in ["topics", "lag", "groups", "members", "rebalances", "ledger", "producers"] {
            #expect(page.contains("<section class=\"table\" id=\"d-\(id)\">"), "\(id)")
        }
        #expect(page.contains("<td>0-2, 5</td>"))
        #expect(page.contains("<td class=\"n\" data-sort=\"4567\">4,567</td>"))
        #expect(page.contains("<td class=\"n none\" data-sort=\"-1\">not seen</td>"))
        #expect(page.contains("3 (120 records)") && page.contains("<td class=\"bad\">its session timed out</td>"))
        // A column that no row has anything in is left out.
        #expect(!page.contains("held back by"))
    }

    /// Without tables the page says why, and has what needs none.
    @Test func whatIsMissingIsSaid() {
        var report = Self.report()
        (report.tables, report.tablesState) = (nil, .inputTooLarge)
        #expect(page(report).contains("--tables makes them"))
        #expect(text(report, showTables: true).contains("--tables makes them"))
    }

    /// Rows beyond the first are counted, and there where tables were asked for.
    @Test func longTablesAreCut() {
        var report = Self.report()
        report.tables?.lag = (0..<1500).map { partition in
            var lag = LagRow(seen: Self.seen)
            (lag.group, lag.partition) = ("g", partition)
            return lag
        }
        #expect(page(report).contains("Shown are the first 1,000 of 1,500"))
        #expect(!page(report, allRows: true).contains("Shown are the first 1,000"))
    }

    @Test(arguments: ["</script><img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>", "\u{202E}evil"])
    func hostileNamesStayText(_ name: String) {
        var report = Self.report(name)
        report.gateways = [Self.gateway]
        report.gateways[0].nodes[0].host = name
        let page = page(report)
        #expect(!page.contains("<img") && !page.contains("<svg onload") && !page.contains("\u{202E}"))
    }

    // MARK: Behind findings

    private func finding(_ kind: FindingKind, _ severity: Severity, group: String? = nil) -> Finding {
        var finding = Finding(
            kind: kind, severity: severity, confidence: .certain, first: Self.seen.first, last: Self.seen.last)
        (finding.id, finding.client, finding.clientIds) = ("\(kind.rawValue)-1", "10.0.0.9", ["orders"])
        if let group { finding.facts = [Fact(.group, .text(group))] }
        return finding
    }

    /// What nothing is wrong with is told to those who ask alone.
    @Test func aHealthyReportHasNoBlock() {
        #expect(!page(Self.report()).contains("Behind the findings"))
        #expect(!text(Self.report(), showTables: false).contains("LAG"))
        #expect(text(Self.report(), showTables: true).contains("LAG"))
        var report = Self.report()
        report.findings = [finding(.rebalance, .info, group: "orders")]
        #expect(!page(report).contains("Behind the findings"))
    }

    @Test func theGroupOfAFindingIsTold() {
        var report = Self.report()
        report.tables?.lag[0].stall = PartitionStall(from: Self.seen.first, to: Self.seen.last)
        report.tables?.groups.append(GroupRow(seen: Self.seen))
        report.findings = [finding(.consumerStalled, .warning, group: "orders")]
        let told = text(report, showTables: false)
        #expect(told.contains("GROUPS   orders (classic, at broker 3): 2 members, 1 rebalance;"))
        #expect(told.contains("left: its session timed out, 2 times"))
        #expect(told.contains("LAG      orders, orders-0: 4,567 records behind, no commit seen, the end at 1,234,567"))
        #expect(
            told.contains("LEDGER   orders-0: 3 batches without a response; of those lost or sent again 1 stored twice")
        )
        #expect(told.contains("2 timed out") && told.contains("--tables"))
        #expect(page(report).contains("Behind the findings"))
    }

    // MARK: Gateways

    static var gateway: GatewayRow {
        var row = GatewayRow(seen: seen)
        (row.address, row.routing) = (gate, .byPort)
        row.nodes = [.init(nodeId: 1, host: "gate", port: 9193), .init(nodeId: 2, host: "gate", port: 9194)]
        return row
    }

    private func connection(_ client: String, _ server: String, end: String = "fin", requests: Int64 = 5)
        -> ConnectionRow
    {
        var row = ConnectionRow(
            opened: Self.seen.first, last: Self.seen.last, firstFrame: .none, lastFrame: .none)
        (row.client, row.server, row.end, row.requests) = (client + ":40000", server, end, requests)
        return row
    }

    @Test func aGatewayIsDrawnWithItsLegs() {
        var report = Self.report()
        report.gateways = [Self.gateway]
        report.gateways[0].legs = [.init(port: 9193, name: nil, server: "10.0.0.1:9092")]
        report.connections = [
            connection("10.0.0.9", Self.gate + ":9193"),
            connection("10.0.0.9", Self.gate + ":9194", end: "refused", requests: 0),
            connection(Self.gate, "10.0.0.1:9092"), connection("10.0.0.9", "10.0.0.1:9092", requests: 1),
        ]
        let traffic = GatewayTraffic(report.gateways[0], report)
        #expect(traffic.clients == ["10.0.0.9"] && traffic.brokers == ["10.0.0.1:9092"])
        #expect(traffic.doors.map { traffic.node(of: $0) } == [1, 2] && traffic.node(of: "10.0.0.1:9092") == 1)
        #expect(traffic.past.map(\.leg.requests) == [1])
        let page = page(report)
        #expect(page.contains("<section class=\"gateway\" id=\"g-10.0.0.30\""))
        #expect(page.contains("1 failed attempt") && page.contains("class=\"l-bad\""))
        #expect(page.contains("past the gateway"))
    }

    /// Where nothing behind it was captured, the nodes that are told of stand there.
    @Test func whatIsBehindMayBeUnseen() {
        var report = Self.report()
        report.gateways = [Self.gateway]
        report.connections = [connection("10.0.0.9", Self.gate + ":9193")]
        #expect(page(report).contains("behind it, not in this capture"))
    }

    /// Whether the words of a failed address suspect its giver of passing on what brokers say.
    private func suspectsForwarder(_ addresses: [String], resolved: [String?]) -> Bool {
        var finding = Finding(
            kind: .advertisedAddressMismatch, severity: .error, confidence: .certain, first: Self.seen.first,
            last: Self.seen.last)
        (finding.detail, finding.client, finding.server) = (.noAnswer, "10.0.0.9", addresses[0])
        (finding.nodeId, finding.advertisedBy) = (1, [Self.gate + ":9092"])
        var report = Self.report()
        report.findings = [finding]
        report.addresses = zip(addresses, resolved).enumerated().map { index, place in
            var row = AddressRow(
                client: "10.0.0.9", nodeId: index + 1, address: place.0, first: Self.seen.first, frame: .none,
                fate: .noAnswer)
            (row.toldBy, row.resolvedTo) = (finding.advertisedBy, [place.1].compactMap(\.self))
            return row
        }
        let sentences = Narration(finding, in: NarrationContext(report)).sentences
        return sentences.contains { $0.contains("rewrites nothing") }
    }

    @Test func aForwarderIsSuspectedByWhatItGivesOut() {
        #expect(suspectsForwarder(["10.0.0.1:9092", "10.0.0.2:9092"], resolved: [nil, nil]))
        #expect(suspectsForwarder(["b1:9092", "b2:9092"], resolved: ["10.0.0.1", "10.0.0.2"]))
        // One of the brokers itself; a name whose place is not known; a single node.
        #expect(!suspectsForwarder(["10.0.0.1:9092", "10.0.0.30:9092"], resolved: [nil, nil]))
        #expect(!suspectsForwarder(["b1:9092", "b2:9092"], resolved: ["10.0.0.1", "10.0.0.30"]))
        #expect(!suspectsForwarder(["b1:9092", "b2:9092"], resolved: ["10.0.0.1", nil]))
        #expect(!suspectsForwarder(["10.0.0.1:9092"], resolved: [nil]))
    }
}
