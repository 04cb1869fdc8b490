internal import ReportModel
internal import Vocabulary

/// A row of a depth table as a sentence: who produces and reads what.
struct TableWords {
    let context: NarrationContext

    func topic(_ row: TopicRow) -> String {
        let names = row.topic.map(Trim.name) ?? "topic \(row.topicId ?? "without a name")"
        let errors = row.errors.map { "\($0.name) (\(Format.count($0.count)))" }
        return
            "\(names): \(Format.count(row.partitions.count, "partition")), produced \(Format.bytes(row.producedBytes))"
            + "\(Self.records(row.producedRecords)) by \(Self.list(row.producers)), fetched"
            + " \(Format.bytes(row.fetchedBytes)) by \(Self.list(row.consumers))"
            + (errors.isEmpty ? "" : "; errors: \(Format.list(errors))")
    }

    func client(_ row: TopicClientRow) -> String {
        let verb = row.direction == .produce ? "produces to" : "reads"
        var text =
            "\(Self.name(row.clientId, row.client)) \(verb) \(row.topic.map(Trim.name) ?? "a topic without a name"):"
            + " \(Format.bytes(row.bytes))\(Self.records(row.records)), \(Self.batches(row.batches))"
        if row.resent > 0 { text += ", \(Format.count(row.resent)) sent again" }
        if let acks = row.acks { text += ", acks=\(acks == -1 ? "all" : "\(acks)")" }
        if !row.compression.isEmpty { text += ", \(row.compression.joined(separator: ", "))" }
        if let group = row.group { text += ", group \(Trim.name(group))" }
        return text
    }

    func producer(_ row: ProducerRow) -> String {
        let id = row.producerId.map { "producer id \($0)" } ?? "no producer id"
        var text =
            "\(Self.name(row.clientId, row.client)), \(id): \(Self.batches(row.batches))\(Self.records(row.records))"
        if row.resent > 0 { text += ", \(Format.count(row.resent)) sent again" }
        if let sums = row.transactions {
            text += "; transactions of \(row.transactionalId.map(Trim.name) ?? "a name not seen"): \(Self.told(sums))"
        }
        if let other = row.fencedBy { text += "; fenced by \(Trim.name(other))" }
        return text
    }

    /// What happened, in the order of how good that is; what did not is left out.
    private static func told(_ sums: TransactionSums) -> String {
        let counts = [
            (sums.committed, "committed"), (sums.aborted, "aborted"), (sums.timedOut, "timed out"),
            (sums.fenced, "fenced"), (sums.open, "open at the end"),
        ]
        let some = counts.filter { $0.0 > 0 }.map { "\(Format.count($0.0)) \($0.1)" }
        let longest = sums.longestMs.map { ", the longest took \(Format.duration(ms: $0))" } ?? ""
        return (some.isEmpty ? "none ended" : some.joined(separator: ", ")) + longest
    }

    func ledger(_ row: LedgerRow) -> String {
        "\(Self.place(row.topic, row.partition)): " + Self.told(lost: row.lost, LedgerSums(row))
    }

    /// Every partition's rows together.
    func ledgerSum(_ rows: [LedgerRow]) -> String {
        var (sums, lost) = (LedgerSums(), BatchSum())
        for row in rows {
            sums.add(LedgerSums(row))
            lost.add(row.lost)
        }
        return "\(Format.count(rows.count, "partition")): " + Self.told(lost: lost, sums)
    }

    private static func told(lost: BatchSum, _ sums: LedgerSums) -> String {
        let began = lost.batches > 0 ? "\(batches(lost.batches)) without a response; " : ""
        let fates = sums.all.filter { $0.sum.batches > 0 }.map { fate in
            "\(Format.count(fate.sum.batches)) \(fate.name)\(records(fate.sum.records, brackets: true))"
        }
        let whole = began.isEmpty ? "of those sent again " : "of those lost or sent again "
        return fates.isEmpty ? "\(began)the outcome was not seen" : began + whole + fates.joined(separator: ", ")
    }

    /// Why the tables that need every message are not there.
    static func missing(_ state: DepthState) -> String {
        let what = "There are no tables of topics, producers, groups and lag: "
        return switch state {
        case .made: what + "no message was read."
        case .inputTooLarge:
            what + "they need every message, and the files are large. --tables makes them anyway."
        case .notAsked: what + "--no-tables was given."
        case .sizeUnknown: what + "the input is a pipe of unknown size. --tables makes them anyway."
        case .live: what + "a live run reads only what its findings need. Record it and analyse the file."
        case .view: what + "they count the whole capture, and this report shows only a part."
        }
    }

    // MARK: Parts

    static func name(_ clientId: String?, _ client: String) -> String {
        clientId.map { "\(Trim.name($0)) (\(Trim.name(client)))" } ?? Trim.name(client)
    }

    static func place(_ topic: String?, _ partition: Int) -> String {
        "\(topic.map(Trim.name) ?? "a topic without a name")-\(partition)"
    }

    static func batches(_ count: Int64) -> String { Format.count(count, "batch", plural: "batches") }

    static func records(_ count: Int64?, brackets: Bool = false) -> String {
        guard let count else { return "" }
        let text = Format.count(count, "record")
        return brackets ? " (\(text))" : " in \(text)"
    }

    static func list(_ names: [String]) -> String {
        names.isEmpty ? "nobody" : Format.list(names.map(Trim.name), limit: 5)
    }
}

/// What became of batches that were lost or sent again.
struct LedgerSums {
    private(set) var all: [(name: String, sum: BatchSum)]

    init() {
        all = ["stored once", "stored twice", "not stored", "unknown"].map { ($0, BatchSum()) }
    }

    init(_ row: LedgerRow) {
        self.init()
        for (place, sum) in [row.storedOnce, row.storedTwice, row.notStored, row.unknown].enumerated() {
            all[place].sum = sum
        }
    }

    mutating func add(_ other: Self) {
        for place in all.indices { all[place].sum.add(other.all[place].sum) }
    }
}

extension BatchSum {
    /// Saturating: what the wire says may be anything.
    mutating func add(_ other: BatchSum) {
        batches = batches.addingSaturated(other.batches)
        records = records.flatMap { sum in other.records.map { sum.addingSaturated($0) } }
    }
}
