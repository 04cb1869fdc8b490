/// Rows of text with labels in front, escaped, broken and coloured in one place.
struct TextPage {
    /// Colours, by what they say.
    enum Paint: String {
        case bad = "31;1"
        case warn = "33;1"
        case good = "32;1"
    }

    let style: TextStyle
    private(set) var rows: [String] = []
    /// Where nothing can be copied beyond the edge, commands are broken like other text.
    var breaksCommands = false

    init(style: TextStyle) { self.style = style }

    /// Labels stand on rows of their own.
    var isNarrow: Bool { style.width < 60 }
    var text: String { rows.map { $0 + "\n" }.joined() }

    mutating func blank() { if rows.last != "" { rows.append("") } }

    /// `LABEL    text`, continued under the text.
    mutating func section(_ label: String, _ paragraphs: [String], paint: Paint? = nil) {
        if isNarrow { rows.append(painted(label, paint)) }
        for (i, paragraph) in paragraphs.enumerated() {
            let lead = isNarrow ? "  " : pad(i == 0 ? label : "", 9)
            let rest = String(repeating: " ", count: isNarrow ? 2 : 9)
            add(paragraph, first: lead, rest: rest, paint: i == 0 && !isNarrow ? paint : nil, painting: label)
        }
    }

    /// `LABEL    command`: a row each, never broken, for they are there to be copied.
    mutating func commands(_ label: String, _ commands: [String]) {
        if isNarrow { rows.append(label) }
        for (i, command) in commands.enumerated() {
            drawn((isNarrow ? "  " : pad(i == 0 ? label : "", 9)) + escaped(command))
        }
    }

    /// `error[kind] title`.
    mutating func headline(_ level: String, _ text: String, paint: Paint?) {
        add(text, first: level, rest: "  ", paint: paint, painting: level)
    }

    /// `  = help        text` below a headline.
    mutating func entry(_ sign: Character, _ label: String, _ text: String) {
        if isNarrow {
            if !label.isEmpty { rows.append("  \(sign) \(escaped(label))") }
            add(text, first: "    ", rest: "    ")
        } else {
            let rest = "  |" + String(repeating: " ", count: 13)
            add(
                text, first: sign == "|" ? "  |  \(pad(escaped(label), 11))" : "  \(sign) \(pad(escaped(label), 12))",
                rest: rest)
        }
    }

    /// A step of advice. Its command has a row of its own, which is never broken: it is there to be copied.
    mutating func step(_ step: HelpStep, sign: Character, label: String) {
        guard let command = step.command else { return entry(sign, label, step.text) }
        entry(sign, label, step.text.isEmpty ? "Run:" : step.text + ":")
        if breaksCommands { return entry("|", "", command) }
        drawn("      " + escaped(command))
    }

    /// A text with a lead on its first row and another on those that follow.
    mutating func add(_ text: String, first: String, rest: String, paint: Paint? = nil, painting: String = "") {
        let room = style.width - max(Visible.width(first), Visible.width(rest))
        if room < 16, Visible.width(first) > Visible.width(rest) {
            rows.append(painted(first, paint))
            return add(text, first: rest, rest: rest)
        }
        for (i, row) in LineBreaker.rows(escaped(text), columns: room).enumerated() {
            guard i == 0 else { rows.append(trimmed(rest + row)); continue }
            let lead = paint == nil ? first : painted(painting, paint) + first.dropFirst(painting.count)
            rows.append(trimmed(lead + row))
        }
    }

    /// A row that is drawn, not written: as it stands.
    mutating func drawn(_ row: String) { rows.append(trimmed(row)) }

    func painted(_ text: String, _ paint: Paint?) -> String {
        guard style.color, let paint else { return text }
        return "\u{1B}[\(paint.rawValue)m\(text)\u{1B}[0m"
    }

    func escaped(_ text: String) -> String { Visible.escaped(text, asciiOnly: style.glyphs == .ascii) }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - Visible.width(text)))
    }

    private func trimmed(_ row: String) -> String {
        var row = row
        while row.hasSuffix(" ") { row.removeLast() }
        return row
    }
}
