/// `--help`, from the flag table.
enum HelpText {
    /// - Parameter columns: how wide the rows may be; nil: each entry is one row.
    static func overview(columns: Int? = nil) -> String {
        """
        brokertap reads packet captures of Apache Kafka traffic and says what went wrong.

        Usage: brokertap [analyze] FILE... [flags]
               brokertap COMMAND [flags]

        Commands:
        \(table(FlagTable.commands.map { ($0.name, $0.summary) }, columns))

        'brokertap COMMAND --help' shows a command's flags.
        Exit status:
        \(table(statuses, columns))

        """
    }

    private static let statuses = [
        ("0", "analysed"), ("1", "a finding at or above --fail-on"),
        ("2", "unreadable capture, empty view, output that cannot be written, or wrong command line"),
    ]

    static func command(_ command: Command, columns: Int? = nil) -> String {
        let operands = command.operands.map { " \($0)" } ?? ""
        return """
            \(command.summary)

            Usage: brokertap \(command.name)\(operands) [flags]

            Flags:
            \(table(command.flags.map { (usage($0), $0.help) }, columns))

            """
    }

    /// `-q, --quiet`; long-only flags keep the column of the dashes.
    private static func usage(_ flag: Flag) -> String {
        (flag.letter.map { "-\($0), " } ?? "    ") + flag.usage
    }

    private static let leastText = 24

    /// Names, and beside them what they mean.
    private static func table(_ rows: [(name: String, text: String)], _ columns: Int?) -> String {
        let width = rows.map(\.name.count).max() ?? 0
        let room = columns.map { $0 - width - 4 }
        let lead = String(repeating: " ", count: width + 4)
        return rows.flatMap { row in
            broken(row.text, room).enumerated().map { place, text in
                (place == 0 ? "  " + padded(row.name, width) + "  " : lead) + text
            }
        }.joined(separator: "\n")
    }

    private static func broken(_ text: String, _ room: Int?) -> [String] {
        guard let room, room >= leastText else { return [text] }
        var rows = [""]
        for word in text.split(separator: " ") {
            let last = rows[rows.count - 1]
            if last.isEmpty {
                rows[rows.count - 1] = String(word)
            } else if last.count + 1 + word.count <= room {
                rows[rows.count - 1] += " " + word
            } else {
                rows.append(String(word))
            }
        }
        return rows
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
