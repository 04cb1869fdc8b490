import Conversations
import Streams
import Vocabulary

/// Seconds in which a capture shows no segment of anybody, and behind which most connections have a hole: whoever captured stood
/// still, and the hosts went on. What had not been answered before may have been answered then.
enum CollectorHoles {
    /// A hole is noticed with the first bytes behind it.
    private static let noticedWithin = Span.seconds(5)
    private static let atLeast = 2
    private static let mostLookedAt = 16

    static func find(in view: CaseView) -> [ClosedRange<CaptureTime>] {
        let silences = view.capture.pauses.silences
        guard !silences.isEmpty else { return [] }
        let gaps = view.records.flatMap { [$0.lastAnswerGap, $0.lastRequestGap].compactMap(\.self) }.sorted()
        return silences.filter { gaps.count(in: noticed($0)) >= atLeast }.prefix(mostLookedAt).filter { silence in
            let spanning = view.records.filter {
                $0.tcp.firstTime <= silence.lowerBound && $0.tcp.lastTime >= silence.upperBound
            }
            let holed = spanning.filter { record in
                [record.lastAnswerGap, record.lastRequestGap].contains { $0.map(noticed(silence).contains) ?? false }
            }
            return holed.count >= atLeast && holed.count * 2 > spanning.count
        }
    }

    private static func noticed(_ silence: ClosedRange<CaptureTime>) -> ClosedRange<CaptureTime> {
        let end = silence.upperBound
        return end.adding(nanoseconds: -CapturePauses.precision)...end.adding(nanoseconds: noticedWithin)
    }
}

extension CaseView {
    /// How much of a time the capture shows.
    func shown(_ from: CaptureTime, _ to: CaptureTime) -> Int64 {
        collectorHoles.reduce(to.since(from)) { left, hole in left - hole.overlap(from, to) }
    }
}

extension [CaptureTime] {
    /// Of sorted times, those in a range.
    fileprivate func count(in range: ClosedRange<CaptureTime>) -> Int {
        partitionPoint { $0 > range.upperBound } - partitionPoint { $0 >= range.lowerBound }
    }
}
