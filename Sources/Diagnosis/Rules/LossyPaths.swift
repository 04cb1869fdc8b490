import Conversations
import ReportModel
import Streams
import Vocabulary

/// A path that loses so many packets that requests wait for TCP to send them again. Both directions count together.
struct LossyPaths: Rule {
    func judge(_ view: CaseView) -> [Verdict] {
        view.lossyPaths.byPath.sorted { $0.key < $1.key }.flatMap { _, lossy in
            let (records, sums) = (RecordList(view.records, lossy.places), lossy.sums)
            guard records.contains(where: view.concernsKafka) else { return [Verdict]() }
            let hit = records.filter(\.waitedForResends).map { $0 }
            return Dictionary(grouping: hit) { PathEnds(of: $0) }.sorted { $0.key < $1.key }.map {
                verdict($0.key, $0.value, sums, view)
            }
        }
    }

    private func verdict(_ ends: PathEnds, _ hit: [ConnectionRecord], _ sums: LossyPathIndex.Sums, _ view: CaseView)
        -> Verdict
    {
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
