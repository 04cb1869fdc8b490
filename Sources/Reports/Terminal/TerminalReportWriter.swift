public import ReportModel
internal import Vocabulary

/// Writes the report as text: verdict, findings worst first, time strip, numbers, doubts, what to run next.
public struct TerminalReportWriter {
    let report: Report
    let style: TextStyle
    let context: NarrationContext
    private let sink: any ByteSink
    private static let shownInFull = 5

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
        if style.showTables, let tables = report.tables {
            TablesText(
                tables: tables, setup: report.setup, listeners: report.listeners, gateways: report.gateways,
                time: style.time
            ).draw(on: &page)
        }
        excuses(&page)
        doubts(&page)
        next(&page)
        sink.write(page.text)
        sink.flush()
    }

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
        if report.summary.status == .cannotJudge, let step = verdict.firstStep { page.section("HELP", [step]) }
    }

    // MARK: Findings

    private func findings(_ page: inout TextPage) {
        let serious = report.findings.filter { $0.severity > .info }
        let shown = style.showAll ? serious : Array(serious.prefix(Self.shownInFull))
        for finding in shown {
            page.blank()
            FindingText(finding: finding, context: context, showsId: style.showAll).draw(on: &page)
        }
        fold(serious.dropFirst(shown.count), on: &page)
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
        fold(infos.dropFirst(shown.count), on: &page)
    }

    /// One counting row a kind for what is not shown, and the flag that shows it.
    private func fold(_ rest: ArraySlice<Finding>, on page: inout TextPage) {
        if rest.isEmpty { return }
        page.blank()
        var kinds: [(kind: FindingKind, count: Int)] = []
        for finding in rest {
            if let i = kinds.firstIndex(where: { $0.kind == finding.kind }) {
                kinds[i].count += 1
            } else {
                kinds.append((finding.kind, 1))
            }
        }
        for entry in kinds {
            page.add("\(Format.count(entry.count)) more \(entry.kind.rawValue)", first: "", rest: "  ")
        }
        page.add("--all shows them", first: "", rest: "  ")
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

    /// The busiest APIs by broker; those of a view are its clients' alone.
    private var latencies: [String] {
        report.latency.filter { $0.broker != nil && !$0.longPoll }.sorted { $0.count > $1.count }.prefix(3).map {
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
        let file = report.capture.sources.first.map { Trim.shell($0.name) } ?? "FILE"
        let view = ViewWords.flags(report)
        var commands: [String] = []
        if let first = report.findings.first(where: { $0.severity > .info }) ?? report.findings.first {
            let known = Explain.sectionNames(first.kind)
            let name = [first.cause?.rawValue, first.detail?.rawValue].compactMap(\.self).first(where: known.contains)
            commands.append("brokertap explain \(first.kind.rawValue)" + (name.map { "/\($0)" } ?? ""))
        }
        if report.findings.count > Self.shownInFull, !style.showAll {
            commands.append("brokertap analyze \(file)\(view) --all")
        }
        commands.append("brokertap analyze \(file)\(view) --html report.html")
        page.section("NEXT", commands)
    }
}
