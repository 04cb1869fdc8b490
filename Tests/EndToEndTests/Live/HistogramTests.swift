import Conversations
import Testing
import Vocabulary

/// What the live view takes from histograms: differences, and counts by bounds.
@Suite struct HistogramTests {
    private func histogram(_ milliseconds: [Int64]) -> Histogram {
        var histogram = Histogram()
        for value in milliseconds { histogram.add(nanoseconds: Span.milliseconds(value)) }
        return histogram
    }

    @Test func whatCameSinceIsWhatWasAdded() {
        var later = histogram([1, 5, 900])
        let earlier = later
        for value: Int64 in [2, 70, 70_000] { later.add(nanoseconds: Span.milliseconds(value)) }
        let rest = later.since(earlier)
        #expect(rest.count == 3)
        #expect(rest.maxMs == 70_000)
        #expect((67...73).contains(rest.percentileMs(0.5)))
        #expect(later.since(later).count == 0 && later.since(later).maxMs == 0)
        #expect(later.since(Histogram()).count == 6)
        let quiet = earlier.since(histogram([900]))
        #expect(quiet.count == 2)
    }

    @Test func countsByBounds() {
        let some = histogram([1, 5, 5, 80, 5000])
        #expect(some.counts(upTo: [500, 3_000, 6_000, 100_000, 60_000_000]) == [0, 1, 3, 4, 5])
        #expect(Histogram().counts(upTo: [1, 2]) == [0, 0])
        #expect((5_000...5_300).contains(some.sumMs))
    }
}
