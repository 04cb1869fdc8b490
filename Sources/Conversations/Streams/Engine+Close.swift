import Streams
import Vocabulary

/// The end of a connection: what is left unanswered, and the record that the rules read.
extension ConversationEngine {
    /// Unanswered requests kept of one connection.
    private static let unansweredKept = 200

    /// A FIN or a RST: what is pending now is probably lost, and may be sent again at once.
    func noteClose(_ slot: Int, _ event: StreamEvent) {
        if event.side == live[slot].clientSide, live[slot].clientClosed == nil { live[slot].clientClosed = event.time }
        registerLosses(slot)
    }

    private func registerLosses(_ slot: Int) {
        eachPending(slot) { if pending[$0].api == Api.produce { registerBatches($0) } }
    }

    /// From now on a Produce on another connection is looked at for these batches.
    func registerBatches(_ index: Int32) {
        let request = pending[index]
        guard !request.isRegistered else { return }
        pending[index].isRegistered = true
        retries.register(
            batches(of: request), serial: request.serial, correlationId: request.correlationId,
            clientId: request.clientId, limit: limits.lostBatches)
    }

    private func batches(of request: PendingRequest) -> [BatchIdentity] {
        request.overflow >= 0 ? overflow[request.overflow].batches : request.batch.map { [$0] } ?? []
    }

    private func topics(of request: PendingRequest) -> [StringID] {
        if request.overflow >= 0 { return overflow[request.overflow].topics }
        return [request.topics.0, request.topics.1].filter { !$0.isNone }
    }

    func close(_ slot: Int, _ event: StreamEvent, _ streams: StreamEngine) {
        let facts = streams.facts(event.slot)
        file.totals.gapBytes += facts.sides.0.gapBytes + facts.sides.1.gapBytes
        if facts.twinOf == nil, !live[slot].isTwin {
            let record = makeRecord(slot, facts)
            logPending(slot, record)
            keep(record, serial: live[slot].serial)
        }
        release(slot)
    }

    /// Reads the facts of a connection that is still there: for a report before the end.
    func makeRecord(_ slot: Int, _ facts: TCPFacts) -> ConnectionRecord {
        var record = ConnectionRecord(tcp: facts, clientSide: live[slot].clientSide, roleBasis: live[slot].roleBasis)
        record.clientSpoke = live[slot][record.clientSide].spoke
        record.serverSpoke = live[slot][record.clientSide.other].spoke
        record.proxyHeader = live[slot].proxyHeader
        record.firstLength = live[slot].firstLength
        record.kafka = live[slot].kafka
        record.kafka.answerCutShort = answerIsCut(slot)
        record.rareSignIn = live[slot].rareSignIn
        if live[slot].layer != nil { record.tls = factsOfTLS(slot) }
        record.unansweredLeftOut = live[slot].pendingLeftOut
        var behind: Int32 = 0
        eachPending(slot) { index in
            guard record.unanswered.count < Self.unansweredKept else {
                record.unansweredLeftOut += 1
                return
            }
            record.unanswered.append(unanswered(slot, pending[index], facts, queuedBehind: behind))
            behind += 1
        }
        var slow = live[slot].slowHead
        while slow >= 0 {
            if isUnheard(slowAnswers[slow].end, record) {
                record.unanswered.append(unanswered(slot, slowAnswers[slow].request, facts, queuedBehind: behind))
            }
            slow = slowAnswers[slow].next
        }
        record.lastAnswerGap = live[slot].lastAnswerGap
        record.lastRequestGap = live[slot].lastRequestGap
        return record
    }

    /// The client met the answer with a RST and never acknowledged it: it had closed its socket before.
    private func isUnheard(_ end: Int64, _ record: ConnectionRecord) -> Bool {
        record.fromClient.resetSeen && !record.fromClient.finSeen && record.fromServer.acknowledged < end
    }

    /// Where in the TCP stream a request ends, and whether that lies beyond what was sent. A request inside TLS has its
    /// record's end once it is whole, and none that could be told before.
    private func end(_ slot: Int, _ request: PendingRequest, _ facts: TCPFacts) -> (streamEnd: Int64, partial: Bool) {
        let sentEnd = facts[live[slot].clientSide].streamEnd
        guard !request.isWhole else { return (request.streamEnd, false) }
        guard let layer = live[slot].layer, layer.isOpened else {
            return (request.streamEnd, request.streamEnd > sentEnd)
        }
        let partial = request.streamEnd > layer.plainEnd(live[slot].clientSide)
        return (partial ? sentEnd + 1 : sentEnd, partial)
    }

    private func answerIsCut(_ slot: Int) -> Bool {
        var isCut = live[slot][live[slot].clientSide.other].frameRemaining > 0
        inside(slot) { _ in isCut = live[slot][live[slot].clientSide.other].frameRemaining > 0 }
        return isCut
    }

    private func unanswered(_ slot: Int, _ request: PendingRequest, _ facts: TCPFacts, queuedBehind: Int32)
        -> UnansweredRequest
    {
        let (streamEnd, partial) = end(slot, request, facts)
        return UnansweredRequest(
            api: request.api, version: request.version, correlationId: request.correlationId,
            clientId: request.clientId,
            sent: request.sent, sentWhole: request.sentWhole, frame: request.frame, streamEnd: streamEnd,
            partial: partial, wantsNoAnswer: request.wantsNoAnswer,
            acksKnown: request.acksKnown, bodyKnown: request.bodyKnown, allowedWaitMs: request.allowedWaitMs,
            acks: request.acks,
            topics: topics(of: request), group: request.group, batches: batches(of: request),
            idempotent: request.idempotent, transactional: request.transactional, answeredLate: request.answeredLate,
            queuedBehind: queuedBehind)
    }

    private func keep(_ record: ConnectionRecord, serial: UInt64) {
        file.count(record)
        file.keep(record, serial: serial)
    }

    private func release(_ slot: Int) {
        while live[slot].pendingHead >= 0 { removePending(slot, live[slot].pendingHead) }
        dropSlow(slot) { _ in true }
        releaseTLS(slot)
        releaseDirections(slot)
        live[slot].isOpen = false
    }

    func releaseDirections(_ slot: Int) {
        for side in [Side.initiator, .responder] {
            if live[slot][side].mode == .first, live[slot][side].reader >= 0 {
                count(unknown: readers[Int(live[slot][side].reader)].carry.count, slot)
            }
            drop(readerOf: slot, side)
            if !live[slot][side].stepIsSure { settleStep(slot, side) }
        }
    }

    /// The stream ended before the guess was sure. A guess that nothing contradicted stands.
    private func settleStep(_ slot: Int, _ side: Side) {
        let bytes = Int(live[slot][side].tentativeBytes)
        live[slot][side].tentativeBytes = 0
        if live[slot][side].mode == .kafka { count(understood: bytes, slot) } else { count(unknown: bytes, slot) }
    }

    /// Fills in what was learned of resends after the connections had ended. Called before the rules run.
    public func settle() {
        file.settleRetries(retries)
    }
}

extension ConnectionRecord {
    /// Data went one way and nothing at all was captured of the other.
    public var isOneSided: Bool {
        let (a, b) = (tcp.sides.0, tcp.sides.1)
        return (a.payloadBytes > 0 && b.packets == 0) || (b.payloadBytes > 0 && a.packets == 0)
    }

    /// Something that a rule may want to tell: such records are kept before others.
    var isEventful: Bool {
        !wasEstablished || unanswered.contains { !$0.wantsNoAnswer } || signIn.inProgress || signIn.stage == .refused
            || kafka.errorResponses > 0 || kafka.requestGaps + kafka.answerGaps > 0
            || (!speaksKafka && clientSpoke != .silent)
    }
}
