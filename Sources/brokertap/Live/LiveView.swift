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
    private var noticeEnds = Int64.max
    private(set) var asksToQuit = false
    private var questions: [Question] = []
    /// Ten pictures a second at the most.
    private static let pause = Span.milliseconds(100)
    /// How long a notice stands, unless a key is pressed.
    private static let noticeLife = Span.seconds(6)
    private static let filterLength = 60

    /// What the reader asks of the rest of the program.
    enum Question { case report, evidence(of: String) }

    /// Nil where there is no terminal, or the program is in its background.
    init?(style: TextStyle) {
        guard let terminal = LiveTerminal(colors: style.color) else { return nil }
        self.terminal = terminal
        self.style = style
    }

    var descriptor: Int32 { terminal.descriptor }
    var isShown: Bool { terminal.isShown }

    func leave() { terminal.leave() }

    func update(_ updates: Int, _ status: LiveStatus) {
        newest = status
        if choice.paused { choice.waitingUpdates += updates } else { show(status) }
    }

    private func show(_ status: LiveStatus?) {
        shown = status
        guard choice.detail != nil, choice.subject == nil,
            shown?.report.findings.contains(where: { $0.id == choice.finding }) == false
        else {
            return
        }
        choice.detail = nil
        say("that finding was withdrawn: later packets explain it")
    }

    func say(_ notice: String) { (choice.notice, noticeEnds) = (notice, lastDraw + Self.noticeLife) }

    /// Takes what was asked, once.
    func takeQuestions() -> [Question] {
        defer { questions = [] }
        return questions
    }

    // MARK: Keys

    func readKeys() {
        guard isShown else { return }
        for key in terminal.keys() { if choice.isTyping { type(key) } else { take(key) } }
    }

    private func take(_ key: LiveTerminal.Key) {
        choice.notice = ""
        switch key {
        case .up, .letter("k"): move(-1)
        case .down, .letter("j"): move(1)
        case .pageUp: move(-10)
        case .pageDown: move(10)
        case .first, .letter("g"): move(-100_000)
        case .last, .letter("G"): move(100_000)
        case .enter: choice.open(among: places)
        case .back, .erase: goBack()
        case .letter(let letter): take(letter)
        }
    }

    private func take(_ letter: Character) {
        switch letter {
        case "?": choice.showsHelp.toggle()
        case "b", "c", "f": choice.jump(to: letter, among: places)
        case "/": beginFilter()
        case "i": choice.hidesInfos.toggle()
        case "p", " ": togglePause()
        case "r": questions.append(.report)
        case "e": askForEvidence()
        case "q": asksToQuit = true
        default: break
        }
    }

    /// One step at a time: out of the help, out of what is shown in full, out of the filter.
    private func goBack() {
        if choice.showsHelp { return choice.showsHelp = false }
        if choice.detail != nil { return choice.detail = nil }
        choice.filter = ""
    }

    private func askForEvidence() {
        guard choice.subject == nil, let finding = choice.finding, order.contains(finding) else {
            return say("choose a finding first: f, j, k")
        }
        questions.append(.evidence(of: finding))
    }

    private var order: [String] { shown.map { LiveScreen.order($0, choice, style) } ?? [] }

    private var places: [LivePlace] { shown.map { LiveScreen.places($0, choice, style) } ?? [] }

    private func move(_ steps: Int) { choice.move(steps, among: places) }

    private func togglePause() {
        choice.paused.toggle()
        choice.waitingUpdates = 0
        if !choice.paused { show(newest) }
    }

    // MARK: The filter

    private func beginFilter() {
        (choice.isTyping, choice.showsHelp, choice.detail) = (true, false, nil)
    }

    /// Keys while a filter is typed: they are its text.
    private func type(_ key: LiveTerminal.Key) {
        switch key {
        case .letter(let letter): if choice.filter.count < Self.filterLength { choice.filter.append(letter) }
        case .erase: _ = choice.filter.popLast()
        case .enter: choice.isTyping = false
        case .back: (choice.isTyping, choice.filter) = (false, "")
        default: break
        }
    }

    // MARK: Drawing

    /// When it may draw next.
    var nextDraw: Int64 { lastDraw + Self.pause }

    func draw(at clock: Int64, waitingFor names: String) {
        guard clock >= nextDraw else { return }
        lastDraw = clock
        terminal.followForeground()
        guard isShown else { return }
        if clock >= noticeEnds { (choice.notice, noticeEnds) = ("", .max) }
        let (width, height) = terminal.measure()
        var status = shown ?? LiveStatus(time: CaptureTime(nanoseconds: 0))
        if shown == nil {
            var source = SourceInfo()
            source.name = names
            status.report.capture.sources = [source]
        }
        if let row = choice.detail {
            let screen = LiveScreen(status, choice, width: width, height: height, style: style)
            choice.detail = min(row, screen.lastDetailRow)
        }
        terminal.show(LiveScreen(status, choice, width: width, height: height, style: style).rows())
    }
}
