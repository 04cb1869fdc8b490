import Vocabulary

extension TCPCore {
    /// Follows the window that a side announces. A scale does not matter to whether it is 0 (RFC 7323).
    mutating func trackWindow(_ flow: UnsafeMutablePointer<Flow>, _ segment: Segment) {
        let side = flow.side(segment.from)
        let isClosed = segment.headers.pointee.window == 0 && !segment.isSyn
        guard isClosed != side.pointee.marks.contains(.windowClosed) else { return }
        let note = notesOf(flow).side(segment.from)
        if isClosed {
            side.pointee.marks.insert(.windowClosed)
            note.pointee.zeroWindows += 1
            note.pointee.windowClosedAt = segment.time
        } else {
            side.pointee.marks.remove(.windowClosed)
            note.pointee.windowOpenedAt = segment.time
            let closedFor = max(0, segment.time.since(note.pointee.windowClosedAt))
            note.pointee.zeroWindowNanoseconds = note.pointee.zeroWindowNanoseconds.addingSaturated(closedFor)
        }
    }
}
