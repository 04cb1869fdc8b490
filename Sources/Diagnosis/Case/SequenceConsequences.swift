import Conversations
import KafkaSchema
import ReportModel
import Vocabulary

/// Errors about an idempotent producer's numbering that lost batches explain: the producer had to go on without knowing
/// what the broker had stored.
struct SequenceConsequences {
    let view: CaseView

    /// OUT_OF_ORDER_SEQUENCE_NUMBER, INVALID_PRODUCER_EPOCH.
    private static let codes: Set<Int16> = [45, 47]
    /// A producer that lost a batch longer ago has given it up (delivery.timeout.ms) and begun anew.
    private static let within = Span.seconds(120)

    private struct Key: Hashable {
        var client: IPAddress
        var clientId: StringID
        var topic: StringID
        var partition: Int32
    }

    /// Lowers what is only the consequence of losses that other findings tell.
    func soften(_ verdicts: inout [Verdict]) {
        let events = view.file.errorEvents.filter { Self.codes.contains($0.code) }
        guard !events.isEmpty else { return }
        let lost = lostBatches()
        for at in verdicts.indices where verdicts[at].kind == .errorResponse && verdicts[at].severity == .warning {
            let mine = events.filter {
                KafkaError.name(of: Int($0.code)) == verdicts[at].error
                    && "\($0.client.address)" == verdicts[at].client && "\($0.server)" == verdicts[at].server
            }
            let servers = mine.map { event in
                lost[
                    Key(
                        client: event.client.address, clientId: event.clientId, topic: event.topic,
                        partition: event.partition)]?.last {
                        $0.sent < event.time && event.time.since($0.sent) <= Self.within
                    }?.server
            }
            guard !servers.isEmpty, !servers.contains(nil) else { continue }
            verdicts[at].severity = .info
            verdicts[at].nature = .transient
            verdicts[at].add(.follows, .list(servers.compactMap { $0.map { "\($0)" } }.uniqued))
        }
    }

    private func lostBatches() -> [Key: [(sent: CaptureTime, server: Endpoint)]] {
        var lost: [Key: [(sent: CaptureTime, server: Endpoint)]] = [:]
        for record in view.records {
            for request in record.unanswered where request.api == Api.produce && !request.wantsNoAnswer {
                for batch in request.batches where batch.producerId >= 0 {
                    let key = Key(
                        client: record.client.address, clientId: request.clientId, topic: batch.topic,
                        partition: batch.partition)
                    lost[key, default: []].append((request.sent, record.server))
                }
            }
        }
        return lost
    }
}
