import Conversations
import ReportModel
import Vocabulary

/// A plain producer that sent batches again though no connection had ended, so that the broker stored both copies: it did not wait for
/// the answer, or was told of a timeout behind which the batch stays. Known where every message was read.
struct DoubledRecords: Rule {
    private struct Key: Hashable {
        var client: String
        var server: String
        var isProven: Bool
    }

    private static let placesKept = 50

    func judge(_ view: CaseView) -> [Verdict] {
        guard let rows = view.tables?.doubled, !rows.isEmpty else { return [] }
        let groups = Dictionary(grouping: rows) {
            Key(client: $0.client, server: $0.server, isProven: $0.isProven)
        }
        return groups.values.sorted { $0[0].seen.first < $1[0].seen.first }.map { verdict($0, view) }
    }

    private func verdict(_ rows: [DoubledBatches], _ view: CaseView) -> Verdict {
        let row = rows[0]
        var verdict = Verdict(
            .riskyProducer, row.isProven ? .warning : .info, row.isProven ? .certain : .likely,
            at: rows.map(\.seen.first).min() ?? row.seen.first)
        verdict.last = rows.map(\.seen.last).max() ?? row.seen.last
        verdict.nature = .structural
        (verdict.client, verdict.server) = (row.client, row.server)
        verdict.clientIds = rows.compactMap(\.clientId).uniqued
        verdict.nodeId = view.serversByName[row.server].flatMap(view.node)
        verdict.subject = row.isProven ? "stored twice" : "perhaps twice"
        verdict.count = max(1, rows.reduce(0) { $0.addingSaturated($1.batches) })
        verdict.frames = rows.flatMap(\.frames)
        verdict.add(.idempotent, .flag(false))
        verdict.add(.doubledBatches, .number(verdict.count))
        verdict.add(.storedTwice, .flag(row.isProven))
        let records = rows.reduce(Optional(Int64(0))) { sum, row in
            sum.flatMap { sum in row.records.map { sum.addingSaturated($0) } }
        }
        verdict.add(.doubledRecords, records.map { .number(Int(clamping: $0)) })
        let places = rows.map { "\($0.topic ?? "?")-\($0.partition)" }.uniqued.sorted()
        verdict.add(.doubledIn, .list(Array(places.prefix(Self.placesKept))))
        return verdict
    }
}
