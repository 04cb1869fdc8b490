public import ReportModel

/// Which updates are told: by their type, and findings by how bad they are.
public struct LiveFilter: Sendable {
    /// What a line of NDJSON can be.
    public static let types = ["finding", "event", "folded", "limit", "dropped", "broker", "notice", "status"]

    private let types: Set<String>
    private let level: Severity
    /// Findings that were told and are not over: what becomes of them is told too, however mild they are by now.
    private var told: Set<String> = []

    /// - Parameter types: nil for all.
    public init(types: Set<String>? = nil, level: Severity = .info) {
        (self.types, self.level) = (types ?? Set(Self.types), level)
    }

    public func takes(_ type: String) -> Bool { types.contains(type) }

    public mutating func passed(_ updates: [LiveUpdate]) -> [LiveUpdate] { updates.compactMap { passed($0) } }

    private mutating func passed(_ update: LiveUpdate) -> LiveUpdate? {
        guard types.contains(update.type) else { return nil }
        guard case .finding(var finding) = update else { return update.level >= level ? update : nil }
        let wasTold = told.contains(finding.id)
        guard wasTold || finding.severity >= level else { return nil }
        let isOver = finding.state == .final || finding.state == .withdrawn
        if isOver { told.remove(finding.id) } else { told.insert(finding.id) }
        // What was too mild until now is new to whoever asks for no milder ones.
        if !wasTold, finding.state == .changed { finding.state = .open }
        return .finding(finding)
    }
}

extension LiveUpdate {
    /// As lines of NDJSON name it.
    var type: String {
        switch self {
        case .finding: "finding"
        case .event: "event"
        case .folded: "folded"
        case .limit: "limit"
        case .dropped: "dropped"
        case .broker: "broker"
        }
    }

    /// What stops, and that it works again, belong together, however little else is asked for.
    fileprivate var level: Severity {
        switch self {
        case .finding(let finding): finding.severity
        case .broker: .error
        case .limit, .dropped: .warning
        case .event, .folded: .info
        }
    }
}
