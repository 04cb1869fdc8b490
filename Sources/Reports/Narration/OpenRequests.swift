internal import ReportModel

/// What became of the requests that want an answer and have none, so that every count of them is told in the same words.
struct OpenRequests {
    /// No answer came, and a finding holds that against somebody, or nobody knows why.
    let lost: Int64
    /// The client itself closed with them in flight, as programs do when they end.
    let givenUp: Int64
    /// Still waiting when the capture ended.
    let waiting: Int64

    init(_ report: Report) {
        let count = { (kind: FindingKind) in
            report.findings.reduce(Int64(0)) {
                $1.kind == kind ? $0 + Int64($1.requests.count + $1.requestsLeftOut) : $0
            }
        }
        let summary = report.summary
        // An overdue answer counts as unanswered, but may still come.
        let overdue = min(summary.unanswered, max(0, count(.responseOverdue) - summary.stillWaiting))
        givenUp = min(summary.unanswered - overdue, count(.abandonedByClient))
        waiting = summary.stillWaiting + overdue
        lost = summary.unanswered - overdue - givenUp
    }

    /// `3 lost, 1 given up by its client, 2 still waiting`; nothing of what there is none of.
    var phrases: [String] {
        var phrases: [String] = []
        if lost > 0 { phrases.append("\(Format.count(lost)) lost") }
        if givenUp > 0 {
            phrases.append("\(Format.count(givenUp)) given up by \(givenUp == 1 ? "its client" : "their clients")")
        }
        if waiting > 0 { phrases.append("\(Format.count(waiting)) still waiting at the end") }
        return phrases
    }
}
