import Conversations
import ReportModel
import Vocabulary

/// The parts of many requests.
struct PartSums {
    private struct Part {
        var times = Histogram()
        var sum: Int64 = 0

        mutating func add(_ nanoseconds: Int64) {
            times.add(nanoseconds: nanoseconds)
            sum = sum.addingSaturated(nanoseconds)
        }

        mutating func add(_ other: Part) {
            times.add(other.times)
            sum = sum.addingSaturated(other.sum)
        }

        var told: PartTimes {
            var told = PartTimes()
            (told.p50Ms, told.p99Ms) = (times.percentileMs(0.5), times.percentileMs(0.99))
            (told.maxMs, told.sumMs) = (times.maxMs, Double(sum) / 1e6)
            return told
        }
    }

    private var total = Part()
    private var queued = Part()
    private var wire = Part()
    private var inBroker = Part()
    private var throttled = Part()
    private var onPurpose = Part()
    private var resent: Int64 = 0
    private var roundTripUnknown: Int64 = 0
    private var slow = SlowSums()
    private var seen: Seen

    init(seen: Seen) { self.seen = seen }

    mutating func add(_ parts: TimeParts, at times: ClosedRange<CaptureTime>, isResent: Bool, roundTrip: Int64?) {
        seen.add(times.lowerBound)
        seen.add(times.upperBound)
        total.add(parts.total)
        queued.add(parts.queued)
        wire.add(parts.wire)
        inBroker.add(parts.inBroker)
        throttled.add(parts.throttled)
        onPurpose.add(parts.onPurpose)
        if isResent { resent += 1 }
        if roundTrip == nil { roundTripUnknown += 1 }
        slow.add(parts, isResent: isResent, roundTrip: roundTrip)
    }

    func joined(_ other: PartSums) -> PartSums {
        var sums = self
        sums.seen.add(other.seen.first)
        sums.seen.add(other.seen.last)
        sums.total.add(other.total)
        sums.queued.add(other.queued)
        sums.wire.add(other.wire)
        sums.inBroker.add(other.inBroker)
        sums.throttled.add(other.throttled)
        sums.onPurpose.add(other.onPurpose)
        sums.resent += other.resent
        sums.roundTripUnknown += other.roundTripUnknown
        sums.slow.add(other.slow)
        return sums
    }

    func row(api: String) -> LatencyPartRow {
        var row = LatencyPartRow(seen: seen)
        row.api = api
        row.requests = total.times.count
        (row.resent, row.roundTripUnknown) = (resent, roundTripUnknown)
        (row.total, row.queued, row.wire) = (total.told, queued.told, wire.told)
        (row.inBroker, row.throttled, row.onPurpose) = (inBroker.told, throttled.told, onPurpose.told)
        row.slow = slow.told
        return row
    }
}
