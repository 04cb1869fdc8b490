internal import ReportModel

/// What the first screen says of the fault, so that nothing below says it again.
struct Headline {
    let verdict: Verdict
    /// What the first finding says beyond the verdict, where there is no incident: how it is known, and what it means.
    /// The terminal prints the finding right below; on the page it lies behind the timeline.
    let why: [String]
    /// Whether the fault is over; nil where there is none.
    let standing: String?

    init(_ report: Report, in context: NarrationContext) {
        let verdict = Verdict(report, time: context.time)
        self.verdict = verdict
        standing = Standing(report, in: context).words
        guard report.incidents.isEmpty, let first = report.findings.first, first.severity > .info else {
            why = []
            return
        }
        var room = Self.whyRoom
        let sentences = Narration(first, in: context).sentences.filter { !verdict.sentences.contains($0) }
        why = Array(
            sentences.prefix {
                room -= $0.count
                return room >= 0
            })
    }

    /// Characters that a narrow screen has room for, above what to do.
    private static let whyRoom = 320

    func says(_ sentence: String) -> Bool { verdict.sentences.contains(sentence) || why.contains(sentence) }
}
