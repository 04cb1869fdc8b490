internal import ReportModel
internal import Vocabulary

/// The depth tables: gateways, groups and lag, topics and producers, setting up; above them what stands behind findings.
struct DepthPage {
    let report: Report
    let context: NarrationContext
    let page: HTMLPage
    /// Rows of a table in the page.
    let rowsAtMost: Int
    /// The tables have taken their part of the page's bytes.
    let isFull: () -> Bool

    /// Rows of a table where nobody asked for tables, and where somebody did.
    static let (fewRows, manyRows) = (1000, 20_000)

    static func hasContent(_ report: Report) -> Bool {
        report.tables != nil || !report.setup.isEmpty || !report.gateways.isEmpty || report.tablesState != .made
    }

    func write() {
        guard Self.hasContent(report) else { return }
        page.raw("<section id=\"depth\" aria-label=\"Groups, topics, gateways\">\n<h2>Groups, topics, gateways</h2>\n")
        if report.tables == nil {
            page.element("p", TableWords.missing(report.tablesState), [("class", "note")])
            page.line()
        }
        trouble()
        talkers()
        gateways()
        if let tables = report.tables {
            groups(tables)
            flows(tables)
        }
        setup()
        page.raw("</section>\n")
    }

    /// Where the rows are that a line of trouble is made of.
    private static let places = [
        "GATEWAYS": ("Gateways", "d-gateways"), "GROUPS": ("Groups", "d-groups"), "LAG": ("Lag", "d-lag"),
        "PRODUCER": ("Producers", "d-producers"), "LEDGER": ("Lost batches", "d-ledger"),
        "LATENCY": ("Where the time went", "t-latency-parts"),
    ]

    private func trouble() {
        let sections = TableTrouble(report, context).sections
        if sections.isEmpty { return }
        page.raw("<div class=\"behind\"><h3>Behind the findings</h3><ul>\n")
        for section in sections {
            guard let (name, target) = Self.places[section.label] else { continue }
            for row in section.rows {
                page.raw("<li>")
                page.element("a", name, [("href", "#" + target)])
                page.text(": \(row)")
                page.raw("</li>\n")
            }
        }
        page.raw("</ul></div>\n")
    }

    private func talkers() {
        let sentences = TalkerWords(report: report, context: context).sentences
        if sentences.isEmpty { return }
        page.raw("<div class=\"behind\"><h3>Who uses most</h3><ul>\n")
        for sentence in sentences { page.element("li", sentence) }
        page.raw("</ul></div>\n")
    }

    /// - Parameter query: the filter that shows the row's requests on the timeline.
    func table<Row>(
        _ id: String, _ title: String, _ rows: [Row], _ columns: [DepthColumn<Row>], note: String? = nil,
        query: ((Row) -> String)? = nil
    ) {
        if rows.isEmpty { return }
        let shown = rows.prefix(rowsAtMost)
        let used = columns.filter { column in !column.isRare || shown.contains { !column.cell($0).isBlank } }
        let table = TableWriter(page: page, id: id, title: title)
        table.begin(used.map(\.head), note: note)
        var count = 0
        for row in shown {
            if isFull() { break }
            table.row(used.map { $0.cell(row) }, query: query?(row))
            count += 1
        }
        table.end(shown: count, of: rows.count)
    }

    func clock(_ time: CaptureTime) -> String { context.time.clock(time) }

    func client(_ row: (clientId: String?, client: String)) -> String {
        TableWriter.term("client", row.clientId ?? row.client)
    }
}

/// One column of a depth table: its heading, and what a row has in it.
struct DepthColumn<Row> {
    let head: TableWriter.Column
    /// Left out where no row has anything in it.
    let isRare: Bool
    let cell: (Row) -> TableWriter.Cell

    private init(_ head: TableWriter.Column, _ isRare: Bool, _ cell: @escaping (Row) -> TableWriter.Cell) {
        (self.head, self.isRare, self.cell) = (head, isRare, cell)
    }

    static func text(_ name: String, rare: Bool = false, _ value: @escaping (Row) -> String) -> Self {
        Self(TableWriter.Column(name), rare) { .text(value($0)) }
    }

    /// A text; nil: the capture does not show it.
    static func seen(_ name: String, rare: Bool = false, _ value: @escaping (Row) -> String?) -> Self {
        Self(TableWriter.Column(name), rare) { value($0).map { .text($0) } ?? .notSeen(isNumber: false) }
    }

    /// What stands out where it is there.
    static func trouble(_ name: String, rare: Bool = false, _ value: @escaping (Row) -> String?) -> Self {
        Self(TableWriter.Column(name), rare) { .word(value($0) ?? "", bad: value($0) != nil) }
    }

    /// A number; nil: the capture does not show it.
    static func count<Value: BinaryInteger>(
        _ name: String, rare: Bool = false, _ value: @escaping (Row) -> Value?
    ) -> Self {
        Self(TableWriter.Column(name, isNumber: true), rare) {
            value($0).map { .number(Int(clamping: $0)) } ?? .notSeen(isNumber: true)
        }
    }

    /// A number in words, sorted by itself; nil: it is nothing here.
    static func amount(
        _ name: String, rare: Bool = false, _ value: @escaping (Row) -> (text: String, sort: Double)?
    ) -> Self {
        Self(TableWriter.Column(name, isNumber: true), rare) {
            value($0).map { .value($0.text, sort: $0.sort) } ?? .value("", sort: -1)
        }
    }

    /// A length of time; nil: the capture does not show it.
    static func span(_ name: String, rare: Bool = false, _ value: @escaping (Row) -> Double?) -> Self {
        Self(TableWriter.Column(name, isNumber: true), rare) {
            value($0).map { .value(Format.duration(ms: $0), sort: $0) } ?? .notSeen(isNumber: true)
        }
    }

    static func bytes(_ name: String, _ value: @escaping (Row) -> Int64) -> Self {
        Self(TableWriter.Column(name, isNumber: true), false) {
            .value(Format.bytes(value($0)), sort: Double(value($0)))
        }
    }

    static func frame(_ name: String, _ value: @escaping (Row) -> [FrameRef]) -> Self {
        Self(TableWriter.Column(name, isNumber: true), true) { .frame(value($0).first ?? .none) }
    }

    static func links(_ name: String, _ value: @escaping (Row) -> [String]) -> Self {
        Self(TableWriter.Column(name), true) { row in
            .links(value(row).map { ($0, to: "f-" + HTMLText.identifier($0)) })
        }
    }
}
