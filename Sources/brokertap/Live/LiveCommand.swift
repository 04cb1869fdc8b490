internal import Capture
internal import Pipeline
internal import ReportModel
internal import Reports
internal import Vocabulary

/// `brokertap live`.
struct LiveCommand {
    private let arguments: ParsedArguments
    private let commandLine: [String]
    private let settings: LiveSettings

    init(_ arguments: ParsedArguments, commandLine: [String]) throws(UsageError) {
        self.arguments = arguments
        self.commandLine = commandLine
        try ReportOutputs.check(arguments)
        settings = try LiveSettings(arguments)
    }

    /// - Returns: the exit status of the contract.
    func run() -> Int32 {
        let analyzer: LiveAnalyzer
        do {
            analyzer = try LiveAnalyzer(options: settings.options)
            try Privileges.drop(environment: TerminalFacts.environment)
        } catch let fault as CaptureFault {
            StandardError.say("\(fault)")
            return ExitStatus.unusable
        } catch {
            StandardError.say("\(error)")
            return ExitStatus.unusable
        }
        guard let outputs = LiveOutputs(arguments, commandLine, settings) else { return ExitStatus.unusable }
        let loop = LiveLoop(analyzer, settings, outputs)
        let report = outputs.dressed(loop.run())
        let fine = outputs.writeReport(report) && !loop.failed
        return fine ? ExitStatus.of(report, failOn: arguments.value("fail-on")) : ExitStatus.unusable
    }
}
