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
        if let versions = view.traits(of: record.server).offered {
            return OfferedHere(versions: versions, confidence: .certain)
        }
        return peer(of: record, view)?.kafka.offered.map { OfferedHere(versions: $0, confidence: .likely) }
    }

    /// The first connection to a broker of the same cluster that tells its versions.
    private static func peer(of record: ConnectionRecord, _ view: CaseView) -> ConnectionRecord? {
        let offers = view.brokersOffers
        let places = [
            record.kafka.clusterId.isNone ? nil : offers.byCluster[record.kafka.clusterId],
            view.node(at: record.server) == nil ? nil : offers.ofNode,
        ]
        return places.compactMap(\.self).min().map { view.records[$0] }
    }

    /// A broker that knows the request by its list closes on it.
    func turnsAway(_ request: UnansweredRequest, on record: ConnectionRecord) -> Bool {
        // Who has a list answers an ApiVersions that is too new with an error, and does not close (KIP-511).
        if request.api == Api.apiVersions { return false }
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

/// Places of the first connections that tell a broker's versions: in each cluster, and at any address that was given out.
struct BrokersOffers {
    fileprivate(set) var byCluster: [StringID: Int] = [:]
    fileprivate(set) var ofNode: Int?

    init(_ view: CaseView) {
        for (place, record) in view.records.enumerated() where record.kafka.offered?.isController == false {
            let cluster = record.kafka.clusterId
            if !cluster.isNone, byCluster[cluster] == nil { byCluster[cluster] = place }
            if ofNode == nil, view.node(at: record.server) != nil { ofNode = place }
        }
    }
}
