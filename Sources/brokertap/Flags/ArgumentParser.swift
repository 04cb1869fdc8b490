#if canImport(Glibc)
    internal import Glibc
#else
    internal import Musl
#endif

/// A command line that cannot be understood, with what was probably meant.
struct UsageError: Error, Equatable {
    let message: String
    var suggestion: String?
}

/// A command line taken apart.
struct ParsedArguments {
    let command: Command
    var operands: [String] = []
    private var values: [String: [String]] = [:]

    init(command: Command) { self.command = command }

    func has(_ name: String) -> Bool { values[name] != nil }
    /// The last value given: a later flag overrides an earlier one.
    func value(_ name: String) -> String? { values[name]?.last }
    func all(_ name: String) -> [String] { values[name] ?? [] }

    fileprivate mutating func add(_ flag: Flag, _ value: String) { values[flag.name, default: []].append(value) }
    fileprivate mutating func add(operand: String) { operands.append(operand) }
}

/// Reads arguments by the flag table.
enum ArgumentParser {
    /// - Parameter arguments: without the program's name.
    static func parse(_ arguments: [String]) throws(UsageError) -> ParsedArguments {
        let (command, rest) = try commandAndRest(arguments)
        var reader = Reader(parsed: ParsedArguments(command: command), rest: rest[...])
        try reader.readAll()
        if !reader.parsed.has("help") { try checkOperands(reader.parsed) }
        return reader.parsed
    }

    /// A first word that names no command is a file: `brokertap FILE` analyses it.
    private static func commandAndRest(_ arguments: [String]) throws(UsageError) -> (Command, [String]) {
        guard let first = arguments.first else { return (named("help"), []) }
        if let command = FlagTable.command(first) { return (command, Array(arguments.dropFirst())) }
        switch first {
        case "--version", "-V": return (named("version"), [])
        case "--help", "-h": return (named("help"), [])
        default:
            try refuseSlip(first)
            return (named("analyze"), arguments)
        }
    }

    /// A word that is nearly a command's name, and no file's.
    private static func refuseSlip(_ word: String) throws(UsageError) {
        guard !word.hasPrefix("-"), !word.contains("/"), !word.contains("."), access(word, F_OK) != 0,
            let nearest = EditDistance.nearest(to: word, in: FlagTable.commands.map(\.name))
        else { return }
        throw UsageError(message: "no command and no file is called '\(word)'", suggestion: nearest)
    }

    private static func named(_ name: String) -> Command {
        FlagTable.command(name) ?? Command(name: name, summary: "")
    }

    private static func checkOperands(_ parsed: ParsedArguments) throws(UsageError) {
        let (command, count) = (parsed.command, parsed.operands.count)
        if count < command.minimumOperands {
            throw UsageError(message: "\(command.name) needs \(command.operands ?? "an operand")")
        }
        if count > command.maximumOperands {
            let extra = parsed.operands[command.maximumOperands]
            throw UsageError(message: "\(command.name) does not take '\(extra)'")
        }
    }

    private struct Reader {
        var parsed: ParsedArguments
        var rest: ArraySlice<String>

        mutating func readAll() throws(UsageError) {
            while let word = rest.popFirst() {
                if word == "--" {
                    rest.forEach { parsed.add(operand: $0) }
                    rest = []
                } else if word.hasPrefix("--") {
                    try readLong(String(word.dropFirst(2)))
                } else if word.hasPrefix("-"), word != "-", Int(word) == nil {
                    try readShort(word.dropFirst())
                } else {
                    parsed.add(operand: word)
                }
            }
        }

        private mutating func readLong(_ word: String) throws(UsageError) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = parts.first ?? ""
            guard let flag = parsed.command.flags.first(where: { $0.name == name }) else { throw unknown(name) }
            try take(flag, shown: "--\(name)", attached: parts.count > 1 ? parts[1] : nil)
        }

        private mutating func readShort(_ letters: Substring) throws(UsageError) {
            var letters = letters
            while let letter = letters.popFirst() {
                guard let flag = parsed.command.flags.first(where: { $0.letter == letter }) else {
                    throw UsageError(
                        message: "unknown flag '-\(letter)'", suggestion: "brokertap \(parsed.command.name) --help")
                }
                let attached = flag.isSwitch || letters.isEmpty ? nil : String(letters)
                if attached != nil { letters = "" }
                try take(flag, shown: "-\(letter)", attached: attached)
            }
        }

        private mutating func take(_ flag: Flag, shown: String, attached: String?) throws(UsageError) {
            if flag.isSwitch {
                if attached != nil { throw UsageError(message: "\(shown) takes no value") }
                return parsed.add(flag, "")
            }
            if !flag.optionalWords.isEmpty, attached == nil {
                let words = rest.first?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
                let isValue = !words.isEmpty && words.allSatisfy(flag.optionalWords.contains)
                return parsed.add(flag, isValue ? rest.popFirst() ?? "" : "")
            }
            guard let value = attached ?? rest.popFirst() else {
                throw UsageError(message: "\(shown) needs a value: \(flag.usage)")
            }
            try check(flag, value, shown)
            parsed.add(flag, value)
        }

        private func check(_ flag: Flag, _ value: String, _ shown: String) throws(UsageError) {
            guard case .words(let words) = flag.completion, !words.contains(value), flag.name != "tz",
                flag.optionalWords.isEmpty
            else { return }
            throw UsageError(
                message: "\(shown) cannot be '\(value)': it is one of \(words.joined(separator: ", "))",
                suggestion: EditDistance.nearest(to: value, in: words).map { "\(shown) \($0)" })
        }

        private func unknown(_ name: String) -> UsageError {
            let others = FlagTable.commands.filter { $0.flags.contains { $0.name == name } }.map(\.name)
            if !others.isEmpty {
                let have = others.count == 1 ? "has" : "have"
                return UsageError(
                    message: "\(parsed.command.name) has no flag '--\(name)'; \(others.joined(separator: ", ")) \(have)"
                )
            }
            let nearest = EditDistance.nearest(to: name, in: parsed.command.flags.map(\.name))
            return UsageError(
                message: "unknown flag '--\(name)'",
                suggestion: nearest.map { "--\($0)" } ?? "brokertap \(parsed.command.name) --help")
        }
    }
}
