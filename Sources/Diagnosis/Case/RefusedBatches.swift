import Conversations
import KafkaSchema
import Streams
import Vocabulary

/// Batches that a broker refused for the moment: what a producer had on its way behind one of them comes out of order.
struct RefusedBatches {
    private struct Key: Hashable {
        var client: IPAddress
        var clientId: StringID
        var partition: Int32
    }

    private struct Refusal {
        var code: Int16
        var topic: StringID
        var first: CaptureTime
        var last: CaptureTime
    }

    /// What was on its way behind a refused batch is answered within this time of it.
    private static let within = Span.seconds(5)

    private let byPartition: [Key: [Refusal]]

    init(_ file: CaseFile) {
        var found: [Key: [Refusal]] = [:]
        for row in file.errors.rows.values where row.key.api == Api.produce && KafkaError.isRetriable(Int(row.key.code))
        {
            for (subject, course) in row.courses where subject.partition >= 0 {
                let key = Key(client: row.key.client, clientId: row.key.clientId, partition: subject.partition)
                found[key, default: []].append(
                    Refusal(code: row.key.code, topic: subject.topic, first: course.first, last: course.last))
            }
        }
        byPartition = found
    }

    /// With what one of that producer and partition was refused right before.
    func refusal(before course: ErrorCourse, _ key: ErrorRow.Key, _ subject: ErrorSubject, _ view: CaseView) -> Int16? {
        let mine = byPartition[Key(client: key.client, clientId: key.clientId, partition: subject.partition)] ?? []
        return mine.first {
            $0.first <= course.first && course.first.since($0.last) <= Self.within
                && view.isSame($0.topic, subject.topic)
        }?.code
    }
}
