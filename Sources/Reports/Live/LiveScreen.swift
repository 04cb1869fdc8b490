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
    /// The broker or the client under the cursor; nil: the finding.
    public var subject: LiveSubject?
    /// The finding, or what there is of the broker or client, is shown in full, from this row on.
    public var detail: Int?
    public var showsHelp = false
    public var hidesInfos = false
    /// Only findings with this text in what is told of them.
    public var filter = ""
    public var isTyping = false
    /// What is shown does not change; so many updates wait.
    public var paused = false
    public var waitingUpdates = 0
    /// Said once, at the bottom.
    public var notice = ""

    public init() {}
}

/// The full-screen live view as rows: what hangs now, findings, brokers, clients. Nothing here knows a terminal.
public struct LiveScreen {
    let status: LiveStatus
    let choice: LiveChoice
    let width: Int
    let height: Int
    let style: TextStyle
    let context: NarrationContext

    public init(_ status: LiveStatus, _ choice: LiveChoice, width: Int, height: Int, style: TextStyle) {
        self.status = status
        self.choice = choice
        self.width = width
        self.height = height
        self.style = style
        context = NarrationContext(status.report, time: style.time)
    }

    /// Ids of the findings in the order shown, for the cursor.
    public static func order(_ status: LiveStatus, _ choice: LiveChoice, _ style: TextStyle) -> [String] {
        LiveScreen(status, choice, width: 0, height: 0, style: style).findings.map(\.id)
    }

    /// What matters first, then as they were told: a row keeps its place.
    var findings: [Finding] {
        let all = status.report.findings
        let shown = all.filter { $0.severity > .info } + (choice.hidesInfos ? [] : all.filter { $0.severity == .info })
        return choice.filter.isEmpty ? shown : shown.filter(isWanted)
    }

    private func isWanted(_ finding: Finding) -> Bool {
        let parts = [
            finding.kind.rawValue, finding.severity.rawValue, finding.client, finding.clientId, finding.server,
            finding.error, context.broker(finding.server, nodeId: finding.nodeId),
            Narration(finding, in: context).title,
        ]
        let wanted = choice.filter.lowercased()
        return parts.contains { $0?.lowercased().contains(wanted) == true }
    }

    /// `height` rows at most.
    public func rows() -> [ScreenRow] {
        guard width >= 40, height >= 8 else {
            return [ScreenRow(fit("\(width) x \(height): needs 40 x 8"))]
        }
        if choice.showsHelp { return framed(Self.help.map { ScreenRow(fit(" " + $0)) }) }
        if let start = choice.detail, let subject = choice.subject {
            return framed(Array(page(of: subject).dropFirst(start)))
        }
        if let start = choice.detail, let finding { return framed(Array(detail(finding).dropFirst(start))) }
        if width < 60 || height < 16 {
            switch choice.subject {
            case .broker: return framed([rule("brokers, last minute")] + brokerRows(room - 1))
            case .client: return framed([rule("clients")] + clientRows(room - 1))
            case nil: return framed(findingRows(room: room))
            }
        }
        return framed(overview())
    }

    private var finding: Finding? { status.report.findings.first { $0.id == choice.finding } }

    /// Rows between head and foot.
    var room: Int { height - 2 - verdict.count }

    private func framed(_ body: [ScreenRow]) -> [ScreenRow] {
        var rows = [bar] + verdict + body.prefix(room)
        while rows.count < height - 1 { rows.append(ScreenRow("")) }
        return rows + [foot]
    }

    // MARK: Head and foot

    private var bar: ScreenRow {
        let names = escaped(status.report.capture.sources.map(\.name).joined(separator: ","))
        let dropped = status.report.capture.dropped
        let cells = [
            Cell(uptime, worth: 4), Cell("\(short(status.packetsPerSecond)) pkt/s", worth: 5),
            Cell("\(short(status.requestsPerSecond)) req/s", worth: 2),
            Cell("\(Format.count(status.openConnections)) conn", worth: 3),
            // Seen without colours, too.
            Cell("\(dropped > 0 ? "DROPS" : "drops") \(Format.count(dropped))", worth: 6),
            Cell("mem \(Format.bytes(status.memoryBytes))", worth: 1),
            Cell(choice.paused ? "[paused, \(Format.count(choice.waitingUpdates)) waiting]" : "", worth: 7),
        ]
        let right = Self.line(cells, room: width - 16)
        let left = " LIVE \(Visible.cutMiddle(names, to: max(8, width - Visible.width(right) - 8)))"
        return ScreenRow(padded(fit(joined(left, right))), .bar)
    }

    private var uptime: String {
        let seconds = status.uptime / 1_000_000_000
        let pad = { (n: Int64) in (n < 10 ? "0" : "") + String(n) }
        return "\(pad(seconds / 3600)):\(pad(seconds / 60 % 60)):\(pad(seconds % 60))"
    }

    private var verdict: [ScreenRow] {
        LiveNow(status: status, context: context).rows(width: width, height: height, escaped: escaped).map {
            ScreenRow(fit($0.text), $0.paint)
        }
    }

    private var foot: ScreenRow {
        if choice.isTyping {
            return ScreenRow(padded(fit(" /\(escaped(choice.filter))_  Enter keeps it, Esc shows all")), .bar)
        }
        if !choice.notice.isEmpty { return ScreenRow(padded(fit(" " + escaped(choice.notice))), .bar) }
        return ScreenRow(padded(fit(" " + keys.joined(separator: "  "))), .bar)
    }

    /// As many keys as have room, those that are needed most first; how to leave is always there.
    private var keys: [String] {
        if choice.showsHelp { return ["Esc back", "q quit"] }
        let all =
            choice.detail == nil
            ? [
                "? help", "Enter details", "/ filter", "p pause", "r report", "e evidence", "i infos", "b brokers",
                "c clients",
                "j/k select",
            ]
            : ["Esc back", "j/k scroll", "e evidence", "p pause"]
        var (shown, room) = ([String](), width - 1 - "  q quit".count)
        for key in all where key.count + 2 <= room {
            shown.append(key)
            room -= key.count + 2
        }
        return shown + ["q quit"]
    }

    static let help = [
        "", "j k, arrows   choose a finding, a broker or a client, or scroll in one",
        "b c f         to the brokers, to the clients, to the findings",
        "Enter         the finding in full; of a broker or a client what waits,",
        "              its slowest APIs, its findings",
        "Esc           back, or all findings", "g G           first, last",
        "/             only findings with a text: a kind, client, broker, a word",
        "i             hide or show findings of level info",
        "e             where the packets of the chosen finding are (--evidence)",
        "p, Space      stop and go on showing what is new; capturing goes on",
        "r             write the report to the files named by --json, --html, --report",
        "q             stop, with the report", "?             this", "",
        "What waits for an answer now is told first. Brokers, in the last minute:",
        "answers a second; ms within which half and 99 % were answered, of Produce",
        "and of Fetch; the longest of all, and whose it was; a bar for 6 s.",
    ]

    // MARK: The overview

    private func overview() -> [ScreenRow] {
        var room = room
        let longest = Format.duration(ms: status.longestWaitMs)
        let waiting = section(
            "waiting now (\(Format.count(status.waitingCount)), the longest for \(longest))",
            min(status.waiting.count, max(4, height / 5)), room: &room, least: 3, waitingRows)
        // The part that the cursor is in has its room first.
        if case .client = choice.subject {
            let clients = clientSection(&room, least: 5)
            let brokers = brokerSection(&room, least: 7)
            return waiting + findingRows(room: room) + brokers + clients
        }
        let brokers = brokerSection(&room, least: 5)
        let clients = clientSection(&room, least: 7)
        return waiting + findingRows(room: room) + brokers + clients
    }

    /// A titled part, where it leaves at least so many rows; nothing where it has none.
    func section(
        _ title: String, _ most: Int, room: inout Int, least: Int, _ rows: (Int) -> [ScreenRow]
    ) -> [ScreenRow] {
        let count = min(most, room - least - 1)
        guard count > 0 else { return [] }
        room -= count + 1
        return [rule(title)] + rows(count)
    }

    func rule(_ title: String) -> ScreenRow {
        let line = style.glyphs == .ascii ? "-" : "\u{2500}"
        let text = " \(line)\(line) \(title) "
        return ScreenRow(fit(text + String(repeating: line, count: max(0, width - Visible.width(text)))), .dim)
    }

    private func waitingRows(_ most: Int) -> [ScreenRow] {
        status.waiting.prefix(most).map(waitingRow)
    }

    func waitingRow(_ row: WaitingRequest) -> ScreenRow {
        let broker = context.broker(row.server, nodeId: row.nodeId)
        let who = row.clientId.map { "\($0) to \(broker), from \(row.client)" } ?? "\(row.client) to \(broker)"
        let what = row.api + (row.topic.map { " to \($0)" } ?? "")
        let text = "  \(column(Format.duration(ms: row.waitedMs), 9))\(column(what, 26))\(escaped(who))"
        return ScreenRow(fit(text), row.waitedMs > 5000 ? .bad : .warn)
    }

    private func findingRows(room: Int) -> [ScreenRow] {
        let all = findings
        let count = Format.count(all.count)
        let title = rule(
            choice.filter.isEmpty
                ? "findings (\(count))"
                : "findings (\(count) of \(Format.count(status.report.findings.count))) with \(escaped(choice.filter))")
        guard !all.isEmpty else { return [title, ScreenRow(choice.filter.isEmpty ? "  none yet" : "  none", .dim)] }
        let place = all.firstIndex { $0.id == choice.finding } ?? 0
        let shown = max(1, room - 1)
        let first = max(0, min(place - shown / 2, all.count - shown))
        return [title] + all[first..<min(all.count, first + shown)].map(row)
    }

    func row(_ finding: Finding) -> ScreenRow {
        let isChosen = finding.id == choice.finding && choice.subject == nil
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

    func brokerRows(_ most: Int) -> [ScreenRow] {
        let rows = window(status.brokers, most) { .broker($0.server) }
        let names = rows.map { row in
            Visible.cutMiddle(escaped(row.name.map { "\($0)\(port(row.server))" } ?? row.server), to: 26)
        }
        let nameWidth = Self.widest(names)
        let conditions = status.conditionsByServer
        return zip(rows, names).map { row, name in
            let cells = [
                Cell(row.nodeId.map(String.init) ?? "", worth: 8, atLeast: 3), Cell(name, worth: 7, atLeast: nameWidth),
                Cell(BrokerWords.state(conditions[row.server], at: status.time), worth: 9),
                Cell("\(row.connections) conn", worth: 3, atLeast: 8),
                Cell("\(short(row.requestsPerSecond))/s", worth: 4, atLeast: 7),
                Cell(times(row, "Produce"), worth: 6, atLeast: 15), Cell(times(row, "Fetch"), worth: 5, atLeast: 13),
                Cell(longest(row), worth: 2, atLeast: 18), Cell(bars(row.history), worth: 1, atLeast: 10),
            ]
            return marked(.broker(row.server), Self.line(cells, room: width - 2, gap: 1))
        }
    }

    func ms(_ value: Double) -> String { Format.decimal(value, digits: value < 10 ? 1 : 0) }

    /// `Produce 1.2/9.8`: half were answered within the first, nearly all within the second.
    private func times(_ row: LiveBroker, _ api: String) -> String {
        "\(api) " + (row.times(of: api).map { "\(ms($0.p50Ms))/\(ms($0.p99Ms))" } ?? "-")
    }

    private func longest(_ row: LiveBroker) -> String {
        row.longest.map { "max \(ms($0.maxMs)) ms \(escaped($0.name))" } ?? ""
    }

    func clientRows(_ most: Int) -> [ScreenRow] {
        let rows = window(status.clients, most) { $0.subject }
        let names = rows.map { Visible.cutMiddle(escaped($0.clientId ?? ""), to: 26) }
        let places = rows.map { escaped($0.address) + ($0.hosts > 1 ? " +\(Format.count($0.hosts - 1))" : "") }
        let (nameWidth, placeWidth) = (Self.widest(names), Self.widest(places))
        return zip(rows.indices, zip(names, places)).map { index, texts in
            let (row, name, place) = (rows[index], texts.0, texts.1)
            let cells = [
                Cell(name, worth: 5, atLeast: nameWidth), Cell(place, worth: 4, atLeast: placeWidth),
                Cell("\(row.connections) conn", worth: 1, atLeast: 9),
                Cell(row.waiting > 0 ? "\(Format.count(row.waiting)) waiting" : "", worth: 3),
                Cell(row.findings > 0 ? Format.count(row.findings, "finding") : "", worth: 2),
            ]
            return marked(row.subject, Self.line(cells, room: width - 2))
        }
    }

    // MARK: Cells

    /// A part of a row: it goes before those that are worth more, where the row is too wide.
    private struct Cell {
        var text: String
        var worth: Int
        var width: Int
        init(_ text: String, worth: Int, atLeast width: Int = 0) {
            (self.text, self.worth) = (text, worth)
            self.width = max(width, Visible.width(text))
        }
    }

    private static func widest(_ texts: [String]) -> Int { texts.map(Visible.width).max() ?? 0 }

    private static func line(_ cells: [Cell], room: Int, gap: Int = 2) -> String {
        var left = cells.filter { $0.width > 0 }
        while left.count > 1, left.reduce(-gap, { $0 + $1.width + gap }) > room {
            guard let least = left.indices.min(by: { left[$0].worth < left[$1].worth }) else { break }
            left.remove(at: least)
        }
        let texts = left.map { $0.text + String(repeating: " ", count: $0.width - Visible.width($0.text)) }
        return texts.joined(separator: String(repeating: " ", count: gap))
    }

    // MARK: A finding

    /// How far a finding in full can be scrolled.
    public var lastDetailRow: Int {
        if let subject = choice.subject { return max(0, page(of: subject).count - room) }
        return finding.map { max(0, detail($0).count - room) } ?? 0
    }

    private func detail(_ finding: Finding) -> [ScreenRow] {
        var inner = style
        (inner.width, inner.color, inner.showAll) = (width - 1, false, true)
        var page = TextPage(style: inner)
        page.breaksCommands = true
        FindingText(finding: finding, context: context, showsId: true, endsWithRequests: true).draw(on: &page)
        return page.rows.map { ScreenRow(fit(" " + $0)) }
    }

    // MARK: Text

    func escaped(_ text: String) -> String { Visible.escaped(text, asciiOnly: style.glyphs == .ascii) }

    private func port(_ server: String) -> String { String(Visible.portSuffix(of: server)) }

    func fit(_ text: String) -> String { Self.fit(text, width) }

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

    func column(_ text: String, _ width: Int) -> String {
        let text = Self.fit(escaped(text), width - 1)
        return text + String(repeating: " ", count: max(1, width - Visible.width(text)))
    }

    func padded(_ text: String) -> String {
        text + String(repeating: " ", count: max(0, width - Visible.width(text)))
    }

    private func joined(_ left: String, _ right: String) -> String {
        left + String(repeating: " ", count: max(1, width - Visible.width(left) - Visible.width(right))) + right
    }

    /// `812`, `18.3k`.
    func short(_ value: Double) -> String {
        value < 1000 ? Format.decimal(value, digits: 0) : "\(Format.decimal(value / 1000, digits: 1))k"
    }

    private func bars(_ history: [Int]) -> String {
        let glyphs = Array(style.glyphs == .ascii ? ".:|#" : "\u{2581}\u{2583}\u{2585}\u{2588}")
        let top = max(1, history.max() ?? 1)
        return String(
            history.suffix(10).map { $0 == 0 ? " " : glyphs[min(glyphs.count - 1, $0 * glyphs.count / (top + 1))] })
    }
}
