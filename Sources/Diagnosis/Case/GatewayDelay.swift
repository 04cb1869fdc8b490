import Conversations
import ReportModel
import Vocabulary

/// What a gateway adds to its clients' waits: each one's own less what the broker behind took for the same request.
enum GatewayDelay {
    static func added(_ pairs: [GatewayLegs.Pair], _ waits: [UInt64: [LegWait]]) -> GatewayRow.Added? {
        var spans: [Int64] = []
        for pair in pairs {
            spans += between(waits[pair.front.serial] ?? [], waits[pair.behind.serial] ?? [])
        }
        guard !spans.isEmpty else { return nil }
        spans.sort()
        return GatewayRow.Added(p50Ms: share(50, of: spans), p99Ms: share(99, of: spans))
    }

    private static func share(_ percent: Int, of sorted: [Int64]) -> Double {
        let rank = (sorted.count * percent + 99) / 100
        return Double(sorted[min(sorted.count, max(1, rank)) - 1]) / 1e6
    }

    /// Both in order of sending: a request's copy is of its API, and lies within it.
    private static func between(_ front: [LegWait], _ behind: [LegWait]) -> [Int64] {
        var at = 0
        return front.compactMap { wait in
            while at < behind.count, behind[at].sent < wait.sent { at += 1 }
            guard at < behind.count, behind[at].api == wait.api, behind[at].answered <= wait.answered else {
                return nil
            }
            defer { at += 1 }
            let waited = behind[at].answered.since(behind[at].sent)
            return max(0, wait.answered.since(wait.sent).subtractingSaturated(waited))
        }
    }
}
