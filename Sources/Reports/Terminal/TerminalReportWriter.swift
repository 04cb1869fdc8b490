public import ReportModel
internal import Vocabulary

/// Writes the report as text: verdict, findings worst first, time strip, numbers, doubts, what to run next.
public struct TerminalReportWriter {
    let report: Report
    let style: TextStyle
    let context: NarrationContext
    private let sink: any ByteSink
    private static let shownInFull = 5
    private static let shownByTitle = 20

    public init(report: Report, sink: any ByteSink, style: TextStyle = TextStyle()) {
        self.report = report
        self.sink = sink
        self.style = style
        context = NarrationContext(report, time: style.time)
    }

    public func write() {
        var page = TextPage(style: style)
        header(&page)
        verdict(&page)
        findings(&page)
        asides(&page)
        page.blank()
        TimeStrip(report: report, span: context.span, style: style).draw(on: &page)
        numbers(&page)
        logs(&page)
        if style.showTables {
            TablesText(report, context).draw(on: &page)
            page.blank()
        } else {
            TroubleText(sections: trouble).draw(on: &page)
        }
        excuses(&page)
        doubts(&page)
        next(&page)
        sink.write(page.text)
        sink.flush()
    }

    private var trouble: [TableTrouble.Section] { TableTrouble(report, context).sections }

    private func header(_ page: inout TextPage) {
        let names = report.capture.sources.map {
            Trim.name($0.name.baseName)
        }
        var parts = ["brokertap", names.isEmpty ? "(no capture)" : Format.list(names)]
        if let start = context.span?.first, let ms = context.durationMs {
            let end = start.adding(nanoseconds: Int64(max(0, min(ms * 1e6, 9e18))))
            let (first, last) = (style.time.date(start), style.time.date(end))
            parts.append(
                "\(first) \(style.time.clock(start)) - \(first == last ? "" : last + " ")\(style.time.clock(end))"
                    + " \(style.time.zoneName)")
            parts.append(Format.duration(ms: ms))
        }
        if report.capture.partial { parts.append("(partial: stopped early)") }
        page.add(parts.joined(separator: " "), first: "", rest: "  ")
        page.blank()
    }

    private func verdict(_ page: inout TextPage) {
        let verdict = Verdict(report, time: style.time)
        let paint: TextPage.Paint? =
            switch report.summary.status {
            case .fault: .bad
            case .degraded, .cannotJudge: .warn
            case .healthy: .good
            }
        page.section("VERDICT", [verdict.text], paint: paint)
        guard report.summary.status == .cannotJudge, let step = verdict.firstHelp else { return }
        page.section("HELP", [step.command == nil ? step.text : step.text + ":"])
        if let command = step.command { page.drawn("      " + page.escaped(command)) }
    }

    // MARK: Findings

    private func findings(_ page: inout TextPage) {
        let serious = report.findings.filter { $0.severity > .info }
        let shown = style.showAll ? serious : Array(serious.prefix(Self.shownInFull))
        for finding in shown {
            page.blank()
            FindingText(finding: finding, context: context, showsId: style.showAll).draw(on: &page)
        }
        let rest = serious.dropFirst(shown.count)
        if rest.isEmpty { return }
        page.blank()
        for finding in rest.prefix(Self.shownByTitle) {
            page.headline("\(finding.severity.rawValue) ", Narration(finding, in: context).title, paint: nil)
        }
        more(rest.count - Self.shownByTitle, "warning or error", plural: "warnings and errors", on: &page)
        page.add("--all shows them in full", first: "", rest: "  ")
    }

    /// What is worth knowing and no fault: a row each.
    private func asides(_ page: inout TextPage) {
        let infos = report.findings.filter { $0.severity == .info }
        if infos.isEmpty { return }
        page.blank()
        let shown = style.showAll ? infos : Array(infos.prefix(Self.shownInFull))
        for finding in shown {
            if style.showAll {
                page.blank()
                FindingText(finding: finding, context: context, showsId: true).draw(on: &page)
            } else {
                page.headline("info ", Narration(finding, in: context).title, paint: nil)
            }
        }
        more(infos.count - shown.count, "info", plural: "infos", on: &page)
    }

    /// How many are not shown, and the flag that shows them.
    private func more(_ count: Int, _ noun: String, plural: String, on page: inout TextPage) {
        if count <= 0 { return }
        page.add("\(Format.count(count)) more \(count == 1 ? noun : plural): --all shows them", first: "", rest: "  ")
    }

    // MARK: Numbers, doubts, next

    private func numbers(_ page: inout TextPage) {
        let summary = report.summary
        let refused =
            summary.connectionsRefused > 0 ? " (and \(Format.count(summary.connectionsRefused)) failed attempts)" : ""
        let open = OpenRequests(report).phrases
        let unanswered = open.isEmpty ? "0 unanswered" : open.joined(separator: ", ")
        let counts =
            "\(Format.count(summary.connections, "connection"))\(refused), \(Format.count(summary.requests, "request")),"
            + " \(Format.count(summary.responses, "response")), \(unanswered);"
            + " findings: \(Format.count(summary.errors, "error")), \(Format.count(summary.warnings, "warning")),"
            + " \(Format.count(summary.infos)) info"
        page.section("NUMBERS", [counts] + latencies)
    }

    /// The busiest APIs by broker, and the slowest one; those of a view are its clients' alone.
    private var latencies: [String] {
        let rows = report.latency.filter { $0.broker != nil && !$0.longPoll }.sorted { $0.count > $1.count }
        let busiest = rows.prefix(3)
        let slowest = rows.dropFirst(busiest.count).max { $0.maxMs < $1.maxMs }
        let hidden = slowest.flatMap { row in busiest.allSatisfy { $0.maxMs < row.maxMs } ? row : nil }
        return (busiest + [hidden].compactMap(\.self)).map {
            "\($0.api) \($0.broker ?? ""): p50 \(Format.duration(ms: $0.p50Ms)), p99 \(Format.duration(ms: $0.p99Ms)),"
                + " max \(Format.duration(ms: $0.maxMs)), \(Format.count($0.count))x"
        }
    }

    /// What was read of each log, and the lines that nothing in the capture explains.
    private func logs(_ page: inout TextPage) {
        if report.clientLogFiles.isEmpty { return }
        let unexplained = context.logs.unexplained
        let shown = style.showAll ? unexplained[...] : unexplained.prefix(Self.shownInFull)
        var rows = report.clientLogFiles.map(context.logs.sentence)
        rows += shown.map { "unexplained: \(context.logs.line($0))" }
        if unexplained.count > shown.count {
            rows.append("\(Format.count(unexplained.count - shown.count)) more unexplained: --all shows them")
        }
        page.section("LOGS", rows)
    }

    /// What would be a fault elsewhere; with `--all` only.
    private func excuses(_ page: inout TextPage) {
        if !style.showAll || report.excuses.isEmpty { return }
        page.section("NORMAL", report.excuses.map(ExcuseWords.sentence))
    }

    private func doubts(_ page: inout TextPage) {
        let doubts = CaptureDoubts(report: report).sentences
        page.section("DOUBTS", doubts.isEmpty ? ["none: no drops, no gaps that matter"] : doubts)
    }

    private func next(_ page: inout TextPage) {
        let view = ViewWords.flags(report)
        var commands: [String] = []
        if let first = report.findings.first(where: { $0.severity > .info }) ?? report.findings.first {
            let known = Explain.sectionNames(first.kind)
            let name = [first.cause?.rawValue, first.detail?.rawValue].compactMap(\.self).first(where: known.contains)
            commands.append("brokertap explain \(first.kind.rawValue)" + (name.map { "/\($0)" } ?? ""))
        }
        defer { if !commands.isEmpty { page.commands("NEXT", commands) } }
        guard let file = analysable else { return }
        if report.findings.count > Self.shownInFull, !style.showAll {
            commands.append("brokertap analyze \(file)\(view) --all")
        }
        if !style.showTables, report.tables != nil, !trouble.isEmpty {
            commands.append("brokertap analyze \(file)\(view) --tables")
        }
        commands.append("brokertap analyze \(file)\(view) --html report.html")
    }

    private static let filesNamed = 4

    /// What can be given to `analyze`: nil of a live run that kept no packets.
    private var analysable: String? {
        guard report.tool.isLive else { return report.capture.sources.first.map { Trim.shell($0.name) } ?? "FILE" }
        let files = report.tool.recorded.suffix(Self.filesNamed).map(Trim.shell)
        return files.isEmpty ? nil : files.joined(separator: " ")
    }
}
