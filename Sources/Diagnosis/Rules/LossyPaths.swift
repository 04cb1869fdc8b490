import Conversations
import ReportModel
import Streams
import Vocabulary

/// A path that loses so many packets that requests wait for TCP to send them again. Both directions count together.
struct LossyPaths: Rule {
    /// So many segments sent again, and so many of a hundred.
    private static let least: Int64 = 50
    private static let leastPercent = 3.0
    /// Some of them came so late that requests waited; one in a fast retransmission does not.
    private static let leastLate: Int64 = 5
    /// What is sent into silence for so long tells of a dead path or host, and nothing of a lossy one.
    private static let silence = Span.seconds(3)

    private struct Sums {
        var segments: Int64 = 0
        var again: Int64 = 0
        var late: Int64 = 0
        var longest: Int64 = 0

        mutating func add(_ side: SideFacts) {
            let silent = side.unacknowledged.filter { $0.nanoseconds >= silence }.reduce(0) { $0 + Int64($1.resends) }
            let sentAgain = max(0, side.resends - max(silent, side.retransmissionsUnanswered))
            segments += side.dataSegments
            again += sentAgain
            guard sentAgain > 0 else { return }
            late += min(side.lateResends, sentAgain)
            longest = max(longest, side.longestResend)
        }

        var isLossy: Bool {
            again >= least && late >= leastLate && Double(again) * 100 >= leastPercent * Double(segments)
        }
    }

    func judge(_ view: CaseView) -> [Verdict] {
        view.paths { $0.wasEstablished && isHit($0) }.flatMap { _, places in
            let records = RecordList(view.records, places)
            var sums = Sums()
            for record in records { sums.add(record.fromClient); sums.add(record.fromServer) }
            guard sums.isLossy, records.contains(where: view.concernsKafka) else { return [Verdict]() }
            let hit = records.filter(isHit).map { $0 }
            return Dictionary(grouping: hit) { PathEnds(of: $0) }.sorted { $0.key < $1.key }.map {
                verdict($0.key, $0.value, sums, view)
            }
        }
    }

    private func isHit(_ record: ConnectionRecord) -> Bool {
        record.fromClient.lateResends + record.fromServer.lateResends > 0
    }

    private func verdict(_ ends: PathEnds, _ hit: [ConnectionRecord], _ sums: Sums, _ view: CaseView) -> Verdict {
        let first = hit.map(\.tcp.firstTime).min() ?? view.captureEnd
        let last = hit.map(\.tcp.lastTime).max() ?? first
        var verdict = Verdict(path: ends, .lossy, .warning, .certain, from: first, to: last, hit: hit, in: view)
        verdict.frames = hit.prefix(10).map(\.tcp.firstFrame)
        verdict.add(.segments, .number(Int(sums.segments)))
        verdict.add(.resentSegments, .number(Int(sums.again)))
        verdict.add(.lateResends, .number(Int(sums.late)))
        verdict.add(.maxMs, .milliseconds(Double(sums.longest) / 1e6))
        return verdict
    }
}
