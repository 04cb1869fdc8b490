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
        for row in file.errors.rows.values where row.last < time {
            forgotten.errors.append(row)
        }
        for row in file.times.throttles.values where row.last < time { forgotten.throttledMs += row.totalMs }
        forgotten.connections = file.forgetConnections(before: time, most: most)
        file.forgetRows(before: time)
        claims.forget(before: addresses, in: file)
        dns.forget(before: addresses, in: file)
        file.addresses.neighbours.forget(before: addresses)
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
        let before = connections.records.count
        for record in connections.records where record.tcp.lastTime < time {
            totals.foldedFates += record.fates(captureEnd: lastTime)
        }
        connections.records.removeAll { $0.tcp.lastTime < time }
        connections.twins.removeAll { max($0.lastTimes.0, $0.lastTimes.1) < time }
        for record in connections.dropBeyond(most) { fold(record) }
        connections.findPlacesToGive()
        return before - connections.records.count
    }

    func forgetRows(before time: CaptureTime) {
        errors.forget(before: time)
        times.forget(before: time)
        partitions.forget(before: time)
        groupEvents.removeAll { $0.answered < time }
        identities.forget(before: time)
        clusters.forget(before: time)
    }
}

extension ConnectionFacts {
    /// Drops what is more than `most`, the uneventful and the oldest first, and gives it out.
    fileprivate mutating func dropBeyond(_ most: Int) -> [ConnectionRecord] {
        guard records.count > most else { return [] }
        let order = records.indices.sorted {
            let (a, b) = (records[$0], records[$1])
            return a.isEventful != b.isEventful ? b.isEventful : a.tcp.lastTime < b.tcp.lastTime
        }
        let leaving = Set(order.prefix(records.count - most))
        defer { records = records.indices.filter { !leaving.contains($0) }.map { records[$0] } }
        return leaving.map { records[$0] }
    }
}
