internal import Pipeline
internal import ReportModel
internal import Reports

/// `brokertap readiness`.
struct ReadinessCommand {
    private let arguments: ParsedArguments
    private let commandLine: [String]
    private let options: AnalyzerOptions

    init(_ arguments: ParsedArguments, commandLine: [String]) throws(UsageError) {
        self.arguments = arguments
        self.commandLine = commandLine
        var options = try AnalyzeCommand.options(arguments)
        options.makesTables = true
        self.options = options
        try ReportOutputs.check(arguments)
    }

    /// - Returns: the exit status of the contract.
    func run() -> Int32 {
        let report: Report
        do {
            report = try AnalyzeCommand.analysed(options, arguments, commandLine: commandLine)
        } catch {
            return ReadingFault.say(error, arguments)
        }
        return write(report) ? status(ReadinessVerdict(report)) : ExitStatus.unusable
    }

    private func write(_ report: Report) -> Bool {
        ReportOutputs(arguments).write(
            json: { JSONReportWriter(report: report, sink: $0, pretty: $1).writeReadiness() },
            text: { ReadinessTextWriter(report: report, sink: $0, style: $1).write() }, times: report)
    }

    /// `error`: somebody breaks; `warning`: somebody may; `unjudged`: somebody could not be judged, or breaks.
    private func status(_ verdict: ReadinessVerdict) -> Int32 {
        let levels = arguments.all("fail-on")
        let (breaks, mayBreak) = (verdict.count(.breaks, of: .brokers), verdict.count(.mayBreak, of: .brokers))
        if levels.isEmpty { return ExitStatus.fine }
        if breaks > 0 { return ExitStatus.findings }
        if mayBreak > 0, levels.contains("warning") { return ExitStatus.findings }
        return levels.contains("unjudged") && verdict.isBlindToSome ? ExitStatus.findings : ExitStatus.fine
    }
}
