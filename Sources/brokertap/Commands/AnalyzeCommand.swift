internal import Pipeline
internal import ReportModel
internal import Reports
internal import Vocabulary

/// `brokertap analyze`.
struct AnalyzeCommand {
    private let arguments: ParsedArguments
    private let commandLine: [String]
    private let options: AnalyzerOptions
    private let kept: KeptFacts?
    private let follow: FollowArguments?

    init(_ arguments: ParsedArguments, commandLine: [String]) throws(UsageError) {
        self.arguments = arguments
        self.commandLine = commandLine
        var options = try Self.options(arguments)
        try ReportOutputs.check(arguments)
        kept = try KeptFacts(arguments)
        options.factsOutput = kept?.output
        follow = try FollowArguments(arguments)
        follow?.set(&options)
        self.options = options
    }

    /// - Returns: the exit status of the contract.
    func run() -> Int32 {
        let paths = (kept?.inputs ?? []) + arguments.operands
        guard InputCheck.areReadable(paths) else { return ExitStatus.unusable }
        let store = arguments.value("ndjson-dir").map(StoreFolder.init)
        if let store, !store.make() { return ExitStatus.unusable }
        let analyzer = Analyzer(options: options)
        let report: Report
        do {
            report = try Self.analysed(analyzer, arguments, paths: paths, commandLine: commandLine)
            kept?.tell(analyzer.writtenFacts)
        } catch {
            return ReadingFault.say(error, arguments)
        }
        let stored = store?.write(report) ?? true
        return ReportOutputs(arguments).write(report) && stored
            ? ExitStatus.of(report, failOn: arguments.all("fail-on")) : ExitStatus.unusable
    }

    /// Reads the operands, or other files, with a line of progress.
    static func analysed(
        _ options: AnalyzerOptions, _ arguments: ParsedArguments, paths: [String]? = nil, commandLine: [String]
    ) throws -> Report {
        try analysed(
            Analyzer(options: options), arguments, paths: paths ?? arguments.operands, commandLine: commandLine)
    }

    private static func analysed(
        _ analyzer: Analyzer, _ arguments: ParsedArguments, paths: [String], commandLine: [String]
    ) throws -> Report {
        var line = ProgressLine(enabled: !arguments.has("no-progress") && !arguments.has("quiet"))
        defer { line.clear() }
        // Who follows a file ends it by an interrupt; what is there is the whole capture then.
        let follows = arguments.has("follow")
        var report = try analyzer.run(paths: paths) { line.goesOn($0) || follows }
        report.tool.version = Version.text
        report.tool.arguments = commandLine
        report.tool.filter = analyzer.filter
        return arguments.has("anonymize") ? Anonymizer.anonymized(report) : report
    }

    static func options(_ arguments: ParsedArguments) throws(UsageError) -> AnalyzerOptions {
        var options = AnalyzerOptions()
        options.filter = arguments.value("filter")
        options.clients = arguments.all("client")
        options.brokers = arguments.all("broker")
        let zoneName = arguments.value("tz") ?? "UTC"
        guard let zone = TimeArguments.zone(zoneName) else {
            throw UsageError(message: "--tz cannot be '\(zoneName)': it is UTC, local, or an offset such as +02:00")
        }
        options.from = try bound("from", arguments, zone)
        options.to = try bound("to", arguments, zone)
        options.keepsRequests = arguments.has("html") || arguments.has("ndjson-dir")
        options.keepsRequestParts = arguments.has("html")
        options.makesTables = arguments.has("no-tables") ? false : arguments.has("tables") ? true : nil
        options.limits.loggedRequests = try loggedRequests(arguments) ?? options.limits.loggedRequests
        options.usesKeys = !arguments.has("no-keylog")
        options.keylog = try KeyLogArguments.paths(arguments)
        options.threads = try threads(arguments) ?? options.threads
        options.clientLogs = try LogArguments.paths("client-log", arguments)
        options.events = try LogArguments.paths("events", arguments)
        options.eventsZone = zone
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
        _ name: String, _ arguments: ParsedArguments, _ zone: TimeZoneRule
    ) throws(UsageError) -> TimeBound? {
        guard let text = arguments.value(name) else { return nil }
        if let bound = TimeArguments.bound(text, zone) { return bound }
        throw UsageError(
            message: "--\(name) cannot be '\(text)': it is 2026-01-31T09:30:00Z, 09:30[:00] or +SECONDS")
    }
}

/// The contract's exit statuses.
enum ExitStatus {
    static let fine: Int32 = 0
    static let findings: Int32 = 1
    static let unusable: Int32 = 2

    /// - Parameter failOn: levels, of which the least counts; `unjudged` adds that too little could be read, and alone goes
    ///   with `error`, for who asks that nothing stays unjudged wants no fault either. Of a view, what it shows is judged.
    static func of(_ report: Report, failOn: [String]) -> Int32 {
        if failOn.isEmpty { return fine }
        if failOn.contains(unjudged), report.summary.status == .cannotJudge { return findings }
        let threshold = failOn.compactMap(Severity.init).min() ?? .error
        return report.findings.contains { $0.severity >= threshold } ? findings : fine
    }

    private static let unjudged = "unjudged"
}
