import Conversations
import ReportModel
import Vocabulary

/// What a gateway puts before the names of topics and groups (virtual clusters), where both legs were captured.
struct GatewayRenames {
    private let front: [TopicClientRow]
    private let behind: [TopicClientRow]
    private static let triesAtMost = 16

    init(_ pairs: [GatewayLegs.Pair], _ tables: DepthTables) {
        let clients = Set(pairs.map { "\($0.front.client.address)" })
        let hosts = Set(pairs.map { "\($0.behind.client.address)" })
        front = tables.topicClients.filter { clients.contains($0.client) }
        behind = tables.topicClients.filter { hosts.contains($0.client) }
    }

    /// Nil where names stay as they are.
    var told: GatewayRow.Renames? {
        let topic = Self.prefix(front.compactMap(\.topic), behind.compactMap(\.topic))
        let group = Self.prefix(front.compactMap(\.group), behind.compactMap(\.group))
        return topic == nil && group == nil ? nil : .init(topicPrefix: topic, groupPrefix: group)
    }

    /// The one beginning without which every name behind is one in front.
    private static func prefix(_ front: [String], _ behind: [String]) -> String? {
        let (front, behind) = (Set(front), Set(behind))
        guard let first = behind.min(), !behind.isSubset(of: front) else { return nil }
        let tries = front.filter { $0 != first && first.hasSuffix($0) }.sorted().prefix(triesAtMost)
        return tries.map { String(first.dropLast($0.count)) }.first { prefix in
            behind.allSatisfy { $0.hasPrefix(prefix) && front.contains(String($0.dropFirst(prefix.count))) }
        }
    }
}
