import Capture
import Conversations
import Streams
import Vocabulary

/// All that comes before `ConversationEngine`: packets are read, their times put right, and followed by TCP. It asks nothing of what
/// comes behind it, so it may be ahead of that, on another thread.
final class PacketStage {
    let reader: CaptureReader
    let streams: StreamEngine
    private(set) var clock: ClockWatch
    private(set) var views: ViewClocks?
    private var span = CaptureSpan()
    private let usesSecrets: Bool
    private var secretsTold = SecretsTold()

    /// What a batch of packets told.
    struct Part {
        /// Its events, among those told since the turn began.
        var events: Range<Int>
        /// Of all packets so far.
        var span: CaptureSpan
        /// Those of TLS that the capture has inside and that came up with this batch.
        var secrets: [[UInt8]] = []
        var bytesRead: Int64
        var packets: Int
    }

    init(_ reader: CaptureReader, _ streams: StreamEngine, views: ViewClocks?, usesSecrets: Bool, limits: Limits) {
        (self.reader, self.streams, self.views, self.usesSecrets) = (reader, streams, views, usesSecrets)
        clock = ClockWatch(limits: limits)
    }

    /// Takes the next batch; nil at the end.
    /// - Parameter isAtHand: it is one of what has been read already; nil where there is none.
    func next(isAtHand: Bool = false) throws(CaptureFault) -> Part? {
        guard let batch = try isAtHand ? reader.nextBatchAtHand() : reader.nextBatch() else { return nil }
        let secrets = usesSecrets ? reader.newSecrets(&secretsTold) : []
        var isOrdered = false
        if reader.sourceCount == 1 { isOrdered = clock.mend(batch) } else { views?.note(batch) }
        span.note(batch, isOrdered: isOrdered)
        let first = streams.told.events.count
        streams.add(batch)
        return Part(
            events: first..<streams.told.events.count, span: span, secrets: secrets, bytesRead: reader.bytesRead,
            packets: batch.count)
    }
}
