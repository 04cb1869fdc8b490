internal import ReportModel
internal import Vocabulary

/// `brokertap compare` as text: what is new, worse, gone; then times and error rates, then settings. Of what is as it was,
/// nothing.
public struct ComparisonText {
    private let comparison: Comparison
    private let style: TextStyle
    private let sink: any ByteSink
    /// Rows of a kind that are shown without `--all`.
    private static let shown = 10

    public init(_ comparison: Comparison, sink: any ByteSink, style: TextStyle = TextStyle()) {
        (self.comparison, self.sink, self.style) = (comparison, sink, style)
    }

    public func write() {
        var page = TextPage(style: style)
        page.section("VERDICT", [ComparisonWords.verdict(comparison)], paint: paint)
        if !comparison.isEmpty {
            page.section("A", [ComparisonWords.capture(comparison.a)])
            page.section("B", [ComparisonWords.capture(comparison.b)])
            for change in Comparison.Change.allCases { problems(comparison.of(change), on: &page) }
            apis(&page)
            settings(&page)
        }
        let doubts = ComparisonWords.doubts(comparison)
        if !doubts.isEmpty {
            page.blank()
            page.section("DOUBTS", doubts)
        }
        sink.write(page.text)
        sink.flush()
    }

    private var paint: TextPage.Paint {
        if let worst = comparison.worst, worst > .info { return worst == .error ? .bad : .warn }
        return comparison.apis.contains { $0.trend == .worse } ? .warn : .good
    }

    // MARK: Faults

    /// What is only worth knowing is counted unless all is asked for.
    private func problems(_ rows: [Comparison.ProblemChange], on page: inout TextPage) {
        let told = style.showAll ? rows : rows.filter { $0.severity > .info }
        let shown = style.showAll ? told[...] : told.prefix(Self.shown)
        for row in shown {
            page.blank()
            let paint: TextPage.Paint? =
                switch row.severity {
                case _ where row.change == .gone: .good
                case .error: .bad
                case .warning: .warn
                case .info: nil
                }
            page.headline(
                "\(row.change.rawValue) ",
                "\(row.severity.rawValue)[\(Trim.name(row.key.kind))] \(Trim.message(row.title))",
                paint: paint)
            if let a = row.a { page.entry("|", "in A", ComparisonWords.problem(a)) }
            if let b = row.b { page.entry("|", "in B", ComparisonWords.problem(b)) }
        }
        let rest = rows.count - shown.count
        guard rest > 0, let change = rows.first?.change else { return }
        page.blank()
        let infos = rows.count - told.count
        let what = infos == rest ? "info" : "finding"
        page.add(
            "\(Format.count(rest, "\(what == "info" ? "info finding" : "finding")")) \(change.rawValue): --all shows"
                + " \(rest == 1 ? "it" : "them")", first: "", rest: "  ")
    }

    // MARK: APIs

    /// A row for each API whose times or errors changed much; of the others how many there are.
    private func apis(_ page: inout TextPage) {
        let rows = comparison.apis.filter { style.showAll || $0.trend != .same }
        let rest = comparison.apis.count - rows.count
        if rows.isEmpty { return }
        page.blank()
        let order = rows.sorted {
            $0.trend == $1.trend ? $0.api < $1.api : $0.trend == .worse || $1.trend == .same && $0.trend == .better
        }
        let table = ColumnText(
            head: ["", "answers", "median", "p99", "with errors"],
            rows: order.map { row in
                [
                    Trim.name(row.api),
                    ComparisonWords.pair(row.a, row.b) { Format.count($0.answers) },
                    ComparisonWords.pair(row.a, row.b) { ComparisonWords.time($0.p50Ms) },
                    ComparisonWords.pair(row.a, row.b) { ComparisonWords.time($0.p99Ms) },
                    ComparisonWords.pair(row.a, row.b) { ComparisonWords.share($0.errorRate) },
                ]
            })
        if table.width <= style.width - 9 {
            for (place, line) in table.lines.enumerated() {
                page.drawn(page.escaped((place == 0 ? "LATENCY  " : "         ") + line))
            }
        } else {
            page.section("LATENCY", order.map(ComparisonWords.api))
        }
        let lead = String(repeating: " ", count: page.isNarrow ? 2 : 9)
        if rest > 0 {
            page.add("\(Format.count(rest, "other API")) about as before: --all shows them", first: lead, rest: lead)
        }
    }

    private func settings(_ page: inout TextPage) {
        if comparison.settings.isEmpty { return }
        page.blank()
        let shown = style.showAll ? comparison.settings[...] : comparison.settings.prefix(Self.shown * 2)
        let rest = comparison.settings.count - shown.count
        page.section(
            "SETTINGS",
            shown.map(ComparisonWords.setting) + (rest > 0 ? ["\(Format.count(rest)) more: --all shows them"] : []))
    }
}

/// Cells in columns, each as wide as its widest: the first flush left, the others flush right.
struct ColumnText {
    let lines: [String]
    let width: Int
    private static let between = "   "

    init(head: [String], rows: [[String]]) {
        let all = [head] + rows
        let widths = head.indices.map { column in all.map { Visible.width($0[column]) }.max() ?? 0 }
        lines = all.map { cells in
            cells.indices.map { column in
                let space = String(repeating: " ", count: max(0, widths[column] - Visible.width(cells[column])))
                return column == 0 ? cells[column] + space : space + cells[column]
            }.joined(separator: Self.between)
        }
        width = lines.map { Visible.width($0) }.max() ?? 0
    }
}
