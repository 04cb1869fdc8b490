import Capture
import Conversations
public import ReportModel
import Vocabulary

/// Rows that are new since they were last taken: for a store, which has each of them once.
public struct LiveNews: Sendable {
    /// Those that ended.
    public var connections: [ConnectionRow] = []
    /// Ended ones that found no room in one tick.
    public var connectionsLeftOut = 0
    /// Requests that were answered or lost, an even sample where they were too many for one tick.
    public var requests: RequestColumns?

    public init() {}
}

extension LiveAnalyzer {
    /// Gives out what is new, and begins anew.
    public func takeNews() -> LiveNews {
        defer { news = LiveNews() }
        return news
    }

    /// - Parameter file: holding also the connections that are still there.
    func gather(_ journal: Journal, _ file: CaseFile, _ findings: [Finding]) {
        guard options.keepsRows else { return }
        news.connections += journal.ended.map { ConnectionRows.row($0, file, sources: source.sources) }
        news.connectionsLeftOut += journal.leftOut
        guard let log = conversations.requestLog?.takeNews(), log.count > 0 else { return }
        var (places, ids): ([UInt32: UInt32], [String]) = ([:], [])
        for record in file.connections.records + journal.ended {
            let number = UInt32(truncatingIfNeeded: record.serial)
            if places[number] != nil { continue }
            places[number] = UInt32(ids.count)
            ids.append(record.id)
        }
        var columns = RequestLogRows(
            file: file, findings: findings, connections: [], view: nil, placesByNumber: places
        ).columns(log, isLast: true)
        columns.connectionIds = ids
        news.requests = columns
    }
}
