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
    /// When those were accepted, in order, of whom each refusal stands between two such.
    private var passing: [Identity: [CaptureTime]] = [:]

    init(_ view: CaseView) {
        let signedIn = view.records.filter { $0.signIn.stage >= .succeeded && !$0.signIn.mechanism.isNone }
        guard signedIn.contains(where: { $0.signIn.stage == .refused }) else { return }
        for record in view.records where !record.kafka.clusterId.isNone {
            clusters[record.server] = record.kafka.clusterId
        }
        var tries: [Identity: Tries] = [:]
        for record in signedIn {
            guard let identity = identity(record) else { continue }
            let time = record.signIn.lastStepTime
            if record.signIn.stage == .succeeded {
                tries[identity, default: Tries()].accepted.append(time)
            } else {
                tries[identity, default: Tries()].refused.append(time)
            }
        }
        for (identity, all) in tries where all.refused.count * Self.accepted <= all.accepted.count {
            let sorted = all.accepted.sorted()
            guard all.refused.allSatisfy({ Self.nearest(to: $0, in: sorted) != nil }) else { continue }
            passing[identity] = sorted
        }
    }

    /// Nil where nobody says who it is.
    private func identity(_ record: ConnectionRecord) -> Identity? {
        guard !record.signIn.principal.isNone else { return nil }
        let cluster = clusters[record.server] ?? .none
        return Identity(
            client: record.client.address, clientId: record.kafka.clientId, mechanism: record.signIn.mechanism,
            principal: record.signIn.principal, cluster: cluster, server: cluster.isNone ? record.server : nil)
    }

    /// How long before and after this refusal the same was accepted, in milliseconds; nil where not all refusals of that client
    /// stand between two such.
    func around(_ record: ConnectionRecord) -> (before: Double, after: Double)? {
        guard let identity = identity(record), let accepted = passing[identity] else { return nil }
        return Self.nearest(to: record.signIn.lastStepTime, in: accepted)
    }

    private static func nearest(to time: CaptureTime, in accepted: [CaptureTime]) -> (before: Double, after: Double)? {
        let next = accepted.partitionPoint { $0 >= time }
        guard next > 0, next < accepted.count else { return nil }
        let (before, after) = (time.since(accepted[next - 1]), accepted[next].since(time))
        return max(before, after) <= near ? (Double(before) / 1e6, Double(after) / 1e6) : nil
    }
}
