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

    static let untouched = PathTrouble()

    subscript(side: Side) -> OfSide {
        get { side == .initiator ? initiator : responder }
        set { if side == .initiator { initiator = newValue } else { responder = newValue } }
    }
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

    /// How long within a span that was.
    func noRoom(_ connection: Connection, _ span: ClosedRange<CaptureTime>) -> Int64 {
        closedWindow(connection, to: span.upperBound)?.overlap(span.lowerBound, span.upperBound) ?? 0
    }
}
