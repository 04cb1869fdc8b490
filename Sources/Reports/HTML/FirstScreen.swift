internal import ReportModel
internal import Vocabulary

/// What is seen without scrolling: the verdict in words, what to do first, the numbers, and what to doubt.
struct FirstScreen {
    let report: Report
    let context: NarrationContext

    func write(to page: HTMLPage) {
        let verdict = Verdict(report, time: context.time)
        header(page)
        page.open("main", [("id", "top"), ("class", "tone-\(verdict.tone.rawValue)")])
        page.raw("\n<section id=\"verdict\" aria-label=\"Verdict\">\n")
        page.element("p", Self.label(verdict.tone), [("class", "tone")])
        page.element("h1", verdict.sentences.first ?? "")
        page.line()
        let rest = verdict.sentences.dropFirst().joined(separator: " ")
        if !rest.isEmpty { page.element("p", rest, [("class", "story")]) }
        if let step = verdict.firstStep {
            page.raw("<p class=\"do\"><strong>Do first:</strong> ")
            page.text(step)
            page.raw("</p>\n")
        }
        page.raw("</section>\n")
        numbers(page)
        doubts(page)
    }

    static func label(_ tone: Verdict.Tone) -> String {
        switch tone {
        case .fault: "Fault"
        case .attention: "Attention"
        case .healthy: "Healthy"
        case .cannotJudge: "Cannot judge"
        }
    }

    private func header(_ page: HTMLPage) {
        let sources = report.capture.sources
        let names = sources.map { Trim.name($0.name.split(separator: "/").last.map(String.init) ?? $0.name) }
        page.raw("<header id=\"bar\"><b>brokertap</b> ")
        page.element("span", names.isEmpty ? "(no capture)" : Format.list(names), [("class", "file")])
        if let start = context.start, let ms = context.durationMs {
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
        badge(page, summary.infos, "note", "info", link: "#findings")
        badge(page, summary.connections, "connection", "", link: "#t-connections")
        if summary.connectionsRefused > 0 {
            badge(page, summary.connectionsRefused, "failed attempt", "", link: "#t-connections")
        }
        badge(page, summary.requests, "request", "", link: "#t-latency")
        badge(
            page, summary.unanswered, "unanswered", summary.unanswered > 0 ? "warning" : "", plural: "unanswered",
            link: "#timeline")
        if summary.stillWaiting > 0 {
            badge(page, summary.stillWaiting, "still waiting", "", plural: "still waiting", link: "#timeline")
        }
        page.raw("<li>")
        page.element("a", coverage, [("href", "#doubts")])
        page.raw("</li>\n</ul>\n")
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
        page.raw("<p><strong>Doubts:</strong> ")
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
