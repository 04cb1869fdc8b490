internal import ReportModel
internal import Vocabulary

/// The tables below the findings.
struct ReportTables {
    let report: Report
    let context: NarrationContext
    /// Connections in the markup; the script has all that the report has.
    private static let connectionRows = 200
    private static let rows = 500

    func write(to page: HTMLPage) {
        page.raw("<section id=\"tables\" aria-label=\"Tables\">\n<h2>Tables</h2>\n")
        brokers(page)
        clients(page)
        latency(page)
        errors(page)
        connections(page)
        groups(page)
        page.raw("</section>\n")
    }

    private func brokers(_ page: HTMLPage) {
        guard !report.brokers.isEmpty else { return }
        let table = TableWriter(page: page, id: "t-brokers", title: "Brokers")
        table.begin([
            "address", "node", "advertised as", "rack", "cluster", "connections", "requests", "answers with errors",
        ])
        for row in report.brokers.prefix(Self.rows) {
            table.row([
                .text(row.addresses.joined(separator: ", ")),
                .text(row.nodeIds.map { String($0) }.joined(separator: ", ")),
                .text(row.advertised.joined(separator: ", ")), .text(row.rack ?? ""),
                .text(row.clusterIds.joined(separator: ", ")),
                .number(row.connections), .number(Int(clamping: row.requests)), .number(Int(clamping: row.errors)),
            ])
        }
        table.end()
    }

    private func clients(_ page: HTMLPage) {
        guard !report.clients.isEmpty else { return }
        let table = TableWriter(page: page, id: "t-clients", title: "Clients")
        table.begin(["address", "client ids", "software", "sign-in", "connections", "requests"])
        for row in report.clients.prefix(Self.rows) {
            table.row([
                .text(row.address), .text(row.clientIds.joined(separator: ", ")),
                .text(row.software.joined(separator: ", ")),
                .text(row.mechanisms.joined(separator: ", ")), .number(row.connections),
                .number(Int(clamping: row.requests)),
            ])
        }
        table.end()
    }

    private func latency(_ page: HTMLPage) {
        guard !report.latency.isEmpty else { return }
        let table = TableWriter(page: page, id: "t-latency", title: "Response times")
        table.begin(
            ["API", "with", "answers", "p50", "p90", "p99", "p99.9", "greatest", "spread"],
            note:
                "Percentiles lie at most 3.2 % above the true value. A long poll is a Fetch that waited because there was "
                + "nothing to read. A bar of the spread is a doubling of time, its height the logarithm of the count.")
        for row in report.latency.sorted(by: { $0.count > $1.count }).prefix(Self.rows) {
            table.row([
                .text(row.api + (row.longPoll ? " (long poll)" : "")), .text(row.broker ?? row.client ?? ""),
                .number(Int(clamping: row.count)), duration(row.p50Ms), duration(row.p90Ms), duration(row.p99Ms),
                duration(row.p999Ms), duration(row.maxMs), .bars(row.octaves),
            ])
        }
        table.end()
    }

    private func duration(_ ms: Double) -> TableWriter.Cell { .value(Format.duration(ms: ms), sort: ms) }

    private func errors(_ page: HTMLPage) {
        guard !report.errorCounts.isEmpty else { return }
        let table = TableWriter(page: page, id: "t-errors", title: "Error codes in answers")
        table.begin([
            "error", "API", "client", "client id", "server", "answers", "first", "first frame", "topics", "groups",
            "afterwards",
        ])
        for row in report.errorCounts.prefix(Self.rows) {
            table.row([
                .text(row.error), .text(row.api), .text(row.client), .text(row.clientId ?? ""), .text(row.server),
                .number(row.count), .text(context.time.clock(row.first)), .number(Int(row.frame.number)),
                .text(row.topics.joined(separator: ", ")), .text(row.groups.joined(separator: ", ")),
                .text(row.healed ? "went well" : ""),
            ])
        }
        table.end()
    }

    // MARK: Connections

    private func connections(_ page: HTMLPage) {
        guard !report.connections.isEmpty else { return }
        let (all, shown) = (report.connections.count, min(report.connections.count, Self.connectionRows))
        let table = TableWriter(page: page, id: "t-connections", title: "Connections")
        table.begin(
            [
                "id", "client", "client id", "server", "opened", "lasted", "requests", "unanswered", "errors",
                "security", "end",
            ],
            note: shown < all ? "Without scripts: the first \(Format.count(shown)) of \(Format.count(all))." : nil)
        for row in report.connections.prefix(shown) { table.row(cells(row)) }
        table.end()
    }

    private func cells(_ row: ConnectionRow) -> [TableWriter.Cell] {
        let ms = (row.ended ?? row.last).milliseconds(since: row.opened)
        let security = [row.securityProtocol, row.mechanism].compactMap(\.self).joined(separator: " ")
        let isFailed = ["refused", "rejected", "no-answer"].contains(row.end)
        let closer = row.closedBy.map { " by \($0.rawValue)" } ?? ""
        return [
            .text(row.id), .text(row.client), .text(row.clientId ?? ""), .text(context.named(row.server)),
            .text(context.time.clock(row.opened)), .value(Format.duration(ms: ms), sort: ms),
            .number(Int(clamping: row.requests)),
            .number(Int(clamping: row.unanswered)), .number(Int(clamping: row.errors)), .text(security),
            .word(row.end + closer, bad: isFailed),
        ]
    }

    private func groups(_ page: HTMLPage) {
        guard !report.connectionGroups.isEmpty else { return }
        let table = TableWriter(
            page: page, id: "t-groups", title: "Connections beyond the limit, by client host and server")
        table.begin(["client", "server", "connections", "requests", "bytes"])
        for row in report.connectionGroups.prefix(Self.rows) {
            table.row([
                .text(row.client), .text(row.server), .number(row.connections), .number(Int(clamping: row.requests)),
                .value(Format.bytes(row.bytes), sort: Double(row.bytes)),
            ])
        }
        table.end()
    }
}
