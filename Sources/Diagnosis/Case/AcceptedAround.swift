import Conversations
import Streams
import Vocabulary

/// Sign-ins that were refused between others of the same client, user and mechanism that the same cluster accepted: then it is
/// what checks the credentials that failed for a moment, and not the credentials.
struct AcceptedAround {
    private struct Identity: Hashable {
        var client: IPAddress
        var clientId: StringID
        var mechanism: StringID
        var principal: StringID
        var cluster: StringID
        /// Where the cluster is not known.
        var server: Endpoint?
    }

    private struct Tries {
        var accepted: [CaptureTime] = []
        var refused: [CaptureTime] = []
    }

    /// Accepted so long before or after, they may have been changed in between.
    private static let near = Span.seconds(60)
    /// So many were accepted for each that was refused: two programs of one host and user, of which one has wrong ones, are refused
    /// again and again.
    private static let accepted = 2

    private var clusters: [Endpoint: StringID] = [:]
    private var tries: [Identity: Tries] = [:]

    init(_ view: CaseView) {
        let signedIn = view.records.filter { $0.signIn.stage >= .succeeded && !$0.signIn.mechanism.isNone }
        guard signedIn.contains(where: { $0.signIn.stage == .refused }) else { return }
        for record in view.records where !record.kafka.clusterId.isNone {
            clusters[record.server] = record.kafka.clusterId
        }
        for record in signedIn {
            let isAccepted = record.signIn.stage == .succeeded
            let time = record.signIn.lastStepTime
            let identity = identity(record)
            if isAccepted {
                tries[identity, default: Tries()].accepted.append(time)
            } else {
                tries[identity, default: Tries()].refused.append(time)
            }
        }
    }

    private func identity(_ record: ConnectionRecord) -> Identity {
        let cluster = clusters[record.server] ?? .none
        return Identity(
            client: record.client.address, clientId: record.kafka.clientId, mechanism: record.signIn.mechanism,
            principal: record.signIn.principal, cluster: cluster, server: cluster.isNone ? record.server : nil)
    }

    /// How long before and after this refusal the same was accepted, in milliseconds; nil where not all refusals of that client
    /// stand between two such.
    func around(_ record: ConnectionRecord) -> (before: Double, after: Double)? {
        guard let all = tries[identity(record)], all.refused.count * Self.accepted <= all.accepted.count else {
            return nil
        }
        let sorted = all.accepted.sorted()
        guard all.refused.allSatisfy({ nearest(to: $0, in: sorted) != nil }) else { return nil }
        return nearest(to: record.signIn.lastStepTime, in: sorted)
    }

    private func nearest(to time: CaptureTime, in accepted: [CaptureTime]) -> (before: Double, after: Double)? {
        let next = accepted.partitionPoint { $0 >= time }
        guard next > 0, next < accepted.count else { return nil }
        let (before, after) = (time.since(accepted[next - 1]), accepted[next].since(time))
        return max(before, after) <= Self.near ? (Double(before) / 1e6, Double(after) / 1e6) : nil
    }
}
