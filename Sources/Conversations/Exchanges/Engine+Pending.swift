import Vocabulary

/// Requests that wait for their answers: a list for each connection, in one slab. Kafka answers in order on a connection
/// (KIP-class rule of the protocol guide), so the oldest is nearly always the one.
extension ConversationEngine {
    /// Makes room for a request, which is on no list yet; nil where there is none.
    func insertPending(_ connection: Connection, _ request: PendingRequest) -> Int32? {
        guard connection.pointee.pendingCount < limits.pendingRequestsPerConnection,
            pending.count < limits.pendingRequests
        else {
            file.note(
                Bound(
                    name: "pendingRequests", most: limits.pendingRequestsPerConnection,
                    leftOut: "requests whose answers are not waited for"))
            return nil
        }
        return pending.insert(request)
    }

    @inline(__always)
    func append(_ connection: Connection, _ index: Int32) {
        if connection.pointee.pendingTail >= 0 {
            pending[connection.pointee.pendingTail].next = index
        } else {
            connection.pointee.pendingHead = index
        }
        connection.pointee.pendingTail = index
        connection.pointee.pendingCount += 1
    }

    /// Gives back the place of a request that is on no list.
    @inline(__always)
    func free(_ index: Int32) { free(index, pending.at(index)) }

    @inline(__always)
    func free(_ index: Int32, _ request: Waiting) {
        // Whoever kept the number sees that the request has gone.
        request.pointee.sent = .distantPast
        freeOverflow(request)
        if request.pointee.batch >= 0 { batches.remove(request.pointee.batch) }
        pending.remove(index)
    }

    @inline(__always)
    func freeOverflow(_ request: Waiting) {
        guard request.pointee.overflow >= 0 else { return }
        overflow.remove(request.pointee.overflow)
        request.pointee.overflow = -1
    }

    /// The oldest request with that correlation id.
    func findPending(_ connection: Connection, _ correlationId: Int32) -> Int32? {
        var index = connection.pointee.pendingHead
        while index >= 0 {
            if pending[index].correlationId == correlationId { return index }
            index = pending[index].next
        }
        return nil
    }

    /// Takes a request off the list and frees it.
    func removePending(_ connection: Connection, _ wanted: Int32) {
        if takeOff(connection, wanted, pending.at(wanted)) { free(wanted) }
    }

    /// Takes a request off the list. Nearly always it is the first.
    /// - Returns: whether it was on it.
    @inline(__always) @discardableResult
    func takeOff(_ connection: Connection, _ wanted: Int32, _ request: Waiting) -> Bool {
        let next = request.pointee.next
        var previous: Int32 = -1
        if connection.pointee.pendingHead == wanted {
            connection.pointee.pendingHead = next
        } else {
            previous = place(connection, before: wanted)
            guard previous >= 0 else { return false }
            pending[previous].next = next
        }
        if next < 0 { connection.pointee.pendingTail = previous }
        connection.pointee.pendingCount -= 1
        return true
    }

    /// The request that stands before another one on the list; -1: that one is not on it.
    @inline(never)
    private func place(_ connection: Connection, before wanted: Int32) -> Int32 {
        var previous = connection.pointee.pendingHead
        while previous >= 0, pending[previous].next != wanted { previous = pending[previous].next }
        return previous
    }

    /// Calls with each pending request, oldest first.
    func eachPending(_ connection: Connection, _ body: (Int32) -> Void) {
        var index = connection.pointee.pendingHead
        while index >= 0 {
            let next = pending[index].next
            body(index)
            index = next
        }
    }
}
