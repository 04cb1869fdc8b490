import Capture
import Streams
import Vocabulary

/// Compares the clocks of several files by the packets that they have in common, or, where they have none, by what one of them has
/// acknowledged of what the other has sent, or by what a gateway between them passed on.
struct ViewClocks {
    private var marks: PacketMarks
    private var comparison: ClockComparison
    private var contents: ClockComparison
    /// One file has one direction of a connection, and another the other.
    private var acknowledgements: ClockComparison

    init(limits: Limits) {
        (marks, comparison) = (PacketMarks(limits: limits), ClockComparison(limits: limits))
        contents = ClockComparison(limits: limits, isOfContent: true)
        acknowledgements = ClockComparison(limits: limits)
    }

    mutating func note(_ batch: some Sequence<PacketEntry>) {
        marks.each(batch) { mark in
            comparison.note(
                mark: mark.value, source: mark.source, time: mark.time, hosts: mark.hosts, isFromFirst: mark.isFromFirst
            )
            for (place, isSent) in [(mark.sentTo, true), (mark.acknowledges, false)] {
                guard let place else { continue }
                acknowledgements.note(
                    place: place, isSent: isSent, source: mark.source, time: mark.time, hosts: mark.hosts)
            }
            guard let content = mark.content else { return }
            contents.note(
                mark: content, source: mark.source, time: mark.time, hosts: 0, isFromFirst: mark.isRequest)
        }
    }

    var offsets: [ClockOffset] {
        var known = comparison.offsets
        // Files that follow one another have acknowledgements of one another's last bytes too, and one clock.
        for others in [acknowledgements.offsets.filter(\.isWorthCorrecting), contents.offsets] {
            known += others.filter { other in !known.contains { $0.source == other.source } }
        }
        return known.sorted { $0.source < $1.source }
    }
    var trip: LimitTrip? { comparison.trip }
}
