internal import Pipeline
internal import ReportModel
internal import Reports
internal import Vocabulary

/// `brokertap annotate`.
struct AnnotateCommand {
    private let arguments: ParsedArguments
    private let options: AnalyzerOptions
    private let output: String

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        guard let output = arguments.value("out"), output != "-" else {
            throw UsageError(message: "annotate needs --out FILE: a pcapng file to write")
        }
        self.output = output
        options = try AnalyzeCommand.options(arguments)
        try OutputCheck.check([output, PartFile.path(of: output)], inputs: arguments.operands)
    }

    /// - Returns: the exit status of the contract.
    func run() throws(UsageError) -> Int32 {
        var line = ProgressLine(enabled: !arguments.has("no-progress"))
        defer { line.clear() }
        do {
            let (report, packets) = try Annotator(options).run(
                path: arguments.operands.first ?? "", output: output,
                progress: { line.goesOn($0) }, comment: { FrameComments.text($0, FrameComments.words($0, $1)) })
            line.clear()
            let text = "\(output): \(report.findings.count) findings on \(packets) packets\n"
            return Output.write(to: "-") { $0.write(text) } ? ExitStatus.fine : ExitStatus.unusable
        } catch let fault as EvidenceFault {
            throw fault.usageError
        } catch {
            return ReadingFault.say(error, arguments)
        }
    }
}
