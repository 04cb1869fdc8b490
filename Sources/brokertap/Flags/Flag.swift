/// What a shell may offer after a flag.
enum Completion: Equatable {
    case none
    case files
    case words([String])
}

/// One option of the command line. The table of them makes parsing, help, the man page and completions.
struct Flag {
    /// Without the two dashes.
    let name: String
    /// One-letter form, without the dash.
    var letter: Character?
    /// The name of its value in help; nil for a switch.
    var argument: String?
    let help: String
    var completion = Completion.none
    /// Whether it may be given more than once, and all values count.
    var repeats = false

    /// Its value may be left out: what stands behind it is the value where it is some of these, with commas between them.
    var optionalWords: [String] = []

    var isSwitch: Bool { argument == nil }

    /// `--json FILE`.
    var usage: String { "--\(name)" + (argument.map { optionalWords.isEmpty ? " \($0)" : " [\($0)]" } ?? "") }
}

/// A command, with the flags and operands that it takes.
struct Command {
    /// Captures, or folders of them.
    static let captures = "FILE..."

    let name: String
    /// How operands are shown; nil where it takes none.
    var operands: String?
    let summary: String
    var flags: [Flag] = []
    var completion = Completion.none
    /// How many operands it needs, and how many it bears.
    var minimumOperands = 0
    var maximumOperands = 0
}
