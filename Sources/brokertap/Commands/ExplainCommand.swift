internal import Pipeline
internal import ReportModel
internal import Reports

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// `brokertap explain`.
struct ExplainCommand {
    private let arguments: ParsedArguments

    init(_ arguments: ParsedArguments) { self.arguments = arguments }

    func run() throws(UsageError) -> Int32 {
        if let directory = arguments.value("markdown-directory") { return writePages(into: directory) }
        if arguments.operands.isEmpty { return show(Explain.overview(markdown: markdown)) }
        return show(try page(arguments.operands.joined(separator: " ")))
    }

    /// What is known of what was asked for, whatever that is.
    func page(_ asked: String) throws(UsageError) -> String {
        if let text = try byName(asked) ?? byWords(asked) { return text }
        throw unknown(asked)
    }

    /// A kind, one of its causes or details, or a cause or detail alone.
    private func byName(_ name: String) throws(UsageError) -> String? {
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        guard let kind = FindingKind(rawValue: parts.first ?? "") else {
            return Explain.sections(name, markdown: markdown, columns: columns)
        }
        guard parts.count > 1 else { return Explain.page(kind, markdown: markdown, columns: columns) }
        guard let text = Explain.section(kind, parts[1], markdown: markdown, columns: columns) else {
            throw unknownSection(kind, parts[1])
        }
        return text
    }

    /// An error code, an exception, or a sentence of a log. What libraries throw under a code's name for many reasons is told
    /// with all of them.
    private func byWords(_ text: String) -> String? {
        let codes = Glossary.errorCodes.map {
            Explain.ErrorCode(code: $0.code, name: $0.name, isRetriable: $0.isRetriable)
        }
        // A code's own name and number stand before exceptions of several meanings, and those before what a line contains.
        let isCode = !text.contains(where: \.isLowercase)
        if !isCode, let saying = Explain.saying(text, whole: true, markdown: markdown, columns: columns) {
            return saying
        }
        if let code = Explain.code(in: text, of: codes) {
            return Explain.error(code, markdown: markdown, columns: columns)
        }
        if let saying = Explain.saying(text, markdown: markdown, columns: columns) { return saying }
        return Glossary.logLine(text).map {
            Explain.logLine($0.topic, $0.text, library: $0.library, markdown: markdown, columns: columns)
        }
    }

    private var columns: Int { TerminalFacts.outputIsTerminal ? max(40, TerminalFacts.width) : Explain.usualColumns }

    private var markdown: Bool { arguments.has("markdown") }

    private func show(_ text: String) -> Int32 {
        Output.write(to: "-") { $0.write(text) } ? ExitStatus.fine : ExitStatus.unusable
    }

    private func writePages(into directory: String) -> Int32 {
        makeFolders(directory)
        for kind in FindingKind.allCases {
            let path = "\(directory)/\(kind.rawValue).md"
            guard Output.write(to: path, { $0.write(Explain.page(kind, markdown: true)) }) else {
                return ExitStatus.unusable
            }
        }
        return ExitStatus.fine
    }

    /// The folder and those above it; what is there already stays.
    private func makeFolders(_ path: String) {
        for end in path.indices.dropFirst() where path[end] == "/" { mkdir(String(path[..<end]), 0o755) }
        mkdir(path, 0o755)
    }

    private func unknown(_ text: String) -> UsageError {
        let names = Explain.names + Glossary.errorCodes.map(\.name)
        let folded = Dictionary(names.map { ($0.lowercased(), $0) }, uniquingKeysWith: { one, _ in one })
        let nearest = EditDistance.nearest(to: text.lowercased(), in: folded.keys.sorted()).flatMap { folded[$0] }
        return UsageError(
            message: "'\(ShownName.of(text))' is not a known kind of finding, error code or log line"
                + (nearest == nil ? "; 'brokertap explain' lists the kinds" : ""),
            suggestion: nearest.map { "brokertap explain \($0)" })
    }

    private func unknownSection(_ kind: FindingKind, _ name: String) -> UsageError {
        let names = Explain.sectionNames(kind)
        let nearest = EditDistance.nearest(to: name, in: names)
        let known = names.isEmpty ? "it has none" : "it has \(names.joined(separator: ", "))"
        return UsageError(
            message: "\(kind.rawValue) has no cause or detail '\(name)': \(known)",
            suggestion: nearest.map { "brokertap explain \(kind.rawValue)/\($0)" })
    }
}
