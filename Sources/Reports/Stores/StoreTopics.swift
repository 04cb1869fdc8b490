internal import ReportModel
internal import Vocabulary

/// The depth tables about topics, producers and records.
extension StoreTables {
    static let topics = StoreTable<TopicRow>(
        "topics", "Topics, with what was produced to them and read from them.", path: "topics[]",
        each: { report, row in report.report.tables?.topics.forEach(row) }
    ) { table in
        table.add("topic", "Its name; null where only its id was seen.") { $0.topic }
        table.add("topic_id", "Its id; null where none was seen.") { $0.topicId }
        table.add("partitions", "Partitions that were seen.") { $0.partitions }
        table.add("produced_bytes", "Bytes of batches produced.") { $0.producedBytes }
        table.add("produced_records", "Records produced; null where batches cannot be counted.") { $0.producedRecords }
        table.add("fetched_bytes", "Bytes of batches read.") { $0.fetchedBytes }
        table.add("producers", "Clients that produce to it.") { $0.producers }
        table.add("consumers", "Clients that read from it.") { $0.consumers }
        table.seen { $0.seen }
    }

    struct ErrorCount: Sendable {
        var name: String?
        var id: String?
        var error: String
        var count: Int64
    }

    static let topicErrors = StoreTable<ErrorCount>(
        "topic_errors", "Error codes that topics were answered with.",
        each: { report, row in
            for topic in report.report.tables?.topics ?? [] {
                for error in topic.errors {
                    row(ErrorCount(name: topic.topic, id: topic.topicId, error: error.name, count: error.count))
                }
            }
        }
    ) { table in
        table.add("topic", path: "", "`topic` in `topics`.") { $0.name }
        table.add("topic_id", path: "", "`topic_id` in `topics`.") { $0.id }
        table.add("error", path: "", "Kafka's name of the error code.") { $0.error }
        table.add("count", path: "", "Answers that carried it.") { $0.count }
    }

    static let topicClients = StoreTable<TopicClientRow>(
        "topic_clients", "What each client produces to or reads from each topic.", path: "topicClients[]",
        each: { report, row in report.report.tables?.topicClients.forEach(row) }
    ) { table in
        table.add("topic", "The topic; null where only its id was seen.") { $0.topic }
        table.add("client", "The client's address.") { $0.client }
        table.add("client_id", "Its client id; null where it has none.") { $0.clientId }
        table.add("direction", "`produce` or `fetch`.") { $0.direction.rawValue }
        table.add("bytes", "Bytes of batches.") { $0.bytes }
        table.add("records", "Records; null where they cannot be counted.") { $0.records }
        table.add("batches", "Batches.") { $0.batches }
        table.add("resent", "Batches that were sent again.") { $0.resent }
        table.add("requests", "Requests: of one that reads, those whose answers name the topic.") { $0.requests }
        table.add("compression", "Codecs used.") { $0.compression }
        table.add("acks", "acks asked for; null of a reader, and where it varies.") { $0.acks }
        table.add("idempotent", "It is an idempotent producer; null of a reader.") { $0.idempotent }
        table.add("group_id", path: "group", "Its group; null where it has none.") { $0.group }
        table.seen { $0.seen }
    }

    static let producers = StoreTable<ProducerRow>(
        "producers", "Producer ids and transactional ids, with their transactions.", path: "producers[]",
        each: { report, row in report.report.tables?.producers.forEach(row) }
    ) { table in
        table.add("client", "The client's address.") { $0.client }
        table.add("client_id", "Its client id; null where it has none.") { $0.clientId }
        table.add("producer_id", "The producer id; null where it has none.") { $0.producerId }
        table.add("last_epoch", "The last epoch seen; null where there was none.") { $0.lastEpoch }
        table.add("transactional_id", "The transactional id; null where it has none.") { $0.transactionalId }
        table.add("idempotent", "It is idempotent.") { $0.idempotent }
        table.add("batches", "Batches sent.") { $0.batches }
        table.add("records", "Records in them; null where they cannot be counted.") { $0.records }
        table.add("resent", "Batches sent again.") { $0.resent }
        table.add("fenced_by", "Who took its transactional id over; null where nobody did.") { $0.fencedBy }
        transactions(&table)
        table.seen { $0.seen }
    }

    private static func transactions(_ table: inout StoreColumns<ProducerRow>) {
        table.add(
            "transactions_committed", path: "transactions.committed",
            "Transactions committed; null, like the next five, without a transactional id."
        ) { $0.transactions?.committed }
        table.add("transactions_aborted", path: "transactions.aborted", "Aborted.") { $0.transactions?.aborted }
        table.add("transactions_timed_out", path: "transactions.timedOut", "Timed out.") { $0.transactions?.timedOut }
        table.add("transactions_fenced", path: "transactions.fenced", "Ended because another producer took over.") {
            $0.transactions?.fenced
        }
        table.add("transactions_open", path: "transactions.open", "Open when the capture ended.") {
            $0.transactions?.open
        }
        table.add(
            "transactions_longest_ms", path: "transactions.longestMs",
            "The longest, in milliseconds; null also where none ended."
        ) { $0.transactions?.longestMs }
    }

    static let ledger = StoreTable<LedgerRow>(
        "ledger", "Batches that were lost, refused or sent again, by partition, and what became of them.",
        path: "ledger[]",
        each: { report, row in report.report.tables?.ledger.forEach(row) }
    ) { table in
        table.add("topic", "The topic; null where only its id was seen.") { $0.topic }
        table.add("partition", "The partition.") { $0.partition }
        table.add("lost_batches", "Batches that lost their answers: the sum of the four kinds below.") {
            $0.lost.batches
        }
        table.add("lost_records", "Records in them; null, like those below, where they cannot be counted.") {
            $0.lost.records
        }
        table.add("stored_once", "Batches stored once.") { $0.storedOnce.batches }
        table.add("stored_once_records", "Records in them.") { $0.storedOnce.records }
        table.add("stored_twice", "Batches stored twice.") { $0.storedTwice.batches }
        table.add("stored_twice_records", "Records in them.") { $0.storedTwice.records }
        table.add("not_stored", "Batches not stored.") { $0.notStored.batches }
        table.add("not_stored_records", "Records in them.") { $0.notStored.records }
        table.add("unknown", "Batches of which the capture does not tell.") { $0.unknown.batches }
        table.add("unknown_records", "Records in them.") { $0.unknown.records }
        table.frames("frames", sources: "frame_sources", path: "frames", "Packets that show it.") { $0.frames }
        table.seen { $0.seen }
    }
}
