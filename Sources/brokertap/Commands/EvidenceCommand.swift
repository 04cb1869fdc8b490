internal import Pipeline
internal import ReportModel
internal import Reports
internal import Vocabulary

/// `brokertap evidence`.
struct EvidenceCommand {
    private let arguments: ParsedArguments
    private var options = EvidenceOptions()

    init(_ arguments: ParsedArguments) throws(UsageError) {
        self.arguments = arguments
        guard let finding = arguments.value("finding") else {
            throw UsageError(message: "evidence needs --finding ID: the report has the ids (--json, or --all)")
        }
        guard let output = arguments.value("out"), output != "-" else {
            throw UsageError(message: "evidence needs --out FILE: a pcapng file to write")
        }
        options.analysis = try AnalyzeCommand.options(arguments)
        (options.finding, options.output) = (finding, output)
        options.keepsSecrets = arguments.has("keep-secrets")
        options.masksNames = arguments.has("anonymize")
        if options.keepsSecrets, options.masksNames {
            throw UsageError(
                message: "--anonymize cannot go with --keep-secrets: what is kept would name hosts and people")
        }
        try OutputCheck.check([output, PartFile.path(of: output)], inputs: arguments.operands)
    }

    /// - Returns: the exit status: 1 where the cut does not give the finding again.
    func run() throws(UsageError) -> Int32 {
        var line = ProgressLine(enabled: !arguments.has("no-progress"))
        defer { line.clear() }
        do {
            let cut = try EvidenceCutter(options).run(
                paths: arguments.operands,
                progress: { line.goesOn($0) }, comment: Self.comment)
            line.clear()
            return tell(cut)
        } catch let fault as EvidenceFault {
            throw fault.usageError
        } catch {
            return ReadingFault.say(error, arguments)
        }
    }

    private static func comment(_ finding: Finding, _ report: Report) -> (file: String, frame: String) {
        let words = FrameComments.words(finding, report)
        return (words.title + "\n" + words.explanation, FrameComments.text(finding, words))
    }

    private func tell(_ cut: EvidenceCut) -> Int32 {
        let text = "\(options.output): \(cut.packets) packets, \(cut.scope.words)\n"
        guard Output.write(to: "-", { $0.write(text) }) else { return ExitStatus.unusable }
        for loss in cut.losses { StandardError.say("\(options.output) lacks \(loss)") }
        if cut.isSame { return ExitStatus.fine }
        let why =
            options.keepsSecrets
            ? "" : options.masksNames ? "; without --anonymize it may" : "; with --keep-secrets it may"
        StandardError.say(
            cut.again == nil
                ? "analysed alone, the cut does not give \(cut.finding.id) again\(why)"
                : "analysed alone, the cut gives \(cut.finding.kind.rawValue) with another cause or certainty\(why)")
        return ExitStatus.findings
    }
}

extension EvidenceScope.Width {
    /// What a cut of this width holds.
    var words: String {
        switch self {
        case .connections: "the finding's connections, with names looked up and ICMP"
        case .pairs: "all between its clients and its servers"
        case .party: "all of its clients, or of its servers where it has none"
        case .parties: "all of its clients and its servers"
        case .everything: "the whole capture: the finding needs all of it"
        }
    }
}

extension EvidenceFault {
    var usageError: UsageError {
        switch self {
        case .needsFiles: ListingFault.needsFiles.usageError
        case .noSuchFinding(let id, let known): ListingFault.noSuchFinding(id, known: known).usageError
        case .aboutTheCapture(let id): UsageError(message: "\(id) is about the capture itself: no part of it shows it")
        case .cannotWrite(let reason): UsageError(message: "--out: cannot be written (\(reason))")
        }
    }
}
