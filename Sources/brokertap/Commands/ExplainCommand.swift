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
        guard let operand = arguments.operands.first else { return show(Explain.overview(markdown: markdown)) }
        let parts = operand.split(separator: "/", maxSplits: 1).map(String.init)
        guard let kind = FindingKind(rawValue: parts.first ?? "") else { throw unknownKind(parts.first ?? "") }
        guard parts.count > 1 else { return show(Explain.page(kind, markdown: markdown)) }
        guard let text = Explain.section(kind, parts[1], markdown: markdown) else {
            throw unknownSection(kind, parts[1])
        }
        return show(text)
    }

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

    private func unknownKind(_ name: String) -> UsageError {
        let nearest = EditDistance.nearest(to: name, in: FindingKind.allCases.map(\.rawValue))
        return UsageError(
            message: "no kind of finding is called '\(name)'",
            suggestion: nearest.map { "brokertap explain \($0)" } ?? "brokertap explain")
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
