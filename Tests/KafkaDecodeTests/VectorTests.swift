import KafkaDecode
import KafkaSchema
import Testing
import VectorChecking

@Suite struct VectorTests {
    @Test func everyVectorReadsAsKafkaWroteIt() {
        var check = VectorCheck()
        #expect(SchemaFiles.vectors.count == 738)
        for vector in SchemaFiles.vectors {
            #expect(check.differences(vector, splits: [1, 7]) == [], "\(vector.message) v\(vector.version)")
        }
    }

    @Test func aCutMessageIsNeverWhole() {
        let cache = PlanCache(selection: .everything)
        for (index, vector) in SchemaFiles.vectors.enumerated() where index.isMultiple(of: 5) {
            let plan = plan(cache, vector)
            let body = vector.body
            for cut in 0..<min(body.count, 400) {
                let begun = Array(body[..<cut])
                #expect(decode(plan, begun, bodyLength: body.count).end == .cut)
                // When the frame itself says that it is shorter, the body contradicts its schema.
                guard case .malformed = decode(plan, begun).end else {
                    Issue.record("\(vector.message) v\(vector.version) cut at \(cut) is whole")
                    continue
                }
            }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64]) func damageNeverTrapsAndEndsSoon(seed: UInt64) {
        var random = SplitMix(state: seed)
        let everything = PlanCache(selection: .everything)
        var selection = FieldSelection()
        for (tag, name) in ["ErrorCode", "Topics", "Partitions", "Name", "Records", "Host"].enumerated() {
            selection.select(name, as: UInt16(tag))
        }
        let some = PlanCache(selection: selection)
        for vector in SchemaFiles.vectors where !vector.body.isEmpty && vector.body.count < 2000 {
            var body = vector.body
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let at = Int.random(in: 0..<body.count, using: &random)
                body[at] = UInt8.random(in: 0...255, using: &random)
            }
            for cache in [everything, some] {
                guard let plan = plan(cache, vector) else { continue }
                var feeder = PieceFeeder(capacity: 8)
                var count = 0
                let size = Int.random(in: 1...64, using: &random)
                let end = feeder.run(plan, bytes: body, bodyLength: body.count, pieceSize: size) { _ in count += 1 }
                #expect(feeder.calls < 100 + body.count * 20 && count < 100 + body.count * 20)
                #expect(decode(plan, body).end == end, "whole and in pieces of \(size) end alike; seed \(seed)")
            }
        }
    }

    private func plan(_ cache: PlanCache, _ vector: Vector) -> DecodePlan? {
        let kind: MessageKind = vector.message.hasSuffix("Request") ? .request : .response
        return cache.plan(apiKey: vector.apiKey, version: vector.version, kind: kind)
    }
}
