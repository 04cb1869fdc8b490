import Conversations
import Vocabulary

/// Which batches of a Produce were sent before. A batch of an idempotent producer is known by producer id, epoch and
/// sequence; one of a plain producer by its bytes, and only behind a copy that was lost or refused, for two records may well
/// be the same. A gateway's other leg has its own: the client's host is part of the name.
struct Resends {
    private struct Chain: Hashable {
        var client: IPAddress
        /// A sidecar takes by loopback what it sends on from the same host.
        var isByLoopback: Bool
        var place: PartitionRef
        var producer: Int64
        var epoch: Int16
    }

    private struct Plain: Hashable {
        var client: ClientKey
        var isByLoopback: Bool
        var place: PartitionRef
        var checksum: UInt32
        var bytes: Int64
    }

    private struct Copy {
        var connection: UInt64
        var correlationId: Int32
        var isRefused = false
    }

    /// So many sequences are remembered of each chain: far more than a producer has under way.
    private static let remembered = 64
    private var chains: [Chain: [Int32]] = [:]
    /// Plain batches that wait, were lost, or were refused.
    private var copies: [Plain: Copy] = [:]
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// For each flow and batch, in their order: whether it was sent before.
    mutating func find(in flows: [RecordFlow], of request: ObservedRequest) -> [[Bool]] {
        let wantsAnswer = request.body.root.integer("Acks") != 0
        return flows.map { flow in
            flow.batches.map { batch in
                batch.producerId >= 0 && batch.format == 2
                    ? isKnown(batch, flow.place, request) : isCopy(batch, flow.place, request, wantsAnswer: wantsAnswer)
            }
        }
    }

    private mutating func isKnown(_ batch: RecordBatchHeader, _ place: PartitionRef, _ request: ObservedRequest) -> Bool
    {
        let chain = Chain(
            client: request.client.address, isByLoopback: request.server.address.isLoopback, place: place,
            producer: batch.producerId, epoch: batch.producerEpoch)
        guard var known = chains[chain] else {
            if chains.count < limit { chains[chain] = [batch.baseSequence] }
            return false
        }
        if known.contains(batch.baseSequence) { return true }
        if known.count >= Self.remembered { known.removeFirst(Self.remembered / 2) }
        known.append(batch.baseSequence)
        chains[chain] = known
        return false
    }

    private mutating func isCopy(
        _ batch: RecordBatchHeader, _ place: PartitionRef, _ request: ObservedRequest, wantsAnswer: Bool
    ) -> Bool {
        guard wantsAnswer else { return false }
        let name = Plain(
            client: ClientKey(request), isByLoopback: request.server.address.isLoopback, place: place,
            checksum: batch.checksum, bytes: batch.bytes)
        let before = copies[name]
        if before != nil || copies.count < limit {
            copies[name] = Copy(connection: request.connection, correlationId: request.correlationId)
        }
        // On the same connection a copy that still waits is another record with the same content.
        return before.map { $0.isRefused || $0.connection != request.connection } ?? false
    }

    /// The broker's word on each partition of a Produce.
    mutating func answered(_ request: ObservedRequest, _ stored: [Stored]) {
        for outcome in stored {
            let (flow, isRefused) = (outcome.flow, outcome.code ?? 0 != 0)
            for batch in flow.batches where batch.producerId < 0 || batch.format < 2 {
                let name = Plain(
                    client: ClientKey(request), isByLoopback: request.server.address.isLoopback, place: flow.place,
                    checksum: batch.checksum, bytes: batch.bytes)
                guard let copy = copies[name], copy.correlationId == request.correlationId,
                    copy.connection == request.connection
                else { continue }
                if isRefused { copies[name]?.isRefused = true } else { copies[name] = nil }
            }
        }
    }

    /// Its client may not know what was stored, and send it again.
    mutating func unheard(_ request: ObservedRequest, _ stored: [Stored]) {
        for outcome in stored where outcome.code ?? 0 == 0 {
            for batch in outcome.flow.batches where batch.producerId < 0 || batch.format < 2 {
                let name = Plain(
                    client: ClientKey(request), isByLoopback: request.server.address.isLoopback,
                    place: outcome.flow.place, checksum: batch.checksum, bytes: batch.bytes)
                guard copies[name] == nil, copies.count < limit else { continue }
                copies[name] = Copy(connection: request.connection, correlationId: request.correlationId)
            }
        }
    }

    /// Nothing is known of the answer: what is like it is no resend for that.
    mutating func ended(_ request: ObservedRequest, _ end: RequestEnd) {
        guard end == .answerNotSeen else { return }
        copies = copies.filter {
            $0.value.connection != request.connection || $0.value.correlationId != request.correlationId
        }
    }
}
