import Conversations
import KafkaSchema
import ReportModel
import Vocabulary

/// Errors about an idempotent producer's numbering that lost batches explain: the producer had to go on without knowing
/// what the broker had stored.
struct SequenceConsequences {
    let view: CaseView

    private static let codes = ErrorCodes.named("OUT_OF_ORDER_SEQUENCE_NUMBER", "INVALID_PRODUCER_EPOCH")

    /// Lowers what is only the consequence of losses that other findings tell.
    func soften(_ verdicts: inout [Verdict]) {
        let events = view.file.errorEvents.filter { Self.codes.contains($0.code) }
        guard !events.isEmpty else { return }
        for at in verdicts.indices where verdicts[at].kind == .errorResponse && verdicts[at].severity == .warning {
            let mine = events.filter {
                KafkaError.name(of: Int($0.code)) == verdicts[at].error
                    && "\($0.client.address)" == verdicts[at].client && "\($0.server)" == verdicts[at].server
            }
            let servers = mine.map(lossServer)
            guard !servers.isEmpty, !servers.contains(nil) else { continue }
            verdicts[at].severity = .info
            verdicts[at].nature = .transient
            verdicts[at].add(.follows, .list(servers.compactMap { $0.map { "\($0)" } }.uniqued))
        }
    }

    /// Where the batch before it in that numbering was lost.
    private func lossServer(_ event: ErrorEvent) -> Endpoint? {
        view.lostBatches.losses(
            of: event.client.address, event.clientId, partition: event.partition, before: event.time
        )
        .last { $0.producerId >= 0 && $0.topic == event.topic && $0.sent < event.time }
        .map { view.records[$0.place].server }
    }
}
