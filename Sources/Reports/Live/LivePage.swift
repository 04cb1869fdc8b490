public import ReportModel
internal import Vocabulary

/// A small page of how things stand, which asks for itself again every few seconds. No script, nothing from elsewhere.
public struct LivePage {
    /// For the header of the answer.
    public static let policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    private let status: LiveStatus
    private let context: NarrationContext
    private static let findings = 50

    public init(_ status: LiveStatus, time: TimeDisplay = .utc) {
        self.status = status
        context = NarrationContext(status.report, time: time)
    }

    public func write(to sink: any ByteSink) {
        let page = HTMLPage(sink: sink)
        page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        page.raw("<meta http-equiv=\"refresh\" content=\"2\">\n<meta name=\"color-scheme\" content=\"light dark\">\n")
        page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        page.element("title", "live - brokertap")
        page.raw("<style>")
        page.raw(
            """
            body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:1.5rem auto;padding:0 1rem}
            table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.15rem .6rem .15rem 0}
            td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}th{font-weight:600;border-bottom:1px solid #8888}
            .verdict{font-size:1.2rem;font-weight:600}h2{font-size:1rem;margin:1.4rem 0 .3rem}
            .error{color:#c0271d}.warning{color:#8a5a00}
            @media(prefers-color-scheme:dark){.error{color:#ff8a80}.warning{color:#ffca5f}}
            """)
        page.raw("</style>\n</head>\n<body>\n<main>\n")
        head(page)
        if let hint = LiveHint(status) { page.element("p", hint.text, [("class", "warning")]) }
        news(page)
        waiting(page)
        findings(page)
        brokers(page)
        clients(page)
        page.raw("<p><a href=\"/report.html\">Full report</a> · <a href=\"/metrics\">Metrics</a></p>\n")
        page.raw("</main>\n</body>\n</html>\n")
        sink.flush()
    }

    private func head(_ page: HTMLPage) {
        page.element("p", LiveNow(status: status, context: context).verdict, [("class", "verdict")])
        let numbers = [
            context.time.clock(status.time), "up \(Format.duration(ms: Double(status.uptime) / 1e6))",
            "\(Format.decimal(status.packetsPerSecond, digits: 0)) packets/s",
            "\(Format.decimal(status.requestsPerSecond, digits: 0)) requests/s",
            Format.count(status.openConnections, "connection"),
            "drops \(Format.count(status.report.capture.dropped))", "memory \(Format.bytes(status.memoryBytes))",
        ]
        page.element("p", numbers.joined(separator: " · "))
    }

    private func news(_ page: HTMLPage) {
        for change in status.news.prefix(5) {
            let text = "\(context.time.clock(change.time)) \(BrokerWords.text(change, in: context))"
            page.element("p", text, [("class", change.condition == .up ? "" : "error")])
        }
    }

    private func waiting(_ page: HTMLPage) {
        guard !status.waiting.isEmpty else { return }
        page.element("h2", "Now: \(BrokerWords.waiting(status))")
        table(
            page, ["waits", "request", "topic", "client", "broker"],
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
        page.raw("<table>\n<tr><th>since<th>level<th>what<th class=\"n\">count<th>state</tr>\n")
        let worst = status.report.findings.filter { $0.severity > .info }
        let rest = status.report.findings.filter { $0.severity == .info }
        for finding in (worst + rest).prefix(Self.findings) {
            page.raw("<tr>")
            page.element("td", context.time.clock(finding.first))
            page.element("td", finding.severity.rawValue, [("class", finding.severity.rawValue)])
            page.element("td", Narration(finding, in: context).title)
            page.element("td", Format.count(finding.count), [("class", "n")])
            page.element("td", finding.state.rawValue)
            page.raw("</tr>\n")
        }
        page.raw("</table>\n")
    }

    private func brokers(_ page: HTMLPage) {
        guard !status.brokers.isEmpty else { return }
        page.element("h2", "Brokers, last minute")
        let conditions = status.conditionsByServer
        table(
            page,
            ["broker", "state", "connections", "answers/s", "Produce p50", "p99", "Fetch p50", "p99", "longest"],
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
            page, ["client", "host", "connections", "waiting", "findings"],
            status.clients.prefix(50).map { row in
                [
                    row.clientId ?? "-",
                    row.address + (row.hosts > 1 ? " and \(Format.count(row.hosts - 1)) more" : ""),
                    Format.count(row.connections), Format.count(row.waiting), Format.count(row.findings),
                ]
            })
    }

    private func table(_ page: HTMLPage, _ heads: [String], _ rows: [[String]]) {
        page.raw("<table>\n<tr>")
        for head in heads { page.element("th", head) }
        page.raw("</tr>\n")
        for row in rows {
            page.raw("<tr>")
            for cell in row { page.element("td", cell) }
            page.raw("</tr>\n")
        }
        page.raw("</table>\n")
    }
}
