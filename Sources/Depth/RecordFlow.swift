import Conversations
import Vocabulary

/// The batches of one partition in one message.
struct RecordFlow {
    var place: PartitionRef
    var batches: [RecordBatchHeader]

    /// Of a Produce, as it was sent.
    static func produced(_ request: ObservedRequest, _ cast: inout Cast) -> [RecordFlow] {
        let topics = request.body.root.elements("TopicData")
        return cast.partitions(topics, "PartitionData", number: "Index", of: request).map { place, fields in
            RecordFlow(place: place, batches: Array(fields.batches("Records")))
        }
    }

    /// Of an answer to a Produce, in the order of the request.
    static func stored(_ answer: ObservedAnswer, to request: ObservedRequest, _ cast: inout Cast) -> [Stored] {
        var fields: [PartitionRef: FieldView] = [:]
        let topics = answer.body.root.elements("Responses")
        for (place, told) in cast.partitions(topics, "PartitionResponses", number: "Index", of: request) {
            fields[place] = told
        }
        return produced(request, &cast).map { flow in
            Stored(
                flow: flow, code: fields[flow.place]?.integer("ErrorCode"),
                offset: fields[flow.place]?.integer("BaseOffset").flatMap { $0 >= 0 ? $0 : nil })
        }
    }

    /// Of an answer to a Fetch or a ShareFetch, with partitions that brought nothing.
    static func delivered(_ answer: ObservedAnswer, to request: ObservedRequest, _ cast: inout Cast) -> [Delivered] {
        guard Api.waitsForRecords(request.api) else { return [] }
        return cast.partitions(answer.body.root.elements("Responses"), of: request).map { place, fields in
            Delivered(place: place, fields: fields, batches: fields.batches("Records").filter { $0.isWhole })
        }
    }
}

/// What became of the batches of one partition that a Produce brought.
struct Stored {
    var flow: RecordFlow
    /// Nil where the answer does not speak of it.
    var code: Int64?
    /// Of the first batch's first record; nil where it was not stored, or is not told.
    var offset: Int64?
}

/// By what a batch is known among those of its partition when it is sent again, or to another broker.
struct BatchName: Hashable {
    var producer: Int64
    var epoch: Int16
    /// The sequence, or what a plain producer's batch is known by.
    var number: Int64

    init(_ batch: RecordBatchHeader) {
        (producer, epoch) = (batch.producerId, batch.producerEpoch)
        number = batch.producerId < 0 ? Int64(batch.checksum) << 31 ^ batch.bytes : Int64(batch.baseSequence)
    }
}

/// What an answer says of one partition, and brings of it.
struct Delivered {
    var place: PartitionRef
    var fields: FieldView
    /// Those that are whole; control batches too.
    var batches: [RecordBatchHeader]

    /// What a program gets to see.
    var records: [RecordBatchHeader] { batches.filter { !$0.isControl } }
}

/// Sums of batches.
struct FlowSum {
    var batches: Int64 = 0
    var bytes: Int64 = 0
    /// Nil once a batch came whose records can't be counted.
    var records: Int64? = 0
    var codecs: Set<UInt8> = []

    mutating func add(_ batch: RecordBatchHeader) {
        batches += 1
        bytes = bytes.addingSaturated(batch.bytes)
        records = records.flatMap { sum in batch.records.map { sum.addingSaturated(Int64($0)) } }
        if batch.codec != 0 { codecs.insert(batch.codec) }
    }

    mutating func add(_ other: FlowSum) {
        batches += other.batches
        bytes = bytes.addingSaturated(other.bytes)
        records = records.flatMap { sum in other.records.map { sum.addingSaturated($0) } }
        codecs.formUnion(other.codecs)
    }

    static let codecNames = ["none", "gzip", "snappy", "lz4", "zstd"]

    /// Kafka's names of the codecs.
    var compression: [String] {
        codecs.sorted().map { $0 < Self.codecNames.count ? Self.codecNames[Int($0)] : "codec \($0)" }
    }
}
