import Foundation
import Testing

/// What is found does not depend on where the segments of a stream end.
@Suite struct SegmentationTests {
    private static let rounds = Tier.rounds(otherwise: 2)

    @Test(arguments: KnownFrameTests.files) func cutsChangeNoFact(_ capture: String) throws {
        let whole = try FactRun(capture)
        for seed in 0..<Self.rounds {
            let cut = try FactRun(capture, FactRun.Ways(cuts: seed))
            #expect(FactRun.difference(cut, whole) == nil, "seed \(seed)")
        }
    }
}
