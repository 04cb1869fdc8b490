internal import ReportModel
internal import Reports
internal import Vocabulary

/// What a packet's comment says of a finding.
enum FrameComments {
    static func words(_ finding: Finding, _ report: Report) -> Narration {
        Narration(finding, in: NarrationContext(report))
    }

    /// `brokertap error: Broker closed ... (disconnect-before-response-3100, likely)`.
    static func text(_ finding: Finding, _ words: Narration) -> String {
        "brokertap \(finding.severity.rawValue): \(words.title) (\(finding.id), \(finding.confidence.rawValue))"
    }
}
