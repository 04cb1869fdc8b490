import Conversations
import ReportModel
import Vocabulary

/// The report's sums. What they are made of is counted where it happens; here it is put together so that it adds up, and what
/// does not is told with the limits instead of being hidden.
struct Accounts {
    let file: CaseFile
    let findings: [Finding]
    /// Requests, and bytes, that did not add up: a fault of the program, never of the capture.
    private(set) var trips: [LimitTrip] = []

    init(file: CaseFile, findings: [Finding]) {
        self.file = file
        self.findings = findings
    }

    /// What became of the requests: each is exactly one of five, and `requests` is their sum.
    mutating func fill(_ summary: inout Summary) {
        let fates = file.fates
        let silent = min(
            fates.overdue + fates.waiting, count(of: .disconnectBeforeResponse, \.requestsOnOpenConnections))
        summary.unanswered = fates.unanswered
        summary.givenUp = min(fates.ended, count(of: .abandonedByClient) { $0.requests.count + $0.requestsLeftOut })
        summary.lost = fates.ended - summary.givenUp + silent
        summary.unanswered = max(summary.unanswered, summary.lost + summary.givenUp)
        summary.stillWaiting = fates.overdue + fates.waiting - silent
        summary.mayWantNoAnswer = fates.unsure
        summary.wantNoAnswer = file.totals.wantNoAnswer + fates.unsure
        let without = summary.lost + summary.givenUp + summary.stillWaiting + summary.wantNoAnswer
        summary.answered = max(0, file.totals.requests - without)
        note("requests", without - file.totals.requests)
    }

    /// No byte is understood, encrypted or unknown that was neither captured nor missing.
    mutating func balance(_ coverage: inout Coverage) {
        var excess = -coverage.bytesToSpare
        note("bytes", excess)
        for part in [\Coverage.unknownBytes, \.understoodBytes, \.encryptedBytes] where excess > 0 {
            let less = min(excess, coverage[keyPath: part])
            coverage[keyPath: part] -= less
            excess -= less
        }
    }

    private func count(of kind: FindingKind, _ requests: (Finding) -> Int) -> Int64 {
        findings.reduce(0) { $1.kind == kind ? $0 + Int64(requests($1)) : $0 }
    }

    private mutating func note(_ what: String, _ excess: Int64) {
        guard excess > 0 else { return }
        trips.append(
            LimitTrip(
                name: "accounting", allowed: 0, seen: Int(clamping: excess),
                leftOut: "\(what) that did not add up; please report it with the capture"))
    }
}
