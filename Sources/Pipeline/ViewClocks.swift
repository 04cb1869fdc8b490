import Capture
import Streams
import Vocabulary

/// Compares the clocks of several files by the packets that they have in common.
struct ViewClocks {
    private var marks: PacketMarks
    private var comparison: ClockComparison

    init(limits: Limits) { (marks, comparison) = (PacketMarks(limits: limits), ClockComparison(limits: limits)) }

    mutating func note(_ batch: some Sequence<PacketEntry>) {
        marks.each(batch) { mark in
            comparison.note(
                mark: mark.value, source: mark.source, time: mark.time, hosts: mark.hosts, isFromFirst: mark.isFromFirst
            )
        }
    }

    var offsets: [ClockOffset] { comparison.offsets }
    var trip: LimitTrip? { comparison.trip }
}
