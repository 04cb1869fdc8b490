import Streams
import Vocabulary

/// What TCP had trouble with on a connection, as far as answers' times are judged by it.
struct PathTrouble: Startable {
    struct OfSide {
        /// When it last sent data again, and where that begins: what the other side had acknowledged by then is left out.
        var lastResent = CaptureTime.distantPast
        var resentFrom: Int64 = 0
        /// The last time in which it had no room for data, moments in which a little came up included.
        var closedFrom: CaptureTime?
        var openedAt: CaptureTime?
        /// What the other side last acknowledged late, and when.
        var acknowledgedLate: Range<Int64> = 0..<0
        var acknowledgedAt = CaptureTime.distantPast
    }

    var initiator = OfSide()
    var responder = OfSide()
    /// The first gap in the answers behind the last one that was read.
    var openGap: OpenGap?

    static let untouched = PathTrouble()

    subscript(side: Side) -> OfSide {
        get { side == .initiator ? initiator : responder }
        set { if side == .initiator { initiator = newValue } else { responder = newValue } }
    }
}

/// A gap in the answers behind which none was read yet.
struct OpenGap {
    /// The offset of the server's stream at which it begins.
    var from: Int64
    var time: CaptureTime
    /// When the gap before it was passed.
    var before: CaptureTime?

    /// The client's acknowledgements stopped short of it, and went on for long: it was not the capture that missed the bytes.
    func isOfThePath(_ client: SideFacts, _ server: SideFacts) -> Bool {
        server.acknowledged >= 0 && server.acknowledged <= from && client.lastTime.since(time) > Self.goesOnFor
    }

    private static let goesOnFor = Span.seconds(1)
}

extension ConversationEngine {
    /// A side sent data again. Answers that the client's TCP has not acknowledged by then may never have come.
    func noteResent(_ connection: Connection, _ event: StreamEvent) {
        connection[event.side].acknowledged = event.acknowledged
        connection.pointee.trouble.value[event.side].lastResent = event.time
        connection.pointee.trouble.value[event.side].resentFrom = max(event.offset, event.acknowledged)
        guard event.side != connection.pointee.clientSide else { return }
        eachUnheard(connection) { index in
            guard pending[index].api == Api.produce, !pending[index].isRegistered,
                OverdueQueue.isOverdue(pending[index].sent, at: event.time), mayBeUnheard(connection, index)
            else { return }
            registerBatches(connection, index, ended: false, at: event.time)
        }
    }

    /// Data of a side was acknowledged so late that the way took it.
    func noteLateAcknowledgement(_ connection: Connection, _ event: StreamEvent) {
        let from = event.offset
        connection.pointee.trouble.value[event.side].acknowledgedLate = from..<max(from, event.acknowledged)
        connection.pointee.trouble.value[event.side].acknowledgedAt = event.time
    }

    /// When the server's TCP acknowledged a request, where it did so late; nil where it did at once, and the rest of the wait is
    /// its process's.
    func acknowledgedLate(_ connection: Connection, _ request: Waiting) -> CaptureTime? {
        guard connection.pointee.trouble.isSet else { return nil }
        let trouble = connection.pointee.trouble.value[connection.pointee.clientSide]
        let last = request.pointee.streamEnd - 1
        return trouble.acknowledgedLate.contains(last) && trouble.acknowledgedAt >= request.pointee.sentWhole
            ? trouble.acknowledgedAt : nil
    }

    /// Answers' bytes that are missing: since none was read behind them, the first such gap counts.
    func noteOpenGap(_ connection: Connection, _ gap: Gap) {
        guard connection.pointee.tls == nil else { return }
        if let open = connection.pointee.trouble.value.openGap, isOpen(open, connection) { return }
        connection.pointee.trouble.value.openGap = OpenGap(
            from: gap.offset, time: gap.time, before: connection.pointee.lastAnswerGap)
    }

    /// No answer was read behind it.
    private func isOpen(_ gap: OpenGap, _ connection: Connection) -> Bool {
        connection.pointee.kafka.lastResponseTime < gap.time
    }

    /// The gap that the path made, and not the capture.
    func gapOfThePath(_ connection: Connection, _ record: ConnectionRecord) -> OpenGap? {
        guard connection.pointee.trouble.isSet, let gap = connection.pointee.trouble.value.openGap,
            isOpen(gap, connection)
        else { return nil }
        return gap.isOfThePath(record.fromClient, record.fromServer) ? gap : nil
    }

    /// A side's window closed, or opened.
    func noteWindow(_ connection: Connection, _ event: StreamEvent) {
        let isClosed = event.kind == .windowClosed
        if isClosed { connection.pointee.trouble.value[event.side].closedFrom = event.time }
        connection.pointee.trouble.value[event.side].openedAt = isClosed ? nil : event.time
    }

    /// When a side last sent data again, if that began before an offset; else, and where it never did, `distantPast`.
    func lastResent(_ connection: Connection, _ side: Side, before end: Int64) -> CaptureTime {
        guard connection.pointee.trouble.isSet else { return .distantPast }
        let trouble = connection.pointee.trouble.value[side]
        return trouble.resentFrom < end ? trouble.lastResent : .distantPast
    }

    /// When the client last had no room for an answer: up to a moment, where it still has none.
    func closedWindow(_ connection: Connection, to end: CaptureTime) -> ClosedRange<CaptureTime>? {
        guard connection.pointee.trouble.isSet else { return nil }
        let trouble = connection.pointee.trouble.value[connection.pointee.clientSide]
        return trouble.closedFrom.map { $0...max($0, trouble.openedAt ?? end) }
    }

    /// From when on a server's process can be waited for: from the request's last byte, or from when its own closed window began to
    /// keep that back. Until then it had taken what was sent, and its process had time to read.
    func couldBeTaken(_ connection: Connection, _ request: Waiting) -> CaptureTime {
        let (sent, whole) = (request.pointee.sent, request.pointee.sentWhole)
        guard whole.since(sent) > Self.slowNanoseconds, connection.pointee.trouble.isSet else { return whole }
        let trouble = connection.pointee.trouble.value[connection.pointee.clientSide.other]
        guard let closed = trouble.closedFrom, let opened = trouble.openedAt, opened > sent, closed < whole else {
            return whole
        }
        let since = max(sent, closed)
        // What came of it behind that, and slowly, is the line's.
        return whole.since(opened) <= Self.slowNanoseconds && opened.since(since) > Self.slowNanoseconds ? since : whole
    }

    /// How long within a span that was.
    func noRoom(_ connection: Connection, _ span: ClosedRange<CaptureTime>) -> Int64 {
        closedWindow(connection, to: span.upperBound)?.overlap(span.lowerBound, span.upperBound) ?? 0
    }
}
