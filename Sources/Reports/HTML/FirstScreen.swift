internal import ReportModel
internal import Vocabulary

/// What is seen without scrolling: the verdict in words, what to do first, the numbers, and what to doubt.
struct FirstScreen {
    let report: Report
    let context: NarrationContext
    let headline: Headline

    func write(to page: HTMLPage) {
        let verdict = headline.verdict
        header(page)
        page.open("main", [("id", "top"), ("class", "status-\(report.summary.status.rawValue)")])
        page.raw("\n<section id=\"verdict\" aria-label=\"Verdict\">\n")
        let status = [Self.label(report.summary.status), headline.standing].compactMap(\.self)
        page.element("p", status.joined(separator: ", "), [("class", "status")])
        page.element("h1", verdict.sentences.first ?? "")
        page.line()
        let rest = verdict.sentences.dropFirst().joined(separator: " ")
        if !rest.isEmpty { page.element("p", rest, [("class", "story")]) }
        if !headline.why.isEmpty { page.element("p", headline.why.joined(separator: " "), [("class", "story")]) }
        if let step = verdict.firstHelp {
            page.step("div", step, lead: "<strong>Do first:</strong> ", [("class", "do"), ("id", "first-step")])
        }
        page.raw("</section>\n")
        numbers(page)
        doubts(page)
        sections(page)
    }

    /// Ways to what lies below; the script makes a list of all tables of the last one.
    private func sections(_ page: HTMLPage) {
        page.raw("<nav id=\"sections\" aria-label=\"On this page\">")
        let findings = report.findings.isEmpty ? "Findings" : "Findings (\(Format.count(report.findings.count)))"
        var links = [("Timeline", "timeline"), (findings, "findings")]
        if !report.addresses.isEmpty { links.append(("Who was sent where", "map")) }
        if DepthPage.hasContent(report) { links.append(("Groups, topics, gateways", "depth")) }
        for (name, target) in links + [("Tables", "tables")] { page.element("a", name, [("href", "#" + target)]) }
        page.raw("</nav>\n")
    }

    static func label(_ status: Status) -> String {
        switch status {
        case .fault: "Fault"
        case .degraded: "Degraded"
        case .healthy: "Healthy"
        case .cannotJudge: "Cannot judge"
        }
    }

    private func header(_ page: HTMLPage) {
        let sources = report.capture.sources
        let names = sources.map { Trim.name($0.name.baseName) }
        page.raw("<header id=\"bar\"><b>brokertap</b> ")
        page.element("span", names.isEmpty ? "(no capture)" : Format.list(names), [("class", "file")])
        if let start = context.span?.first, let ms = context.durationMs {
            let end = start.adding(nanoseconds: Int64(max(0, min(ms * 1e6, 9e18))))
            let (zone, last) = (context.time, context.time.date(end))
            let until = (last == zone.date(start) ? "" : last + " ") + zone.clock(end)
            let span =
                "\(zone.date(start)) \(zone.clock(start)) - \(until) \(zone.zoneName), \(Format.duration(ms: ms))"
            page.raw(" ")
            page.element("span", span, [("class", "span")])
        }
        page.raw("<span id=\"controls\"></span></header>\n")
    }

    // MARK: Numbers

    private func numbers(_ page: HTMLPage) {
        let summary = report.summary
        page.raw("<ul class=\"numbers\" aria-label=\"Numbers\">\n")
        badge(page, summary.errors, "error", "error", link: "#findings")
        badge(page, summary.warnings, "warning", "warning", link: "#findings")
        if summary.infos > 0 { badge(page, summary.infos, "note", "info", link: "#findings") }
        badge(page, summary.connections, "connection", "", link: "#t-connections")
        if summary.connectionsRefused > 0 {
            badge(page, summary.connectionsRefused, "failed attempt", "", link: "#t-connections")
        }
        badge(page, summary.requests, "request", "", link: "#t-latency")
        open(page)
        page.raw("<li>")
        page.element("a", coverage, [("href", "#doubts")])
        page.raw("</li>\n</ul>\n")
    }

    /// Each sort of request without an answer by itself, so that no sum differs from what the verdict says.
    private func open(_ page: HTMLPage) {
        let open = OpenRequests(report)
        if open.lost > 0 { badge(page, open.lost, "request lost", "error", plural: "requests lost", link: "#timeline") }
        if open.givenUp > 0 {
            let plural = "given up by their clients"
            badge(page, open.givenUp, "given up by its client", "", plural: plural, link: "#timeline")
        }
        if open.waiting > 0 {
            let overdue = report.findings.contains { $0.kind == .responseOverdue }
            badge(
                page, open.waiting, "still waiting", overdue ? "warning" : "", plural: "still waiting",
                link: "#timeline")
        }
    }

    private var coverage: String {
        guard let share = report.capture.coverage.understoodShare else { return "no data to read" }
        return "\(Format.percent(share)) read"
    }

    private func badge(
        _ page: HTMLPage, _ count: some BinaryInteger, _ noun: String, _ kind: String, plural: String? = nil,
        link: String
    ) {
        page.open("li", [("class", count > 0 ? kind : "")])
        page.element("a", Format.count(count, noun, plural: plural), [("href", link)])
        page.raw("</li>\n")
    }

    // MARK: Doubts

    /// Two are shown at once; the rest unfolds.
    private func doubts(_ page: HTMLPage) {
        let doubts = CaptureDoubts(report: report).sentences
        page.raw("<section id=\"doubts\" aria-label=\"Doubts\">")
        page.raw("<p><strong>Doubts about the capture:</strong> ")
        page.text(
            doubts.isEmpty ? "none: no drops, no gaps that matter." : doubts.prefix(2).joined(separator: "; ") + ".")
        page.raw("</p>")
        if doubts.count > 2 {
            page.raw("<details><summary>")
            page.text("\(Format.count(doubts.count - 2)) more")
            page.raw("</summary><ul>")
            for doubt in doubts.dropFirst(2) { page.element("li", doubt) }
            page.raw("</ul></details>")
        }
        page.raw("</section>\n")
    }
}
