internal import ReportModel
internal import Vocabulary

/// What is said first of how things stand: why nothing is seen, or the verdict so far, and what brokers did a moment ago.
struct LiveNow {
    let status: LiveStatus
    let context: NarrationContext

    private static let newsLife = 60_000.0

    /// That nothing wrong was found is not said while requests wait for longer than is usual: a finding takes a moment more.
    var verdict: String { sentences.joined(separator: " ") }

    var sentences: [String] {
        guard isUncertain else { return Array(Verdict(status.report, time: context.time).sentences.prefix(2)) }
        let count = status.waitingCount
        let wait = count == 1 ? "waits" : "wait"
        return [
            "No fault is certain yet, but \(Format.count(count, "request")) \(wait) for longer than is usual, the longest for"
                + " \(Format.duration(ms: status.longestWaitMs))."
        ]
    }

    /// Nothing wrong was found, but requests wait.
    var isUncertain: Bool { status.report.summary.status == .healthy && status.waitingCount > 0 }

    private var hasPackets: Bool { status.report.capture.sources.contains { $0.packets > 0 } }

    private var paint: ScreenRow.Paint {
        switch status.report.summary.status {
        case .fault: .bad
        case .degraded: .warn
        case .healthy: status.waitingCount > 0 ? .warn : .good
        case .cannotJudge: .plain
        }
    }

    /// - Parameter escaped: makes text fit to be shown.
    func rows(width: Int, height: Int, escaped: (String) -> String) -> [ScreenRow] {
        func rows(_ text: String, _ paint: ScreenRow.Paint, most: Int, head: String = " NOW  ") -> [ScreenRow] {
            let rows = LineBreaker.rows(escaped(text), columns: width - 6).prefix(most)
            return rows.enumerated().map { ScreenRow(($0 == 0 ? head : "      ") + $1, paint) }
        }
        let hint = LiveHint(status)
        // What was seen before a silence still stands.
        let isSilence = hint?.kind == .silence || hint?.kind == .noKafka && status.lastKafka != nil
        if let hint, !isSilence {
            let isDown = hint.kind == .inputDown || hint.kind == .inputGone
            return rows(hint.text, isDown ? .bad : .warn, most: height < 16 ? 1 : 5)
        }
        guard hasPackets else { return rows("Waiting for the first packet", .plain, most: 1) }
        let silence = hint.map { rows($0.text, .warn, most: 1, head: "      ") } ?? []
        return rows(verdict, paint, most: height < 24 ? 1 : 2) + silence + news(height, escaped)
    }

    /// That a broker is back is as much news as that it went.
    private func news(_ height: Int, _ escaped: (String) -> String) -> [ScreenRow] {
        let recent = status.news.filter { status.time.milliseconds(since: $0.time) < Self.newsLife }
        return recent.prefix(height < 24 ? 1 : 2).map { change in
            let text = "\(context.time.clock(change.time).prefix(8)) \(BrokerWords.text(change, in: context))"
            return ScreenRow("      " + escaped(text), change.condition == .up ? .good : .bad)
        }
    }
}
