import Conversations
import ReportModel
import Vocabulary

/// The versions that a connection's broker offers: as it said there, or on other connections to that listener; where its list was
/// not seen, as its cluster's other brokers say. Another listener of the same host may be another program.
struct OfferedHere {
    var versions: OfferedVersions
    var confidence: Confidence

    static func at(_ record: ConnectionRecord, in view: CaseView) -> OfferedHere? {
        if let own = record.kafka.offered { return OfferedHere(versions: own, confidence: .certain) }
        let listener = view.connections(to: record.server).first { $0.kafka.offered != nil }
        if let versions = listener?.kafka.offered { return OfferedHere(versions: versions, confidence: .certain) }
        let peer = view.records.first { $0.kafka.offered?.isController == false && isPeer($0, of: record, view) }
        return peer?.kafka.offered.map { OfferedHere(versions: $0, confidence: .likely) }
    }

    /// Both are brokers of one cluster.
    private static func isPeer(_ other: ConnectionRecord, of record: ConnectionRecord, _ view: CaseView) -> Bool {
        if !record.kafka.clusterId.isNone, other.kafka.clusterId == record.kafka.clusterId { return true }
        return view.node(at: other.server) != nil && view.node(at: record.server) != nil
    }

    /// A broker that knows the request by its list closes on it.
    func turnsAway(_ request: UnansweredRequest, on record: ConnectionRecord) -> Bool {
        // What was answered before on this connection is known there, whatever any list says.
        if request.api == Api.produce, record.kafka.produceAnswered { return false }
        if request.api == Api.fetch, record.kafka.fetched { return false }
        return isOldProduce(request) || !versions.offers(api: request.api, version: request.version)
    }

    /// Brokers 4 list old Produce versions for old clients' sake and close on them all the same (KIP-896).
    private func isOldProduce(_ request: UnansweredRequest) -> Bool {
        request.api == Api.produce && request.version < 3 && (versions.ranges[Api.fetch]?.lowerBound ?? 0) >= 4
    }
}
