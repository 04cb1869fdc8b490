import Streams
import Vocabulary

/// Answers that come in several pieces, as those of a Fetch do: brokers send header, records and what is behind them one by
/// one. Small ones are put together, so that they can be compared with known ones like those that come in one piece.
extension ConversationEngine {
    /// Begins to put an answer together that is small, not whole yet, and surely one: the rest of an event's bytes.
    /// - Returns: false where it is any other.
    @inline(__always)
    func beginGathered(_ direction: Direction, _ event: StreamEvent, from used: Int) -> Bool {
        let count = Int(event.length) - used
        guard count >= 8, !direction.isRequests, direction.state.pointee.awaitsMessage, known.isUsed,
            let start = event.bytes
        else { return false }
        let bytes = UnsafeBufferPointer(start: start + used, count: count)
        let size = Framing.size(start + used)
        guard size + 4 > count, size <= min(KnownFrame.greatest, limits.carryBytes),
            let request = findPending(direction.connection, Int32(truncatingIfNeeded: bytes.bigEndian32(at: 4)))
        else { return false }
        let index = takeReader()
        let reader = readers.at(Int(index))
        reader.pointee.start(
            size: Int64(size), isRequest: false, time: event.time, frame: event.frame,
            offset: event.offset + Int64(used))
        reader.pointee.phase = .gathering
        reader.pointee.api = pending[request].api
        reader.pointee.carry += bytes.slice(from: 4)
        direction.state.pointee.reader = index
        direction.state.pointee.framing.enter(size: size)
        _ = direction.state.pointee.framing.advance(count - Framing.lengthBytes)
        self.count(understood: count, direction.connection)
        return true
    }

    /// Adds an event's bytes to the answer that is being put together, and takes it where it is whole.
    /// - Returns: how many of the bytes belong to it; 0 where there is none.
    @inline(__always)
    func continueGathered(_ direction: Direction, _ event: StreamEvent) -> Int {
        let state = direction.state
        guard state.pointee.reader >= 0, let start = event.bytes else { return 0 }
        let reader = readers.at(Int(state.pointee.reader))
        guard reader.pointee.phase == .gathering else { return 0 }
        let used = state.pointee.framing.advance(Int(event.length))
        reader.pointee.carry += UnsafeBufferPointer(start: start, count: used)
        count(understood: used, direction.connection)
        if state.pointee.framing.isBetween { finishGathered(direction, event) }
        return used
    }

    /// The answer is whole.
    @inline(never)
    private func finishGathered(_ direction: Direction, _ event: StreamEvent) {
        let index = direction.state.pointee.reader
        let reader = readers.at(Int(index))
        direction.state.pointee.reader = -1
        withGathered(reader) { bytes in
            let whole = Piece(
                bytes: bytes, offset: reader.pointee.startOffset + 4, time: event.time, frame: event.frame)
            if takeKnownAnswer(direction, reader, whole) { return }
            _ = feed(direction, reader, whole)
            // Only what is surely an answer is put together, so none is undone here.
            _ = finishMessage(direction, reader, whole)
        }
        release(reader: index)
    }

    /// Reads what was gathered of an answer that will not be whole.
    func readGathered(_ direction: Direction) {
        guard direction.state.pointee.reader >= 0 else { return }
        let reader = readers.at(Int(direction.state.pointee.reader))
        guard reader.pointee.phase == .gathering else { return }
        withGathered(reader) { bytes in
            _ = feed(
                direction, reader,
                Piece(
                    bytes: bytes, offset: reader.pointee.startOffset, time: reader.pointee.startTime,
                    frame: reader.pointee.startFrame))
        }
    }

    /// Takes the gathered bytes out of a reader, which can then read them like any.
    private func withGathered(_ reader: Reader, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        var bytes: [UInt8] = []
        swap(&bytes, &gathered)
        swap(&bytes, &reader.pointee.carry)
        reader.pointee.phase = .header
        bytes.withUnsafeBufferPointer(body)
        bytes.clear()
        swap(&bytes, &gathered)
    }
}
