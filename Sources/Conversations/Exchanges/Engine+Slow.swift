import Streams
import Vocabulary

/// Answered requests of which nobody knows yet whether their clients heard the answers: a client that had closed its socket
/// meets an answer with a RST, and then it counts as none. So an answered request stays until the client's TCP acknowledges
/// the answer: the last one where it is (`lastAnswered`), those before it that still wait for that on a list of their own.
extension ConversationEngine {
    /// Kept of one connection.
    private static let unheardKept: Int32 = 16

    /// Keeps an answered request that is no longer among those that wait, in the place of the one before it.
    /// - Parameters:
    ///   - first: where the answer's first byte was captured.
    ///   - time: when its last byte was.
    ///   - end: where in the TCP stream it ends.
    @inline(__always)
    func keepUntilHeard(
        _ connection: Connection, _ index: Int32, _ request: Waiting, from first: FrameRef, at time: CaptureTime,
        to end: Int64
    ) {
        (request.pointee.answered, request.pointee.answerFrame) = (time, first)
        request.pointee.answerEnd = end
        let before = connection.pointee.lastAnswered
        connection.pointee.lastAnswered = index
        guard before >= 0 else { return }
        let answeredBefore = pending.at(before)
        if answeredBefore.pointee.answerEnd <= heard(connection) {
            free(before, answeredBefore)
        } else {
            keepUnheard(connection, before, answeredBefore)
        }
    }

    /// How much of the answers the client's TCP has acknowledged, as of the last segment of the server that was told.
    @inline(__always)
    private func heard(_ connection: Connection) -> Int64 {
        connection[connection.pointee.clientSide.other].acknowledged
    }

    /// A request has no answer, or one that the client's TCP has not acknowledged: that shows where the server had to send it again.
    func mayBeUnheard(_ connection: Connection, _ index: Int32) -> Bool {
        let (answered, end) = (pending[index].answered, pending[index].answerEnd)
        if answered == .distantPast { return true }
        return end > heard(connection)
            && lastResent(connection, connection.pointee.clientSide.other, before: end) >= answered
    }

    /// Answers end one behind another in the stream, so those that were heard since stand at the list's head.
    @inline(never)
    private func keepUnheard(_ connection: Connection, _ index: Int32, _ request: Waiting) {
        let heard = heard(connection)
        while connection.pointee.unheardHead >= 0 {
            let head = connection.pointee.unheardHead
            let oldest = pending.at(head)
            guard oldest.pointee.answerEnd <= heard else { break }
            connection.pointee.unheardHead = oldest.pointee.next
            connection.pointee.unheardCount -= 1
            free(head, oldest)
        }
        guard connection.pointee.unheardCount < Self.unheardKept else { return free(index, request) }
        request.pointee.next = -1
        if connection.pointee.unheardHead >= 0 {
            pending.at(connection.pointee.unheardTail).pointee.next = index
        } else {
            connection.pointee.unheardHead = index
        }
        connection.pointee.unheardTail = index
        connection.pointee.unheardCount += 1
    }

    /// Calls with each answered request that may not have been heard, in the order answered.
    func eachUnheard(_ connection: Connection, _ body: (Int32) -> Void) {
        var place = connection.pointee.unheardHead
        while place >= 0 {
            body(place)
            place = pending[place].next
        }
        if connection.pointee.lastAnswered >= 0 { body(connection.pointee.lastAnswered) }
    }

    /// The client closes the connection: what it was sent and never got is lost, and may be sent again at once.
    func registerUnheard(_ connection: Connection, _ close: StreamEvent) {
        let heard = heard(connection)
        eachUnheard(connection) { index in
            guard pending[index].api == Api.produce, pending[index].answerEnd > heard,
                close.kind != .fin || closedDeaf(connection, index)
            else { return }
            registerBatches(connection, index, ended: true, at: close.time)
            if observes { tellUnheard(connection, index, isLost: true) }
            retries.lateAnswer(
                of: connection.pointee.serial, pending[index].correlationId, error: pending[index].answerError)
        }
    }

    /// When what a request has to wait behind began: with the answer before its own; or, where that one was late itself,
    /// with what that one waited for, for then both waited for the same.
    @inline(__always)
    func queueBegan(_ connection: Connection, _ previousAnswer: CaptureTime) -> CaptureTime {
        connection.pointee.lastSlow.answered == previousAnswer ? connection.pointee.lastSlow.since : previousAnswer
    }

    func freeUnheard(_ connection: Connection) {
        while connection.pointee.unheardHead >= 0 {
            let head = connection.pointee.unheardHead
            connection.pointee.unheardHead = pending[head].next
            free(head)
        }
        connection.pointee.unheardCount = 0
        if connection.pointee.lastAnswered >= 0 { free(connection.pointee.lastAnswered) }
        connection.pointee.lastAnswered = -1
    }
}
