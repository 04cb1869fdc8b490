internal import Pipeline
internal import ReportModel
internal import Reports
internal import Vocabulary

/// What the reader sees and does: the last status, the choice, and the terminal that both are drawn on.
final class LiveView {
    private let terminal: LiveTerminal
    private let style: TextStyle
    private var choice = LiveChoice()
    /// What is shown; behind the newest while paused.
    private var shown: LiveStatus?
    private var newest: LiveStatus?
    private var lastDraw: Int64 = 0
    private(set) var asksToQuit = false
    private(set) var asksForReport = false
    /// Ten pictures a second at the most.
    private static let pause = Span.milliseconds(100)

    /// Nil where there is no terminal.
    init?(style: TextStyle) {
        guard let terminal = LiveTerminal(colors: style.color) else { return nil }
        self.terminal = terminal
        self.style = style
    }

    var descriptor: Int32 { terminal.descriptor }

    func leave() { terminal.leave() }

    func update(_ updates: Int, _ status: LiveStatus) {
        newest = status
        if choice.paused { choice.waitingUpdates += updates } else { shown = status }
        choice.notice = ""
    }

    func say(_ notice: String) { choice.notice = notice }

    /// Takes the question for a report, once.
    func takeReportQuestion() -> Bool {
        defer { asksForReport = false }
        return asksForReport
    }

    // MARK: Keys

    func readKeys() { for key in terminal.keys() { take(key) } }

    private func take(_ key: LiveTerminal.Key) {
        choice.notice = ""
        switch key {
        case .up: move(-1)
        case .down: move(1)
        case .pageUp: move(-10)
        case .pageDown: move(10)
        case .first: move(-100_000)
        case .last: move(100_000)
        case .enter:
            if choice.finding != nil {
                choice.detail = 0
            } else {
                move(0); choice.detail = choice.finding.map { _ in 0 }
            }
        case .back: if choice.showsHelp { choice.showsHelp = false } else { choice.detail = nil }
        case .letter("?"): choice.showsHelp.toggle()
        case .letter("i"): choice.hidesInfos.toggle()
        case .letter("p"), .letter(" "): togglePause()
        case .letter("r"): asksForReport = true
        case .letter("q"): asksToQuit = true
        case .letter: break
        }
    }

    private func move(_ steps: Int) {
        if let row = choice.detail { return choice.detail = max(0, min(row + steps, 500)) }
        guard let shown else { return }
        let order = LiveScreen.order(shown, choice)
        guard !order.isEmpty else { return }
        let place = order.firstIndex { $0 == choice.finding } ?? (steps > 0 ? -1 : 0)
        choice.finding = order[max(0, min(place + steps, order.count - 1))]
    }

    private func togglePause() {
        choice.paused.toggle()
        choice.waitingUpdates = 0
        if !choice.paused { shown = newest }
    }

    // MARK: Drawing

    /// When it may draw next.
    var nextDraw: Int64 { lastDraw + Self.pause }

    func draw(at clock: Int64, waitingFor names: String) {
        guard clock >= nextDraw else { return }
        lastDraw = clock
        let (width, height) = terminal.measure()
        var status = shown ?? LiveStatus(time: CaptureTime(nanoseconds: 0))
        if shown == nil {
            var source = SourceInfo()
            source.name = names
            status.report.capture.sources = [source]
        }
        terminal.show(LiveScreen(status, choice, width: width, height: height, style: style).rows())
    }
}
