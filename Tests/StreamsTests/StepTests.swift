import Testing
import Vocabulary

@testable import Streams

/// A step of the capture's clock is one where both ends' own clocks do not share it.
@Suite struct StepTests {
    /// Silences of sides by the capture's clock, in milliseconds, and by their own, in their ticks.
    private func step(_ sides: [(host: UInt32, silence: Int64, ticks: UInt32)]) -> Int64? {
        let from = CaptureTime(nanoseconds: 1_000_000_000_000)
        var watch = StepWatch(from: from, to: from.adding(nanoseconds: Span.seconds(30)))
        for side in sides {
            watch.vote(IPAddress(v4: side.host), silence: Span.milliseconds(side.silence), ticks: side.ticks)
        }
        return watch.step.map { $0.nanoseconds / 1_000_000 }
    }

    @Test func bothEndsWentOnAsIfNoTimeHadPassed() {
        #expect(
            step([(1, 30_400, 400), (2, 30_410, 409), (1, 30_900, 905), (3, 32_000, 1998)]).map { $0 / 10 } == 3000)
    }

    @Test func silenceThatTheyShareIsNone() {
        #expect(step([(1, 10_400, 10_400), (2, 10_410, 10_409), (1, 11_000, 11_002), (3, 12_000, 11_998)]) == nil)
    }

    @Test func clocksThatCountInOtherUnitsAgreeOnNothing() {
        // A hundred ticks a second.
        #expect(step([(1, 10_400, 1040), (2, 10_410, 1041), (1, 11_000, 1100), (3, 12_000, 1200)]) == nil)
        // Silences alike tell nothing of the unit.
        #expect(step([(1, 10_400, 1040), (2, 10_410, 1041), (1, 10_420, 1042), (3, 10_430, 1043)]) == nil)
    }

    @Test func oneHostMayHaveSleptItself() {
        #expect(step([(1, 30_400, 400), (1, 30_410, 410), (1, 30_900, 900), (1, 32_000, 2000)]) == nil)
        #expect(step([(1, 30_400, 400), (2, 30_410, 30_410), (1, 30_900, 900), (3, 32_000, 32_000)]) == nil)
    }
}
