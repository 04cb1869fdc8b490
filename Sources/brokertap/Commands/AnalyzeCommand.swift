internal import Pipeline
internal import ReportModel
internal import Reports
internal import Vocabulary

/// `brokertap analyze`.
struct AnalyzeCommand {
    private let arguments: ParsedArguments
    private let commandLine: [String]
    private let options: AnalyzerOptions

    init(_ arguments: ParsedArguments, commandLine: [String]) throws(UsageError) {
        self.arguments = arguments
        self.commandLine = commandLine
        options = try Self.options(arguments)
        let onStandardOutput = ["json", "html", "report"].filter { arguments.value($0) == "-" }
        if onStandardOutput.count > 1 {
            let names = onStandardOutput.map { "--\($0) -" }.joined(separator: " and ")
            throw UsageError(message: "\(names) cannot share standard output: give one of them a file")
        }
        if let width = arguments.value("width"), Int(width).map({ $0 < 20 }) ?? true {
            throw UsageError(message: "--width cannot be '\(width)': it is a number of columns, 20 or more")
        }
    }

    /// - Returns: the exit status of the contract.
    func run() -> Int32 {
        let report: Report
        do {
            report = try analyse()
        } catch {
            StandardError.say("\(error)")
            return ExitStatus.unusable
        }
        return writeOutputs(report) ? ExitStatus.of(report, failOn: arguments.value("fail-on")) : ExitStatus.unusable
    }

    private func analyse() throws -> Report {
        var line = ProgressLine(enabled: !arguments.has("no-progress") && !arguments.has("quiet"))
        defer { line.clear() }
        var report = try Analyzer(options: options).run(paths: arguments.operands) { progress in
            line.update(progress)
            return !Signals.interrupted
        }
        report.tool.version = Version.text
        report.tool.arguments = commandLine
        report.tool.filter = options.filter
        return arguments.has("anonymize") ? Anonymizer.anonymized(report) : report
    }

    private func writeOutputs(_ report: Report) -> Bool {
        var fine = true
        if let path = arguments.value("json") {
            let pretty = arguments.has("pretty")
            fine = Output.write(to: path) { JSONReportWriter(report: report, sink: $0, pretty: pretty).write() } && fine
        }
        if let path = arguments.value("html") {
            fine =
                Output.write(to: path) { HTMLReportWriter(report: report, sink: $0, time: zone(report)).write() }
                && fine
        }
        if let path = arguments.value("report") {
            let style = TextStyle(
                width: 72, color: false, glyphs: .ascii, time: zone(report), showAll: arguments.has("all"))
            fine =
                Output.write(to: path) { TerminalReportWriter(report: report, sink: $0, style: style).write() } && fine
        } else if !arguments.has("quiet"), arguments.value("json") != "-", arguments.value("html") != "-" {
            let style = screenStyle(report)
            fine =
                Output.write(to: "-") { TerminalReportWriter(report: report, sink: $0, style: style).write() } && fine
        }
        return fine
    }

    private func screenStyle(_ report: Report) -> TextStyle {
        let colorFlag = arguments.has("no-color") ? "never" : arguments.value("color")
        let glyphs =
            arguments.value("glyphs").flatMap(TextStyle.Glyphs.init) ?? (TerminalFacts.showsUTF8 ? .block : .ascii)
        return TextStyle(
            width: arguments.value("width").flatMap { Int($0) } ?? TerminalFacts.width,
            color: TerminalFacts.colors(flag: colorFlag), glyphs: glyphs, time: zone(report),
            showAll: arguments.has("all"))
    }

    private func zone(_ report: Report) -> TimeDisplay {
        let start = report.capture.sources.compactMap(\.first).min()
        return TimeArguments.zone(arguments.value("tz") ?? "UTC", at: start) ?? .utc
    }

    private static func options(_ arguments: ParsedArguments) throws(UsageError) -> AnalyzerOptions {
        var options = AnalyzerOptions()
        options.filter = arguments.value("filter")
        options.clients = arguments.all("client")
        options.brokers = arguments.all("broker")
        let zoneName = arguments.value("tz") ?? "UTC"
        guard let zone = TimeArguments.zone(zoneName, at: nil) else {
            throw UsageError(message: "--tz cannot be '\(zoneName)': it is UTC, local, or an offset such as +02:00")
        }
        options.from = try bound("from", arguments, zone)
        options.to = try bound("to", arguments, zone)
        options.keepsRequests = arguments.has("html")
        options.limits.loggedRequests = try loggedRequests(arguments) ?? options.limits.loggedRequests
        options.usesKeys = !arguments.has("no-keylog")
        options.keylog = try KeyLogArguments.paths(arguments)
        options.threads = try threads(arguments) ?? options.threads
        if let path = arguments.value("hosts") {
            guard let hosts = HostsFile.read(path) else { throw UsageError(message: "--hosts: \(path) cannot be read") }
            options.hosts = hosts
        }
        return options
    }

    private static func loggedRequests(_ arguments: ParsedArguments) throws(UsageError) -> Int? {
        guard let text = arguments.value("html-events") else { return nil }
        if let count = Int(text), (1...50_000_000).contains(count) { return count }
        throw UsageError(message: "--html-events cannot be '\(text)': it is a number from 1 to 50000000")
    }

    private static func threads(_ arguments: ParsedArguments) throws(UsageError) -> Int? {
        guard let text = arguments.value("threads") else { return nil }
        if let count = Int(text), (1...64).contains(count) { return count }
        throw UsageError(message: "--threads cannot be '\(text)': it is a number from 1 to 64")
    }

    private static func bound(
        _ name: String, _ arguments: ParsedArguments, _ zone: TimeDisplay
    ) throws(UsageError) -> TimeBound? {
        guard let text = arguments.value(name) else { return nil }
        if let bound = TimeArguments.bound(text, offsetSeconds: zone.offsetSeconds) { return bound }
        throw UsageError(
            message: "--\(name) cannot be '\(text)': it is 2026-01-31T09:30:00Z, 09:30[:00] or +SECONDS")
    }
}

/// The contract's exit statuses.
enum ExitStatus {
    static let fine: Int32 = 0
    static let findings: Int32 = 1
    static let unusable: Int32 = 2

    static func of(_ report: Report, failOn: String?) -> Int32 {
        guard let threshold = failOn.flatMap(Severity.init) else { return fine }
        return report.findings.contains { $0.severity >= threshold } ? findings : fine
    }
}
