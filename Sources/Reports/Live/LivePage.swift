public import ReportModel
internal import Vocabulary

/// A page of how things stand, in the style of the report. A small script asks for it again every few seconds and exchanges what
/// changed; without scripts it loads itself again. Nothing comes from elsewhere.
public struct LivePage {
    /// For the header of the answer: this page's own script and style, by their hashes, and requests to this server.
    public static var policy: String {
        "default-src 'none'; script-src 'sha256-\(HTMLAssets.liveScriptHash)'; style-src 'sha256-\(HTMLAssets.styleHash)'; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    }

    private let status: LiveStatus
    private let context: NarrationContext
    private let now: LiveNow
    private static let findings = 50

    public init(_ status: LiveStatus, time: TimeDisplay = .utc) {
        self.status = status
        context = NarrationContext(status.report, time: time)
        now = LiveNow(status: status, context: context)
    }

    public func write(to sink: any ByteSink) {
        let page = HTMLPage(sink: sink)
        head(page)
        page.open("main", [("class", "status-\(shownStatus.rawValue)")])
        part(page, "verdict", verdict)
        part(page, "numbers", numbers)
        part(page, "news", news)
        part(page, "waiting", waiting)
        part(page, "findings", findings)
        part(page, "brokers", brokers)
        part(page, "clients", clients)
        page.raw("</main>\n<script>")
        page.sink.write(HTMLAssets.liveScript)
        page.raw("</script>\n</body>\n</html>\n")
        sink.flush()
    }

    /// What the script exchanges as a whole.
    private func part(_ page: HTMLPage, _ name: String, _ write: (HTMLPage) -> Void) {
        page.open("div", [("data-part", name)])
        write(page)
        page.raw("</div>\n")
    }

    private func element(_ page: HTMLPage, _ tag: StaticString, _ text: String, _ kind: String) {
        if kind.isEmpty { page.element(tag, text) } else { page.element(tag, text, [("class", kind)]) }
    }

    private var names: String { Format.list(status.report.capture.sources.map { Trim.name($0.name.baseName) }) }

    private func head(_ page: HTMLPage) {
        page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        page.raw("<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>\n")
        page.raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
        page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        page.element("title", "\(label): \(names.isEmpty ? "live" : names) - brokertap live")
        page.raw("\n<style>")
        page.sink.write(HTMLAssets.style)
        page.raw("</style>\n</head>\n<body class=\"live\">\n<header id=\"bar\"><b>brokertap live</b> ")
        page.element("span", names, [("class", "file")])
        page.raw(" <span class=\"span\" data-part=\"clock\">")
        page.text("\(context.time.clock(status.time)) \(context.time.zoneName)")
        page.raw("</span> <span id=\"state\" class=\"span\" role=\"status\"></span>")
        page.raw("<nav id=\"controls\" aria-label=\"More\"><a href=\"/report.html\">full report</a>")
        page.raw(" <a href=\"/metrics\">metrics</a>")
        page.raw(" <button type=\"button\" id=\"pause\">pause</button></nav></header>\n")
    }

    // MARK: How things stand

    private var hint: LiveHint? { LiveHint(status) }

    /// Requests that wait while nothing is certain are no state that is well.
    private var shownStatus: Status { now.isUncertain ? .degraded : status.report.summary.status }

    private var label: String { now.isUncertain ? "Not certain yet" : FirstScreen.label(status.report.summary.status) }

    private func verdict(_ page: HTMLPage) {
        page.raw("<section id=\"verdict\" aria-label=\"Verdict\">\n")
        page.element("p", label, [("class", "status")])
        page.element("h1", now.sentences.first ?? "")
        let rest = now.sentences.dropFirst().joined(separator: " ")
        if !rest.isEmpty { page.element("p", rest, [("class", "story")]) }
        if let hint { page.element("p", hint.text, [("class", "story warning-text")]) }
        page.raw("</section>\n")
    }

    private func numbers(_ page: HTMLPage) {
        let dropped = status.report.capture.dropped
        let numbers = [
            ("up \(Format.duration(ms: Double(status.uptime) / 1e6))", ""),
            ("\(Format.decimal(status.packetsPerSecond, digits: 0)) packets/s", ""),
            ("\(Format.decimal(status.requestsPerSecond, digits: 0)) requests/s", ""),
            (Format.count(status.openConnections, "connection"), ""),
            ("\(Format.count(dropped)) dropped", dropped > 0 ? "warning" : ""),
            ("\(Format.bytes(status.memoryBytes)) of memory", ""),
        ]
        page.raw("<ul class=\"numbers\" aria-label=\"Numbers\">\n")
        for (text, kind) in numbers { element(page, "li", text, kind) }
        page.raw("</ul>\n")
    }

    private func news(_ page: HTMLPage) {
        for change in status.news.prefix(5) {
            let text = "\(context.time.clock(change.time)) \(BrokerWords.text(change, in: context))"
            page.element("p", text, [("class", change.condition == .up ? "good-text" : "error-text")])
        }
    }

    // MARK: Tables

    private func waiting(_ page: HTMLPage) {
        guard !status.waiting.isEmpty else { return }
        page.element("h2", "Now: \(BrokerWords.waiting(status))")
        table(
            page, "Requests that wait", [.number("waits"), "request", "topic", "client", "broker"],
            status.waiting.prefix(20).map { row in
                [
                    Format.duration(ms: row.waitedMs), row.api, row.topic ?? "-",
                    "\(row.clientId.map { "\($0), " } ?? "")\(row.client)",
                    context.broker(row.server, nodeId: row.nodeId),
                ]
            })
    }

    private func findings(_ page: HTMLPage) {
        page.element("h2", "Findings (\(status.report.findings.count))")
        let worst = status.report.findings.filter { $0.severity > .info }
        let rest = status.report.findings.filter { $0.severity == .info }
        guard !status.report.findings.isEmpty else { return page.raw("<p class=\"note\">None yet.</p>\n") }
        table(
            page, "Findings", ["since", "level", "what", .number("count"), "state"],
            (worst + rest).prefix(Self.findings).map { finding in
                [
                    context.time.clock(finding.first), finding.severity.rawValue,
                    Narration(finding, in: context).title, Format.count(finding.count), finding.state.rawValue,
                ]
            }, levels: 1)
    }

    private func brokers(_ page: HTMLPage) {
        guard !status.brokers.isEmpty else { return }
        page.element("h2", "Brokers, last minute")
        let conditions = status.conditionsByServer
        table(
            page, "Brokers",
            ["broker", "state"]
                + ["connections", "answers/s", "Produce p50", "Produce p99", "Fetch p50", "Fetch p99"].map {
                    .number($0)
                }
                + ["longest"],
            status.brokers.prefix(50).map { row in
                let ms = { (value: Double?) in value.map { Format.duration(ms: $0) } ?? "-" }
                let (produce, fetch) = (row.times(of: "Produce"), row.times(of: "Fetch"))
                return [
                    context.broker(row.server, nodeId: row.nodeId),
                    BrokerWords.state(conditions[row.server], at: status.time), Format.count(row.connections),
                    Format.decimal(row.requestsPerSecond, digits: 0), ms(produce?.p50Ms), ms(produce?.p99Ms),
                    ms(fetch?.p50Ms), ms(fetch?.p99Ms),
                    row.longest.map { "\(Format.duration(ms: $0.maxMs)) \($0.name)" } ?? "-",
                ]
            })
    }

    private func clients(_ page: HTMLPage) {
        guard !status.clients.isEmpty else { return }
        page.element("h2", "Clients")
        table(
            page, "Clients", ["client", "host"] + ["connections", "waiting", "findings"].map { .number($0) },
            status.clients.prefix(50).map { row in
                [
                    row.clientId ?? "-",
                    row.address + (row.hosts > 1 ? " and \(Format.count(row.hosts - 1)) more" : ""),
                    Format.count(row.connections), Format.count(row.waiting), Format.count(row.findings),
                ]
            })
    }

    /// - Parameter levels: the column whose words are levels of severity, and have their colours.
    private func table(
        _ page: HTMLPage, _ name: String, _ heads: [TableWriter.Column], _ rows: [[String]], levels: Int? = nil
    ) {
        page.open("div", [("class", "scroll"), ("tabindex", "0"), ("role", "group"), ("aria-label", name)])
        page.raw("<table><thead><tr>")
        for head in heads {
            page.element("th", head.name, [("scope", "col")] + (head.isNumber ? [("class", "n")] : []))
        }
        page.raw("</tr></thead><tbody>\n")
        for row in rows {
            page.raw("<tr>")
            for (place, cell) in row.enumerated() {
                let kind = place == levels ? cell : heads[place].isNumber ? "n" : ""
                element(page, "td", cell, kind)
            }
            page.raw("</tr>\n")
        }
        page.raw("</tbody></table></div>\n")
    }
}
