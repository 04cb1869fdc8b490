import Conversations
import ReportModel
import Vocabulary

/// When requests were sent and answered, for what a gateway adds between its two legs. Of hosts that are clients and servers.
struct LegWaits {
    private let limit: Int
    private var count = 0
    private var seen = 0
    private var waits: [UInt64: [LegWait]] = [:]
    private var ends: [UInt64: (client: IPAddress, server: IPAddress)] = [:]

    init(limits: Limits) { limit = limits.depthWaits }

    mutating func took(_ answer: ObservedAnswer, to request: ObservedRequest, _ stored: [Stored]) {
        seen += 1
        guard count < limit else { return }
        count += 1
        ends[request.connection] = (request.client.address, request.server.address)
        waits[request.connection, default: []].append(
            LegWait(
                api: request.api, sent: request.sent, answered: answer.time,
                storedAt: stored.count == 1 && stored[0].code == 0 ? stored[0].offset : nil))
    }

    /// By connection, in order of sending.
    var rows: [UInt64: [LegWait]] {
        let between = Set(ends.values.map(\.client)).intersection(ends.values.map(\.server))
        return waits.filter { id, _ in
            ends[id].map { between.contains($0.client) || between.contains($0.server) } ?? false
        }.mapValues { $0.sorted { $0.sent < $1.sent } }
    }

    /// Told only where it can be missed: between the two legs of a gateway.
    var trip: LimitTrip? {
        guard seen > limit, !rows.isEmpty else { return nil }
        return LimitTrip(name: "depthWaits", allowed: limit, seen: seen, leftOut: "waits compared between two legs")
    }
}
