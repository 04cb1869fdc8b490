import Conversations
import Streams
import Vocabulary

/// Resets that one client host met on its connections to several servers within a moment, though these served others all the while:
/// no broker ended them, and no idle time, but what keeps track of all that host's connections (a NAT, a firewall).
struct FlushedFlows {
    private struct Reset {
        var time: CaptureTime
        var server: IPAddress
        /// No idle limit ended it, and its server lives on.
        var isProof: Bool
    }

    /// Each connection meets its reset with its next packet.
    private static let together = Span.seconds(1)
    /// Of a storm of them the first tell as much as all.
    private static let lookedAt = 200
    private var byClient: [IPAddress: [Reset]] = [:]

    init(_ view: CaseView) {
        for (place, record) in view.records.enumerated() {
            guard record.hadWorked, record.clientClosedFirst == false, let close = record.firstClose, close.reset,
                !LostRequests.of(record).requests.isEmpty,
                let end = view.nodeEndsByPlace.end(of: place)
            else { continue }
            let idle = record.idleBeforeLoss
            byClient[record.client.address, default: []].append(
                Reset(
                    time: close.time, server: record.server.address,
                    isProof: Self.livesOn(end)
                        && (idle.map { $0 < Idleness.least || view.outlivedPauses.rulesOut($0, on: record) } ?? false)))
        }
        for client in byClient.keys { byClient[client]?.sort { $0.time < $1.time } }
    }

    /// The server kept others, or took a new one at once: no process died there.
    private static func livesOn(_ end: NodeEnd) -> Bool {
        end.survivors > 0 || end.refused == 0 && end.back.map { $0.since(end.to) <= together } == true
    }

    func contains(_ record: ConnectionRecord) -> Bool {
        guard let close = record.firstClose, let resets = byClient[record.client.address] else { return false }
        let first = resets.partitionPoint { $0.time >= close.time.adding(nanoseconds: -Self.together) }
        let near = resets[first...].prefix(Self.lookedAt).prefix { $0.time.since(close.time) <= Self.together }
        return near.contains(where: \.isProof) && near.contains { $0.server != record.server.address }
    }
}
