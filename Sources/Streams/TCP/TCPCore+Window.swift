import Vocabulary

extension TCPCore {
    /// A reader that takes a little now and then is one that has no room.
    private static let moment = Span.seconds(1)

    /// Follows the window that a side announces. A scale does not matter to whether it is 0 (RFC 7323).
    mutating func trackWindow(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let side = flow.side(segment.from)
        let isClosed = segment.headers.pointee.window == 0 && !segment.isSyn
        guard isClosed != side.pointee.marks.contains(.windowClosed) else { return }
        let note = notesOf(flow).side(segment.from)
        if isClosed {
            side.pointee.marks.insert(.windowClosed)
            note.pointee.zeroWindows += 1
            note.pointee.windowClosedAt = segment.time
            let openFor = segment.time.since(note.pointee.windowOpenedAt)
            if note.pointee.zeroWindows == 1 || openFor > Self.moment { note.pointee.windowRunBegan = segment.time }
            emit(.windowClosed, slot, segment.from, time: note.pointee.windowRunBegan, frame: segment.frame)
        } else {
            side.pointee.marks.remove(.windowClosed)
            note.pointee.windowOpenedAt = segment.time
            let closedFor = max(0, segment.time.since(note.pointee.windowClosedAt))
            note.pointee.zeroWindowNanoseconds = note.pointee.zeroWindowNanoseconds.addingSaturated(closedFor)
            emit(.windowOpened, slot, segment.from, time: segment.time, frame: segment.frame)
        }
    }
}
