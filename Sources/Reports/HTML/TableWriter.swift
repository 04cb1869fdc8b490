internal import ReportModel
internal import Vocabulary

/// A table that is readable without scripts; with them it can be sorted, searched and saved.
struct TableWriter {
    enum Cell {
        case text(String)
        case number(Int)
        /// What the capture does not show; sorted below all numbers.
        case notSeen(isNumber: Bool)
        /// A value shown in words, with the number that it is sorted by.
        case value(String, sort: Double)
        /// One of a few words; a bad one stands out.
        case word(String, bad: Bool)
        /// Counts in octaves, drawn as bars; the octaves of the range have room, so that rows can be compared.
        case bars([Int64], range: Range<Int>)
        /// A frame, as capture tools number it.
        case frame(FrameRef)
        /// A link within the page.
        case link(String, to: String)
        case links([(String, to: String)])

        /// Nothing to read in it.
        var isBlank: Bool {
            switch self {
            case .text(let text), .value(let text, _), .word(let text, _): text.isEmpty
            case .notSeen: true
            case .links(let targets): targets.isEmpty
            case .frame(let frame): frame.isNone
            case .number, .bars, .link: false
            }
        }
    }

    /// A column's heading; that of numbers stands on the right, as they do.
    struct Column: ExpressibleByStringLiteral {
        let name: String
        var isNumber = false

        init(stringLiteral name: String) { self.name = name }
        init(_ name: String, isNumber: Bool = false) { (self.name, self.isNumber) = (name, isNumber) }
        static func number(_ name: String) -> Self { Self(name, isNumber: true) }
    }

    let page: HTMLPage
    let id: String
    let title: String
    /// Bytes of text from which on a narrow screen gives it more room.
    private static let long = 40

    /// - Parameter lines: sentences on the rows, in a list above them.
    func begin(_ columns: [Column], note: String? = nil, lines: [String] = []) {
        page.open("section", [("class", "table"), ("id", id)])
        page.element("h3", title)
        page.line()
        if let note { page.element("p", note, [("class", "note")]) }
        if !lines.isEmpty {
            page.raw("<ul class=\"note\">")
            for line in lines { page.element("li", line) }
            page.raw("</ul>\n")
        }
        page.raw("<div class=\"scroll\"><table><thead><tr>")
        for column in columns {
            page.element("th", column.name, [("scope", "col")] + (column.isNumber ? [("class", "n")] : []))
        }
        page.raw("</tr></thead><tbody>\n")
    }

    /// - Parameter query: the filter that shows the row's requests on the timeline.
    func row(_ cells: [Cell], query: String? = nil) {
        if let query { page.open("tr", [("data-query", query)]) } else { page.open("tr") }
        cells.forEach(cell)
        page.raw("</tr>\n")
    }

    /// - Parameter note: what to know of the rows, below them.
    func end(note: String? = nil) {
        page.raw("</tbody></table></div>")
        if let note { page.element("p", note, [("class", "note")]) }
        page.raw("</section>\n")
    }

    /// Ends a table that shows the first of its rows, and says so where there are more.
    func end(shown: Int, of all: Int) {
        let rest = "Shown are the first \(Format.count(shown)) of \(Format.count(all)); the JSON report has all."
        end(note: shown < all ? rest : nil)
    }

    private func cell(_ cell: Cell) {
        switch cell {
        case .text(let text):
            let shown = Visible.cutMiddle(Visible.escaped(text), to: 200)
            page.element("td", shown, shown.utf8.count > Self.long ? [("class", "long")] : [])
        case .number(let number):
            page.element("td", Format.count(number), [("class", "n"), ("data-sort", String(number))])
        case .notSeen(let isNumber):
            page.element("td", "not seen", isNumber ? [("class", "n none"), ("data-sort", "-1")] : [("class", "none")])
        case .value(let text, let sort): page.element("td", text, [("class", "n"), ("data-sort", "\(sort)")])
        case .word(let word, let bad): page.element("td", word, bad ? [("class", "bad")] : [])
        case .bars(let counts, let range): bars(counts, range)
        case .frame(let frame):
            let number = frame.isNone ? "" : String(frame.number)
            page.element("td", number, [("class", "n"), ("data-sort", String(frame.number))])
        case .link(let text, let target): links([(text, to: target)])
        case .links(let targets): links(targets)
        }
    }

    private func links(_ targets: [(String, to: String)]) {
        page.raw("<td>")
        for (i, target) in targets.enumerated() {
            if i > 0 { page.raw(", ") }
            page.element("a", target.0, [("href", "#" + target.to)])
        }
        page.raw("</td>")
    }

    /// A bar an octave, as high as the logarithm of its count.
    private func bars(_ counts: [Int64], _ range: Range<Int>) {
        page.raw("<td class=\"bars\">")
        let used = counts.enumerated().filter { $0.element > 0 && range.contains($0.offset) }
        if let first = used.first?.offset, let last = used.last?.offset {
            let label = "from \(Self.octave(first)) to \(Self.octave(last + 1))"
            page.open(
                "svg", [("width", String(range.count * 6)), ("height", "20"), ("role", "img"), ("aria-label", label)])
            page.element("title", label)
            let greatest = Double(64 - (counts.max() ?? 1).leadingZeroBitCount)
            for (octave, count) in used {
                let height = max(2, Int((Double(64 - count.leadingZeroBitCount) / greatest * 20).rounded()))
                page.open(
                    "rect",
                    [
                        ("x", String((octave - range.lowerBound) * 6)), ("y", String(20 - height)), ("width", "5"),
                        ("height", String(height)),
                    ])
                page.raw("</rect>")
            }
            page.raw("</svg>")
        }
        page.raw("</td>")
    }

    /// The lower edge of an octave: 2^n microseconds.
    static func octave(_ n: Int) -> String { Format.duration(ms: Double(Int64(1) << Int64(min(n, 50))) / 1000) }

    /// A filter term whose value is the whole of the text, or holds it where quotes forbid saying so.
    static func term(_ key: String, _ text: String) -> String {
        let shown = Visible.escaped(text)
        return shown.contains("\"")
            ? "\(key):\"*\(shown.replacing("\"", with: "*"))*\"" : "\(key):\"=\(shown)\""
    }
}
