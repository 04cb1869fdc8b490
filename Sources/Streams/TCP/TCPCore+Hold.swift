import Vocabulary

extension TCPCore {
    /// Where what waits behind the first hole begins: a piece, or the FIN; `.max` where nothing waits.
    mutating func nextHeld(_ flow: UnsafeMutablePointer<Flow>, _ index: Int) -> Int64 {
        let side = flow.side(index)
        if side.pointee.heldFirst != FlowTable.none { return pages[side.pointee.heldFirst].pointee.offset }
        guard waitsForFin(side) else { return .max }
        return notes[flow.pointee.notes].side(index).pointee.finOffset
    }

    /// Whether a FIN was seen that could not be told yet.
    func waitsForFin(_ side: UnsafeMutablePointer<FlowSide>) -> Bool {
        side.pointee.marks.contains(.finSeen) && !side.pointee.marks.contains(.finTold)
    }

    /// Whether a segment may be held; gives up holes, the oldest first, until it may. False where the hole before the
    /// segment itself was given up: it is in order now.
    mutating func makeRoom(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment, _ offset: Int64
    ) -> Bool {
        let index = segment.from
        // A piece in every hole between those held is the most that a segment becomes.
        let need = Int(segment.length) / PagePool.pageBytes + 2 + 2 * (segment.blanked?.count ?? 0)
        while offset > flow.side(index).pointee.next {
            let own = Int(notesOf(flow).side(index).pointee.heldPages)
            if (own + need) * PagePool.pageBytes > limits.outOfOrderBytesPerStream {
                trips.note(
                    "outOfOrderBytesPerStream", allowed: limits.outOfOrderBytesPerStream,
                    leftOut: "waiting for late bytes of one connection; holes were declared early")
                giveUp(slot, flow, index, before: offset)
            } else if (pages.held + need) * PagePool.pageBytes > limits.outOfOrderBytes {
                trips.note(
                    "outOfOrderBytes", allowed: limits.outOfOrderBytes,
                    leftOut: "waiting for late bytes; the oldest holes were declared early")
                if pages.held == 0 || firstHolder == FlowTable.none || firstHolder == slot {
                    giveUp(slot, flow, index, before: offset)
                } else {
                    giveUpAll(firstHolder)
                }
            } else {
                return true
            }
        }
        return false
    }

    /// Gives up the first hole of a side, or the one before `offset` where nothing is held before that.
    private mutating func giveUp(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ index: Int, before offset: Int64
    ) {
        if nextHeld(flow, index) < offset {
            declareHole(slot, flow, index)
        } else {
            declare(slot, flow, index, to: offset, now, flow.pointee.lastFrame)
        }
    }

    /// Gives up one hole on each side of a flow.
    private mutating func giveUpAll(_ slot: FlowSlot) {
        let flow = flows[slot]
        for index in 0...1 { declareHole(slot, flow, index) }
        settleHolder(slot, flow)
    }

    /// Copies what is not yet held of an early segment into pages.
    mutating func hold(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment, _ offset: Int64) {
        let side = flow.side(segment.from)
        let note = notesOf(flow).side(segment.from)
        let end = offset + segment.length
        startHolding(slot, flow, segment.from)
        var cursor = offset
        var before = FlowTable.none
        var page = side.pointee.heldFirst
        // Most early segments follow the last one held.
        if note.pointee.heldLast != FlowTable.none, pages[note.pointee.heldLast].pointee.end <= offset {
            before = note.pointee.heldLast
            page = FlowTable.none
        }
        while page != FlowTable.none, cursor < end {
            let piece = pages[page].pointee
            if piece.offset > cursor {
                before = store(flow, segment, offset, cursor..<min(end, piece.offset), after: before)
            }
            cursor = max(cursor, piece.end)
            before = page
            page = piece.next
        }
        if cursor < end { _ = store(flow, segment, offset, cursor..<end, after: before) }
        markAcknowledged(slot, flow, segment.from)
    }

    /// Stores a range of a segment's bytes, page by page; gives the last page.
    private mutating func store(
        _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment, _ offset: Int64, _ range: Range<Int64>, after: UInt32
    ) -> UInt32 {
        let capturedEnd = min(range.upperBound, offset + segment.captured)
        var cursor = range.lowerBound
        var last = after
        while cursor < capturedEnd, let payload = segment.headers.pointee.payload {
            let piece = segment.piece(from: cursor - offset, to: capturedEnd - offset)
            guard offset + piece.end > cursor else { break }
            guard piece.isShown else {
                last = link(flow, segment, cursor, offset + piece.end - cursor, isCut: true, after: last)
                cursor = offset + piece.end
                continue
            }
            let length = min(Int64(PagePool.pageBytes), offset + piece.end - cursor)
            last = link(flow, segment, cursor, length, isCut: false, after: last)
            UnsafeMutableRawPointer(pages.bytes(last))
                .copyMemory(from: payload + Int(cursor - offset), byteCount: Int(length))
            countPayload(flow.side(segment.from), length)
            cursor += length
        }
        if cursor < range.upperBound {
            last = link(flow, segment, cursor, range.upperBound - cursor, isCut: true, after: last)
        }
        return last
    }

    private mutating func link(
        _ flow: UnsafeMutablePointer<Flow>, _ segment: Segment, _ offset: Int64, _ length: Int64,
        isCut: Bool, after: UInt32
    ) -> UInt32 {
        let side = flow.side(segment.from)
        let note = notesOf(flow).side(segment.from)
        let next = after == FlowTable.none ? side.pointee.heldFirst : pages[after].pointee.next
        let page = pages.take(
            HeldPiece(
                offset: offset, length: length, time: segment.time, frame: segment.frame, next: next, isCut: isCut))
        if after == FlowTable.none { side.pointee.heldFirst = page } else { pages[after].pointee.next = page }
        if next == FlowTable.none { note.pointee.heldLast = page }
        note.pointee.heldPages += 1
        return page
    }

    /// Hands on what is held and in order now, then the FIN behind it.
    mutating func drain(_ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ index: Int) {
        let side = flow.side(index)
        while side.pointee.heldFirst != FlowTable.none {
            let page = side.pointee.heldFirst
            let piece = pages[page].pointee
            guard piece.offset <= side.pointee.next else { break }
            let note = notesOf(flow).side(index)
            side.pointee.heldFirst = piece.next
            if piece.next == FlowTable.none { note.pointee.heldLast = FlowTable.none }
            note.pointee.heldPages -= 1
            pages.spend(page)
            handOn(slot, flow, index, piece, page)
        }
        if side.pointee.heldFirst != FlowTable.none {
            // The hole that is first now appeared with the piece behind it.
            notesOf(flow).side(index).pointee.holeSince = pages[side.pointee.heldFirst].pointee.time
        }
        tellFin(slot, flow, index)
        if flow.pointee.marks.contains(.holding) { settleHolder(slot, flow) }
    }

    private mutating func handOn(
        _ slot: FlowSlot, _ flow: UnsafeMutablePointer<Flow>, _ index: Int, _ piece: HeldPiece, _ page: UInt32
    ) {
        let side = flow.side(index)
        let next = side.pointee.next
        guard piece.end > next else { return }
        if piece.isCut { return cut(slot, flow, index, to: piece.end, piece.time, piece.frame) }
        side.pointee.next = piece.end
        flow.pointee.marks.insert(.delivered)
        emit(
            .data, slot, index, offset: next, length: piece.end - next,
            bytes: UnsafePointer(pages.bytes(page)) + Int(next - piece.offset), time: piece.time, frame: piece.frame)
    }
}
