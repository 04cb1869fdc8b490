internal import ReportModel

/// What became of the requests that want an answer and have none, so that every count of them is told in the same words.
struct OpenRequests {
    /// Their connection ended, or their server fell silent, before the answer.
    let lost: Int64
    /// The client itself closed with them in flight, as programs do when they end.
    let givenUp: Int64
    /// Still waiting when the capture ended.
    let waiting: Int64

    /// The capture goes on.
    private let isInterim: Bool

    init(_ report: Report) {
        isInterim = report.isInterim
        (lost, givenUp, waiting) = (report.summary.lost, report.summary.givenUp, report.summary.stillWaiting)
    }

    /// `3 lost, 1 given up by its client, 2 still waiting`; nothing of what there is none of.
    var phrases: [String] {
        var phrases: [String] = []
        if lost > 0 { phrases.append("\(Format.count(lost)) lost") }
        if givenUp > 0 {
            phrases.append("\(Format.count(givenUp)) given up by \(givenUp == 1 ? "its client" : "their clients")")
        }
        if waiting > 0 { phrases.append("\(Format.count(waiting)) still waiting\(isInterim ? "" : " at the end")") }
        return phrases
    }
}
