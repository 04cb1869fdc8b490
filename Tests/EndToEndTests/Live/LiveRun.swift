import Capture
import Foundation
import Pipeline
import ReportModel
import Vocabulary

/// Live runs over captures that are read like pipes, without an interface.
enum LiveRun {
    struct Ended {
        var updates: [LiveUpdate] = []
        var statuses: [LiveStatus] = []
        var report = Report()
    }

    /// Reads a capture with a tick each few packets.
    static func of(
        _ paths: [String], every packets: Int = 200, _ change: (inout LiveOptions) -> Void = { _ in },
        prepare: (LiveAnalyzer) throws -> Void = { _ in }
    ) throws -> Ended {
        var options = LiveOptions()
        options.pipes = paths
        change(&options)
        let analyzer = try LiveAnalyzer(options: options)
        try prepare(analyzer)
        var ended = Ended()
        while !analyzer.isEnded {
            _ = try analyzer.read(most: packets)
            guard let (updates, status) = analyzer.tick() else { continue }
            ended.updates += updates
            Sums.check(status.report)
            ended.statuses.append(status)
        }
        let (updates, report) = analyzer.finish(stopped: false)
        ended.updates += updates
        ended.report = report
        Sums.check(report)
        return ended
    }
}

extension LiveRun.Ended {
    var findings: [Finding] {
        updates.compactMap { update in
            if case .finding(let finding) = update { finding } else { nil }
        }
    }
}

extension Finding {
    /// What two runs over the same packets must agree on.
    var gist: String {
        let parts: [String?] = [
            kind.rawValue, severity.rawValue, confidence.rawValue, client, server, detail?.rawValue, cause?.rawValue,
            closedBy?.rawValue, error, "\(count)", "\(requests.count)",
        ]
        return parts.map { $0 ?? "-" }.joined(separator: " ")
    }
}
