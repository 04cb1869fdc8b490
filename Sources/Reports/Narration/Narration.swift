public import ReportModel
internal import Vocabulary

/// A Wireshark display filter that shows a finding's evidence in one source.
public struct DisplayFilter: Sendable, Equatable {
    public var source: Int
    public var text: String
}

/// The words of one finding: for the terminal, JSON, HTML and the live view alike.
public struct Narration: Sendable {
    /// One line without a full stop.
    public let title: String
    /// What was seen, what it means, and why there may be doubt.
    public let explanation: String
    /// What to check or run next, a step an item.
    public let advice: [String]
    /// What the client's library probably printed; nil where the library is not known.
    public let clientLog: String?
    /// One a source.
    public let displayFilters: [DisplayFilter]

    public init(_ finding: Finding, in context: NarrationContext) {
        let view = Case(finding: finding, context: context)
        let words = Words.of(view)
        title = capitalised(words.title)
        explanation = (words.explanation.items + DoubtWords.sentences(finding)).map(capitalised).joined(separator: " ")
        advice = words.advice.items
        clientLog = ClientLog.lines(view)
        displayFilters = DisplayFilter.of(finding, in: context.report)
    }
}

/// Sentences begin with a capital; only where they begin with a word of ours, for names and commands stay as they are.
private func capitalised(_ text: String) -> String {
    let ours = ["broker", "brokers", "client", "the", "probably", "possibly", "no"]
    guard let word = text.split(separator: " ", maxSplits: 1).first, ours.contains(String(word)) else { return text }
    return text.prefix(1).uppercased() + text.dropFirst()
}

/// What a kind's file gives.
struct Words {
    var title: String
    var explanation = Sentences()
    var advice = Sentences()

    static func of(_ view: Case) -> Words { Words(title: view.finding.kind.rawValue) }
}

enum ClientLog { static func lines(_ view: Case) -> String? { nil } }
struct IncidentWords {
    let title: String
    let explanation = ""
    init(_ incident: Incident, in context: NarrationContext) { title = incident.kind.rawValue }
}
public struct Verdict {
    public let text: String
    public init(_ report: Report) { text = "\(report.findings.count) findings" }
}
