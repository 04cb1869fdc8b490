import Streams
import Vocabulary

/// An answer that stands in the capture before its request: packets were captured late, or time stamps come from several
/// queues. It is read once the request is there, which alone says how.
struct EarlyAnswer {
    var correlationId: Int32
    /// The frame behind its length; empty where it was too large to keep.
    var bytes: [UInt8]
    var size: Int64
    var startTime: CaptureTime
    var startFrame: FrameRef
    var startOffset: Int64
    /// The place behind its last byte.
    var end: Piece
}

extension ConversationEngine {
    /// Answers kept of one connection.
    private static let kept = 256
    /// So far ahead of the last request seen may the answered one be.
    private static let ahead = 100_000
    /// Lists of bytes kept to be used again, and how large one may be.
    private static let spares = 1024
    private static let spareCapacity = 4096

    /// The answer belongs to a request that must come yet: one with a higher correlation id, or the very first.
    func isEarly(_ connection: Connection, _ correlationId: Int32) -> Bool {
        guard connection.pointee.earlyAnswers.count < Self.kept else { return false }
        guard connection.pointee.firstCorrelationId != nil else { return connection.pointee.handshakeSeen }
        let distance = Int(correlationId) - Int(connection.pointee.lastCorrelationId)
        return distance > 0 && distance < Self.ahead
    }

    /// Bytes of an early answer.
    func carry(_ reader: Reader, _ bytes: UnsafeBufferPointer<UInt8>) {
        guard reader.pointee.carry.count + bytes.count <= limits.carryBytes else { return }
        reader.pointee.carry += bytes
    }

    func keepEarly(_ connection: Connection, _ reader: Reader, _ last: Piece) {
        let isWhole = Int64(reader.pointee.carry.count) == reader.pointee.size
        // The bytes are taken over, not copied; the reader gets others in their place, to be used again.
        var bytes = spareBytes.popLast() ?? []
        if isWhole { swap(&bytes, &reader.pointee.carry) }
        connection.pointee.earlyAnswers.append(
            EarlyAnswer(
                correlationId: reader.pointee.correlationId, bytes: bytes, size: reader.pointee.size,
                startTime: reader.pointee.startTime, startFrame: reader.pointee.startFrame,
                startOffset: reader.pointee.startOffset,
                end: last.dropping(last.bytes.count)))
        // The request may have come while the answer was still coming in.
        if findPending(connection, reader.pointee.correlationId) != nil {
            readEarly(connection, reader.pointee.correlationId)
        }
    }

    /// Whether the answer to a request stands before it.
    @inline(__always)
    func hasEarly(_ connection: Connection, _ correlationId: Int32) -> Bool {
        !connection.pointee.earlyAnswers.isEmpty
            && connection.pointee.earlyAnswers.contains { $0.correlationId == correlationId }
    }

    /// The request of an early answer has come: the answer is read now.
    func readEarly(_ connection: Connection, _ correlationId: Int32) {
        guard let place = connection.pointee.earlyAnswers.firstIndex(where: { $0.correlationId == correlationId })
        else {
            return
        }
        var answer = connection.pointee.earlyAnswers.remove(at: place)
        let index = takeReader(for: answer)
        let reader = readers.at(Int(index))
        let direction = connection.messages(connection.pointee.clientSide.other)
        var isKnown = false
        if answer.bytes.isEmpty {
            pairOnly(connection, reader, correlationId)
        } else {
            answer.bytes.withUnsafeBufferPointer { bytes in
                var piece = answer.end
                piece.bytes = bytes
                piece.offset -= Int64(bytes.count)
                isKnown = known.isUsed && takeKnownAnswer(direction, reader, piece)
                if !isKnown { _ = feed(direction, reader, piece) }
            }
        }
        if !isKnown {
            conclude(reader)
            countEnding(connection, reader)
            finishResponse(connection, reader, answer.end)
        }
        if isKnown || reader.pointee.ending == .decoded { confirmAlignment(direction, isWitnessed: true) }
        release(reader: index)
        guard spareBytes.count < Self.spares, answer.bytes.capacity <= Self.spareCapacity else { return }
        answer.bytes.clear()
        spareBytes.append(answer.bytes)
    }

    /// The connection is over: requests that their answers wait for were not captured.
    func endEarly(_ connection: Connection) {
        for answer in connection.pointee.earlyAnswers {
            let index = takeReader(for: answer)
            let reader = readers.at(Int(index))
            reader.pointee.giveUp(.unknown)
            countEnding(connection, reader)
            finishResponse(connection, reader, answer.end)
            release(reader: index)
        }
        connection.pointee.earlyAnswers = []
    }

    private func takeReader(for answer: EarlyAnswer) -> Int32 {
        let index = takeReader()
        readers.at(Int(index)).pointee.start(
            size: answer.size, isRequest: false, time: answer.startTime, frame: answer.startFrame,
            offset: answer.startOffset)
        return index
    }

    private func pairOnly(_ connection: Connection, _ reader: Reader, _ correlationId: Int32) {
        reader.pointee.correlationId = correlationId
        if let index = findPending(connection, correlationId) {
            (reader.pointee.pending, reader.pointee.api, reader.pointee.version) = (
                index, pending[index].api, pending[index].version
            )
        }
        reader.pointee.giveUp(.unknown)
    }
}
