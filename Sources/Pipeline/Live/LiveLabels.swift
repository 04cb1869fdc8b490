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
/// Losses count once their finding has stood for a while: what later packets explain at once is none.
struct FindingCounts {
    private struct Life {
        var severities: Set<Severity> = []
        /// Of its losses: where they count, as told, and how many were counted.
        var place: LiveCounters.AtBroker?
        var lost: Int64 = 0
        var counted: Int64 = 0
        var since: CaptureTime
    }

    /// Of findings that are not over.
    private var lives: [String: Life] = [:]
    /// What was counted and withdrawn: a counter cannot go back, so the next losses there are taken to be these.
    private var owed: [LiveCounters.AtBroker: Int64] = [:]
    private static let mostOwed = 1_000
    private let patience: Int64

    init(patience: Int64 = 0) { self.patience = patience }

    mutating func note(
        _ finding: Finding, _ counters: inout LiveCounters, at now: CaptureTime = .distantPast,
        broker: (String?) -> String
    ) {
        guard lives[finding.id] != nil || finding.state == .open else { return }
        var life = lives[finding.id] ?? Life(since: now)
        if life.severities.insert(finding.severity).inserted {
            let labels = LiveCounters.FindingLabels(
                kind: finding.kind, severity: finding.severity, confidence: finding.confidence)
            counters.findings[labels, default: 0] += 1
        }
        if let cause = Self.cause(finding) {
            life.place = .init(cause, at: broker(finding.server))
            life.lost = max(life.lost, Int64(finding.requests.count.addingSaturated(finding.requestsLeftOut)))
        }
        switch finding.state {
        case .withdrawn: withdraw(life)
        case .final: count(&life, &counters)
        case .open, .changed:
            if now.since(life.since) >= patience { count(&life, &counters) }
            lives[finding.id] = life
            return
        }
        lives[finding.id] = nil
    }

    /// Counts what has stood for long enough.
    mutating func settle(_ counters: inout LiveCounters, at now: CaptureTime) {
        for (id, var life) in lives where life.lost > life.counted && now.since(life.since) >= patience {
            count(&life, &counters)
            lives[id] = life
        }
    }

    /// Of a finding that tells of lost requests.
    private static func cause(_ finding: Finding) -> String? {
        switch finding.kind {
        case .disconnectBeforeResponse: finding.cause?.rawValue ?? "unknown"
        case .authTerminated: finding.cause?.rawValue ?? finding.kind.rawValue
        default: nil
        }
    }

    private mutating func count(_ life: inout Life, _ counters: inout LiveCounters) {
        guard let place = life.place, life.lost > life.counted else { return }
        let new = life.lost - life.counted
        let paid = min(new, owed[place] ?? 0)
        if paid > 0 { owed[place] = (owed[place] ?? 0) - paid }
        counters.unansweredByCause[place, default: 0] += new - paid
        life.counted = life.lost
    }

    private mutating func withdraw(_ life: Life) {
        guard let place = life.place, life.counted > 0, owed.count < Self.mostOwed else { return }
        owed[place, default: 0] += life.counted
    }
}
