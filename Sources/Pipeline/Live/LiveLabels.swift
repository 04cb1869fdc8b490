import ReportModel
import Vocabulary

/// Whom metrics name as brokers: servers that were seen to answer Kafka, as many as there is room for. All others are one.
struct BrokerLabels {
    private var names: [Endpoint: String] = [:]
    private static let most = 200

    mutating func learn(_ server: Endpoint) {
        if names.count < Self.most, names[server] == nil { names[server] = "\(server)" }
    }

    func label(_ server: Endpoint) -> String { names[server] ?? LiveCounters.otherBroker }

    /// Of a finding's server, which is text.
    func label(_ server: String?) -> String {
        server.flatMap { text in names.values.first { $0 == text } } ?? LiveCounters.otherBroker
    }

    /// A place for each.
    var zeros: [String: Int] { Dictionary(names.values.map { ($0, 0) }, uniquingKeysWith: { first, _ in first }) }
}

/// Counts findings as they are told: each once for each severity that it comes to, and of its lost requests those that are new.
struct FindingCounts {
    private struct Life {
        var severity: Severity
        var lost: Int64
    }

    /// Of findings that are not over.
    private var lives: [String: Life] = [:]

    mutating func note(_ finding: Finding, _ counters: inout LiveCounters, broker: (String?) -> String) {
        let life = lives[finding.id]
        let isNew = life == nil && finding.state == .open
        if isNew || life.map({ finding.severity > $0.severity }) ?? false {
            let labels = LiveCounters.FindingLabels(
                kind: finding.kind, severity: finding.severity, confidence: finding.confidence)
            counters.findings[labels, default: 0] += 1
        }
        var lost = life?.lost ?? 0
        if finding.kind == .disconnectBeforeResponse, isNew || life != nil {
            let all = Int64(finding.requests.count.addingSaturated(finding.requestsLeftOut))
            let place = LiveCounters.AtBroker(finding.cause?.rawValue ?? "unknown", at: broker(finding.server))
            counters.unansweredByCause[place, default: 0] += max(0, all - lost)
            lost = max(all, lost)
        }
        let isOver = finding.state == .final || finding.state == .withdrawn
        lives[finding.id] = isOver ? nil : Life(severity: max(finding.severity, life?.severity ?? .info), lost: lost)
    }
}
