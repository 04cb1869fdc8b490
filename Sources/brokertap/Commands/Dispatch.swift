internal import Capture
internal import Reports

/// From arguments to an exit status.
enum Dispatch {
    /// - Parameter arguments: without the program's name.
    static func run(_ arguments: [String]) -> Int32 {
        do {
            return try command(withFolders(ArgumentParser.parse(arguments)), arguments)
        } catch {
            StandardError.say(error.message + (error.suggestion.map { ": did you mean '\($0)'?" } ?? ""))
            StandardError.say("see 'brokertap --help'")
            return ExitStatus.unusable
        }
    }

    private static func command(_ parsed: ParsedArguments, _ arguments: [String]) throws(UsageError) -> Int32 {
        if parsed.has("help") { return print(HelpText.command(parsed.command, columns: TerminalFacts.helpColumns)) }
        switch parsed.command.name {
        case "analyze", "merge": return try AnalyzeCommand(parsed, commandLine: arguments).run()
        case "decode": return try DecodeCommand(parsed).run()
        case "evidence": return try EvidenceCommand(parsed).run()
        case "annotate": return try AnnotateCommand(parsed).run()
        case "readiness": return try ReadinessCommand(parsed, commandLine: arguments).run()
        case "compare": return try CompareCommand(parsed, commandLine: arguments).run()
        case "live": return try LiveCommand(parsed, commandLine: arguments).run()
        case "interfaces": return InterfacesCommand.run()
        case "explain": return try ExplainCommand(parsed).run()
        case "schema": return try schema(parsed)
        case "completions": return try print(CompletionScript.text(shell: parsed.operands.first ?? ""))
        case "man": return print(ManPage.text)
        case "version": return print(Version.line + "\n")
        default: return try help(parsed.operands.first)
        }
    }

    /// A folder stands for the captures in it.
    private static func withFolders(_ parsed: ParsedArguments) throws(UsageError) -> ParsedArguments {
        guard parsed.command.operands == Command.captures else { return parsed }
        var parsed = parsed
        do { parsed.operands = try CaptureFolder.expanded(parsed.operands) } catch {
            throw UsageError(message: "\(error)")
        }
        return parsed
    }

    private static func help(_ name: String?) throws(UsageError) -> Int32 {
        guard let name else { return print(HelpText.overview(columns: TerminalFacts.helpColumns)) }
        guard let command = FlagTable.command(name) else {
            let nearest = EditDistance.nearest(to: name, in: FlagTable.commands.map(\.name))
            throw UsageError(message: "no command is called '\(name)'", suggestion: nearest)
        }
        return print(HelpText.command(command, columns: TerminalFacts.helpColumns))
    }

    /// The report's schema, or the tables of a store.
    private static func schema(_ parsed: ParsedArguments) throws(UsageError) -> Int32 {
        if parsed.has("columns") { return print(StoreWords.markdown) }
        guard let name = parsed.value("sql") else {
            return Output.write(to: "-") { JSONSchema.write(to: $0) } ? ExitStatus.fine : ExitStatus.unusable
        }
        guard let engine = StoreWords.Engine(rawValue: name) else {
            throw UsageError(message: "--sql cannot be '\(name)': it is duckdb or clickhouse")
        }
        return print(StoreWords.sql(engine))
    }

    private static func print(_ text: String) -> Int32 {
        Output.write(to: "-") { $0.write(text) } ? ExitStatus.fine : ExitStatus.unusable
    }
}
