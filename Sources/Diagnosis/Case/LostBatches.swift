import Conversations
import Streams
import Vocabulary

/// Batches that were sent and had no answer: what a producer's numbering stumbles over afterwards.
struct LostBatches {
    struct Loss {
        var topic: StringID
        var producerId: Int64
        var sent: CaptureTime
        /// Of its connection in the view's records.
        var place: Int
    }

    private struct Key: Hashable {
        var client: IPAddress
        var clientId: StringID
        var partition: Int32
    }

    /// A producer that lost a batch longer ago has given it up (delivery.timeout.ms) and begun anew.
    private static let within = Span.seconds(120)

    private let byPartition: [Key: [Loss]]

    init(_ records: [ConnectionRecord]) {
        var found: [Key: [Loss]] = [:]
        for (place, record) in records.enumerated() {
            for request in record.unanswered {
                for batch in request.batches {
                    let key = Key(client: record.client.address, clientId: request.clientId, partition: batch.partition)
                    found[key, default: []].append(
                        Loss(topic: batch.topic, producerId: batch.producerId, sent: request.sent, place: place))
                }
            }
        }
        byPartition = found
    }

    /// Those of a client for a partition of whatever topic that were lost a while before a moment.
    func losses(of client: IPAddress, _ clientId: StringID, partition: Int32, before time: CaptureTime) -> [Loss] {
        let all = byPartition[Key(client: client, clientId: clientId, partition: partition)] ?? []
        return all.filter { $0.sent <= time && time.since($0.sent) <= Self.within }
    }
}
