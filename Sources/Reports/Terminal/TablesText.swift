internal import ReportModel

/// The depth tables as rows of text, a section each; what is longer is in the JSON report and on the page.
struct TablesText {
    private let report: Report
    private let words: TableWords
    private static let shown = 20
    private static let rebalancesShown = 5

    init(_ report: Report, _ context: NarrationContext) {
        (self.report, words) = (report, TableWords(context: context))
    }

    func draw(on page: inout TextPage) {
        if let tables = report.tables {
            paragraphs("TALKERS", TalkerWords(report: report, context: words.context).sentences, rest: 0, on: &page)
            section("TOPICS", tables.topics, on: &page, words.topic)
            section("CLIENTS", tables.topicClients, on: &page, words.client)
            section("PRODUCER", tables.producers, on: &page, words.producer)
            ledger(tables.ledger, on: &page)
            groups(tables.groups, on: &page)
            section("LAG", tables.lag, on: &page, words.lag)
            section("SHARE", tables.shareGroups, on: &page, words.share)
            section("KAFKA 4", tables.readiness.filter { !$0.removed.isEmpty }, on: &page, words.readiness)
            section("LATENCY", LatencyPartWords.told(tables.latencyParts), on: &page) { row in
                let slow = SlowWords.text(row, report.gateways)
                return LatencyPartWords.sentence(row) + (slow.isEmpty ? "" : ". " + slow)
            }
        } else {
            paragraphs("TABLES", [TableWords.missing(report.tablesState)], rest: 0, on: &page)
        }
        section("SETUP", report.setup, on: &page, words.setup)
        section("LISTENER", report.listeners, on: &page) { row in
            "\(Trim.name(row.server)): \(ListenerWords(row: row, time: words.context.time).sentence)"
        }
        section("GATEWAYS", report.gateways, on: &page, words.gateway)
    }

    private func section<Row>(_ label: String, _ rows: [Row], on page: inout TextPage, _ text: (Row) -> String) {
        paragraphs(label, rows.prefix(Self.shown).map(text), rest: rows.count - Self.shown, on: &page)
    }

    private func paragraphs(_ label: String, _ texts: [String], rest: Int, on page: inout TextPage) {
        if texts.isEmpty { return }
        page.blank()
        page.section(label, texts + (rest > 0 ? ["\(Format.count(rest)) more: --json and --html have all"] : []))
    }

    /// A sum first, where there is something to add up.
    private func ledger(_ rows: [LedgerRow], on page: inout TextPage) {
        let sum = rows.count > 1 ? [words.ledgerSum(rows)] : []
        paragraphs("LEDGER", sum + rows.prefix(Self.shown).map(words.ledger), rest: rows.count - Self.shown, on: &page)
    }

    /// Each with the rebalances that held it up most.
    private func groups(_ rows: [GroupRow], on page: inout TextPage) {
        let texts = rows.prefix(Self.shown).flatMap {
            [words.group($0)] + words.rebalances($0, atMost: Self.rebalancesShown)
        }
        paragraphs("GROUPS", texts, rest: rows.count - Self.shown, on: &page)
    }
}

/// The rows behind findings, where no tables were asked for.
struct TroubleText {
    let sections: [TableTrouble.Section]

    func draw(on page: inout TextPage) {
        for section in sections {
            let rest = section.leftOut > 0 ? ["\(Format.count(section.leftOut)) more: --tables shows them"] : []
            page.section(section.label, section.rows + rest)
        }
    }
}
