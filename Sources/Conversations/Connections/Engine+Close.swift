import Streams
import Vocabulary

/// The end of a connection: what is left unanswered, and the record that the rules read.
extension ConversationEngine {
    /// Unanswered requests kept of one connection.
    private static let unansweredKept = 200

    /// A FIN or a RST: what is pending now is probably lost, and may be sent again at once.
    func noteClose(_ connection: Connection, _ event: StreamEvent) {
        if event.kind == .reset { connection[event.side.other].acknowledged = event.acknowledged }
        if event.side == connection.pointee.clientSide, connection.pointee.clientClosed == nil {
            connection.pointee.clientClosed = event.time
            // A RST may acknowledge what its program never read.
            if event.kind == .fin { connection.pointee.clientHeard = event.length }
        }
        registerLosses(connection, event)
        if event.side == connection.pointee.clientSide { registerUnheard(connection, event) }
    }

    private func registerLosses(_ connection: Connection, _ event: StreamEvent) {
        eachPending(connection) {
            if pending[$0].api == Api.produce { registerBatches(connection, $0, ended: true, at: event.time) }
        }
    }

    /// From now on a Produce on another connection is looked at for these batches.
    /// - Parameter ended: its connection ends; else it only waits for long.
    func registerBatches(_ connection: Connection, _ index: Int32, ended: Bool, at now: CaptureTime) {
        let request = pending[index]
        guard !request.isRegistered || ended else { return }
        pending[index].isRegistered = true
        retries.register(
            batches(of: request), serial: request.serial, correlationId: request.correlationId,
            sender: RetryTable.Sender(host: connection.client.address, clientId: request.clientId),
            server: connection.server.address, ended: ended, limit: limits.lostBatches)
        if ended { watchAppends(request, closed: now) }
    }

    /// Offsets that go on without a hole will show that nothing of it was stored.
    private func watchAppends(_ request: PendingRequest, closed: CaptureTime) {
        guard let entry = retries.place(of: request.serial, request.correlationId) else { return }
        // Of several batches some may have been stored.
        let batches = batches(of: request)
        guard batches.count == 1, let batch = batches.first else { return }
        appends.watch(file.named(batch.topic), batch.partition, entry: entry, sent: request.sent, closed: closed)
    }

    private func batches(of request: PendingRequest) -> [BatchIdentity] {
        request.overflow >= 0 ? overflow[request.overflow].batches : request.batch >= 0 ? [batches[request.batch]] : []
    }

    private func topics(of request: PendingRequest) -> [StringID] {
        if request.overflow >= 0 { return overflow[request.overflow].topics }
        return [request.topics.0, request.topics.1].filter { !$0.isNone }
    }

    func close(_ connection: Connection, _ end: FlowEnd) {
        let facts = end.facts
        file.leaving = end.left
        defer { file.leaving = nil }
        let hasHandshake = !facts.synFrame.isNone || !facts.synAckFrame.isNone
        noteHandshake(connection, hasHandshake, facts.initiator, facts.responder)
        for side in [Side.initiator, .responder] {
            leaveBeginning(Direction(connection, side), at: file.endOfSight)
            leaveBeginning(connection.messages(side), at: file.endOfSight)
        }
        endEarly(connection)
        disownIfForeign(connection, facts)
        tellTimes(connection)
        file.totals.gapBytes += facts.sides.0.gapBytes + facts.sides.1.gapBytes
        if facts.twinOf == nil, !connection.pointee.isTwin {
            let record = makeRecord(connection, facts, withRequests: !file.connections.keepsOnlyCounts)
            logPending(connection, record)
            if observes {
                tellEnds(connection, record)
                tellClosed(connection, end)
            }
            release(connection)
            // What the bytes left over were is decided only now.
            record.takeBytes(of: connection.pointee.kafka)
            keep(record, serial: connection.pointee.serial)
        } else {
            if let twin = TwinView(facts) { file.connections.twins.append(twin) }
            file.totals.leaveOut(copy: connection.pointee.kafka)
            if observes {
                tellCopy(connection)
                tellClosed(connection, end)
            }
            release(connection)
        }
    }

    /// Reads the facts of a connection that is still there: for a report before the end.
    ///
    /// - Parameter withRequests: where its counts alone are kept, nobody asks which requests had no answer, only how many.
    func makeRecord(_ connection: Connection, _ facts: TCPFacts, withRequests: Bool = true) -> ConnectionRecord {
        let record = ConnectionRecord(
            tcp: facts, clientSide: connection.pointee.clientSide, roleBasis: connection.pointee.roleBasis)
        record.clientSpoke = connection[record.clientSide].spoke
        record.serverSpoke = connection[record.clientSide.other].spoke
        record.proxyHeader = connection.pointee.proxyHeader
        record.proxiedFor = connection.pointee.proxiedFor
        record.firstLength = connection.pointee.firstLength
        record.kafka = connection.pointee.kafka
        record.kafka.answerCutSize = sizeOfCutAnswer(connection)
        record.rareSignIn = connection.pointee.rareSignIn
        if connection.pointee.tls != nil { record.tls = factsOfTLS(connection) }
        // What was left out before the first answer read may be the answer to a request that was captured.
        let beforeStart = record.clientSide == .initiator ? facts.sides.1.beforeStart : facts.sides.0.beforeStart
        if let gap = gapOfThePath(connection, record) {
            record.answerLostOnWay = true
            record.lastAnswerGap = later(gap.before, beforeStart)
        } else {
            record.lastAnswerGap = later(connection.pointee.lastAnswerGap, beforeStart)
        }
        record.lastRequestGap = connection.pointee.lastRequestGap
        record.lastQuiet = connection.pointee.lastQuiet.map { $0.from...max($0.from, $0.to) }
        record.outlivedQuiet = connection.pointee.outlivedQuiet
        record.longestQuiet = connection.pointee.longestQuiet.map { $0.from...max($0.from, $0.to) }
        addUnanswered(connection, facts, to: record, most: withRequests ? Self.unansweredKept : 0)
        return record
    }

    private func later(_ one: CaptureTime?, _ other: CaptureTime?) -> CaptureTime? {
        guard let one, let other else { return one ?? other }
        return max(one, other)
    }

    /// The requests that wait, then those of whose answers the client never heard: it met them with a RST, for it had closed its
    /// socket before, or closed long after them.
    ///
    /// - Parameter most: so many are listed, the others counted.
    private func addUnanswered(_ connection: Connection, _ facts: TCPFacts, to record: ConnectionRecord, most: Int) {
        var behind: Int32 = 0
        eachPending(connection) { index in
            if heardLate(pending[index], record.fromServer) { return }
            guard record.unanswered.count < most else {
                record.leaveOut(pending[index])
                return
            }
            record.unanswered.append(unanswered(connection, pending[index], facts, queuedBehind: behind))
            behind += 1
        }
        eachUnheard(connection) { index in
            guard record.fromServer.acknowledged < pending[index].answerEnd,
                record.fromClient.resetSeen || closedDeaf(connection, index)
            else { return }
            if most > 0 {
                record.unanswered.append(unanswered(connection, pending[index], facts, queuedBehind: behind))
            } else {
                record.leaveOut(pending[index])
            }
        }
    }

    /// The answer came behind the client's FIN, and the client's TCP acknowledged it: it had closed its own direction only,
    /// and heard it. One whose program had closed the socket would have met it with a RST. An answer that comes after the
    /// same batch was sent elsewhere is none.
    func heardLate(_ request: borrowing PendingRequest, _ fromServer: SideFacts) -> Bool {
        guard request.answered != .distantPast, fromServer.acknowledged >= request.answerEnd else { return false }
        if !request.isRegistered { return true }
        return !retries.isResent(request.serial, request.correlationId)
    }

    /// What became of a request that waits when its connection, or the capture, is over.
    func fate(_ request: borrowing PendingRequest, _ record: ConnectionRecord) -> RequestFate {
        if heardLate(request, record.fromServer) { return .heard }
        if record.isOneSided { return .hidden }
        let isCutOff = record.isCutOff(endingAt: request.streamEnd)
        return record.fate(
            request.api, acksKnown: isCutOff ? true : request.acksKnown, sent: request.sent,
            allowedMs: request.allowedWaitMs, captureEnd: file.endOfSight)
    }

    /// The client closed long after it was answered, and had not got the answer: its FIN acknowledges all that had arrived.
    func closedDeaf(_ connection: Connection, _ index: Int32) -> Bool {
        guard let closed = connection.pointee.clientClosed, connection.pointee.clientHeard >= 0,
            connection.pointee.clientHeard < pending[index].answerEnd
        else { return false }
        return closed.since(pending[index].answered) >= UnansweredRequest.arrivesWithin
    }

    /// Where in the TCP stream a request ends, and whether that lies beyond what was sent. A request inside TLS has its
    /// record's end once it is whole, and none that could be told before.
    private func end(_ connection: Connection, _ request: PendingRequest, _ facts: TCPFacts) -> (
        streamEnd: Int64, partial: Bool
    ) {
        let sentEnd = facts[connection.pointee.clientSide].streamEnd
        guard !request.isWhole else { return (request.streamEnd, false) }
        guard let layer = connection.pointee.tls, layer.isOpened else {
            return (request.streamEnd, request.streamEnd > sentEnd)
        }
        let partial = request.streamEnd > layer.plainEnd(connection.pointee.clientSide)
        return (partial ? sentEnd + 1 : sentEnd, partial)
    }

    private func sizeOfCutAnswer(_ connection: Connection) -> Int64? {
        let state = connection.messages(connection.pointee.clientSide.other).state
        guard state.pointee.framing.isInSureFrame, state.pointee.reader >= 0 else { return nil }
        return readers.at(Int(state.pointee.reader)).pointee.size
    }

    private func unanswered(_ connection: Connection, _ request: PendingRequest, _ facts: TCPFacts, queuedBehind: Int32)
        -> UnansweredRequest
    {
        let (streamEnd, partial) = end(connection, request, facts)
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

    private func release(_ connection: Connection) {
        while connection.pointee.pendingHead >= 0 { removePending(connection, connection.pointee.pendingHead) }
        freeUnheard(connection)
        releaseTLS(connection)
        for side in [Side.initiator, .responder] { release(Direction(connection, side)) }
        connection.pointee.isOpen = false
    }

    /// Gives back what a direction holds, and decides what its last bytes were.
    func release(_ direction: Direction) {
        settleAlignment(direction)
        count(unknown: direction.state.pointee.framing.keptBytes, direction.connection)
        if let kept = takeHeld(direction) { count(unknown: kept.count, direction.connection) }
        drop(readerOf: direction)
    }

    /// Fills in what was learned of resends after the connections had ended. Called before the rules run.
    public func settle() {
        file.settleRetries(retries)
        file.partitions.writes = appends.writes
    }
}

extension ConnectionRecord {
    /// Data went one way and nothing at all was captured of the other, though something may have come.
    public var isOneSided: Bool {
        let (a, b) = (tcp.sides.0, tcp.sides.1)
        return a.payloadBytes > 0 && b.packets == 0 && a.resentInVain == 0
            || b.payloadBytes > 0 && a.packets == 0 && b.resentInVain == 0
    }

    fileprivate func takeBytes(of settled: KafkaFacts) {
        (kafka.understoodBytes, kafka.unknownBytes) = (settled.understoodBytes, settled.unknownBytes)
        kafka.rare = settled.rare
    }

    /// Something that a rule may want to tell: such records are kept before others.
    var isEventful: Bool {
        !wasEstablished || unanswered.contains { !$0.wantsNoAnswer } || signIn.inProgress || signIn.stage == .refused
            || kafka.errorResponses > 0 || kafka.requestGaps + kafka.answerGaps > 0
            || (!speaksKafka && clientSpoke != .silent)
    }
}
