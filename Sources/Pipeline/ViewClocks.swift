import Capture
import Streams
import Vocabulary

/// Compares the clocks of several files by the packets that they have in common, or, where they have none, by what a gateway
/// between them passed on.
struct ViewClocks {
    private var marks: PacketMarks
    private var comparison: ClockComparison
    private var contents: ClockComparison

    init(limits: Limits) {
        (marks, comparison) = (PacketMarks(limits: limits), ClockComparison(limits: limits))
        contents = ClockComparison(limits: limits, isOfContent: true)
    }

    mutating func note(_ batch: some Sequence<PacketEntry>) {
        marks.each(batch) { mark in
            comparison.note(
                mark: mark.value, source: mark.source, time: mark.time, hosts: mark.hosts, isFromFirst: mark.isFromFirst
            )
            guard let content = mark.content else { return }
            contents.note(
                mark: content, source: mark.source, time: mark.time, hosts: 0, isFromFirst: mark.isRequest)
        }
    }

    var offsets: [ClockOffset] {
        let known = comparison.offsets
        let others = contents.offsets.filter { other in !known.contains { $0.source == other.source } }
        return (known + others).sorted { $0.source < $1.source }
    }
    var trip: LimitTrip? { comparison.trip }
}
