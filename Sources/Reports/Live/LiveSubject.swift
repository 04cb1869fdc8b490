public import ReportModel
internal import Vocabulary

/// A broker or a client that the reader looks at.
public enum LiveSubject: Hashable, Sendable {
    /// By address and port.
    case broker(String)
    /// By client id; nil for a host whose programs have none.
    case client(id: String?, address: String)
}

extension LiveClient {
    var subject: LiveSubject { .client(id: clientId, address: clientId == nil ? address : "") }
}

/// A row that the cursor can stand on.
public enum LivePlace: Equatable, Sendable {
    case finding(String)
    case subject(LiveSubject)
}

extension LiveChoice {
    /// Where the cursor stands.
    var place: LivePlace? { subject.map { .subject($0) } ?? finding.map { .finding($0) } }

    mutating func choose(_ place: LivePlace) {
        switch place {
        case .finding(let id): (finding, subject) = (id, nil)
        case .subject(let chosen): subject = chosen
        }
    }

    /// Moves the cursor, or scrolls in what is shown in full.
    public mutating func move(_ steps: Int, among places: [LivePlace]) {
        if let row = detail { return detail = max(0, row + min(steps, 10_000)) }
        guard !places.isEmpty else { return }
        let at = place.flatMap(places.firstIndex) ?? (steps > 0 ? -1 : 0)
        choose(places[max(0, min(at + steps, places.count - 1))])
    }

    /// To the first of a sort of rows: findings, brokers, clients.
    public mutating func jump(to letter: Character, among places: [LivePlace]) {
        let first = places.first { place in
            switch place {
            case .finding: letter == "f"
            case .subject(.broker): letter == "b"
            case .subject(.client): letter == "c"
            }
        }
        if detail == nil, let first { choose(first) }
    }

    /// Shows what is under the cursor in full, or the first row.
    public mutating func open(among places: [LivePlace]) {
        guard detail == nil else { return }
        if place.map({ !places.contains($0) }) ?? true { move(0, among: places) }
        detail = place.map(places.contains) == true ? 0 : nil
    }
}

extension LiveScreen {
    /// Rows for the cursor, in the order shown.
    public static func places(_ status: LiveStatus, _ choice: LiveChoice, _ style: TextStyle) -> [LivePlace] {
        order(status, choice, style).map { .finding($0) } + status.brokers.map { .subject(.broker($0.server)) }
            + status.clients.map { .subject($0.subject) }
    }

    func brokerSection(_ room: inout Int, least: Int) -> [ScreenRow] {
        let most = min(status.brokers.count, height > 30 ? 12 : 4)
        return section("brokers, last minute", most, room: &room, least: least, brokerRows)
    }

    func clientSection(_ room: inout Int, least: Int) -> [ScreenRow] {
        let most = min(status.clients.count, height > 30 ? 6 : 3)
        return section("clients", most, room: &room, least: least, clientRows)
    }

    /// As many of a section as there is room for, the chosen one among them.
    func window<Row>(_ all: [Row], _ most: Int, _ subject: (Row) -> LiveSubject) -> ArraySlice<Row> {
        let chosen = all.firstIndex { subject($0) == choice.subject } ?? 0
        let first = max(0, min(chosen - most / 2, all.count - most))
        return all[first..<min(all.count, first + most)]
    }

    func marked(_ subject: LiveSubject, _ text: String) -> ScreenRow {
        let isChosen = subject == choice.subject
        let row = fit("\(isChosen ? ">" : " ") \(text)")
        return ScreenRow(isChosen ? padded(row) : row, isChosen ? .chosen : .plain)
    }

    // MARK: All that there is of one

    /// What waits for it, its slowest APIs, its findings.
    func page(of subject: LiveSubject) -> [ScreenRow] {
        let head = ScreenRow(fit(" \(title(of: subject))"), .bar)
        return [head] + waits(of: subject) + times(of: subject) + findings(of: subject)
    }

    private func title(of subject: LiveSubject) -> String {
        switch subject {
        case .broker(let server):
            let row = status.brokers.first { $0.server == server }
            let state = BrokerWords.state(status.conditionsByServer[server], at: status.time)
            let parts = [
                escaped(context.broker(server, nodeId: row?.nodeId)), escaped(server), state,
                "\(row?.connections ?? 0) connections",
                "\(short(row?.requestsPerSecond ?? 0)) answers/s",
            ]
            return parts.filter { !$0.isEmpty }.joined(separator: "  ")
        case .client(let id, let address):
            let row = status.clients.first { $0.subject == subject }
            let hosts = row.map { escaped($0.address) + ($0.hosts > 1 ? " +\(Format.count($0.hosts - 1))" : "") }
            let parts = [escaped(id ?? ""), hosts ?? escaped(address), "\(row?.connections ?? 0) connections"]
            return parts.filter { !$0.isEmpty }.joined(separator: "  ")
        }
    }

    private func waits(of subject: LiveSubject) -> [ScreenRow] {
        let rows = status.waiting.filter { row in
            switch subject {
            case .broker(let server): row.server == server
            case .client(let id, let address):
                id.map { row.clientId == $0 } ?? (row.clientId == nil && Self.host(row.client) == address)
            }
        }
        let all =
            switch subject {
            case .broker(let server): status.waitingAt[server]?.count ?? 0
            case .client: status.clients.first { $0.subject == subject }?.waiting ?? 0
            }
        let more = all > rows.count ? [ScreenRow(fit("  and \(Format.count(all - rows.count)) more"), .dim)] : []
        let none = rows.isEmpty && more.isEmpty ? [ScreenRow("  nothing", .dim)] : []
        return [rule("waiting now (\(Format.count(all)))")] + rows.map(waitingRow) + more + none
    }

    private func times(of subject: LiveSubject) -> [ScreenRow] {
        let (title, rows): (String, [(LiveBroker, LiveApi)])
        switch subject {
        case .broker(let server):
            title = "slowest APIs, last minute"
            rows = status.brokers.filter { $0.server == server }.flatMap { row in row.apis.map { (row, $0) } }
        case .client:
            // Times are kept for each broker, whoever asked.
            let servers = status.clients.first { $0.subject == subject }?.servers ?? []
            title = "slowest APIs of its brokers, last minute, for all clients"
            rows = status.brokers.filter { servers.contains($0.server) }.flatMap { row in row.apis.map { (row, $0) } }
        }
        let slowest = rows.sorted { ($1.1.p99Ms, $0.1.name) < ($0.1.p99Ms, $1.1.name) }.prefix(12)
        let lines = slowest.map { broker, api in
            let whose = if case .client = subject { context.broker(broker.server, nodeId: broker.nodeId) } else { "" }
            return ScreenRow(
                fit(
                    "  \(column(api.name, 26))\(column("p50 \(ms(api.p50Ms))", 13))\(column("p99 \(ms(api.p99Ms))", 13))"
                        + "\(column("max \(ms(api.maxMs)) ms", 17))\(escaped(whose))"))
        }
        return [rule(title)] + (lines.isEmpty ? [ScreenRow("  nothing was answered", .dim)] : lines)
    }

    private func findings(of subject: LiveSubject) -> [ScreenRow] {
        let mine = findings.filter { finding in
            switch subject {
            case .broker(let server):
                finding.server == server || finding.server.map(Self.host) == Self.host(server) && finding.nodeId != nil
            case .client(let id, let address):
                id.map { finding.clientId == $0 || finding.clientIds.contains($0) }
                    ?? (finding.client.map(Self.host) == address)
            }
        }
        return [rule("findings (\(Format.count(mine.count)))")]
            + (mine.isEmpty ? [ScreenRow("  none", .dim)] : mine.map(row))
    }

    /// Without the port, where one stands behind it.
    private static func host(_ text: String) -> String {
        IPAddress(text) == nil ? String(text[..<(text.lastIndex(of: ":") ?? text.endIndex)]) : text
    }
}
