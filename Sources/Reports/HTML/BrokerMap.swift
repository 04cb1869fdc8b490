internal import ReportModel
internal import Vocabulary

/// Who was told which address by whom, and what became of it: a drawing, and the same as a table.
///
/// Three columns: who gave addresses out, the addresses, the client hosts. A line from an address to a client is what that
/// client made of it. What cannot be used stands first and is drawn thick and dashed, with a word beside it.
struct BrokerMap {
    private let rows: [AddressRow]
    private let givers: [String]
    private let addresses: [String]
    private let clients: [String]
    private let failed: Set<String>
    private static let nodesPerColumn = 24
    private static let rowHeight = 30
    private static let (leftEnd, middleStart, middleEnd, rightStart) = (210, 330, 590, 720)

    init(report: Report) {
        let ordered = report.addresses.filter(\.fate.isFailure) + report.addresses.filter { !$0.fate.isFailure }
        rows = ordered
        failed = Set(ordered.filter(\.fate.isFailure).map(Self.label))
        givers = Self.unique(ordered.flatMap(\.toldBy))
        addresses = Self.unique(ordered.map(Self.label))
        clients = Self.unique(ordered.map(\.client))
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    private static func label(_ row: AddressRow) -> String { "\(row.nodeId): \(row.address)" }

    func write(to page: HTMLPage) {
        guard !rows.isEmpty else { return }
        page.raw("<section id=\"map\" aria-label=\"Broker map\">\n<h2>Who was sent where</h2>\n")
        page.element("p", summary)
        let height = max(givers.count, max(addresses.count, clients.count))
        let shown = min(height, Self.nodesPerColumn)
        let size = "0 0 930 \(shown * Self.rowHeight + 40)"
        page.raw("\n<div class=\"scroll\">")
        page.open(
            "svg", [("viewBox", size), ("width", "930"), ("role", "img"), ("aria-label", summary), ("class", "map")])
        heading(page, 10, "gave addresses out")
        heading(page, Self.middleStart, "node: address")
        heading(page, Self.rightStart, "client")
        lines(page)
        nodes(page, givers, x: 10, width: Self.leftEnd - 10)
        nodes(page, addresses, x: Self.middleStart, width: Self.middleEnd - Self.middleStart)
        nodes(page, clients, x: Self.rightStart, width: 200)
        page.raw("</svg></div>\n")
        if height > shown { page.element("p", "Drawn are the first \(shown) of each column; the table has all.") }
        table(page)
        page.raw("</section>\n")
    }

    private var summary: String {
        let bad = rows.filter(\.fate.isFailure)
        let told =
            "\(Format.count(addresses.count, "address", plural: "addresses")) given out to \(Format.count(clients.count, "client host"))"
        if bad.isEmpty { return told + "; none is known to be unusable." }
        let names = Format.list(Self.unique(bad.map { "\($0.address) (\($0.fate.rawValue))" }))
        return told + "; could not be used: \(names)."
    }

    // MARK: Drawing

    private func y(_ place: Int) -> Int { 40 + place * Self.rowHeight }

    private func heading(_ page: HTMLPage, _ x: Int, _ text: String) {
        page.element("text", text, [("x", String(x)), ("y", "16"), ("class", "head")])
    }

    private func nodes(_ page: HTMLPage, _ names: [String], x: Int, width: Int) {
        for (place, name) in names.prefix(Self.nodesPerColumn).enumerated() {
            let kind = failed.contains(name) ? "node bad" : "node"
            page.open("g", [("class", kind)])
            page.element("title", name)
            page.open(
                "rect",
                [
                    ("x", String(x)), ("y", String(y(place) - 11)), ("width", String(width)), ("height", "22"),
                    ("rx", "4"),
                ])
            page.raw("</rect>")
            page.element(
                "text", Visible.cutMiddle(Visible.escaped(name), to: width / 8 - 1),
                [("x", String(x + 8)), ("y", String(y(place) + 4))])
            page.raw("</g>\n")
        }
    }

    private func lines(_ page: HTMLPage) {
        var drawn: Set<String> = []
        for row in rows.reversed() {
            guard let middle = place(Self.label(row), addresses), let right = place(row.client, clients) else {
                continue
            }
            for giver in row.toldBy {
                guard let left = place(giver, givers), drawn.insert("\(left) \(middle)").inserted else { continue }
                line(page, Self.leftEnd, left, Self.middleStart, middle, "told")
            }
            line(page, Self.middleEnd, middle, Self.rightStart, right, row.fate.isFailure ? "bad" : row.fate.rawValue)
            if row.fate.isFailure {
                let (x, height) = ((Self.middleEnd + Self.rightStart) / 2, (y(middle) + y(right)) / 2)
                page.element(
                    "text", row.fate.rawValue,
                    [("x", String(x)), ("y", String(height - 4)), ("class", "fate"), ("text-anchor", "middle")])
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
            "client", "client ids", "node", "address", "resolved to", "what became of it", "told by", "times",
            "first frame",
        ])
        for row in rows {
            table.row([
                .text(row.client), .text(row.clientIds.joined(separator: ", ")), .number(row.nodeId),
                .text(row.address),
                .text(row.resolvedTo.joined(separator: ", ")), .word(row.fate.rawValue, bad: row.fate.isFailure),
                .text(row.toldBy.joined(separator: ", ")), .number(row.count), .number(Int(row.frame.number)),
            ])
        }
        table.end()
    }
}
