import Streams
import Vocabulary

/// Beginnings that a segment's end cut: bytes too few to tell what begins there. They are kept, with where and when they were
/// captured, until more come; then they go their way as bytes of their own, followed by the rest of the segment that told.
/// So nothing that is found in a stream depends on where its segments end.
///
/// A direction that holds such bytes has a reader and no frame (`frameRemaining` is 0).
extension ConversationEngine {
    /// The beginning that was kept, taken out of the direction.
    struct Head {
        var bytes: [UInt8]
        var offset: Int64
        var time: CaptureTime
        var frame: FrameRef
    }

    /// Keeps bytes, behind those that are kept already.
    func hold(_ connection: Connection, _ side: Side, _ piece: Piece) {
        if connection[side].reader < 0 {
            let index = takeReader()
            readers.at(Int(index)).pointee.start(
                size: 0, isRequest: side == connection.pointee.clientSide, time: piece.time, frame: piece.frame,
                offset: piece.offset)
            connection[side].reader = index
        }
        readers.at(Int(connection[side].reader)).pointee.carry += piece.bytes
    }

    /// Puts a beginning back.
    func hold(_ connection: Connection, _ side: Side, _ head: Head, from at: Int = 0) {
        head.bytes.withUnsafeBufferPointer { bytes in
            let piece = Piece(bytes: bytes, offset: head.offset, time: head.time, frame: head.frame)
            hold(connection, side, piece.dropping(at))
        }
    }

    /// Takes out what is kept of a beginning; nil where there is none.
    func takeHead(_ connection: Connection, _ side: Side) -> Head? {
        guard holdsHead(connection, side) else { return nil }
        let index = connection[side].reader
        let reader = readers.at(Int(index))
        let head = Head(
            bytes: reader.pointee.carry, offset: reader.pointee.startOffset, time: reader.pointee.startTime,
            frame: reader.pointee.startFrame)
        connection[side].reader = -1
        release(reader: index)
        return head
    }

    func holdsHead(_ connection: Connection, _ side: Side) -> Bool {
        guard connection[side].reader >= 0, connection[side].frameRemaining == 0 else { return false }
        switch connection[side].mode {
        case .first, .searching, .kafka, .tokens: return true
        case .tls, .ignored: return false
        }
    }

    /// Sends a beginning its way, now that it is known what it is.
    func replay(_ connection: Connection, _ side: Side, _ head: Head, from at: Int = 0) {
        head.bytes.withUnsafeBufferPointer { bytes in
            let piece = Piece(bytes: bytes, offset: head.offset, time: head.time, frame: head.frame)
            takeBytes(connection, side, piece.dropping(at))
        }
    }

    /// No more bytes follow a beginning: what it would have been cannot be told.
    func dropHead(_ connection: Connection, _ side: Side) {
        guard let head = takeHead(connection, side) else { return }
        count(unknown: head.bytes.count, connection)
    }

    /// The length of a frame, or as much of it as tells what it is, is cut: gathers it from the pieces.
    func gatherHead(_ connection: Connection, _ side: Side, _ piece: Piece) -> Int {
        var used = 0
        while true {
            let kept = connection[side].reader < 0 ? 0 : readers.at(Int(connection[side].reader)).pointee.carry.count
            let wanted = bytesToTell(connection, side)
            if kept >= wanted { break }
            let part = min(wanted - kept, piece.bytes.count - used)
            guard part > 0 else { return used }
            var next = piece.dropping(used)
            next.bytes = next.bytes.slice(from: 0, count: part)
            hold(connection, side, next)
            used += part
        }
        if let head = takeHead(connection, side) { replay(connection, side, head) }
        return used
    }

    private func bytesToTell(_ connection: Connection, _ side: Side) -> Int {
        guard connection[side].reader >= 0 else { return 4 }
        return readers.at(Int(connection[side].reader)).pointee.carry.withUnsafeBufferPointer {
            bytesToTell(connection, side, $0)
        }
    }

    /// How many bytes of a frame tell how to read it: its length; among raw tokens also whether it is a request.
    @inline(__always)
    func bytesToTell(_ connection: Connection, _ side: Side, _ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        connection[side].mode == .tokens && side == connection.pointee.clientSide
            ? RequestHeaderShape.bytesToTell(bytes, limits.frameBytes) : 4
    }
}
