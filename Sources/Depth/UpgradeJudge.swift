import Conversations
import ReportModel
import Vocabulary

/// Who breaks on which upgrade. A client picks the newest version that both sides know. So one that sends an old version to
/// a broker that offers newer ones knows none; one that sends the newest of an old broker may know more.
enum UpgradeJudge {
    typealias Versions = [Int16: ClosedRange<Int>]

    /// The brokers become Kafka 4.
    /// - Parameter old: the greatest removed version of each API that was sent to each server.
    static func brokers(used: Versions, old: [Endpoint: [Int16: Int]], lists: [Endpoint: Versions]) -> UpgradeRow {
        if used.keys.allSatisfy(Api.belongsToSignIn) { return UpgradeRow(.brokers, .unknown, .onlySetup) }
        if used.keys.contains(where: RemovedVersions.isOfZooKeeper) { return UpgradeRow(.brokers, .breaks, .zooKeeper) }
        let rows = old.flatMap { server, versions in
            versions.map { api, version in
                row(
                    version, offered: lists[server]?[api],
                    isOfKafka4: lists[server].map(BrokerVersions.isKafka4) ?? false)
            }
        }
        let worst = rows.min { ($0.outlook, $0.reason?.rawValue ?? "") < ($1.outlook, $1.reason?.rawValue ?? "") }
        if let worst { return worst }
        // It sent some where there was no room to keep to whom.
        let sendsRemoved = used.contains { api, range in
            RemovedVersions.upTo(api).map { range.lowerBound <= $0 } ?? false
        }
        return sendsRemoved ? UpgradeRow(.brokers, .mayBreak, .offerNotSeen) : UpgradeRow(.brokers, .ready)
    }

    /// Kafka 4 lists the old versions of Produce for the sake of clients that look for them, and takes them no longer.
    private static func row(_ version: Int, offered: ClosedRange<Int>?, isOfKafka4: Bool) -> UpgradeRow {
        if isOfKafka4 { return UpgradeRow(.brokers, .breaks, .refusedAlready) }
        guard let offered else { return UpgradeRow(.brokers, .mayBreak, .offerNotSeen) }
        if version < offered.lowerBound { return UpgradeRow(.brokers, .breaks, .refusedAlready) }
        return version < offered.upperBound
            ? UpgradeRow(.brokers, .breaks, .olderThanOffered) : UpgradeRow(.brokers, .mayBreak, .newestOffered)
    }

    /// The client's library becomes Kafka 4's.
    /// - Parameter lists: of its servers, as far as they were seen.
    static func client(used: Versions, lists: [Versions]) -> UpgradeRow {
        if lists.isEmpty { return UpgradeRow(.client, .unknown, .offerNotSeen) }
        let hasNothing = lists.contains { list in
            used.keys.contains { api in
                guard let last = RemovedVersions.upTo(api), last != .max, let offered = list[api] else { return false }
                return offered.upperBound <= last
            }
        }
        if hasNothing { return UpgradeRow(.client, .breaks, .nothingInCommon) }
        let ages = lists.compactMap(BrokerVersions.isBefore21)
        if ages.contains(true) { return UpgradeRow(.client, .mayBreak, .brokerBefore21) }
        return ages.isEmpty ? UpgradeRow(.client, .unknown, .offerNotSeen) : UpgradeRow(.client, .ready)
    }
}
