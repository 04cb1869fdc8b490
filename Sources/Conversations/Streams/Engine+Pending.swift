import Vocabulary

/// Requests that wait for their answers: a list for each connection, in one slab. Kafka answers in order on a connection
/// (KIP-class rule of the protocol guide), so the oldest is nearly always the one.
extension ConversationEngine {
    /// Appends a request; nil where there is no room.
    func addPending(_ slot: Int, _ request: PendingRequest) -> Int32? {
        guard live[slot].pendingCount < limits.pendingRequestsPerConnection, pending.count < limits.pendingRequests
        else {
            live[slot].pendingLeftOut += 1
            file.trip(
                "pendingRequests", allowed: limits.pendingRequestsPerConnection,
                leftOut: "requests whose answers are not waited for")
            return nil
        }
        let index = pending.insert(request)
        if live[slot].pendingTail >= 0 {
            pending[live[slot].pendingTail].next = index
        } else {
            live[slot].pendingHead = index
        }
        live[slot].pendingTail = index
        live[slot].pendingCount += 1
        return index
    }

    /// The oldest request with that correlation id.
    func findPending(_ slot: Int, _ correlationId: Int32) -> Int32? {
        var index = live[slot].pendingHead
        while index >= 0 {
            if pending[index].correlationId == correlationId { return index }
            index = pending[index].next
        }
        return nil
    }

    /// Takes a request off the list and frees it.
    func removePending(_ slot: Int, _ wanted: Int32) {
        var previous: Int32 = -1
        var index = live[slot].pendingHead
        while index >= 0, index != wanted { (previous, index) = (index, pending[index].next) }
        guard index >= 0 else { return }
        let next = pending[index].next
        if previous >= 0 { pending[previous].next = next } else { live[slot].pendingHead = next }
        if next < 0 { live[slot].pendingTail = previous }
        live[slot].pendingCount -= 1
        if pending[index].overflow >= 0 { overflow.remove(pending[index].overflow) }
        pending.remove(index)
    }

    /// Calls with each pending request, oldest first.
    func eachPending(_ slot: Int, _ body: (Int32) -> Void) {
        var index = live[slot].pendingHead
        while index >= 0 {
            let next = pending[index].next
            body(index)
            index = next
        }
    }
}
