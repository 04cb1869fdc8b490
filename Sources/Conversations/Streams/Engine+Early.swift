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
    var endTime: CaptureTime
    var endFrame: FrameRef
}

extension ConversationEngine {
    /// Answers kept of one connection.
    private static let kept = 256
    /// So far ahead of the last request seen may the answered one be.
    private static let ahead = 100_000

    /// The answer belongs to a request that must come yet: one with a higher correlation id, or the very first.
    func isEarly(_ slot: Int, _ correlationId: Int32) -> Bool {
        guard live[slot].earlyAnswers.count < Self.kept else { return false }
        guard live[slot].firstCorrelationId != nil else { return live[slot].handshakeSeen }
        let distance = Int(correlationId) - Int(live[slot].lastCorrelationId)
        return distance > 0 && distance < Self.ahead
    }

    /// Bytes of an early answer.
    func hold(_ reader: MessageReader, _ bytes: UnsafeBufferPointer<UInt8>) {
        guard reader.carry.count + bytes.count <= limits.carryBytes else { return }
        reader.carry += bytes
    }

    func keepEarly(_ slot: Int, _ reader: MessageReader, _ last: Piece) {
        let isWhole = Int64(reader.carry.count) == reader.size
        live[slot].earlyAnswers.append(
            EarlyAnswer(
                correlationId: reader.correlationId, bytes: isWhole ? reader.carry : [], size: reader.size,
                startTime: reader.startTime, startFrame: reader.startFrame, startOffset: reader.startOffset,
                endTime: last.time, endFrame: last.frame))
        // The request may have come while the answer was still coming in.
        if findPending(slot, reader.correlationId) != nil { readEarly(slot, reader.correlationId) }
    }

    /// The request of an early answer has come: the answer is read now.
    func readEarly(_ slot: Int, _ correlationId: Int32) {
        guard let place = live[slot].earlyAnswers.firstIndex(where: { $0.correlationId == correlationId }) else {
            return
        }
        let answer = live[slot].earlyAnswers.remove(at: place)
        let index = takeReader()
        let reader = readers[Int(index)]
        reader.start(
            size: answer.size, isRequest: false, time: answer.startTime, frame: answer.startFrame,
            offset: answer.startOffset)
        let end = Piece(
            bytes: UnsafeBufferPointer(start: nil, count: 0), offset: answer.startOffset, time: answer.endTime,
            frame: answer.endFrame)
        let side = live[slot].clientSide.other
        if answer.bytes.isEmpty {
            pairOnly(slot, reader, correlationId)
        } else {
            answer.bytes.withUnsafeBufferPointer { bytes in
                var piece = end
                piece.bytes = bytes
                _ = feed(slot, side, reader, piece)
            }
        }
        conclude(reader)
        countEnding(reader)
        finishResponse(slot, reader, end)
        release(reader: index)
    }

    private func pairOnly(_ slot: Int, _ reader: MessageReader, _ correlationId: Int32) {
        reader.correlationId = correlationId
        if let index = findPending(slot, correlationId) {
            (reader.pending, reader.api, reader.version) = (index, pending[index].api, pending[index].version)
        }
        reader.giveUp(.unknown)
    }
}
