/// A table that is readable without scripts; with them it can be sorted, searched and saved.
struct TableWriter {
    enum Cell {
        case text(String)
        case number(Int)
        /// A value shown in words, with the number that it is sorted by.
        case value(String, sort: Double)
        /// One of a few words; a bad one stands out.
        case word(String, bad: Bool)
        /// Counts in octaves, drawn as bars.
        case bars([Int64])
        /// A link within the page.
        case link(String, to: String)
    }

    let page: HTMLPage
    let id: String
    let title: String

    func begin(_ columns: [String], note: String? = nil) {
        page.open("section", [("class", "table"), ("id", id)])
        page.element("h3", title)
        page.line()
        if let note { page.element("p", note, [("class", "note")]) }
        page.raw("<div class=\"scroll\"><table><thead><tr>")
        for column in columns { page.element("th", column, [("scope", "col")]) }
        page.raw("</tr></thead><tbody>\n")
    }

    func row(_ cells: [Cell]) {
        page.open("tr")
        cells.forEach(cell)
        page.raw("</tr>\n")
    }

    func end() { page.raw("</tbody></table></div></section>\n") }

    private func cell(_ cell: Cell) {
        switch cell {
        case .text(let text): page.element("td", Visible.cutMiddle(Visible.escaped(text), to: 200))
        case .number(let number):
            page.element("td", Format.count(number), [("class", "n"), ("data-sort", String(number))])
        case .value(let text, let sort): page.element("td", text, [("class", "n"), ("data-sort", "\(sort)")])
        case .word(let word, let bad): page.element("td", word, bad ? [("class", "bad")] : [])
        case .bars(let counts): bars(counts)
        case .link(let text, let target):
            page.raw("<td>")
            page.element("a", text, [("href", "#" + target)])
            page.raw("</td>")
        }
    }

    /// A bar an octave, as high as the logarithm of its count.
    private func bars(_ counts: [Int64]) {
        page.raw("<td class=\"bars\">")
        let used = counts.enumerated().filter { $0.element > 0 }
        if let first = used.first?.offset, let last = used.last?.offset {
            let label = "from \(Self.octave(first)) to \(Self.octave(last + 1))"
            page.open(
                "svg",
                [("width", String((last - first + 1) * 6)), ("height", "20"), ("role", "img"), ("aria-label", label)])
            page.element("title", label)
            let greatest = Double(64 - (counts.max() ?? 1).leadingZeroBitCount)
            for (octave, count) in used {
                let height = max(2, Int((Double(64 - count.leadingZeroBitCount) / greatest * 20).rounded()))
                page.open(
                    "rect",
                    [
                        ("x", String((octave - first) * 6)), ("y", String(20 - height)), ("width", "5"),
                        ("height", String(height)),
                    ])
                page.raw("</rect>")
            }
            page.raw("</svg>")
        }
        page.raw("</td>")
    }

    /// The lower edge of an octave: 2^n microseconds.
    private static func octave(_ n: Int) -> String { Format.duration(ms: Double(Int64(1) << Int64(min(n, 50))) / 1000) }
}
