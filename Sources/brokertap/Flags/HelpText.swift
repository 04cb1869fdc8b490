/// `--help`, from the flag table.
enum HelpText {
    static var overview: String {
        let width = FlagTable.commands.map(\.name.count).max() ?? 0
        let commands = FlagTable.commands.map { "  \(padded($0.name, width))  \($0.summary)" }
        return """
            brokertap reads packet captures of Apache Kafka traffic and says what went wrong.

            Usage: brokertap [analyze] FILE... [flags]
                   brokertap COMMAND [flags]

            Commands:
            \(commands.joined(separator: "\n"))

            'brokertap COMMAND --help' shows a command's flags.
            Exit status: 0 analysed, 1 a finding at or above --fail-on, 2 unreadable capture, empty view or wrong command line.

            """
    }

    static func command(_ command: Command) -> String {
        let operands = command.operands.map { " \($0)" } ?? ""
        let rows = command.flags.map { (usage: usage($0), help: $0.help) }
        let width = rows.map(\.usage.count).max() ?? 0
        let flags = rows.map { "  \(padded($0.usage, width))  \($0.help)" }
        return """
            \(command.summary)

            Usage: brokertap \(command.name)\(operands) [flags]

            Flags:
            \(flags.joined(separator: "\n"))

            """
    }

    /// `-q, --quiet`; long-only flags keep the column of the dashes.
    private static func usage(_ flag: Flag) -> String {
        (flag.letter.map { "-\($0), " } ?? "    ") + flag.usage
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
