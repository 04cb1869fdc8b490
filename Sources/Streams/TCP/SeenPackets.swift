import Vocabulary

/// The last packets of captures that show the same connections from two places. A copy may come as much later as the way between
/// the places takes, behind many others, and would else count as sent again.
struct SeenPackets {
    private struct Entry {
        var print: UInt32 = 0
        var slot = FlowTable.none
        var source: Int32 = -1
        var time = CaptureTime.distantPast
    }

    private var entries: [Entry] = []
    /// Ways that take longer end in new connections.
    private static let longestWay = Span.seconds(30)

    /// Two sources were found to show one connection at the same time.
    var isOn: Bool { !entries.isEmpty }

    mutating func turnOn(_ limits: Limits) {
        if entries.isEmpty { entries = [Entry](repeating: Entry(), count: max(1, limits.seenPackets)) }
    }

    /// Whether another source showed this packet; keeps it where none did. An older one in its place is forgotten.
    mutating func isCopy(_ print: UInt32, _ slot: FlowSlot, _ frame: FrameRef, _ time: CaptureTime) -> Bool {
        let place = Int(
            (UInt64(print) &* 0x9E37_79B9 &+ UInt64(UInt32(truncatingIfNeeded: slot))) % UInt64(entries.count))
        let known = entries[place]
        let source = Int32(truncatingIfNeeded: frame.source)
        if known.print == print, known.slot == slot, known.source >= 0, known.source != source,
            time.since(known.time).magnitude <= Self.longestWay.magnitude
        {
            return true
        }
        entries[place] = Entry(print: print, slot: slot, source: source, time: time)
        return false
    }
}
