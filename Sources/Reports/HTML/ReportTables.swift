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
        ListenerTable(rows: report.listeners, context: context).write(to: page)
        UpgradeTable(rows: report.tables?.readiness ?? []).write(to: page)
        latency(page)
        LatencyPartTable(
            rows: report.tables?.latencyParts ?? [], context: context, gateways: report.gateways
        ).write(to: page)
        errors(page)
        rebalances(page)
        topics(page)
        connections(page)
        groups(page)
        logs(page)
        page.raw("</section>\n")
    }

    private func brokers(_ page: HTMLPage) {
        guard !report.brokers.isEmpty else { return }
        let table = TableWriter(page: page, id: "t-brokers", title: "Brokers")
        table.begin([
            "address", "node", "advertised as", "rack", "cluster", .number("connections"), .number("requests"),
            .number("answers with errors"),
        ])
        for row in report.brokers.prefix(Self.rows) {
            let query = row.addresses.map { TableWriter.term("broker", $0) }.joined(separator: " ")
            table.row(
                [
                    .text(row.addresses.joined(separator: ", ")),
                    .text(row.nodeIds.map { String($0) }.joined(separator: ", ")),
                    .text(row.advertised.joined(separator: ", ")), .text(row.rack ?? ""),
                    .text(row.clusterIds.joined(separator: ", ")),
                    .number(row.connections), .number(Int(clamping: row.requests)), .number(Int(clamping: row.errors)),
                ], query: query)
        }
        table.end(shown: Self.rows, of: report.brokers.count)
    }

    private func clients(_ page: HTMLPage) {
        guard !report.clients.isEmpty else { return }
        let table = TableWriter(page: page, id: "t-clients", title: "Clients")
        table.begin(["address", "client ids", "software", "sign-in", .number("connections"), .number("requests")])
        for row in report.clients.prefix(Self.rows) {
            table.row(
                [
                    .text(row.address), .text(row.clientIds.joined(separator: ", ")),
                    .text(row.software.joined(separator: ", ")),
                    .text(row.mechanisms.joined(separator: ", ")), .number(row.connections),
                    .number(Int(clamping: row.requests)),
                ], query: TableWriter.term("client", row.address))
        }
        table.end(shown: Self.rows, of: report.clients.count)
    }

    // MARK: Response times

    private func latency(_ page: HTMLPage) {
        guard !report.latency.isEmpty else { return }
        let used = report.latency.flatMap { row in row.octaves.indices.filter { row.octaves[$0] > 0 } }
        let range = (used.min() ?? 0)..<((used.max() ?? 0) + 1)
        let table = TableWriter(page: page, id: "t-latency", title: "Response times")
        table.begin(
            ["API", "broker", "client"] + ["answers", "p50", "p90", "p99", "p99.9", "greatest"].map { .number($0) }
                + ["spread"],
            note:
                "Each API by broker, and again by client. Percentiles lie at most 3.2 % above the true value. A long poll is a "
                + "Fetch that waited because there was nothing to read. The spread runs from "
                + "\(TableWriter.octave(range.lowerBound)) to \(TableWriter.octave(range.upperBound)); a bar is a doubling of "
                + "time, its height the logarithm of the count.")
        let rows = report.latency.sorted { ($1.broker == nil ? 0 : 1, $1.count) < ($0.broker == nil ? 0 : 1, $0.count) }
        for row in rows.prefix(Self.rows) {
            let query = [
                TableWriter.term("api", row.api), row.broker.map { TableWriter.term("broker", $0) },
                row.client.map { TableWriter.term("client", $0) },
            ]
            table.row(
                [
                    .text(row.api + (row.longPoll ? " (long poll)" : "")), .text(row.broker.map(context.named) ?? ""),
                    .text(row.client ?? ""), .number(Int(clamping: row.count)), duration(row.p50Ms),
                    duration(row.p90Ms),
                    duration(row.p99Ms), duration(row.p999Ms), duration(row.maxMs), .bars(row.octaves, range: range),
                ], query: query.compactMap(\.self).joined(separator: " "))
        }
        table.end(shown: Self.rows, of: rows.count)
    }

    private func duration(_ ms: Double) -> TableWriter.Cell { .value(Format.duration(ms: ms), sort: ms) }

    // MARK: Errors, groups, topics

    private func errors(_ page: HTMLPage) {
        guard !report.errorCounts.isEmpty else { return }
        let table = TableWriter(page: page, id: "t-errors", title: "Error codes in answers")
        table.begin([
            "error", "API", "client", "client id", "server", .number("answers"), "first", .number("first frame"),
            "topics", "groups", "afterwards",
        ])
        for row in report.errorCounts.prefix(Self.rows) {
            let query = [
                TableWriter.term("error", row.error), TableWriter.term("api", row.api),
                TableWriter.term("broker", row.server),
            ]
            table.row(
                [
                    .text(row.error), .text(row.api), .text(row.client), .text(row.clientId ?? ""), .text(row.server),
                    .number(row.count), .text(context.time.clock(row.first)), .frame(row.frame),
                    .text(row.topics.joined(separator: ", ")), .text(row.groups.joined(separator: ", ")),
                    .text(row.healed ? "went well" : ""),
                ], query: query.joined(separator: " "))
        }
        table.end(shown: Self.rows, of: report.errorCounts.count)
    }

    private func rebalances(_ page: HTMLPage) {
        let found = report.findings.filter { $0.kind == .rebalance }
        // Where every message was read, the groups have tables of their own.
        guard !found.isEmpty, report.tables == nil else { return }
        let table = TableWriter(page: page, id: "t-rebalances", title: "Groups and rebalances")
        table.begin([
            "group", "began", .number("took"), "members", "trigger", "coordinator", .number("first frame"), "finding",
        ])
        for row in found.sorted(by: { $0.first < $1.first }).prefix(Self.rows) {
            let ms = row.last.milliseconds(since: row.first)
            table.row([
                .text(Self.text(row[.group])), .text(context.time.clock(row.first)), duration(ms),
                .text(Self.text(row[.members])), .text(Self.text(row[.trigger])),
                .text(row.server.map(context.named) ?? ""), .frame(row.evidence.frames.first ?? .none),
                .link(row.id, to: "f-" + HTMLText.identifier(row.id)),
            ])
        }
        table.end(shown: Self.rows, of: found.count)
    }

    private static func text(_ value: FactValue?) -> String {
        switch value {
        case .text(let text): text
        case .number(let number): Format.count(number)
        default: ""
        }
    }

    /// The report knows topics by what went wrong with them.
    private func topics(_ page: HTMLPage) {
        let rows = TopicTrouble.rows(report)
        guard !rows.isEmpty else { return }
        let table = TableWriter(page: page, id: "t-topics", title: "Topics in trouble")
        table.begin(
            ["topic", .number("lost requests"), "errors", "findings"],
            note: "Topics that a lost request, an error code or a finding names; the others had no trouble.")
        for row in rows.prefix(Self.rows) {
            table.row([
                .text(row.topic), .number(row.lost), .text(row.errors.joined(separator: ", ")),
                .links(row.findings.prefix(8).map { ($0, to: "f-" + HTMLText.identifier($0)) }),
            ])
        }
        table.end(shown: Self.rows, of: rows.count)
    }

    // MARK: Logs

    private func logs(_ page: HTMLPage) {
        guard let rows = report.clientLog else { return }
        let table = TableWriter(page: page, id: "t-logs", title: "Log lines beside the packets")
        let files = report.clientLogFiles.map(context.logs.sentence).joined(separator: ". ")
        let rest = rows.count > Self.rows ? " Shown are the first \(Format.count(Self.rows)) lines." : ""
        table.begin(
            ["time", "log", .number("line"), "level", "says", "connection", "finding"], note: files + "." + rest)
        for row in rows.prefix(Self.rows) {
            let finding: TableWriter.Cell =
                row.finding.map { .link($0, to: "f-" + HTMLText.identifier($0)) }
                ?? .word(row.unexplained ? "unexplained" : "", bad: row.unexplained)
            table.row([
                .text(context.time.clock(row.time)), .text(row.source), .number(row.line), .text(row.level ?? ""),
                .text(row.text), .text(row.connection ?? ""), finding,
            ])
        }
        table.end(shown: Self.rows, of: rows.count)
    }

    // MARK: Connections

    private func connections(_ page: HTMLPage) {
        guard !report.connections.isEmpty else { return }
        let (all, shown) = (report.connections.count, min(report.connections.count, Self.connectionRows))
        let table = TableWriter(page: page, id: "t-connections", title: "Connections")
        table.begin(
            [
                "id", "client", "client id", "server", "opened", .number("lasted"), .number("requests"),
                .number("unanswered"), .number("errors"), "security", "end", "findings",
            ],
            note: shown < all ? "Without scripts: the first \(Format.count(shown)) of \(Format.count(all))." : nil)
        var findings: [String: [Finding]] = [:]
        for finding in report.findings {
            for id in finding.evidence.connections { findings[id, default: []].append(finding) }
        }
        for row in report.connections.prefix(shown) { table.row(cells(row) + [links(findings[row.id] ?? [])]) }
        table.end()
    }

    private func links(_ findings: [Finding]) -> TableWriter.Cell {
        .links(findings.prefix(3).map { ($0.id, to: "f-" + HTMLText.identifier($0.id)) })
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
        table.begin(["client", "server", .number("connections"), .number("requests"), .number("bytes")])
        for row in report.connectionGroups.prefix(Self.rows) {
            table.row([
                .text(row.client), .text(row.server), .number(row.connections), .number(Int(clamping: row.requests)),
                .value(Format.bytes(row.bytes), sort: Double(row.bytes)),
            ])
        }
        table.end(shown: Self.rows, of: report.connectionGroups.count)
    }
}
