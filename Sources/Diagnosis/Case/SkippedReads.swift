import Conversations
import KafkaSchema
import ReportModel
import Vocabulary

/// Offsets that readers passed over when they were told OFFSET_OUT_OF_RANGE: that they read on behind them heals nothing. Known
/// where every message was read.
struct SkippedReads {
    private struct Key: Hashable {
        var client: String
        var clientId: String?
        var topic: String?
        var partition: Int
    }

    private let rows: [Key: [SkippedRecords]]

    init(_ tables: DepthTables?) {
        rows = Dictionary(grouping: tables?.skipped ?? []) {
            Key(client: $0.client, clientId: $0.clientId, topic: $0.topic, partition: $0.partition)
        }
    }

    /// Those of what a row of errors is about, in order.
    func skips(_ key: ErrorRow.Key, _ subject: ErrorSubject, _ file: CaseFile) -> [SkippedRecords] {
        guard !rows.isEmpty, key.api == Api.fetch, ErrorCodes.outOfRange.contains(key.code) else { return [] }
        let place = Key(
            client: "\(key.client)", clientId: file.text(key.clientId), topic: file.text(subject.topic),
            partition: Int(subject.partition))
        return (rows[place] ?? []).sorted { ($0.time, $0.from) < ($1.time, $1.from) }
    }
}
