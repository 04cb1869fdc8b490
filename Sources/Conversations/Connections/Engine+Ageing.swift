import Streams
public import Vocabulary

/// What a run of days forgets, so that its memory stays the same: facts older than a finding's life. Counters stay.
extension ConversationEngine {
    /// What was forgotten and is counted all the same.
    public struct Forgotten: Sendable {
        /// Rows of errors in answers.
        public var errors: [ErrorRow] = []
        /// Milliseconds of throttle times.
        public var throttledMs = 0
        public var connections = 0
        public init() {}
    }

    /// Drops facts from before `time`, and addresses and names from before `addresses`.
    ///
    /// - Parameter most: ended connections kept beyond that age are dropped too, the uneventful and the oldest first.
    public func forget(before time: CaptureTime, addresses: CaptureTime, most: Int) -> Forgotten {
        var forgotten = Forgotten()
        for row in file.errorRows.values where row.last < time {
            forgotten.errors.append(row)
        }
        for row in file.throttles where row.last < time { forgotten.throttledMs += row.totalMs }
        forgotten.connections = file.forgetConnections(before: time, most: most)
        file.forgetRows(before: time)
        claims.forget(before: addresses, in: file)
        dns.forget(before: addresses, in: file)
        if retries.entries.count > limits.lostBatches / 2 { forgetRetries() }
        return forgotten
    }

    /// What was learned of resends is in the records; requests that are under way are no longer known as resends.
    private func forgetRetries() {
        for slot in 0..<live.count where live[slot].isOpen {
            eachPending(live.at(slot)) { index in
                pending[index].resendOf = -1
                pending[index].isRegistered = false
            }
        }
        retries = RetryTable()
        appends.forgetLosses()
    }
}

extension CaseFile {
    func forgetConnections(before time: CaptureTime, most: Int) -> Int {
        let before = connections.count
        for record in connections where record.tcp.lastTime < time {
            totals.foldedFates += record.fates(captureEnd: lastTime)
        }
        connections.removeAll { $0.tcp.lastTime < time }
        if connections.count > most {
            let spare = connections.count - most
            let order = connections.indices.sorted {
                let (a, b) = (connections[$0], connections[$1])
                return a.isEventful != b.isEventful ? b.isEventful : a.tcp.lastTime < b.tcp.lastTime
            }
            let leaving = Set(order.prefix(spare))
            for place in leaving { fold(connections[place]) }
            connections = connections.indices.filter { !leaving.contains($0) }.map { connections[$0] }
        }
        uneventful = connections.indices.filter { !connections[$0].isEventful }
        return before - connections.count
    }

    func forgetRows(before time: CaptureTime) {
        let gone = errorRows.filter { $0.value.last < time }.map(\.key)
        for key in gone { errorRows[key] = nil }
        unhealed.forget(Set(gone))
        errorEvents.removeAll { $0.time < time }
        slowAnswers.removeAll { $0.answered < time }
        throttles.removeAll { $0.last < time }
        forgetPartitions(before: time)
        groupEvents.removeAll { $0.answered < time }
        forgetIdentities(before: time)
        kerberosErrors.removeAll { $0.time < time }
        behindFetch = behindFetch.filter { $0.value.last >= time }
        clusters.removeAll { $0.lastTime < time }
        for server in answerTimes.keys { answerTimes[server]?.forget(before: time) }
        answerTimes = answerTimes.filter { !$0.value.times.isEmpty }
        for pair in answersByClient.keys { answersByClient[pair]?.forget(before: time) }
        answersByClient = answersByClient.filter { !$0.value.times.isEmpty }
    }
}
