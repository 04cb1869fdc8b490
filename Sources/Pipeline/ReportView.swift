import ReportModel
import Vocabulary

/// Narrows a report to clients, brokers and a span of time. The whole capture is analysed all the same: what lies outside
/// explains what lies inside.
struct ReportView {
    private let clients: [String]
    private let brokers: [String]
    private let from: CaptureTime?
    private let to: CaptureTime?

    /// - Parameter start: the capture's first moment, for bounds that count from it.
    init(_ options: AnalyzerOptions, start: CaptureTime?) {
        clients = options.clients.map { $0.lowercased() }
        brokers = options.brokers.map { $0.lowercased() }
        from = start.flatMap { start in options.from.map { $0.resolved(start: start) } }
        to = start.flatMap { start in options.to.map { $0.resolved(start: start) } }
    }

    var isWhole: Bool { clients.isEmpty && brokers.isEmpty && from == nil && to == nil }

    func narrow(_ report: inout Report) {
        guard !isWhole else { return }
        let names = report.names
        report.findings.removeAll { !shows($0, names) }
        let kept = Set(report.findings.map(\.id))
        report.incidents.removeAll { incident in !incident.findings.contains(where: kept.contains) }
        for i in report.incidents.indices { report.incidents[i].findings.removeAll { !kept.contains($0) } }
        report.connections.removeAll {
            !matches(clients, [$0.client, $0.clientId, $0.clientName])
                || !matches(brokers, [$0.server, $0.serverName, $0.nodeId.map(String.init)])
                || !overlaps($0.opened, $0.last)
        }
        report.timeline.removeAll {
            !matches(clients, [$0.client]) || !matches(brokers, [$0.server]) || !overlaps($0.time, $0.time)
        }
        report.latency.removeAll { row in
            (row.client != nil && !matches(clients, [row.client]))
                || (row.broker != nil && !matches(brokers, [row.broker]))
        }
        report.addresses.removeAll {
            !matches(clients, [$0.client] + $0.clientIds) || !matches(brokers, [$0.address] + $0.toldBy)
        }
        report.errorCounts.removeAll {
            !matches(clients, [$0.client, $0.clientId]) || !matches(brokers, [$0.server])
                || !overlaps($0.first, $0.last)
        }
        report.summary.errors = report.findings.count { $0.severity == .error }
        report.summary.warnings = report.findings.count { $0.severity == .warning }
        report.summary.infos = report.findings.count { $0.severity == .info }
    }

    /// Of a narrowed report only requests on its connections, within its time.
    func shows(sent: CaptureTime, onShownConnection: Bool) -> Bool {
        isWhole || (onShownConnection && overlaps(sent, sent))
    }

    private func shows(_ finding: Finding, _ names: [IPAddress: String]) -> Bool {
        let nodes = ([finding.nodeId].compactMap(\.self) + finding.nodeIds).map(String.init)
        return matches(clients, [finding.client, finding.clientId, name(finding.client, names)])
            && matches(brokers, [finding.server, name(finding.server, names)] + nodes + finding.advertisedBy)
            && overlaps(finding.first, finding.last)
    }

    private func name(_ address: String?, _ names: [IPAddress: String]) -> String? {
        address.flatMap { IPAddress(Self.host($0)) }.flatMap { names[$0] }
    }

    /// A wanted text fits a value whole, its host, or its first label. Nothing wanted: everything fits.
    private func matches(_ wanted: [String], _ values: [String?]) -> Bool {
        guard !wanted.isEmpty else { return true }
        let known = values.compactMap { $0?.lowercased() }
        // A finding about the capture itself names nobody and stays.
        guard !known.isEmpty else { return true }
        return wanted.contains { want in
            known.contains { $0 == want || Self.host($0) == want || $0.hasPrefix(want + ".") }
        }
    }

    /// The host of `host:port` or `[address]:port`.
    private static func host(_ text: String) -> String {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            return String(text[text.index(after: text.startIndex)..<end])
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? String(parts[0]) : text
    }

    private func overlaps(_ first: CaptureTime, _ last: CaptureTime) -> Bool {
        (from.map { last >= $0 } ?? true) && (to.map { first <= $0 } ?? true)
    }
}
