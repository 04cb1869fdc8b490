internal import ReportModel
internal import Vocabulary

/// Clients, a gateway and the brokers behind it, with what went over each leg: a drawing, and the same as a table.
///
/// It reads from left to right as a request goes. What lost requests or could not be reached is drawn thick and dashed, and has a cross.
struct GatewayMap {
    private let traffic: GatewayTraffic
    private let context: NarrationContext
    private let id: String
    private static let rowsAtMost = 16
    private static let rowHeight = 46
    private static let (clientX, clientWidth, doorX, doorWidth) = (8, 250, 380, 340)
    private static let (brokerX, brokerWidth, width, top) = (840, 330, 1180, 62)

    init(_ row: GatewayRow, report: Report, context: NarrationContext) {
        traffic = GatewayTraffic(row, report)
        self.context = context
        id = HTMLText.identifier(row.address)
    }

    func write(to page: HTMLPage) {
        guard !traffic.clients.isEmpty else { return }
        let rows = min(Self.rowsAtMost, max(traffic.clients.count, traffic.doors.count, behind.count))
        page.open(
            "section", [("class", "gateway"), ("id", "g-" + id), ("aria-label", "Gateway \(traffic.row.address)")])
        page.element("h3", "Clients, gateway \(traffic.row.address), brokers")
        page.element("p", TableWords(context: context).gateway(traffic.row) + ".")
        page.raw("\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Map of the gateway\">")
        page.open(
            "svg",
            [
                ("viewBox", "0 0 \(Self.width) \(Self.top + rows * Self.rowHeight)"), ("width", "\(Self.width)"),
                ("role", "img"),
                ("aria-label", "From clients over the gateway to brokers; the table below has the same"),
                ("class", "map"),
            ])
        headings(page)
        frame(page, rows)
        lines(page)
        boxes(page)
        page.raw("</svg></div>\n")
        if max(traffic.clients.count, traffic.doors.count, behind.count) > rows {
            page.element("p", "Drawn are the first \(rows) of each column; the table has all.", [("class", "note")])
        }
        table(page)
        page.raw("</section>\n")
    }

    // MARK: What is drawn

    /// Brokers behind, or the nodes that are told of where nothing behind the gateway was captured.
    private var behind: [(name: String, address: String?, node: Int?, leg: GatewayTraffic.Leg?)] {
        if !traffic.brokers.isEmpty {
            let legs = Dictionary(traffic.behind.map { ($0.broker, $0.leg) }, uniquingKeysWith: { first, _ in first })
            return traffic.brokers.map {
                (context.broker($0, nodeId: traffic.node(of: $0)), $0, traffic.node(of: $0), legs[$0])
            }
        }
        return Set(traffic.row.nodes.compactMap(\.nodeId)).sorted().map { ("node \($0)", nil, $0, nil) }
    }

    private func headings(_ page: HTMLPage) {
        let unseen = traffic.brokers.isEmpty
        for (x, text) in [
            (Self.clientX, "clients"), (Self.doorX, "the gateway, \(traffic.row.address)"),
            (Self.brokerX, unseen ? "behind it, not in this capture" : "behind it"),
        ] { page.element("text", text, [("x", String(x)), ("y", "18"), ("class", "head")]) }
    }

    private func frame(_ page: HTMLPage, _ rows: Int) {
        let height = min(rows, traffic.doors.count) * Self.rowHeight + 14
        page.open(
            "rect",
            [
                ("x", String(Self.doorX - 10)), ("y", "28"), ("width", String(Self.doorWidth + 20)),
                ("height", String(height)), ("rx", "8"), ("class", "gate"),
            ])
        page.raw("</rect>\n")
    }

    private func boxes(_ page: HTMLPage) {
        for (place, client) in traffic.clients.prefix(Self.rowsAtMost).enumerated() {
            let legs = traffic.front.filter { $0.client == client }.map(\.leg)
            box(page, client, Self.sum(legs), place, Self.clientX, Self.clientWidth)
        }
        for (place, door) in traffic.doors.prefix(Self.rowsAtMost).enumerated() {
            let legs = traffic.front.filter { $0.door == door }.map(\.leg)
            box(page, name(door), Self.sum(legs), place, Self.doorX, Self.doorWidth)
        }
        for (place, broker) in behind.prefix(Self.rowsAtMost).enumerated() {
            box(page, broker.name, broker.leg, place, Self.brokerX, Self.brokerWidth)
        }
    }

    private func name(_ door: GatewayTraffic.Door) -> String {
        let name = door.name.map { "\($0), " } ?? ""
        return "\(name)port \(door.port)" + (traffic.node(of: door).map { ", node \($0)" } ?? "")
    }

    private static func sum(_ legs: [GatewayTraffic.Leg]) -> GatewayTraffic.Leg {
        legs.reduce(into: GatewayTraffic.Leg()) { $0.add($1) }
    }

    // MARK: Drawing

    private func y(_ place: Int) -> Int { 53 + place * Self.rowHeight }

    private func box(
        _ page: HTMLPage, _ name: String, _ leg: GatewayTraffic.Leg?, _ place: Int, _ x: Int, _ width: Int
    ) {
        let words = leg?.words ?? "not in this capture"
        let kind = leg == nil ? "node unseen" : leg?.isBad == true ? "node bad" : "node"
        page.open("g", [("class", kind)])
        page.element("title", "\(name): \(words)")
        page.open(
            "rect",
            [
                ("x", String(x)), ("y", String(y(place) - 19)), ("width", String(width)), ("height", "38"), ("rx", "4"),
            ])
        page.raw("</rect>")
        let room = width / 8
        page.element(
            "text", Visible.cutMiddle(Visible.escaped(name), to: room),
            [("x", String(x + 8)), ("y", String(y(place) - 4))])
        page.element(
            "text", Visible.cutMiddle(words, to: room * 5 / 4),
            [("x", String(x + 8)), ("y", String(y(place) + 12)), ("class", "small")])
        if leg?.isBad == true {
            page.open(
                "path",
                [
                    ("d", "M-4,-4L4,4M4,-4L-4,4"), ("transform", "translate(\(x + width - 12),\(y(place) - 8))"),
                    ("class", "sign o-bad"),
                ])
            page.raw("</path>")
        }
        page.raw("</g>\n")
    }

    /// What is bad comes last and so lies on top.
    private func lines(_ page: HTMLPage) {
        let (behind, ways) = (behind, ways)
        for isBad in [false, true] {
            let kind = isBad ? "l-bad" : "l-used"
            for entry in traffic.front where entry.leg.isBad == isBad {
                guard let client = place(entry.client, traffic.clients), let door = place(entry.door, traffic.doors)
                else { continue }
                line(page, (Self.clientX + Self.clientWidth, y(client)), (Self.doorX, y(door)), kind)
            }
            for entry in traffic.past where entry.leg.isBad == isBad {
                guard let client = place(entry.client, traffic.clients),
                    let broker = place(entry.broker, traffic.brokers)
                else { continue }
                line(page, (Self.clientX + Self.clientWidth, y(client) + 14), (Self.brokerX, y(broker) + 14), kind)
            }
            for way in ways where way.isBad == isBad {
                let kind = behind[way.broker].leg == nil ? "l-untried" : kind
                line(page, (Self.doorX + Self.doorWidth, y(way.door)), (Self.brokerX, y(way.broker)), kind)
            }
        }
    }

    /// From doors to brokers, by their places: as both legs tell, else by the node's number; where neither does, any door may
    /// lead there, and the first stands for them.
    private var ways: [(door: Int, broker: Int, isBad: Bool)] {
        let doors = Array(traffic.doors.prefix(Self.rowsAtMost))
        guard !doors.isEmpty else { return [] }
        return behind.prefix(Self.rowsAtMost).enumerated().flatMap { place, broker in
            let byLegs = traffic.through.filter { $0.broker == broker.address }.compactMap {
                doors.firstIndex(of: $0.door)
            }
            let byNode = doors.indices.filter { broker.node != nil && traffic.node(of: doors[$0]) == broker.node }
            let all = Set(byLegs + byNode).sorted()
            let isBad = broker.leg?.isBad ?? false
            // Of several doors, the one that is bad itself shows where it comes from.
            return (all.isEmpty ? [0] : all).map { door in
                (door, place, isBad && (all.count < 2 || isBadDoor(doors[door])))
            }
        }
    }

    private func isBadDoor(_ door: GatewayTraffic.Door) -> Bool {
        traffic.front.contains { $0.door == door && $0.leg.isBad }
    }

    private func place<Element: Equatable>(_ one: Element, _ all: [Element]) -> Int? {
        all.prefix(Self.rowsAtMost).firstIndex(of: one)
    }

    private func line(_ page: HTMLPage, _ from: (x: Int, y: Int), _ to: (x: Int, y: Int), _ kind: String) {
        page.open(
            "line",
            [
                ("x1", String(from.x)), ("y1", String(from.y)), ("x2", String(to.x)), ("y2", String(to.y)),
                ("class", kind),
            ])
        page.raw("</line>\n")
    }

    // MARK: Table

    private func table(_ page: HTMLPage) {
        let table = TableWriter(page: page, id: "d-legs-" + id, title: "Legs of gateway \(traffic.row.address)")
        table.begin([
            "from", "to", .number("connections"), .number("requests"), .number("without an answer"),
            .number("failed attempts"),
        ])
        for entry in traffic.front { row(table, entry.client, "gateway, \(name(entry.door))", entry.leg) }
        for entry in traffic.behind {
            row(table, "gateway", context.broker(entry.broker, nodeId: traffic.node(of: entry.broker)), entry.leg)
        }
        for entry in traffic.past {
            let broker = context.broker(entry.broker, nodeId: traffic.node(of: entry.broker))
            row(table, entry.client, "\(broker), past the gateway", entry.leg)
        }
        table.end()
    }

    private func row(_ table: TableWriter, _ from: String, _ to: String, _ leg: GatewayTraffic.Leg) {
        table.row([
            .text(from), .text(to), .number(leg.connections), .number(Int(clamping: leg.requests)),
            .number(Int(clamping: leg.unanswered)), .number(leg.failed),
        ])
    }
}
