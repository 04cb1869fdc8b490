internal import ReportModel
internal import Vocabulary

/// Topics, who produces and reads them, and what became of batches.
extension DepthPage {
    func flows(_ tables: DepthTables) {
        topics(tables.topics)
        clients(tables.topicClients)
        producers(tables.producers)
        ledger(tables.ledger)
    }

    private func topics(_ rows: [TopicRow]) {
        table(
            "d-topics", "Topics", rows,
            [
                .seen("topic") { $0.topic }, .text("partitions") { Self.ranges($0.partitions) },
                .bytes("produced") { $0.producedBytes }, .count("records produced") { $0.producedRecords },
                .text("by") { $0.producers.joined(separator: ", ") }, .bytes("fetched") { $0.fetchedBytes },
                .text("read by") { $0.consumers.joined(separator: ", ") },
                .text("errors", rare: true) { row in
                    row.errors.map { "\($0.name) \(Format.count($0.count))x" }.joined(separator: ", ")
                },
                .text("topic id", rare: true) { $0.topicId ?? "" },
            ],
            note:
                "Bytes are those of the batches as sent. Not seen are records in batches packed so that nobody can count them."
        )
    }

    /// `0-2, 5`.
    static func ranges(_ numbers: [Int]) -> String {
        var runs: [ClosedRange<Int>] = []
        for number in numbers.sorted() {
            if let last = runs.last, last.upperBound == number - 1 {
                runs[runs.count - 1] = last.lowerBound...number
            } else if runs.last?.upperBound != number {
                runs.append(number...number)
            }
        }
        let texts = runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
        return texts.joined(separator: ", ")
    }

    private func clients(_ rows: [TopicClientRow]) {
        table(
            "d-flows", "Who produces and reads what", rows,
            [
                .text("client id") { $0.clientId ?? "" }, .text("client") { $0.client },
                .text("does") { $0.direction == .produce ? "produces" : "reads" }, .seen("topic") { $0.topic },
                .text("group", rare: true) { $0.group ?? "" }, .bytes("bytes") { $0.bytes },
                .count("records") { $0.records }, .count("batches") { $0.batches },
                .count("sent again") { $0.resent }, .count("requests") { $0.requests },
                .text("compression", rare: true) { $0.compression.joined(separator: ", ") },
                .text("acks", rare: true) { Self.acks($0) },
                .text("idempotent", rare: true) { $0.idempotent.map { $0 ? "yes" : "no" } ?? "" },
                .text("first seen") { clock($0.seen.first) }, .text("last seen") { clock($0.seen.last) },
            ], note: "Of one that produces, acks and idempotent are empty where its requests differ.",
            query: { client(($0.clientId, $0.client)) })
    }

    private static func acks(_ row: TopicClientRow) -> String {
        row.acks.map { $0 == -1 ? "all" : "\($0)" } ?? ""
    }

    private func producers(_ rows: [ProducerRow]) {
        table(
            "d-producers", "Producers", rows,
            [
                .text("client id") { $0.clientId ?? "" }, .text("client") { $0.client },
                .amount("producer id", rare: true) { row in row.producerId.map { (String($0), Double($0)) } },
                .amount("epoch", rare: true) { row in row.lastEpoch.map { (String($0), Double($0)) } },
                .text("transactional id", rare: true) { $0.transactionalId ?? "" },
                .text("idempotent") { $0.idempotent ? "yes" : "no" }, .count("batches") { $0.batches },
                .count("records") { $0.records }, .count("sent again") { $0.resent },
                Self.transactions("committed", \.committed), Self.transactions("aborted", \.aborted),
                Self.transactions("timed out", \.timedOut), Self.transactions("fenced", \.fenced),
                Self.transactions("open at the end", \.open),
                .amount("longest transaction", rare: true) { row in
                    row.transactions?.longestMs.map { (Format.duration(ms: $0), $0) }
                },
                .trouble("thrown out by", rare: true) { $0.fencedBy },
            ], query: { client(($0.clientId, $0.client)) })
    }

    /// Empty for one that has no transactions.
    private static func transactions(_ name: String, _ count: @escaping (TransactionSums) -> Int)
        -> DepthColumn<ProducerRow>
    {
        .amount(name, rare: true) { row in row.transactions.map { (Format.count(count($0)), Double(count($0))) } }
    }

    private func ledger(_ rows: [LedgerRow]) {
        let columns: [DepthColumn<LedgerRow>] = [
            .seen("topic") { $0.topic }, .count("partition") { $0.partition }, Self.sum("lost", \.lost),
            Self.sum("stored once", \.storedOnce), Self.sum("stored twice", \.storedTwice),
            Self.sum("not stored", \.notStored), Self.sum("not known", \.unknown),
            .frame("first frame") { $0.frames },
        ]
        let sum = rows.count > 1 ? " Together: \(TableWords(context: context).ledgerSum(rows))." : ""
        table(
            "d-ledger", "Batches that were lost or sent again", rows, columns,
            note:
                "Batches, and the records in them. Lost are those whose answer never came; stored once, twice or not is"
                + " what became of those and of all that were sent again." + sum)
    }

    /// `3 (120 records)`.
    private static func sum(_ name: String, _ sum: @escaping (LedgerRow) -> BatchSum) -> DepthColumn<LedgerRow> {
        .amount(name) { row in
            let sum = sum(row)
            let records = sum.batches > 0 ? TableWords.records(sum.records, brackets: true) : ""
            return (Format.count(sum.batches) + records, Double(sum.batches))
        }
    }
}
