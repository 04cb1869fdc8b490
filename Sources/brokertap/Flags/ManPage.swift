/// The manual page, from the flag table.
enum ManPage {
    static var text: String {
        let commands = FlagTable.commands.map(section).joined()
        return """
            .TH BROKERTAP 1 "" "brokertap \(Version.text)" "User Commands"
            .SH NAME
            brokertap \\- find out from packet captures why Apache Kafka connections fail
            .SH SYNOPSIS
            .B brokertap
            [analyze] FILE... [flags]
            .br
            .B brokertap
            COMMAND [flags]
            .SH COMMANDS
            \(commands).SH EXIT STATUS
            .TP
            .B 0
            The captures were analysed.
            .TP
            .B 1
            There is a finding at or above the level of \\-\\-fail\\-on.
            .TP
            .B 2
            No capture could be read, or the command line is wrong.
            .SH ENVIRONMENT
            .TP
            .B NO_COLOR, TERM, COLUMNS, LC_ALL, LC_CTYPE, LANG
            Colour, width and characters of the text report.

            """
    }

    private static func section(_ command: Command) -> String {
        let operands = command.operands.map { " \($0)" } ?? ""
        let head = ".SS \(escaped(command.name + operands))\n\(escaped(command.summary))\n"
        return head + command.flags.map(entry).joined()
    }

    private static func entry(_ flag: Flag) -> String {
        let short = flag.letter.map { "\\-\($0), " } ?? ""
        return ".TP\n.B \(short)\(escaped(flag.usage))\n\(escaped(flag.help))\n"
    }

    /// troff's own characters, and a line that would begin with a request.
    private static func escaped(_ text: String) -> String {
        let body = text.map { $0 == "\\" ? "\\e" : $0 == "-" ? "\\-" : String($0) }.joined()
        return body.hasPrefix(".") || body.hasPrefix("'") ? "\\&" + body : body
    }
}
