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
    private let lineSink: FileDescriptorSink?
    private let reports: ReportOutputs
    /// Text lines on standard output, where no view is on the screen and nothing else goes there.
    private let showsLines: Bool
    private var lastSummary: Int64 = 0
    private static let summaryStep = Span.seconds(60)

    /// Nil where a file cannot be opened; that has been told then.
    init?(_ arguments: ParsedArguments, _ commandLine: [String], _ settings: LiveSettings) {
        self.arguments = arguments
        self.commandLine = commandLine
        reports = ReportOutputs(arguments)
        var sink: FileDescriptorSink?
        if let path = settings.ndjson {
            let descriptor = path == "-" ? 1 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else {
                StandardError.say("--ndjson: \(path): cannot be written (\(String(cString: strerror(errno))))")
                return nil
            }
            sink = FileDescriptorSink(descriptor: descriptor)
        }
        lineSink = sink
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

    /// - Parameter quiet: a view is on the screen.
    func tell(_ updates: [LiveUpdate], _ status: LiveStatus, quiet: Bool, at clock: Int64) {
        let shown = arguments.has("anonymize") ? [] : updates
        lines?.write(shown, in: status.report)
        let isDue = clock - lastSummary >= Self.summaryStep
        if isDue { lastSummary = clock }
        if isDue { lines?.write(status) }
        guard showsLines, !quiet else { return }
        let words = LiveLines(style: style)
        let text = words.text(shown, status) + (isDue ? words.summary(status) : "")
        if !text.isEmpty { _ = Output.write(to: "-") { $0.write(text) } }
    }

    /// The reader of the lines has gone.
    var readerIsGone: Bool { lineSink.map { $0.outcome != .fine } ?? false }

    // MARK: Reports

    func dressed(_ report: Report) -> Report {
        var report = report
        report.tool.version = Version.text
        report.tool.arguments = commandLine
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
