import Vocabulary

/// A stream joined midway whose first segment is a lone byte: mostly that is a keep-alive (RFC 9293, 3.8.4), the last byte of what
/// was sent before, and the stream begins behind it; a lone byte of a message would be pushed. Where the same side goes on
/// at once, before the other has answered, it was a byte like others after all, of a stream cut very small.
struct FirstProbe {
    /// Its value; -1: there is none, or it was not captured.
    var byte: Int16 = -1
    var time = CaptureTime(nanoseconds: 0)
    var frame = FrameRef.none
    /// Packets of the other side by then.
    var answersBefore: Int64 = 0
}

/// Each value of a byte, for as long as the program runs: a byte that is handed on later than it came lies here.
private nonisolated(unsafe) let everyByte: UnsafePointer<UInt8> = {
    let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
    for value in 0..<256 { (table + value).initialize(to: UInt8(value)) }
    return UnsafePointer(table)
}()

extension TCPCore {
    /// - Returns: whether the segment is a lone byte that is left out for now.
    mutating func takeFirstProbe(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) -> Bool {
        let side = flow.side(segment.from)
        guard segment.length == 1, !segment.flags.contains(.push), side.pointee.dataSegments == 0,
            side.pointee.base == segment.dataSequence, side.pointee.acknowledged <= 0,
            side.pointee.marks.contains(.baseSoft)
        else { return false }
        side.pointee.base &+= 1
        let notes = notesOf(flow).side(segment.from)
        notes.pointee.keepAlives += 1
        let byte = segment.captured == 1 ? segment.headers.pointee.payload.map { Int16($0.pointee) } : nil
        notes.pointee.firstProbe = FirstProbe(
            byte: byte ?? -1, time: segment.time, frame: segment.frame,
            answersBefore: flow.side(1 - segment.from).pointee.packets)
        return true
    }

    /// Before the stream's first data: the lone byte before it belongs to it where nobody answered that.
    mutating func bringBackProbe(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        guard flow.pointee.notes != FlowTable.none else { return }
        let (side, notes) = (flow.side(segment.from), notesOf(flow).side(segment.from))
        let probe = notes.pointee.firstProbe
        guard probe.byte >= 0 else { return }
        notes.pointee.firstProbe = FirstProbe()
        guard segment.dataSequence == side.pointee.base, side.pointee.acknowledged <= 0,
            probe.answersBefore == flow.side(1 - segment.from).pointee.packets
        else { return }
        notes.pointee.keepAlives -= 1
        side.pointee.base &-= 1
        side.pointee.marks.remove(.baseSoft)
        if flow.pointee.marks.contains(.twin) {
            (side.pointee.next, side.pointee.seen) = (1, 1)
        } else {
            passNext(slot, flow, segment.from, 1, everyByte + Int(probe.byte), probe.time, probe.frame)
        }
    }
}
