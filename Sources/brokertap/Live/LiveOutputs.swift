internal import Pipeline
internal import ReportModel
internal import Reports
internal import Vocabulary

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// What a live run writes while it goes on, and its report.
final class LiveOutputs {
    private let arguments: ParsedArguments
    private let commandLine: [String]
    private let lines: LiveLineWriter?
    /// Where lines of NDJSON go: standard output, whose reader may go, or a file.
    private let standardOutput: FileDescriptorSink?
    private let lineFile: LineFile?
    private let stores: LiveStores?
    private var fileFilter: LiveFilter
    private var screenFilter: LiveFilter
    /// Of what the command is given.
    private var commandFilter: LiveFilter
    private let command: FindingCommand?
    /// As told last.
    private var hint: LiveHint.Kind?
    private let reports: ReportOutputs
    /// The files that hold this run's packets, so that they can be analysed again.
    var recorded: () -> [String] = { [] }
    /// Text lines on standard output, where no view is on the screen and nothing else goes there.
    private let showsLines: Bool
    private var lastSummary: Int64 = 0
    private static let summaryStep = Span.seconds(60)

    /// Nil where a file cannot be opened; that has been told then.
    init?(_ arguments: ParsedArguments, _ commandLine: [String], _ settings: LiveSettings) {
        self.arguments = arguments
        self.commandLine = commandLine
        reports = ReportOutputs(arguments)
        fileFilter = LiveFilter(types: settings.ndjsonTypes, level: settings.level)
        screenFilter = LiveFilter(level: settings.level)
        commandFilter = LiveFilter(types: ["finding"], level: settings.level)
        command = settings.onFinding.map(FindingCommand.init)
        standardOutput = settings.ndjson == "-" ? FileDescriptorSink(descriptor: 1) : nil
        do {
            stores = try settings.ndjsonFolder.map { path throws(LineFile.Failure) in try LiveStores(path, settings) }
        } catch {
            StandardError.say("--ndjson-dir: \(error.what)")
            return nil
        }
        do {
            lineFile = try settings.ndjson.flatMap { path throws(LineFile.Failure) in
                path == "-" ? nil : try LineFile(path: path, most: settings.ndjsonBytes, keep: settings.ndjsonKeep)
            }
        } catch {
            StandardError.say("--ndjson: \(error.what)")
            return nil
        }
        let sink: (any ByteSink)? = standardOutput ?? lineFile
        lines = sink.map { LiveLineWriter(sink: $0) }
        let taken = ["json", "html", "report", "ndjson"].contains { arguments.value($0) == "-" }
        showsLines = !taken && !arguments.has("quiet")
    }

    /// Whether the screen is free for a view.
    var mayDraw: Bool {
        showsLines && !arguments.has("plain") && TerminalFacts.outputIsTerminal
            && TerminalFacts.environment("TERM") != "dumb"
    }

    var style: TextStyle { reports.screenStyle(Report()) }

    // MARK: While it goes on

    /// - Parameters:
    ///   - quiet: a view is on the screen.
    ///   - news: rows for a store.
    func tell(_ updates: [LiveUpdate], _ status: LiveStatus, _ news: LiveNews, quiet: Bool, at clock: Int64) {
        stores?.tell(updates, status, news, at: clock)
        let all = arguments.has("anonymize") ? [] : updates
        lines?.write(fileFilter.passed(all), in: status.report)
        let isDue = clock - lastSummary >= Self.summaryStep
        if isDue { lastSummary = clock }
        if isDue, fileFilter.takes("status") { lines?.write(status) }
        hand(all, status)
        let shown = screenFilter.passed(all)
        guard showsLines, !quiet else { return }
        let words = LiveLines(style: style)
        let text = words.text(shown, status) + (isDue ? words.summary(status) : "")
        if !text.isEmpty { _ = Output.write(to: "-") { $0.write(text) } }
    }

    /// Why nothing is seen, once for each reason, and that it is over.
    func tellHint(_ status: LiveStatus, quiet: Bool) {
        let now = LiveHint(status)
        guard now?.kind != hint else { return }
        hint = now?.kind
        if fileFilter.takes("notice") { lines?.write(now, at: status.time) }
        guard showsLines, !quiet else { return }
        let text = LiveLines(style: style).text(now, at: status.time)
        _ = Output.write(to: "-") { $0.write(text) }
    }

    /// Findings that are new at their level, for the user's command.
    private func hand(_ updates: [LiveUpdate], _ status: LiveStatus) {
        guard let command else { return }
        for update in commandFilter.passed(updates) {
            guard case .finding(let finding) = update, finding.state == .open else { continue }
            let sink = StringSink()
            LiveLineWriter(sink: sink).write([update], in: status.report)
            command.tell(sink.bytes)
        }
    }

    /// Goes on with what must not be waited for.
    /// - Returns: what went wrong, in words.
    func turn(at clock: Int64) -> [String] {
        (command?.turn(at: clock) ?? []) + (lineFile?.takeComplaints() ?? []) + (stores?.takeComplaints() ?? [])
    }

    /// The run is over.
    func finish(_ report: Report) {
        command?.finish { MonotonicClock.now }
        stores?.finish(report)
    }

    /// The reader of the lines has gone.
    var readerIsGone: Bool { standardOutput.map { $0.outcome != .fine } ?? false }

    // MARK: Reports

    func dressed(_ report: Report) -> Report {
        var report = report
        report.tool.version = Version.text
        report.tool.arguments = commandLine
        (report.tool.isLive, report.tool.recorded) = (true, recorded())
        return arguments.has("anonymize") ? Anonymizer.anonymized(report) : report
    }

    func writeReport(_ report: Report) -> Bool {
        reports.write(report, onScreen: arguments.value("ndjson") != "-")
    }

    /// A report without stopping: to the files that were named, else as text to standard output.
    /// - Parameter isShown: a view has the screen, and no text may go there.
    /// - Returns: what was done, in words.
    func writeInterim(_ report: Report, isShown: Bool) -> String {
        let files = ["json", "html", "report"].compactMap(arguments.value).filter { $0 != "-" }
        if isShown, files.isEmpty { return "name a file by --html, --json or --report for a report" }
        let fine = reports.write(dressed(report), onScreen: !isShown && arguments.value("ndjson") != "-")
        return fine ? "report written to \(files.joined(separator: ", "))" : "the report could not be written"
    }
}
