import Streams
import Vocabulary

/// Answered requests of which nobody knows yet whether their clients heard the answers: a client that had closed its socket
/// meets an answer with a RST, and then it counts as none. So an answered request stays until the client's TCP acknowledges
/// the answer: the last one where it is (`held`), those before it that still wait for that on a list of their own.
extension ConversationEngine {
    /// Kept of one connection.
    private static let unheardKept = 16

    /// Keeps an answered request that is no longer among those that wait, in the place of the one before it.
    /// - Parameters:
    ///   - first: where the answer's first byte was captured.
    ///   - time: when its last byte was.
    ///   - end: where in the TCP stream it ends.
    @inline(__always)
    func hold(_ connection: Connection, _ index: Int32, from first: FrameRef, at time: CaptureTime, to end: Int64) {
        let request = pending.at(index)
        (request.pointee.answered, request.pointee.answerFrame) = (time, first)
        request.pointee.answerEnd = end
        let before = connection.pointee.held
        connection.pointee.held = index
        guard before >= 0 else { return }
        if pending.at(before).pointee.answerEnd <= heard(connection) {
            free(before)
        } else {
            keepUnheard(connection, before)
        }
    }

    /// How much of the answers the client's TCP has acknowledged.
    @inline(__always)
    private func heard(_ connection: Connection) -> Int64 {
        streams?.acknowledged(connection.pointee.slot, connection.pointee.clientSide.other) ?? -1
    }

    /// A request has no answer, or one that the client's TCP has not acknowledged.
    func mayBeUnheard(_ connection: Connection, _ index: Int32) -> Bool {
        pending[index].answered == .distantPast || pending[index].answerEnd > heard(connection)
    }

    @inline(never)
    private func keepUnheard(_ connection: Connection, _ index: Int32) {
        let heard = heard(connection)
        dropUnheard(connection) { $0.answerEnd <= heard }
        var (tail, count, place) = (Int32(-1), 0, connection.pointee.unheardHead)
        while place >= 0 { (tail, count, place) = (place, count + 1, pending[place].next) }
        guard count < Self.unheardKept else { return free(index) }
        let request = pending.at(index)
        request.pointee.next = -1
        if tail >= 0 { pending[tail].next = index } else { connection.pointee.unheardHead = index }
    }

    /// Calls with each answered request that may not have been heard, in the order answered.
    func eachUnheard(_ connection: Connection, _ body: (Int32) -> Void) {
        var place = connection.pointee.unheardHead
        while place >= 0 {
            body(place)
            place = pending[place].next
        }
        if connection.pointee.held >= 0 { body(connection.pointee.held) }
    }

    /// The client resets the connection: what it was sent and never acknowledged is lost, and may be sent again at once.
    func registerUnheard(_ connection: Connection, at time: CaptureTime) {
        let heard = heard(connection)
        eachUnheard(connection) { index in
            guard pending[index].api == Api.produce, pending[index].answerEnd > heard else { return }
            registerBatches(connection, index, ended: true, at: time)
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
        dropUnheard(connection) { _ in true }
        if connection.pointee.held >= 0 { free(connection.pointee.held) }
        connection.pointee.held = -1
    }

    /// Lets some of the list go.
    private func dropUnheard(_ connection: Connection, where drops: (borrowing PendingRequest) -> Bool) {
        var (previous, place) = (Int32(-1), connection.pointee.unheardHead)
        while place >= 0 {
            let next = pending[place].next
            if drops(pending[place]) {
                if previous >= 0 { pending[previous].next = next } else { connection.pointee.unheardHead = next }
                free(place)
            } else {
                previous = place
            }
            place = next
        }
    }
}
