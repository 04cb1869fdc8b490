internal import ReportModel

/// Who breaks on which upgrade, worst first.
struct UpgradeTable {
    let rows: [ReadinessRow]
    private static let shown = 500

    func write(to page: HTMLPage) {
        guard !rows.isEmpty else { return }
        let table = TableWriter(page: page, id: "t-readiness", title: "Ready for Kafka 4")
        table.begin(
            [
                "client", "client id", "software", "brokers to Kafka 4", "its library to Kafka 4", "sends what is gone",
                "why", "brokers",
            ], note: "A client is judged by what it did while the capture ran.")
        for row in rows.prefix(Self.shown) {
            let versions = Set(row.servers.map { $0.version.map { "Kafka \($0)" } ?? "not seen" }).sorted()
            let told = row.upgrades.filter { $0.outlook < .ready }
            table.row(
                [
                    .text(row.client), .text(row.clientId ?? ""), .text(ReadinessWords.software(row)),
                    Self.outlook(row.brokersUpgrade), Self.outlook(row.clientUpgrade),
                    .text(ReadinessWords.removed(row).joined(separator: ", ")),
                    .text(told.compactMap(ReadinessWords.why).joined(separator: " ")),
                    .text(versions.joined(separator: ", ")),
                ], query: TableWriter.term("client", row.client))
        }
        table.end(shown: Self.shown, of: rows.count)
    }

    private static func outlook(_ row: UpgradeRow) -> TableWriter.Cell {
        .word(row.outlook == .mayBreak ? "may break" : row.outlook.rawValue, bad: row.outlook <= .mayBreak)
    }
}

/// Network or broker: where the time of requests went.
struct LatencyPartTable {
    let rows: [LatencyPartRow]
    let context: NarrationContext
    let gateways: [GatewayRow]
    private static let shown = 500
    private static let slowShown = 8

    func write(to page: HTMLPage) {
        guard !rows.isEmpty else { return }
        let slow = SlowWords.slow(rows).prefix(Self.slowShown).map { row in
            "\(row.api) at \(row.broker.map(context.named) ?? ""): \(SlowWords.text(row, gateways))"
        }
        let table = TableWriter(page: page, id: "t-latency-parts", title: "Where the time went")
        table.begin(
            [
                "API", "broker", "client", "topic", "requests", "p50", "p99", "in the broker", "on the wire",
                "behind earlier requests", "throttled", "on purpose", "sent again", "slow",
                "most of their time",
            ],
            note:
                "Each API by broker, by client, and by topic. Shares are of the time of all requests together, from their first "
                + "byte to their answers' last; the path's round trip is that of the connection's handshake.",
            lines: slow)
        for row in rows.prefix(Self.shown) {
            let query = [
                TableWriter.term("api", row.api), row.broker.map { TableWriter.term("broker", $0) },
                row.client.map { TableWriter.term("client", $0) },
            ]
            table.row(cells(row), query: query.compactMap(\.self).joined(separator: " "))
        }
        table.end(shown: Self.shown, of: rows.count)
    }

    private func cells(_ row: LatencyPartRow) -> [TableWriter.Cell] {
        let client = row.client.map { client in row.clientId.map { "\($0) (\(client))" } ?? client }
        let parts = [row.inBroker, row.wire, row.queued, row.throttled, row.onPurpose]
        return [
            .text(row.api), .text(row.broker.map(context.named) ?? ""), .text(client ?? ""), .text(row.topic ?? ""),
            .number(Int(clamping: row.requests)), Self.duration(row.total.p50Ms), Self.duration(row.total.p99Ms),
        ] + parts.map { Self.share($0, of: row.total) } + [
            .number(Int(clamping: row.resent)), row.slow.map { .number(Int(clamping: $0.requests)) } ?? .text(""),
            .text(row.slow.map(SlowWords.owner) ?? ""),
        ]
    }

    private static func duration(_ ms: Double) -> TableWriter.Cell { .value(Format.duration(ms: ms), sort: ms) }

    private static func share(_ part: PartTimes, of total: PartTimes) -> TableWriter.Cell {
        let share = total.sumMs > 0 ? part.sumMs / total.sumMs : 0
        return .value(share > 0 ? Format.percent(share) : "", sort: share)
    }
}
