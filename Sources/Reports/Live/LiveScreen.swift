public import ReportModel
internal import Vocabulary

/// A row of the screen, exactly as wide as the screen at most, with how it is painted.
public struct ScreenRow: Equatable, Sendable {
    public enum Paint: Sendable { case plain, bar, bad, warn, good, dim, chosen }
    public var text: String
    public var paint: Paint

    init(_ text: String, _ paint: Paint = .plain) {
        self.text = text
        self.paint = paint
    }
}

/// What the reader has chosen to look at.
public struct LiveChoice: Equatable, Sendable {
    /// The id of the finding under the cursor; nil: none yet.
    public var finding: String?
    /// The finding is shown in full, from this row on.
    public var detail: Int?
    public var showsHelp = false
    public var hidesInfos = false
    /// What is shown does not change; so many updates wait.
    public var paused = false
    public var waitingUpdates = 0
    /// Said once, at the bottom.
    public var notice = ""

    public init() {}
}

/// The full-screen live view as rows: what hangs now, findings, brokers, clients. Nothing here knows a terminal.
public struct LiveScreen {
    private let status: LiveStatus
    private let choice: LiveChoice
    private let width: Int
    private let height: Int
    private let style: TextStyle
    private let context: NarrationContext

    public init(_ status: LiveStatus, _ choice: LiveChoice, width: Int, height: Int, style: TextStyle) {
        self.status = status
        self.choice = choice
        self.width = width
        self.height = height
        self.style = style
        context = NarrationContext(status.report, time: style.time)
    }

    /// Ids of the findings in the order shown, for the cursor.
    public static func order(_ status: LiveStatus, _ choice: LiveChoice) -> [String] {
        findings(status, choice).map(\.id)
    }

    /// What matters first, then as they were told: a row keeps its place.
    private static func findings(_ status: LiveStatus, _ choice: LiveChoice) -> [Finding] {
        let all = status.report.findings
        return all.filter { $0.severity > .info } + (choice.hidesInfos ? [] : all.filter { $0.severity == .info })
    }

    /// `height` rows at most.
    public func rows() -> [ScreenRow] {
        guard width >= 40, height >= 8 else {
            return [ScreenRow(fit("\(width) x \(height): needs 40 x 8"))]
        }
        if choice.showsHelp { return framed(Self.help.map { ScreenRow(fit(" " + $0)) }) }
        if let start = choice.detail, let finding { return framed(detail(finding, from: start)) }
        if width < 60 || height < 16 { return framed(findingRows(room: room)) }
        return framed(overview())
    }

    private var finding: Finding? { status.report.findings.first { $0.id == choice.finding } }

    /// Rows between head and foot.
    private var room: Int { height - 2 - verdict.count }

    private func framed(_ body: [ScreenRow]) -> [ScreenRow] {
        var rows = [bar] + verdict + body.prefix(room)
        while rows.count < height - 1 { rows.append(ScreenRow("")) }
        return rows + [foot]
    }

    // MARK: Head and foot

    private var bar: ScreenRow {
        let names = status.report.capture.sources.map(\.name).joined(separator: ",")
        let paused = choice.paused ? " [paused, \(Format.count(choice.waitingUpdates)) waiting]" : ""
        let parts = [
            uptime, "\(short(status.packetsPerSecond)) pkt/s", "\(short(status.requestsPerSecond)) req/s",
            "\(Format.count(status.openConnections)) conn", "drops \(Format.count(status.report.capture.dropped))",
            "mem \(Format.bytes(status.memoryBytes))",
        ]
        let right = parts.joined(separator: "  ") + paused + " "
        let left = " LIVE \(Visible.cutMiddle(escaped(names), to: max(8, width - right.utf8.count - 8)))"
        return ScreenRow(padded(fit(joined(left, right))), .bar)
    }

    private var uptime: String {
        let seconds = status.uptime / 1_000_000_000
        let pad = { (n: Int64) in (n < 10 ? "0" : "") + String(n) }
        return "\(pad(seconds / 3600)):\(pad(seconds / 60 % 60)):\(pad(seconds % 60))"
    }

    private var verdict: [ScreenRow] {
        let verdict = Verdict(status.report, time: style.time)
        let paint: ScreenRow.Paint =
            switch verdict.tone {
            case .fault: .bad
            case .attention: .warn
            case .healthy: .good
            case .cannotJudge: .plain
            }
        let text = verdict.sentences.prefix(2).joined(separator: " ")
        let rows = LineBreaker.rows(escaped(text), columns: width - 6).prefix(height < 24 ? 1 : 2)
        return rows.enumerated().map { ScreenRow(fit(($0 == 0 ? " NOW  " : "      ") + $1), paint) }
    }

    private var foot: ScreenRow {
        if !choice.notice.isEmpty { return ScreenRow(padded(fit(" " + escaped(choice.notice))), .bar) }
        let keys =
            choice.detail == nil
            ? " ? help  j/k select  Enter details  i infos  p pause  r report  q quit"
            : " j/k scroll  Esc back  p pause  q quit"
        return ScreenRow(padded(fit(keys)), .bar)
    }

    static let help = [
        "", "j k, arrows   choose a finding, or scroll in one", "Enter         the finding in full",
        "Esc           back", "g G           first, last", "i             hide or show findings of level info",
        "p, Space      stop and go on showing what is new; capturing goes on",
        "r             write the report to the files named by --json, --html, --report",
        "q             stop, with the report", "?             this", "",
        "What waits for an answer now is told first. Broker rows are of the last minute:",
        "answers a second, p50, p99 and the longest of the slowest API, and a bar for each 6 s.",
    ]

    // MARK: The overview

    private func overview() -> [ScreenRow] {
        var room = room
        let waiting = section("waiting now (\(status.waiting.count))", waitingRows(4), room: &room, least: 0)
        let brokers = section("brokers, last minute", brokerRows(height > 30 ? 12 : 4), room: &room, least: 5)
        let clients = section("clients", clientRows(height > 30 ? 6 : 3), room: &room, least: 7)
        return waiting + findingRows(room: room) + brokers + clients
    }

    /// A titled part, where it leaves at least so many rows; nothing where it has none.
    private func section(_ title: String, _ rows: [ScreenRow], room: inout Int, least: Int) -> [ScreenRow] {
        let count = min(rows.count, room - least - 1)
        guard count > 0 else { return [] }
        room -= count + 1
        return [rule(title)] + rows.prefix(count)
    }

    private func rule(_ title: String) -> ScreenRow {
        let line = style.glyphs == .ascii ? "-" : "\u{2500}"
        let text = " \(line)\(line) \(title) "
        return ScreenRow(text + String(repeating: line, count: max(0, width - Visible.width(text))), .dim)
    }

    private func waitingRows(_ most: Int) -> [ScreenRow] {
        status.waiting.prefix(most).map { row in
            let client = row.clientId.map { "\($0) \(row.client)" } ?? row.client
            let text =
                "  \(column(Format.duration(ms: row.waitedMs), 9))\(column(row.api, 16))"
                + "\(escaped(client)) to \(escaped(context.broker(row.server, nodeId: row.nodeId)))"
            return ScreenRow(fit(text), row.waitedMs > 5000 ? .bad : .warn)
        }
    }

    private func findingRows(room: Int) -> [ScreenRow] {
        let all = Self.findings(status, choice)
        let title = rule("findings (\(Format.count(all.count)))")
        guard !all.isEmpty else { return [title, ScreenRow("  none yet", .dim)] }
        let place = all.firstIndex { $0.id == choice.finding } ?? 0
        let shown = max(1, room - 1)
        let first = max(0, min(place - shown / 2, all.count - shown))
        return [title] + all[first..<min(all.count, first + shown)].map(row)
    }

    private func row(_ finding: Finding) -> ScreenRow {
        let isChosen = finding.id == choice.finding
        let word = finding.severity == .warning ? "warn" : finding.severity.rawValue
        let title = Narration(finding, in: context).title
        let state = finding.state == .final ? " (over)" : ""
        let text =
            " \(isChosen ? ">" : " ")\(context.time.clock(finding.first).prefix(8)) \(column(word, 6))"
            + "\(finding.count > 1 ? "\(Format.count(finding.count))x " : "")\(escaped(title))\(state)"
        let paint: ScreenRow.Paint =
            isChosen ? .chosen : finding.severity == .error ? .bad : finding.severity == .warning ? .warn : .plain
        return ScreenRow(isChosen ? padded(fit(text)) : fit(text), paint)
    }

    private func brokerRows(_ most: Int) -> [ScreenRow] {
        status.brokers.prefix(most).map { row in
            let ms = { (value: Double?) in value.map { Format.decimal($0, digits: $0 < 10 ? 1 : 0) } ?? "-" }
            let name = Visible.cutMiddle(
                escaped(row.name.map { name in "\(name)\(port(row.server))" } ?? row.server), to: 26)
            let numbers = [
                "\(row.connections) conn", "\(short(row.requestsPerSecond))/s", "p50 \(ms(row.p50Ms))",
                "p99 \(ms(row.p99Ms))", "max \(ms(row.maxMs)) ms",
            ]
            let head = "  \(column(row.nodeId.map(String.init) ?? "", 4))\(column(name, 27))"
            let cells = zip(numbers, [9, 8, 9, 9, 12]).map { column($0, $1) }.joined()
            return ScreenRow(fit(head + cells + bars(row.history)))
        }
    }

    private func clientRows(_ most: Int) -> [ScreenRow] {
        status.clients.prefix(most).map { row in
            let name = Visible.cutMiddle(escaped(row.clientId ?? ""), to: 26)
            let trouble =
                (row.waiting > 0 ? "\(Format.count(row.waiting)) waiting  " : "")
                + (row.findings > 0 ? Format.count(row.findings, "finding") : "")
            return ScreenRow(
                fit("  \(column(row.address, 31))\(column(name, 27))\(column("\(row.connections) conn", 10))\(trouble)")
            )
        }
    }

    // MARK: A finding

    private func detail(_ finding: Finding, from start: Int) -> [ScreenRow] {
        var inner = style
        (inner.width, inner.color, inner.showAll) = (width - 1, false, true)
        var page = TextPage(style: inner)
        FindingText(finding: finding, context: context, showsId: true).draw(on: &page)
        let rows = page.rows.map { ScreenRow(fit(" " + $0)) }
        return Array(rows.dropFirst(min(start, max(0, rows.count - 1))))
    }

    // MARK: Text

    private func escaped(_ text: String) -> String { Visible.escaped(text, asciiOnly: style.glyphs == .ascii) }

    private func port(_ server: String) -> String { String(Visible.portSuffix(of: server)) }

    private func fit(_ text: String) -> String { Self.fit(text, width) }

    /// As much of the text as fits, wide characters counted as two.
    static func fit(_ text: String, _ width: Int) -> String {
        if Visible.width(text) <= width { return text }
        var (used, result) = (0, String.UnicodeScalarView())
        for scalar in text.unicodeScalars {
            used += Visible.width(String(scalar))
            if used > width { break }
            result.append(scalar)
        }
        return String(result)
    }

    private func column(_ text: String, _ width: Int) -> String {
        let text = Self.fit(escaped(text), width - 1)
        return text + String(repeating: " ", count: max(1, width - Visible.width(text)))
    }

    private func padded(_ text: String) -> String {
        text + String(repeating: " ", count: max(0, width - Visible.width(text)))
    }

    private func joined(_ left: String, _ right: String) -> String {
        left + String(repeating: " ", count: max(1, width - Visible.width(left) - Visible.width(right))) + right
    }

    /// `812`, `18.3k`.
    private func short(_ value: Double) -> String {
        value < 1000 ? Format.decimal(value, digits: 0) : "\(Format.decimal(value / 1000, digits: 1))k"
    }

    private func bars(_ history: [Int]) -> String {
        let glyphs = Array(style.glyphs == .ascii ? ".:|#" : "\u{2581}\u{2583}\u{2585}\u{2588}")
        let top = max(1, history.max() ?? 1)
        return String(
            history.suffix(10).map { $0 == 0 ? " " : glyphs[min(glyphs.count - 1, $0 * glyphs.count / (top + 1))] })
    }
}
