public import Streams
public import Vocabulary

/// The case as it would stand if the capture ended now, without ending anything.
extension ConversationEngine {
    /// Calls with the file holding also the connections that are still there, then takes them out again.
    ///
    /// - Parameters:
    ///   - most: so many of them at most, those with requests that wait first.
    ///   - youngest: attempts to connect that were made later than this are left out, for nothing can be said of them yet.
    public func withOpenConnections<Result>(
        of streams: StreamEngine, most: Int, youngest: CaptureTime, _ body: (CaseFile) -> Result
    ) -> Result {
        for slot in 0..<live.count where live[slot].isOpen { tellTimes(live.at(slot)) }
        let (count, totals) = (file.connections.records.count, file.totals)
        file.connections.firstOpen = count
        defer { file.connections.firstOpen = nil }
        for slot in openSlots(most) { addOpen(slot, streams, youngest) }
        file.settleRetries(retries)
        file.partitions.writes = appends.writes
        let result = body(file)
        file.connections.records.removeSubrange(count...)
        file.totals = totals
        return result
    }

    /// Connections that are there now.
    public var openConnections: Int { (0..<live.count).count { live[$0].isOpen } }

    private func openSlots(_ most: Int) -> [Int] {
        let open = (0..<live.count).filter { live[$0].isOpen }
        guard open.count > most else { return open }
        let waiting = open.filter { live[$0].pendingHead >= 0 }
        let idle = open.filter { live[$0].pendingHead < 0 }
        file.note(Bound(name: "openConnections", most: most, leftOut: "idle connections not looked at one by one"))
        return Array((waiting + idle).prefix(most)).sorted()
    }

    private func addOpen(_ slot: Int, _ streams: StreamEngine, _ youngest: CaptureTime) {
        let facts = streams.factsAsOfNow(FlowSlot(truncatingIfNeeded: slot))
        guard facts.twinOf == nil, !live[slot].isTwin else { return file.totals.leaveOut(copy: live[slot].kafka) }
        let record = makeRecord(live.at(slot), facts)
        if facts.end == .noAnswer, facts.firstTime > youngest { return }
        if isForeign(live.at(slot), facts) {
            file.totals.disown(&record.kafka)
            record.disown()
        }
        record.serial = live[slot].serial
        file.count(record)
        file.connections.records.append(record)
    }
}
