import Streams
import Vocabulary

/// Requests whose answers came late: a client that had closed its socket meets such an answer with a RST, and then it counts
/// as none. So these requests stay for a while, on a list of their own, until the client's TCP acknowledges the answer.
extension ConversationEngine {
    /// Kept of one connection.
    private static let slowAnswersKept = 16

    /// Keeps an answered request that is no longer among those that wait.
    /// - Parameters:
    ///   - first: where the answer's first byte was captured.
    ///   - time: when its last byte was.
    ///   - end: where in the TCP stream it ends.
    @inline(never)
    func keepSlow(_ connection: Connection, _ index: Int32, from first: FrameRef, at time: CaptureTime, to end: Int64) {
        noteBehindFetch(connection, pending.at(index), at: time, first)
        // What the client's TCP acknowledged, it heard.
        let heard = streams?.acknowledged(connection.pointee.slot, connection.pointee.clientSide.other) ?? -1
        dropSlow(connection) { $0.answerEnd <= heard }
        var (tail, count, place) = (Int32(-1), 0, connection.pointee.slowHead)
        while place >= 0 { (tail, count, place) = (place, count + 1, pending[place].next) }
        guard count < Self.slowAnswersKept else { return free(index) }
        let request = pending.at(index)
        request.pointee.next = -1
        (request.pointee.answered, request.pointee.answerFrame) = (time, first)
        request.pointee.answerEnd = end
        freeOverflow(request)
        if tail >= 0 { pending[tail].next = index } else { connection.pointee.slowHead = index }
    }

    /// When what a request has to wait behind began: with the answer before its own; or, where that one was late itself,
    /// with what that one waited for, for then both waited for the same.
    @inline(__always)
    func queueBegan(_ connection: Connection, _ previousAnswer: CaptureTime) -> CaptureTime {
        connection.pointee.lastSlow.answered == previousAnswer ? connection.pointee.lastSlow.since : previousAnswer
    }

    /// Lets slow answers of a connection go.
    func dropSlow(_ connection: Connection, where drops: (borrowing PendingRequest) -> Bool) {
        var (previous, place) = (Int32(-1), connection.pointee.slowHead)
        while place >= 0 {
            let next = pending[place].next
            if drops(pending[place]) {
                if previous >= 0 { pending[previous].next = next } else { connection.pointee.slowHead = next }
                free(place)
            } else {
                previous = place
            }
            place = next
        }
    }
}
