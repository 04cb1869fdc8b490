import Conversations
import Streams
import Vocabulary

/// The paths between two hosts that lose so many packets that requests wait for TCP to send them again. Both directions count
/// together.
struct LossyPathIndex {
    /// So many segments sent again, and so many of a hundred.
    private static let least: Int64 = 50
    private static let leastPercent = 3.0
    /// Some of them came so late that requests waited; one in a fast retransmission does not.
    private static let leastLate: Int64 = 5
    /// What is sent into silence for so long tells of a dead path or host, and nothing of a lossy one.
    private static let silence = Span.seconds(3)

    struct Sums {
        private(set) var segments: Int64 = 0
        private(set) var again: Int64 = 0
        private(set) var late: Int64 = 0
        private(set) var longest: Int64 = 0

        fileprivate mutating func add(_ side: SideFacts) {
            let silent = side.unacknowledged.filter { $0.nanoseconds >= silence }.reduce(0) { $0 + Int64($1.resends) }
            let sentAgain = max(0, side.resends - max(silent, side.retransmissionsUnanswered))
            segments += side.dataSegments
            again += sentAgain
            guard sentAgain > 0 else { return }
            late += min(side.lateResends, sentAgain)
            longest = max(longest, side.longestResend)
        }

        fileprivate var isLossy: Bool {
            again >= least && late >= leastLate && Double(again) * 100 >= leastPercent * Double(segments)
        }
    }

    /// With the connections on each, in order.
    let byPath: [HostPath: (sums: Sums, places: [Int])]

    init(_ view: CaseView) {
        byPath = view.paths { $0.wasEstablished && $0.waitedForResends }.reduce(into: [:]) { found, path in
            var sums = Sums()
            for record in RecordList(view.records, path.places) {
                sums.add(record.fromClient); sums.add(record.fromServer)
            }
            if sums.isLossy { found[path.path] = (sums, path.places) }
        }
    }

    /// A wait of so many milliseconds is no longer than packets take there that have to be sent again and again.
    func explain(waitOf milliseconds: Double, between client: IPAddress, and server: IPAddress) -> Bool {
        guard let lossy = byPath[HostPath(client, server)] else { return false }
        return milliseconds <= Double(lossy.sums.longest.addingSaturated(Span.seconds(1))) / 1e6
    }
}

extension ConnectionRecord {
    /// Segments came only when they were sent again by TCP's timer.
    var waitedForResends: Bool { fromClient.lateResends + fromServer.lateResends > 0 }
}
