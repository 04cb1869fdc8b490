internal import ReportModel
internal import Vocabulary

extension DisplayFilter {
    /// Frame numbers where they are few; else the connections' addresses and ports, which show more but fit a line.
    private static let frameLimit = 40

    /// The filters of a finding's evidence, one a source, in order.
    static func of(_ finding: Finding, in report: Report) -> [DisplayFilter] {
        var numbers: [Int: [UInt64]] = [:]
        for frame in finding.evidence.frames where !frame.isNone {
            numbers[frame.source, default: []].append(frame.number)
        }
        return numbers.keys.sorted().map { source in
            let frames = numbers[source] ?? []
            if frames.count > frameLimit, let tuples = tuples(finding, report) {
                return DisplayFilter(source: source, text: tuples)
            }
            return DisplayFilter(
                source: source, text: "frame.number in {\(frames.map(String.init).joined(separator: ","))}")
        }
    }

    private static func tuples(_ finding: Finding, _ report: Report) -> String? {
        let ids = Set(finding.evidence.connections)
        let rows = report.connections.filter { ids.contains($0.id) }
        guard !rows.isEmpty, rows.count == ids.count, rows.count <= 8 else { return nil }
        let parts = rows.compactMap { tuple($0) }
        return parts.count == rows.count ? parts.joined(separator: " or ") : nil
    }

    private static func tuple(_ row: ConnectionRow) -> String? {
        let (client, server) = (HostPort(row.client), HostPort(row.server))
        guard let clientPort = client.port, let serverPort = server.port else { return nil }
        let field = client.host.contains(":") ? "ipv6.addr" : "ip.addr"
        return "(\(field) == \(client.host) and \(field) == \(server.host)"
            + " and tcp.port == \(clientPort) and tcp.port == \(serverPort))"
    }
}
