internal import ReportModel
internal import Vocabulary

/// Who was told which address by whom, and what became of it: a drawing, and the same as a table.
///
/// It reads from left to right as the client went: the client, whom it asked, what it was told to use, what came of that.
/// What cannot be used stands first and is drawn thick, dashed and with a cross.
struct BrokerMap {
    private struct Claim {
        let row: AddressRow
        let outcome: AddressOutcome
        let address: String
    }

    private let context: NarrationContext
    private let claims: [Claim]
    private let clients: [String]
    private let givers: [String]
    private let addresses: [String]
    private static let nodesPerColumn = 24
    private static let rowHeight = 32
    private static let (clientX, clientWidth, giverX, giverWidth) = (8, 170, 248, 250)
    private static let (toldX, toldWidth, outcomeX, width) = (570, 270, 850, 1180)

    init(report: Report, context: NarrationContext) {
        self.context = context
        let claims = report.addresses.map {
            Claim(
                row: $0, outcome: AddressOutcome($0, findings: report.findings),
                address: "node \($0.nodeId): \($0.address)")
        }
        self.claims = claims.filter(\.outcome.isBad) + claims.filter { !$0.outcome.isBad }
        clients = Self.unique(self.claims.map(\.row.client))
        givers = Self.unique(self.claims.flatMap(\.row.toldBy))
        addresses = Self.unique(self.claims.map(\.address))
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    func write(to page: HTMLPage) {
        guard !claims.isEmpty else { return }
        page.raw("<section id=\"map\" aria-label=\"Who was sent where\">\n<h2>Who was sent where</h2>\n")
        page.element("p", summary)
        let height = max(givers.count, max(addresses.count, clients.count))
        let shown = min(height, Self.nodesPerColumn)
        page.raw("\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Map of addresses\">")
        page.open(
            "svg",
            [
                ("viewBox", "0 0 \(Self.width) \(shown * Self.rowHeight + 34)"), ("width", "\(Self.width)"),
                ("role", "group"), ("aria-label", summary), ("class", "map"),
            ])
        for (x, text) in [
            (Self.clientX, "client"), (Self.giverX, "asked"), (Self.toldX, "was told to use"),
            (Self.outcomeX, "and what came of it"),
        ] { page.element("text", text, [("x", String(x)), ("y", "16"), ("class", "head")]) }
        lines(page)
        for (i, name) in clients.prefix(shown).enumerated() {
            node(page, name, i, Self.clientX, Self.clientWidth, "node")
        }
        for (i, name) in givers.prefix(shown).enumerated() {
            node(page, context.named(name), i, Self.giverX, Self.giverWidth, "node")
        }
        told(page)
        page.raw("</svg></div>\n")
        if height > shown { page.element("p", "Drawn are the first \(shown) of each column; the table has all.") }
        table(page)
        page.raw("</section>\n")
    }

    private var summary: String {
        let bad = claims.filter(\.outcome.isBad)
        let told =
            "\(Format.count(addresses.count, "address", plural: "addresses")) given out to \(Format.count(clients.count, "client host"))"
        if bad.isEmpty { return told + "; none is known to be unusable." }
        let names = Format.list(Self.unique(bad.map { "\(Trim.name($0.row.address)) (\($0.outcome.words))" }))
        return told + "; not usable: \(names)."
    }

    // MARK: Drawing

    private func y(_ place: Int) -> Int { 44 + place * Self.rowHeight }

    private func node(_ page: HTMLPage, _ name: String, _ place: Int, _ x: Int, _ width: Int, _ kind: String) {
        page.open("g", [("class", kind)])
        page.element("title", name)
        page.open(
            "rect",
            [
                ("x", String(x)), ("y", String(y(place) - 12)), ("width", String(width)), ("height", "24"), ("rx", "4"),
            ])
        page.raw("</rect>")
        page.element(
            "text", Visible.cutMiddle(Visible.escaped(name), to: width / 8),
            [("x", String(x + 8)), ("y", String(y(place) + 4))])
        page.raw("</g>\n")
    }

    /// The addresses given out, each with what came of it.
    private func told(_ page: HTMLPage) {
        let byAddress = Dictionary(grouping: claims, by: \.address)
        for (i, address) in addresses.prefix(Self.nodesPerColumn).enumerated() {
            let claims = byAddress[address] ?? []
            let isBad = claims.contains(where: \.outcome.isBad)
            let finding = claims.compactMap(\.outcome.finding).first
            if let finding { page.open("a", [("href", "#f-" + HTMLText.identifier(finding))]) }
            node(page, address, i, Self.toldX, Self.toldWidth, isBad ? "node bad" : "node")
            let kind = isBad ? "bad" : claims.contains { $0.outcome.kind == "used" } ? "used" : "untried"
            sign(page, kind, y(i))
            page.element(
                "text", outcome(claims),
                [("x", String(Self.outcomeX + 16)), ("y", String(y(i) + 4)), ("class", "outcome o-\(kind)")])
            if finding != nil { page.raw("</a>\n") }
        }
    }

    /// A cross, a tick or a ring before the words, so that no colour has to be seen.
    private func sign(_ page: HTMLPage, _ kind: String, _ y: Int) {
        let form =
            switch kind {
            case "bad": "M-4,-4L4,4M4,-4L-4,4"
            case "used": "M-5,0L-1,4L5,-5"
            default: "M-3,0A3,3 0 1,0 3,0A3,3 0 1,0 -3,0"
            }
        page.open(
            "path",
            [("d", form), ("transform", "translate(\(Self.outcomeX + 4),\(y))"), ("class", "sign o-\(kind)")])
        page.raw("</path>")
    }

    private func outcome(_ claims: [Claim]) -> String {
        let words = Self.unique(claims.map(\.outcome.words))
        if words.count == 1 { return words[0] }
        return words.map { word in "\(word) (\(claims.count { $0.outcome.words == word }))" }.joined(separator: ", ")
    }

    private func lines(_ page: HTMLPage) {
        var drawn: Set<String> = []
        // What is bad comes last and so lies on top.
        for claim in claims.reversed() {
            guard let told = place(claim.address, addresses) else { continue }
            for giver in claim.row.toldBy {
                guard let middle = place(giver, givers) else { continue }
                if let client = place(claim.row.client, clients), drawn.insert("c\(client) \(middle)").inserted {
                    line(page, Self.clientX + Self.clientWidth, client, Self.giverX, middle, "asked")
                }
                if drawn.insert("\(middle) \(told) \(claim.outcome.kind)").inserted {
                    line(page, Self.giverX + Self.giverWidth, middle, Self.toldX, told, claim.outcome.kind)
                }
            }
        }
    }

    private func place(_ name: String, _ names: [String]) -> Int? {
        names.firstIndex(of: name).flatMap { $0 < Self.nodesPerColumn ? $0 : nil }
    }

    private func line(_ page: HTMLPage, _ x1: Int, _ from: Int, _ x2: Int, _ to: Int, _ kind: String) {
        page.open(
            "line",
            [
                ("x1", String(x1)), ("y1", String(y(from))), ("x2", String(x2)), ("y2", String(y(to))),
                ("class", "l-\(kind)"),
            ])
        page.raw("</line>\n")
    }

    // MARK: Table

    private func table(_ page: HTMLPage) {
        let table = TableWriter(page: page, id: "t-addresses", title: "Addresses given out")
        table.begin([
            "client", "client ids", .number("node"), "address", "resolved to", "what came of it", "told by",
            .number("times"), .number("first frame"),
        ])
        for claim in claims {
            let row = claim.row
            table.row([
                .text(row.client), .text(row.clientIds.joined(separator: ", ")),
                .value(String(row.nodeId), sort: Double(row.nodeId)), .text(row.address),
                .text(row.resolvedTo.joined(separator: ", ")), .word(claim.outcome.words, bad: claim.outcome.isBad),
                .text(row.toldBy.joined(separator: ", ")), .number(row.count), .frame(row.frame),
            ])
        }
        table.end()
    }
}
