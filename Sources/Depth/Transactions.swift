import Conversations
import ReportModel
import Vocabulary

/// The transactions of each producer, from the first Produce or AddPartitionsToTxn to the answer that ended or refused them.
struct Transactions {
    fileprivate struct Story {
        var sums = TransactionSums()
        var holding: Holding?
        var timeoutMs: Int64?
        /// When the open transaction began.
        var began: CaptureTime?
        /// An EndTxn was answered, and nothing was begun since: another success ends nothing more.
        var hasEnded = false
        /// Who was admitted since.
        var successor: String?
        var fencedBy: String?
    }

    private var stories: [ProducerTable.Key: Story] = [:]
    /// Who holds a transactional id.
    private var holders: [Holding: ProducerTable.Key] = [:]

    struct Holding: Hashable {
        var transactionalId: String
        var scope: NameScope
    }
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func sums(of key: ProducerTable.Key) -> TransactionSums {
        guard let story = stories[key] else { return TransactionSums() }
        var sums = story.sums
        sums.open = story.began == nil ? 0 : 1
        return sums
    }

    func fencedBy(_ key: ProducerTable.Key) -> String? { stories[key]?.fencedBy }

    // MARK: What happens

    mutating func began(_ key: ProducerTable.Key, _ request: ObservedRequest) {
        // What is sent after another was admitted is no new transaction: it will be refused.
        change(key) { story in
            guard story.began == nil, story.successor == nil else { return }
            (story.began, story.hasEnded) = (request.sent, false)
        }
    }

    /// An InitProducerId was answered: whoever held the id before is out, and its open transaction is ended.
    mutating func admitted(
        _ key: ProducerTable.Key, as holding: Holding, _ answer: ObservedAnswer, _ request: ObservedRequest
    ) {
        if let before = holders[holding], before.client != key.client {
            let name = key.client.clientId ?? key.client.address
            change(before) { story in
                story.successor = name
                guard let began = story.began else { return }
                story.sums.fenced += 1
                story.fencedBy = name
                story.note(began, answer.time)
                story.began = nil
            }
        }
        if holders[holding] != nil || holders.count < limit { holders[holding] = key }
        change(key) { story in
            story.holding = holding
            story.timeoutMs = request.body.root.integer("TransactionTimeoutMs")
            // Its own older self left a transaction open, which the coordinator ends now.
            if let began = story.began { story.note(began, answer.time) }
            (story.began, story.successor, story.hasEnded) = (nil, nil, false)
        }
    }

    mutating func answered(_ answer: ObservedAnswer, to request: ObservedRequest) {
        let code = TransactionFields.error(answer)
        for id in TransactionFields.producerIds(request) {
            let key = ProducerTable.Key(client: ClientKey(request), producerId: id)
            if code != 0 {
                refused(key, code: code, at: answer.time)
            } else if request.api == DepthApi.endTxn {
                ended(key, answer, request)
            }
        }
    }

    private mutating func ended(_ key: ProducerTable.Key, _ answer: ObservedAnswer, _ request: ObservedRequest) {
        let isCommit = request.body.root.integer("Committed") == 1
        change(key) { story in
            if let began = story.began { story.note(began, answer.time) }
            guard story.began != nil || !story.hasEnded else { return }
            if isCommit { story.sums.committed += 1 } else { story.sums.aborted += 1 }
            (story.began, story.hasEnded) = (nil, true)
        }
        // Since KIP-890 each transaction has an epoch of its own, and now and then a new id.
        if let next = answer.body.root.integer("ProducerId"), next >= 0, next != key.producerId {
            let other = ProducerTable.Key(client: key.client, producerId: next)
            if let holding = stories[key]?.holding, holders[holding] == key { holders[holding] = other }
        }
    }

    /// What is asked for again at once ends nothing.
    private static let passing: Set<Int64> = [14, 15, 16, 51, 7, 3, 5, 6]
    /// Another epoch or another state than the producer thinks.
    private static let endings: Set<Int64> = [47, 48, 49, 90]

    mutating func refused(_ key: ProducerTable.Key, code: Int64, at time: CaptureTime) {
        guard Self.endings.contains(code), !Self.passing.contains(code) else { return }
        change(key) { story in
            if let successor = story.successor { story.fencedBy = successor }
            if let began = story.began {
                story.note(began, time)
                let open = time.milliseconds(since: began)
                if let timeout = story.timeoutMs, open > Double(timeout) {
                    story.sums.timedOut += 1
                    story.sums.lastTimeout = TransactionTimeout(openMs: open, timeoutMs: timeout, told: time)
                }
                story.began = nil
            }
        }
    }

    private mutating func change(_ key: ProducerTable.Key, _ body: (inout Story) -> Void) {
        guard stories[key] != nil || stories.count < limit else { return }
        body(&stories[key, default: Story()])
    }
}

extension Transactions.Story {
    fileprivate mutating func note(_ began: CaptureTime, _ ended: CaptureTime) {
        sums.longestMs = max(sums.longestMs ?? 0, ended.milliseconds(since: began))
    }
}

/// Where the messages about transactions have what they share.
enum TransactionFields {
    static func producerIds(_ request: ObservedRequest) -> [Int64] {
        let root = request.body.root
        if let id = root.integer("ProducerId") ?? root.integer("V3AndBelowProducerId") { return [id] }
        return root.elements("Transactions").filter { $0.integer("VerifyOnly") != 1 }.compactMap {
            $0.integer("ProducerId")
        }
    }

    /// The first error anywhere; 0 where there is none.
    static func error(_ answer: ObservedAnswer) -> Int64 {
        guard answer.body.holdsErrors else { return 0 }
        var code: Int64 = 0
        answer.body.root.walk { fields, _ in
            if code == 0 { code = fields.integer("ErrorCode") ?? 0 }
            if code == 0 { code = fields.integer("PartitionErrorCode") ?? 0 }
        }
        return code
    }
}
