import Testing

@testable import Conversations

/// What a producer with an id got stored is known by what its brokers took behind it.
@Suite struct ProducerProgressTests {
    private let topic = StringID(raw: 7)

    private func batch(_ sequence: Int32, producer: Int64 = 42, epoch: Int16 = 0, partition: Int32 = 1) -> BatchIdentity
    {
        BatchIdentity(
            topic: topic, partition: partition, producerId: producer, epoch: epoch, baseSequence: sequence, records: 3,
            crc: 0, bytes: 100, firstRecord: 0, baseTimestamp: 0)
    }

    @Test func allBeforeTheLastOfAnEpochAreStored() {
        var progress = ProducerProgress()
        #expect(!progress.isStored(batch(0), of: topic))
        progress.note(batch(30), of: topic)
        // An answer that came late, to an older one.
        progress.note(batch(12), of: topic)
        #expect(progress.isStored(batch(30), of: topic) && progress.isStored(batch(9), of: topic))
        #expect(!progress.isStored(batch(33), of: topic))
        #expect(!progress.isStored(batch(9, epoch: 1), of: topic))
        #expect(!progress.isStored(batch(9, partition: 2), of: topic))
        #expect(!progress.isStored(batch(9, producer: -1), of: topic))
    }

    @Test func numbersGoRound() {
        var progress = ProducerProgress()
        progress.note(batch(.max - 1), of: topic)
        progress.note(batch(4), of: topic)
        #expect(progress.isStored(batch(.max - 1), of: topic))
        #expect(!progress.isStored(batch(7), of: topic))
    }

    /// Whatever is noted of others, a batch is never called stored before one of its own producer's was.
    @Test func othersProveNothing() {
        var progress = ProducerProgress()
        for producer in 0..<20_000 { progress.note(batch(1000, producer: Int64(producer)), of: topic) }
        #expect(!progress.isStored(batch(1, producer: 20_001), of: topic))
    }
}
