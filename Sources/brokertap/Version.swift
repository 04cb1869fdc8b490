/// What this program is: its version, and the commit that it was built from.
enum Version {
    static let text = "0.1.0"

    /// `git archive` writes the commit and its day here (see .gitattributes); what is built in a work tree, whose files may
    /// differ from every commit, does not know one.
    private static let archived = "$Format:%H %cs$"

    /// One line, for `--version`.
    static var line: String { "brokertap \(text) (\(origin(archived)))" }

    static func origin(_ archived: String) -> String {
        let words = archived.split(separator: " ")
        guard words.count == 2, words[0].count >= 40, words[0].allSatisfy(\.isHexDigit) else {
            return "built in a work tree"
        }
        return "commit \(words[0].prefix(12)) of \(words[1])"
    }
}
