internal import Pipeline
internal import ReportModel
internal import Reports
internal import Vocabulary

/// `brokertap compare A B`.
struct CompareCommand {
    private let arguments: ParsedArguments
    private let commandLine: [String]
    private let options: AnalyzerOptions

    init(_ arguments: ParsedArguments, commandLine: [String]) throws(UsageError) {
        self.arguments = arguments
        self.commandLine = commandLine
        options = try AnalyzeCommand.options(arguments)
        try ReportOutputs.check(arguments)
        if arguments.operands.contains("-") {
            throw UsageError(message: "compare reads captures and JSON reports from files, not from a pipe")
        }
    }

    /// - Returns: 1 with `--fail-on` where something of that level is new or worse.
    func run() -> Int32 {
        var digests: [ReportDigest] = []
        for path in arguments.operands {
            do {
                digests.append(try digest(path))
            } catch let fault as DigestFault {
                StandardError.say("\(path): \(fault)")
                return ExitStatus.unusable
            } catch {
                return ReadingFault.say(error, arguments)
            }
        }
        let comparison = Comparison(digests[0], digests[1])
        guard write(comparison) else { return ExitStatus.unusable }
        guard let least = arguments.all("fail-on").compactMap(Severity.init).min(), let worst = comparison.worst else {
            return ExitStatus.fine
        }
        return worst >= least ? ExitStatus.findings : ExitStatus.fine
    }

    private func digest(_ path: String) throws -> ReportDigest {
        if let bytes = try ReportFile.bytes(path, limit: options.limits.comparedReportBytes) {
            return try ReportDigest(json: bytes)
        }
        return try ReportDigest(
            AnalyzeCommand.analysed(options, arguments, paths: [path], commandLine: commandLine))
    }

    private func write(_ comparison: Comparison) -> Bool {
        ReportOutputs(arguments).write(
            json: { ComparisonJSON(comparison, sink: $0, pretty: $1).write() },
            text: { ComparisonText(comparison, sink: $0, style: $1).write() }, times: Report())
    }
}
