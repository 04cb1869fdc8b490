import ReportModel
import TestSupport
import Testing
import Vocabulary

/// What is proved of lost requests is what the ledger says of their batches.
@Suite struct LedgerRowTests {
    private static let outcomes: [Outcome] = [.storedOnce, .storedTwice, .noEffect, .possiblyTwice, .unknown]

    /// Over any batches and proofs: each is counted once, and as what it was proved to be.
    @Test(arguments: 0..<100) func everyBatchIsCountedOnce(seed: UInt64) {
        var random = Seeded(seed)
        var row = LedgerRow(seen: Seen(first: .distantPast, last: .distantPast))
        var proofs: [FrameRef: Outcome] = [:]
        var wanted: [Outcome: Int64] = [:]
        let count = Int.random(in: 0..<40, using: &random)
        for number in 0..<count {
            let frames = [
                FrameRef(source: 0, number: UInt64(number * 2 + 1)),
                FrameRef(source: 0, number: UInt64(number * 2 + 2)),
            ]
            row.unknown.add(records: 3)
            row.open.append(.init(records: 3, frames: frames))
            guard random.chance(70), let outcome = Self.outcomes.randomElement(using: &random) else { continue }
            proofs[frames[Int.random(in: 0...1, using: &random)]] = outcome
            wanted[outcome, default: 0] += 1
        }
        row.settle(proofs)
        #expect(row.storedOnce.batches == wanted[.storedOnce] ?? 0)
        #expect(row.storedTwice.batches == wanted[.storedTwice] ?? 0)
        #expect(row.notStored.batches == wanted[.noEffect] ?? 0)
        let sum = row.storedOnce.batches + row.storedTwice.batches + row.notStored.batches + row.unknown.batches
        #expect(sum == Int64(count))
        #expect(row.open.count == Int(row.unknown.batches))
        #expect(row.unknown.records == row.unknown.batches * 3)
    }
}
