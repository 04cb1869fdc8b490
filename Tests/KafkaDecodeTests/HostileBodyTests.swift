import KafkaDecode
import KafkaSchema
import Testing
import Vocabulary

@Suite struct HostileBodyTests {
    private let cache = PlanCache(selection: .everything)

    private func fault(_ body: [UInt8], api: Int, version: Int, kind: MessageKind) -> DecodeStep.Fault? {
        let plan = cache.plan(apiKey: api, version: version, kind: kind)
        let whole = decode(plan, body).end
        #expect(decode(plan, body, pieceSize: 1).end == whole)
        if case .malformed(_, let fault) = whole { return fault }
        return nil
    }

    @Test func hugeCountsAreRefused() {
        let huge: [UInt8] = [0x7F, 0xFF, 0xFF, 0xFF, 0, 0]
        #expect(fault(huge, api: 3, version: 0, kind: .response) == .countBeyondBody)
        #expect(fault(huge, api: 3, version: 0, kind: .request) == .countBeyondBody)
        // Compact: 2^32 - 1, less one.
        #expect(fault([0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0], api: 3, version: 9, kind: .request) == .countBeyondBody)
    }

    @Test func negativeLengthsAreRefused() {
        #expect(fault([0xFF, 0xFF, 0xFF, 0xFE], api: 3, version: 1, kind: .request) == .negativeLength)
        #expect(fault([0xFF, 0xFF, 0xFF, 0xFF], api: 3, version: 0, kind: .request) == .negativeLength)
        #expect(fault([0xFF, 0xFF, 0xFF, 0xFF], api: 3, version: 1, kind: .request) == nil)
    }

    @Test func longVarintsAreRefused() {
        let long = [UInt8](repeating: 0x80, count: 6)
        #expect(fault(long, api: 3, version: 9, kind: .request) == .varintTooLong)
    }

    @Test func shortAndLongBodiesAreToldApart() {
        #expect(fault([], api: 3, version: 0, kind: .request) == .bodyTooShort)
        #expect(fault([0, 0, 0, 1, 0, 9, 65], api: 3, version: 0, kind: .request) == .lengthBeyondBody)
        let plan = cache.plan(apiKey: 3, version: 0, kind: .request)
        #expect(decode(plan, [0, 0, 0, 0, 1, 2]).end == .complete(leftOver: 2))
    }

    @Test func unknownTaggedFieldsArePassedOver() {
        // ApiVersions v3: two strings, then tagged fields 5 (three bytes) and 300 (none).
        let body: [UInt8] = [2, 65, 2, 66, 2, 5, 3, 9, 9, 9, 0xAC, 2, 0]
        let plan = cache.plan(apiKey: 18, version: 3, kind: .request)
        for size in 1...body.count {
            let result = decode(plan, body, pieceSize: size)
            #expect(result.end == .complete(leftOver: 0))
            #expect(result.fields == ["0=A", "1=B"])
        }
        #expect(fault([2, 65, 2, 66, 1, 5, 9, 0], api: 18, version: 3, kind: .request) == .lengthBeyondBody)
        #expect(fault([2, 65, 2, 66, 9, 5, 0], api: 18, version: 3, kind: .request) == .countBeyondBody)
    }

    @Test func aKnownTaggedFieldStaysWithinItsSize() {
        // ApiVersions response v3; tag 1 is an int64.
        let head: [UInt8] = [0, 0, 1, 0, 0, 0, 0]
        let long = head + [1, 1, 9, 0, 0, 0, 0, 0, 0, 0, 5, 0xEE]
        let plan = cache.plan(apiKey: 18, version: 3, kind: .response)
        #expect(decode(plan, long).end == .complete(leftOver: 0))
        #expect(decode(plan, long, pieceSize: 1).fields.last?.hasSuffix("=5") == true)
        #expect(fault(head + [1, 1, 4, 0, 0, 0, 0, 9], api: 18, version: 3, kind: .response) == .lengthBeyondBody)
    }

    @Test func aLowDepthLimitIsReported() {
        var limits = Limits()
        limits.messageDepth = 1
        let shallow = PlanCache(selection: .everything, limits: limits)
        let plan = shallow.plan(apiKey: 0, version: 9, kind: .request)
        #expect(decode(plan, [0, 0]).end == .malformed(at: 0, .tooDeep))
    }

    @Test func aDecoderThatWasNotStartedRefuses() {
        var decoder = MessageDecoder()
        let step = decoder.feed(UnsafeBufferPointer(start: nil, count: 0), into: FieldBuffer())
        guard case .malformed = step else {
            Issue.record("\(step)")
            return
        }
    }
}
