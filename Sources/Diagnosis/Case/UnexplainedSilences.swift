import Conversations
import ReportModel
import Streams
import Vocabulary

/// Ends without a word that no finding speaks of, though nothing was lost that a rule counts: a side whose packets, or probes,
/// nobody acknowledged to the end, and idle connections of a server that all ended at one moment. While there is one, "nothing
/// wrong" is no promise that can be given.
enum UnexplainedSilences {
    private static let silence = Span.seconds(5)
    private static let resends: Int64 = 4
    private static let probes: Int64 = 3

    static func count(_ view: CaseView, _ findings: [Finding]) -> Int {
        let told = findings.connectionsExplained
        let silent = view.records.count {
            $0.wasEstablished && !$0.isOneSided && $0.kafka.responses > 0 && !told.contains($0.id)
                && (isUnheard($0.fromServer, by: $0.fromClient, $0) || isUnheard($0.fromClient, by: $0.fromServer, $0))
        }
        return silent + view.nodeEnds.values.joined().count { $0.endedWhileIdle(in: view) }
    }

    /// Nobody answers what a side sends again, or asks.
    private static func isUnheard(_ side: SideFacts, by other: SideFacts, _ record: ConnectionRecord) -> Bool {
        let gap = side.lastTime.since(other.lastTime)
        guard other.packets > 0, gap >= silence else { return false }
        if side.retransmissionsUnanswered >= resends, record.firstClose == nil { return true }
        // Of probes that are answered the last one alone may seem not to be.
        let idle = side.lastTime.since(max(side.lastDataTime, other.lastDataTime))
        return side.keepAlives >= probes && idle > 0
            && Double(gap) * Double(side.keepAlives) >= Double(idle) * Double(probes - 1)
    }
}

extension NodeEnd {
    /// Ends that are so close together, of connections that had been idle for such different times, follow no idle limit.
    private static let atOnce = Span.milliseconds(50)
    private static let apart = Span.milliseconds(200)
    private static let several = 3

    /// The server's connections, idle all of them, ended at one moment, and none came about again.
    func endedWhileIdle(in view: CaseView) -> Bool {
        guard !isStop, ended.count >= Self.several, survivors == 0, back == nil, to.since(from) <= Self.atOnce,
            Set(ended.map { view.records[$0].client.address }).count > 1
        else { return false }
        let idle = ended.compactMap { view.records[$0].idleBeforeEnd }
        guard idle.count == ended.count, let least = idle.min(), let most = idle.max() else { return false }
        return most.subtractingSaturated(least) >= max(Self.apart, 10 * to.since(from))
    }
}
