import Conversations
import ReportModel
import Vocabulary

/// `producers`: a row for each producer id that a program used, and one for what it sends without an id.
struct ProducerTable {
    struct Key: Hashable {
        var client: ClientKey
        /// -1: none.
        var producerId: Int64
    }

    private struct Entry {
        var sum = FlowSum()
        var resent: Int64 = 0
        var lastEpoch: Int?
        var transactionalId: String?
        var seen: Seen
    }

    private var entries: [Key: Entry] = [:]
    private var transactions: Transactions
    private var leftOut = 0
    private let limits: Limits

    init(limits: Limits) {
        self.limits = limits
        transactions = Transactions(limit: limits.depthClients)
    }

    var trip: LimitTrip? {
        LimitTrip("depthClients", limits.depthClients, beyond: leftOut, "producers")
    }

    /// A Produce.
    mutating func took(_ request: ObservedRequest, _ produced: [RecordFlow], resent: [[Bool]]) {
        let transactionalId = request.body.root.string("TransactionalId")
        for (flow, copies) in zip(produced, resent) {
            for (batch, isResent) in zip(flow.batches, copies) {
                let key = Key(client: ClientKey(request), producerId: max(-1, batch.producerId))
                change(key, request) { entry in
                    entry.sum.add(batch)
                    if isResent { entry.resent += 1 }
                    if batch.producerId >= 0 { entry.lastEpoch = Int(batch.producerEpoch) }
                    if let transactionalId, batch.producerId >= 0 { entry.transactionalId = transactionalId }
                }
                if batch.isTransactional { transactions.began(key, request) }
            }
        }
    }

    /// Requests about transactions. Those that hold offsets alone are transactions too.
    mutating func took(_ request: ObservedRequest, _ cast: inout Cast) {
        let begins = [DepthApi.addPartitionsToTxn, DepthApi.addOffsetsToTxn, Api.txnOffsetCommit].contains(request.api)
        guard begins || request.api == DepthApi.endTxn else { return }
        noteEpoch(request)
        for id in TransactionFields.producerIds(request) where begins {
            transactions.began(Key(client: ClientKey(request), producerId: id), request)
        }
    }

    /// A client's own request tells which producer it is. A broker's, for many, tells its own business.
    private mutating func noteEpoch(_ request: ObservedRequest) {
        let root = request.body.root
        guard let id = root.integer("ProducerId") ?? root.integer("V3AndBelowProducerId"), id >= 0 else { return }
        change(Key(client: ClientKey(request), producerId: id), request) { entry in
            let epoch = root.integer("ProducerEpoch") ?? root.integer("V3AndBelowProducerEpoch")
            entry.lastEpoch = epoch.map { Int($0) } ?? entry.lastEpoch
            let name = root.string("TransactionalId") ?? root.string("V3AndBelowTransactionalId")
            entry.transactionalId = name ?? entry.transactionalId
        }
    }

    mutating func took(
        _ answer: ObservedAnswer, to request: ObservedRequest, _ stored: [Stored], _ cast: inout Cast
    ) {
        switch request.api {
        case Api.initProducerId: admitted(answer, request, cast.scope(request))
        case Api.produce: noteRefusals(answer, request, stored, &cast)
        case DepthApi.endTxn, DepthApi.addPartitionsToTxn, DepthApi.addOffsetsToTxn, Api.txnOffsetCommit:
            transactions.answered(answer, to: request)
        default: break
        }
    }

    private mutating func admitted(_ answer: ObservedAnswer, _ request: ObservedRequest, _ scope: NameScope) {
        let fields = answer.body.root
        guard fields.integer("ErrorCode") == 0, let id = fields.integer("ProducerId"), id >= 0 else { return }
        let key = Key(client: ClientKey(request), producerId: id)
        let transactionalId = request.body.root.string("TransactionalId")
        change(key, request) { entry in
            entry.lastEpoch = fields.integer("ProducerEpoch").map { Int($0) }
            if let transactionalId { entry.transactionalId = transactionalId }
        }
        if let transactionalId {
            let holding = Transactions.Holding(transactionalId: transactionalId, scope: scope)
            transactions.admitted(key, as: holding, answer, request)
        }
    }

    private mutating func noteRefusals(
        _ answer: ObservedAnswer, _ request: ObservedRequest, _ stored: [Stored], _ cast: inout Cast
    ) {
        cast.resends.answered(request, stored)
        for outcome in stored {
            guard let code = outcome.code, code != 0 else { continue }
            for batch in outcome.flow.batches where batch.producerId >= 0 {
                transactions.refused(
                    Key(client: ClientKey(request), producerId: batch.producerId), code: code, at: answer.time)
            }
        }
    }

    private mutating func change(_ key: Key, _ request: ObservedRequest, _ body: (inout Entry) -> Void) {
        var entry = entries[key] ?? Entry(seen: Seen(first: request.sent, last: request.sentWhole))
        guard entries[key] != nil || entries.count < limits.depthClients else {
            leftOut += 1
            return
        }
        entries[key] = nil
        entry.seen.add(request.sentWhole)
        body(&entry)
        entries[key] = entry
    }

    func rows() -> [ProducerRow] {
        let rows = entries.map { key, entry in
            var row = ProducerRow(seen: entry.seen)
            (row.client, row.clientId) = (key.client.address, key.client.clientId)
            row.producerId = key.producerId < 0 ? nil : key.producerId
            row.idempotent = key.producerId >= 0
            row.lastEpoch = entry.lastEpoch
            row.transactionalId = entry.transactionalId
            (row.batches, row.records, row.resent) = (entry.sum.batches, entry.sum.records, entry.resent)
            if entry.transactionalId != nil { row.transactions = transactions.sums(of: key) }
            row.fencedBy = transactions.fencedBy(key)
            return row
        }
        return rows.sorted {
            ($0.client, $0.clientId ?? "", $0.producerId ?? -1) < ($1.client, $1.clientId ?? "", $1.producerId ?? -1)
        }
    }
}
