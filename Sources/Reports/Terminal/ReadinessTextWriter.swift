public import ReportModel
internal import Vocabulary

/// `brokertap readiness` as text: the verdict, then the clients, worst first.
public struct ReadinessTextWriter {
    private let report: Report
    private let style: TextStyle
    private let sink: any ByteSink
    private let verdict: ReadinessVerdict
    /// Rows of one outlook that are shown without `--all`.
    private static let shown = 20

    public init(report: Report, sink: any ByteSink, style: TextStyle = TextStyle()) {
        (self.report, self.sink, self.style) = (report, sink, style)
        verdict = ReadinessVerdict(report)
    }

    public func write() {
        var page = TextPage(style: style)
        let names = report.capture.sources.map { Trim.name($0.name.baseName) }
        page.add("brokertap readiness: \(Format.list(names))", first: "", rest: "  ")
        page.blank()
        page.section("VERDICT", [ReadinessWords.verdict(verdict)], paint: paint(verdict.brokersUpgrade))
        let brokers = brokerRows
        if !brokers.isEmpty { page.section("BROKERS", brokers) }
        for outlook in UpgradeOutlook.allCases {
            clients(verdict.rows.filter { $0.worst == outlook }, outlook, on: &page)
        }
        page.blank()
        let doubts = CaptureDoubts(report: report).sentences
        page.section(
            "DOUBTS", doubts + ["a client is judged by what it did while the capture ran, and by nothing else"])
        page.commands("NEXT", next)
        sink.write(page.text)
        sink.flush()
    }

    private func paint(_ outlook: UpgradeOutlook) -> TextPage.Paint {
        switch outlook {
        case .breaks: .bad
        case .mayBreak, .unknown: .warn
        case .ready: .good
        }
    }

    /// `Kafka 3.9: 10.10.0.14:9092`, by what their lists look like.
    private var brokerRows: [String] {
        var places: [String: Set<String>] = [:]
        for server in verdict.rows.flatMap(\.servers) {
            places[server.version.map { "Kafka \($0)" } ?? "version not seen", default: []].insert(server.address)
        }
        return places.sorted { $0.key < $1.key }.map { version, addresses in
            "\(version): \(Format.list(addresses.sorted().map(Trim.name), limit: 6))"
        }
    }

    private func clients(_ rows: [ReadinessRow], _ outlook: UpgradeOutlook, on page: inout TextPage) {
        if rows.isEmpty { return }
        page.blank()
        let shown = style.showAll ? rows[...] : rows.prefix(Self.shown)
        for (place, row) in shown.enumerated() {
            if outlook != .ready, place > 0 { page.blank() }
            client(row, outlook, on: &page)
        }
        let rest = rows.count - shown.count
        if rest > 0 { page.add("\(Format.count(rest)) more: --all shows them", first: "", rest: "  ") }
    }

    private func client(_ row: ReadinessRow, _ outlook: UpgradeOutlook, on page: inout TextPage) {
        let word = outlook == .mayBreak ? "may break" : outlook.rawValue
        if outlook == .ready {
            return page.headline(
                "\(word) ", "\(ReadinessWords.name(row)), software \(ReadinessWords.software(row))", paint: .good)
        }
        page.headline("\(word) ", ReadinessWords.name(row), paint: paint(outlook))
        page.entry("|", "software", ReadinessWords.software(row))
        for (place, text) in ReadinessWords.removed(row).enumerated() {
            page.entry("|", place == 0 ? "sends" : "", text)
        }
        if row.removed.isEmpty { page.entry("|", "sends", ReadinessWords.used(row)) }
        let told = row.upgrades.filter { $0.outlook < .ready && ($0.upgrade == .brokers || $0.outlook != .unknown) }
        for upgrade in told {
            if let advice = ReadinessWords.advice(upgrade) { page.entry("=", "help", advice) }
            if let why = ReadinessWords.why(upgrade) { page.entry("=", "why", why) }
        }
        if let shared = ReadinessWords.sharedName(row) { page.entry("=", "note", shared) }
    }

    private var next: [String] {
        let file = report.capture.sources.first.map { Trim.shell($0.name) } ?? "FILE"
        var commands = ["brokertap readiness \(file) --json readiness.json"]
        if verdict.encryptedConnections > 0 { commands.append("brokertap readiness \(file) --keylog KEYS") }
        return commands
    }
}
