import Conversations
import KafkaSchema
import ReportModel
import Vocabulary

/// Batches that were refused and never sent again: the success of later records heals nothing of them. Known where every
/// message was read.
struct UnrepeatedBatches {
    private struct Key: Hashable {
        var client: String
        var clientId: String?
        var topic: String?
        var partition: Int
        var code: Int
    }

    private let rows: [Key: RefusedForGood]

    init(_ tables: DepthTables?) {
        rows = Dictionary(
            (tables?.refusedForGood ?? []).map {
                (
                    Key(
                        client: $0.client, clientId: $0.clientId, topic: $0.topic, partition: $0.partition,
                        code: $0.code), $0
                )
            }, uniquingKeysWith: { first, _ in first })
    }

    /// How many batches of a row of errors.
    func batches(_ key: ErrorRow.Key, _ subject: ErrorSubject, _ file: CaseFile) -> Int {
        guard !rows.isEmpty, key.api == Api.produce else { return 0 }
        let place = Key(
            client: "\(key.client)", clientId: file.text(key.clientId), topic: file.text(subject.topic),
            partition: Int(subject.partition), code: Int(key.code))
        return rows[place]?.batches ?? 0
    }
}
