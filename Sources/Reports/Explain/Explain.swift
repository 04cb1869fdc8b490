public import ReportModel

/// The pages behind `brokertap explain`: what each kind of finding means, independent of any capture.
public enum Explain {
    /// Every kind with its first sentence.
    public static func overview(markdown: Bool) -> String {
        let rows = FindingKind.allCases.map { kind -> String in
            let summary = ExplainPage.of(kind).summary
            return markdown
                ? "- [`\(kind.rawValue)`](\(kind.rawValue).md): \(summary)" : "\(kind.rawValue)\n    \(summary)"
        }
        return (markdown ? "# Findings\n\n" : "") + rows.joined(separator: "\n") + "\n"
    }

    /// Columns of a page where nobody says how wide it may be.
    public static let usualColumns = 78

    /// All that is known of one kind.
    public static func page(_ kind: FindingKind, markdown: Bool, columns: Int = usualColumns) -> String {
        let page = ExplainPage.of(kind)
        var text = heading(kind.rawValue, level: 1, markdown) + paragraph(page.summary, markdown, columns)
        for part in page.parts {
            text += heading(part.title, level: 2, markdown) + paragraph(part.text, markdown, columns)
        }
        for section in page.sections {
            text += heading("\(kind.rawValue)/\(section.name)", level: 2, markdown)
            text += paragraph(section.text, markdown, columns)
        }
        return text
    }

    /// One cause or detail of a kind; nil where the kind has none of that name.
    public static func section(
        _ kind: FindingKind, _ name: String, markdown: Bool, columns: Int = usualColumns
    ) -> String? {
        let page = ExplainPage.of(kind)
        guard let section = page.sections.first(where: { $0.name == name }) else { return nil }
        return heading("\(kind.rawValue)/\(name)", level: 1, markdown) + paragraph(section.text, markdown, columns)
            + page.parts.map { heading($0.title, level: 2, markdown) + paragraph($0.text, markdown, columns) }.joined()
    }

    /// The causes or details that a kind has.
    public static func sectionNames(_ kind: FindingKind) -> [String] { ExplainPage.of(kind).sections.map(\.name) }

    static func heading(_ text: String, level: Int, _ markdown: Bool) -> String {
        if markdown { return String(repeating: "#", count: level) + " \(text)\n\n" }
        return level == 1 ? "\(text)\n\n" : "\(text)\n"
    }

    static func paragraph(_ text: String, _ markdown: Bool, _ columns: Int) -> String {
        LineBreaker.rows(text, columns: markdown ? 100 : columns - 2).map { markdown ? $0 : "  " + $0 }
            .joined(separator: "\n") + "\n\n"
    }
}

/// One kind's texts.
struct ExplainPage {
    struct Section {
        let name: String
        let text: String
    }

    let summary: String
    let wire: String
    let mistaken: String
    let clients: String
    let steps: String
    var sections: [Section] = []

    var parts: [(title: String, text: String)] {
        [
            ("On the wire", wire), ("Easily mistaken for", mistaken), ("What clients print", clients),
            ("What to do", steps),
        ]
    }

    static func cause(_ cause: Cause, _ text: String) -> Section { Section(name: cause.rawValue, text: text) }
    static func detail(_ detail: Detail, _ text: String) -> Section { Section(name: detail.rawValue, text: text) }

    static func of(_ kind: FindingKind) -> ExplainPage {
        switch kind {
        case .disconnectBeforeResponse: disconnectBeforeResponse
        case .responseOverdue: responseOverdue
        case .authTerminated: authTerminated
        case .advertisedAddressMismatch: advertisedAddressMismatch
        case .brokerUnavailable: brokerUnavailable
        case .connectFailure: connectFailure
        case .networkPath: networkPath
        case .tlsFailure: tlsFailure
        case .probe: probe
        case .protocolMismatch: protocolMismatch
        case .protocolViolation: protocolViolation
        case .sessionExpired: sessionExpired
        case .idleClose: idleClose
        case .abandonedByClient: abandonedByClient
        case .notLeader: notLeader
        case .errorResponse: errorResponse
        case .throttled: throttled
        case .unsupportedVersion: unsupportedVersion
        case .slowResponse: slowResponse
        case .identityConflict: identityConflict
        case .acknowledgedLost: acknowledgedLost
        case .committedOffsetLost: committedOffsetLost
        case .slowSetup: slowSetup
        case .clientSettings: clientSettings
        case .clusterChanged: clusterChanged
        case .highWatermarkStuck: highWatermarkStuck
        case .underReplicated: underReplicated
        case .leaderless: leaderless
        case .connectionChurn: connectionChurn
        case .credentialsInClear: credentialsInClear
        case .riskyProducer: riskyProducer
        case .singleBootstrap: singleBootstrap
        case .certificateNotice: certificateNotice
        case .consumerStalled: consumerStalled
        case .consumerFallsBehind: consumerFallsBehind
        case .rebalance: rebalance
        case .captureIncomplete: captureIncomplete
        }
    }
}
