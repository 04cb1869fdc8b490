import Conversations
import Vocabulary

/// Which batches of a Produce were sent before. A batch of an idempotent producer is known by producer id, epoch and
/// sequence; one of a plain producer by its bytes, and only behind a copy that was lost or refused, for two records may well
/// be the same. While the first waits on the same connection, another is a resend if both were stamped in one millisecond and are sent further apart than
/// that, by a client that stamps its records as it makes them. A gateway's other leg has its own: the client's host is part of the name.
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

        init(_ batch: RecordBatchHeader, _ place: PartitionRef, of request: ObservedRequest) {
            (client, isByLoopback) = (ClientKey(request), request.server.address.isLoopback)
            (self.place, checksum, bytes) = (place, batch.checksum, batch.bytes)
        }
    }

    private struct Copy {
        var connection: UInt64
        var server: Endpoint
        var correlationId: Int32
        var sent: CaptureTime
        /// Its records were stamped shortly before it was sent, as others of its client are.
        var isFresh: Bool
        var isRefused = false
        /// Its connection ended before it was answered.
        var isLost = false

        init(_ request: ObservedRequest, isFresh: Bool) {
            (connection, server) = (request.connection, request.server)
            (correlationId, sent, self.isFresh) = (request.correlationId, request.sent, isFresh)
        }

        /// The same bytes, sent later, are this batch and not another like it.
        func isSentAgain(by request: ObservedRequest, _ batch: RecordBatchHeader) -> Bool {
            if isRefused || isLost { return true }
            let isLater = request.sent.since(sent) >= Resends.apart
            // A program may write the same to two clusters at once.
            if connection != request.connection { return server == request.server || isLater }
            // On the same connection it is another record with the same content, unless both were made at one moment.
            return isFresh && isLater && batch.format == 2
        }
    }

    /// When the last plain batch of a client was stamped, and how long before it was sent; milliseconds.
    private struct Stamp {
        var timestamp: Int64
        var age: Double
    }

    /// Two batches of one client are not made in one millisecond and sent so far apart.
    fileprivate static let apart = Span.milliseconds(500)
    /// Of clients that stamp what they send as they make it, ages differ by less.
    private static let ageDiffers = 10_000.0
    private var stamps: [ClientKey: Stamp] = [:]

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
        let name = Plain(batch, place, of: request)
        let before = copies[name]
        let isFresh = isFresh(batch, request)
        let isResend = before?.isSentAgain(by: request, batch) ?? false
        if before != nil || copies.count < limit {
            copies[name] = Copy(request, isFresh: isResend ? before?.isFresh ?? false : isFresh)
        }
        return isResend
    }

    /// Compared with the client's last batch of another moment, so that clocks that are apart do not matter.
    private mutating func isFresh(_ batch: RecordBatchHeader, _ request: ObservedRequest) -> Bool {
        guard batch.format == 2, batch.maxTimestamp > 0 else { return false }
        let client = ClientKey(request)
        let age = request.sent.milliseconds(since: CaptureTime(nanoseconds: 0)) - Double(batch.maxTimestamp)
        guard let last = stamps[client] else {
            if stamps.count < limit { stamps[client] = Stamp(timestamp: batch.maxTimestamp, age: age) }
            return false
        }
        guard last.timestamp != batch.maxTimestamp else { return false }
        stamps[client] = Stamp(timestamp: batch.maxTimestamp, age: age)
        return abs(age - last.age) < Self.ageDiffers
    }

    /// The broker's word on each partition of a Produce.
    mutating func answered(_ request: ObservedRequest, _ stored: [Stored]) {
        for outcome in stored {
            let (flow, isRefused) = (outcome.flow, outcome.code ?? 0 != 0)
            for batch in flow.batches where batch.producerId < 0 || batch.format < 2 {
                let name = Plain(batch, flow.place, of: request)
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
                let name = Plain(batch, outcome.flow.place, of: request)
                guard copies[name] == nil, copies.count < limit else { continue }
                copies[name] = Copy(request, isFresh: false)
                copies[name]?.isLost = true
            }
        }
    }

    /// What is like one that was lost is that one. Where nothing is known of the answer, what is like it is no resend for that.
    mutating func ended(_ request: ObservedRequest, _ flows: [RecordFlow], _ end: RequestEnd) {
        for flow in flows {
            for batch in flow.batches where batch.producerId < 0 || batch.format < 2 {
                let name = Plain(batch, flow.place, of: request)
                guard let copy = copies[name], copy.connection == request.connection,
                    copy.correlationId == request.correlationId
                else { continue }
                if end == .answerNotSeen { copies[name] = nil } else { copies[name]?.isLost = true }
            }
        }
    }
}
