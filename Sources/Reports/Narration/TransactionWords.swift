internal import ReportModel
internal import Vocabulary

/// Words for a producer whose epoch is no longer taken because its coordinator ended a transaction that was open for too long:
/// nobody took it over, which the same error codes say otherwise.
enum TransactionWords {
    private static let codes: Set = ["INVALID_PRODUCER_EPOCH", "PRODUCER_FENCED", "INVALID_TXN_STATE"]

    /// The transaction that its own timeout ended; nil where another producer took over, or the tables do not tell.
    static func timeout(_ view: Case) -> TransactionTimeout? {
        guard let error = view.finding.error, codes.contains(error), view.text(.takenOverBy) == nil else { return nil }
        let rows = (view.context.report.tables?.producers ?? []).filter { isMeant($0, view) }
        guard rows.allSatisfy({ $0.fencedBy == nil }) else { return nil }
        let finding = view.finding
        return rows.compactMap { $0.transactions?.lastTimeout }.filter {
            $0.told.milliseconds(since: finding.first) >= -near && $0.told.milliseconds(since: finding.last) <= near
        }.max { $0.openMs < $1.openMs }
    }

    /// What follows on a refusal is refused as well, so soon.
    private static let near = 10_000.0

    static func meaning(_ timeout: TransactionTimeout) -> String {
        "Its transaction was open for \(Format.duration(ms: timeout.openMs)), longer than its transaction.timeout.ms of"
            + " \(Format.count(Int(clamping: timeout.timeoutMs))). So the coordinator ended it, and the producer's epoch with it."
            + " This capture shows no other producer that took over."
    }

    static func advise(_ view: Case, _ words: inout Words) {
        words.advice.add(
            "Find what kept \(view.client) from ending its transaction: a pause, a slow batch, a call that hung.")
        words.advice.add(
            "Commit more often, or raise transaction.timeout.ms on \(view.client), up to transaction.max.timeout.ms of the brokers."
        )
    }

    private static func isMeant(_ row: ProducerRow, _ view: Case) -> Bool {
        row.transactions != nil && view.isAbout(row.client, row.clientId)
    }
}
