import KafkaDecode
import KafkaSchema
import Testing
import Vocabulary

@Suite struct SelectionTests {
    /// A Produce request of version 3 with a topic, two partitions and the given record bytes.
    private func produce(_ records: [UInt8]) -> [UInt8] {
        var body = BodyWriter()
        body.int16(-1)
        body.int16(-1)
        body.int32(1500)
        body.int32(1)
        body.string("orders")
        body.int32(2)
        for partition in 0..<2 {
            body.int32(Int32(partition))
            body.int32(Int32(records.count))
            body.raw(records)
        }
        return body.bytes
    }

    private var produceSelection: FieldSelection {
        var selection = FieldSelection()
        selection.select("Acks", in: "ProduceRequest", as: 1)
        selection.select(".TopicData", in: "ProduceRequest", as: 2)
        selection.select("TopicData.Name", in: "ProduceRequest", as: 3)
        selection.select("PartitionData.Index", in: "ProduceRequest", as: 4)
        selection.select("Records", in: "ProduceRequest", as: 5)
        return selection
    }

    @Test func produceGivesWhatIsSelectedInEveryPieceSize() {
        let cache = PlanCache(selection: produceSelection)
        let plan = cache.plan(apiKey: 0, version: 3, kind: .request)
        let body = produce(BodyWriter.batch(size: 80) + BodyWriter.batch(size: 100))
        let expected = [
            "1=-1", "2[1", "2.", "3=orders", "4=0", "5records180", "5batch80/61", "5batch100/61", "4=1", "5records180",
            "5batch80/61", "5batch100/61", "2]",
        ]
        for size in 1...body.count {
            let result = decode(plan, body, pieceSize: size, capacity: 8)
            #expect(result.end == .complete(leftOver: 0))
            #expect(result.fields == expected)
        }
    }

    @Test func aBatchCutBySizeIsNormal() {
        let cache = PlanCache(selection: produceSelection)
        let plan = cache.plan(apiKey: 0, version: 3, kind: .request)
        for kept in 1..<100 {
            let body = produce(BodyWriter.batch(size: 80) + BodyWriter.batch(size: 100).prefix(kept))
            let result = decode(plan, body, pieceSize: 13)
            #expect(result.end == .complete(leftOver: 0))
            let cut = kept < 17 ? [] : ["5batch\(kept)/\(min(kept, 61))"]
            #expect(Array(result.fields[6...].prefix(1 + cut.count)) == ["5batch80/61"] + cut)
        }
    }

    @Test func oldMessageSetsAreWalked() {
        var message = BodyWriter()
        message.int64(3)
        message.int32(22)
        message.int32(0)
        message.int8(1)
        message.raw([UInt8](repeating: 0, count: 17))
        let plan = PlanCache(selection: produceSelection)
        let result = decode(plan.plan(apiKey: 0, version: 3, kind: .request), produce(message.bytes + message.bytes))
        #expect(result.end == .complete(leftOver: 0))
        #expect(result.fields.filter { $0 == "5batch34/34" }.count == 4)
    }

    @Test func whatIsNoBatchIsAFault() {
        let cache = PlanCache(selection: produceSelection)
        let plan = cache.plan(apiKey: 0, version: 3, kind: .request)
        let result = decode(plan, produce([UInt8](repeating: 0xFF, count: 64)))
        guard case .malformed(_, .badBatch) = result.end else {
            Issue.record("\(result.end)")
            return
        }
    }

    @Test func metadataGivesBrokersAndPartitions() {
        var selection = FieldSelection()
        selection.select(".Brokers", in: "MetadataResponse", as: 1)
        selection.select("Brokers.NodeId", as: 2)
        selection.select("Host", as: 3)
        selection.select("Port", as: 4)
        selection.select(".Topics", as: 5)
        selection.select("Topics.ErrorCode", as: 6)
        selection.select("IsrNodes", as: 7)
        var body = BodyWriter()
        body.int32(1)
        body.int32(11)
        body.string("b1")
        body.int32(9092)
        body.int32(1)
        body.int16(3)
        body.string("t")
        body.int32(1)
        body.raw([0, 0, 0, 0, 0, 1, 0, 0, 0, 11, 0, 0, 0, 1, 0, 0, 0, 11, 0, 0, 0, 2, 0, 0, 0, 11, 0, 0, 0, 12])
        let cache = PlanCache(selection: selection)
        let result = decode(cache.plan(apiKey: 3, version: 0, kind: .response), body.bytes, pieceSize: 1)
        #expect(result.end == .complete(leftOver: 0))
        #expect(
            result.fields == [
                "1[1", "1.", "2=11", "3=b1", "4=9092", "1]", "5[1", "5.", "6=3", "7[2", "7=11", "7=12", "7]", "5]",
            ])
    }

    @Test func everySelectionReadsEveryVectorToItsEnd() {
        var nothing = PlanCache(selection: FieldSelection())
        for vector in SchemaFiles.vectors {
            let kind: MessageKind = vector.message.hasSuffix("Request") ? .request : .response
            let plan = nothing.plan(apiKey: vector.apiKey, version: vector.version, kind: kind)
            let result = decode(plan, vector.body, pieceSize: 3)
            #expect(result.end == .complete(leftOver: 0) && result.fields.isEmpty, "\(vector.message)")
        }
        nothing = PlanCache(selection: produceSelection)
        #expect(nothing.plan(apiKey: 0, version: 99, kind: .request) == nil)
        #expect(nothing.plan(apiKey: 999, version: 0, kind: .request) == nil)
        #expect(nothing.plan(apiKey: -1, version: -1, kind: .response) == nil)
    }

    @Test func aLongStringIsGivenByItsBeginning() {
        var limits = Limits()
        limits.stringBytes = 4
        let cache = PlanCache(selection: produceSelection, limits: limits)
        let body = produce(BodyWriter.batch(size: 70))
        for size in [1, 5, 1000] {
            let result = decode(cache.plan(apiKey: 0, version: 3, kind: .request), body, pieceSize: size)
            #expect(result.end == .complete(leftOver: 0))
            #expect(result.fields[3] == "3=orde")
        }
    }
}
