import KafkaDecode
import KafkaSchema
import Streams
import Vocabulary

/// What a complete request, or the part of it that was captured, adds to the facts.
extension ConversationEngine {
    /// A request's header has been read: it is pending from now on, for half a request can be lost too.
    func registerRequest(_ connection: Connection, _ reader: Reader) {
        if connection.pointee.firstCorrelationId == nil {
            connection.pointee.firstCorrelationId = reader.pointee.correlationId
        }
        noteFirstWork(connection, reader)
        if connection.pointee.kafka.requests == 0 {
            connection.pointee.kafka.firstRequestTime = reader.pointee.startTime
        }
        var request = PendingRequest(
            correlationId: reader.pointee.correlationId, sent: reader.pointee.startTime,
            sentWhole: reader.pointee.startTime, frame: reader.pointee.startFrame,
            streamEnd: reader.pointee.startOffset + 4 + reader.pointee.size, api: reader.pointee.api,
            version: reader.pointee.version, clientId: reader.pointee.clientId)
        request.serial = connection.pointee.serial
        request.bytes = UInt32(clamping: 4 + reader.pointee.size)
        request.acksKnown = reader.pointee.api != Api.produce
        if let index = insertPending(connection, request) {
            begin(connection, index, pending.at(index))
            reader.pointee.pending = index
        } else {
            withUnsafeMutablePointer(to: &request) { noteSent(connection, $0) }
            reader.pointee.pending = -1
        }
    }

    /// A request that is no sign-in after tokens were exchanged: the client takes its sign-in for done.
    private func noteFirstWork(_ connection: Connection, _ reader: Reader) {
        guard connection.pointee.rareSignIn.isSet, connection.pointee.signIn.inProgress,
            !Api.belongsToSignIn(reader.pointee.api)
        else {
            return
        }
        if connection.pointee.signIn.stage == .tokens, !connection.pointee.signIn.clientTokenUnanswered {
            signInSucceeded(connection, reader.pointee.startTime)
        }
    }

    func finishRequest(_ connection: Connection, _ reader: Reader, _ last: Piece) {
        if observes { tellRequest(connection, reader, last) }
        takeRequest(connection, reader, last)
        if !connection.pointee.earlyAnswers.isEmpty { readEarly(connection, reader.pointee.correlationId) }
    }

    private func takeRequest(_ connection: Connection, _ reader: Reader, _ last: Piece) {
        noteContent(connection, reader)
        if reader.pointee.api == Api.saslHandshake { startSignIn(connection, reader) }
        if reader.pointee.api == Api.saslAuthenticate {
            clientToken(connection, reader.pointee.request.token, reader.pointee.startFrame, last.time)
        }
        guard reader.pointee.pending >= 0 else { return }
        let index = reader.pointee.pending
        let request = pending.at(index)
        request.pointee.isWhole = true
        request.pointee.sentWhole = last.time
        if last.isDecrypted { request.pointee.streamEnd = last.wireEnd }
        describe(request, reader)
        limitSync(connection, request)
        let batches = reader.pointee.request.batches
        let lacksId = !batches.isEmpty && !reader.pointee.request.hasProducerId
        noteWhole(connection, index, request, lacksProducerId: lacksId, at: last.time)
        if request.pointee.wantsNoAnswer {
            logUnansweredByWish(request)
            file.totals.wantNoAnswer += 1
            connection.pointee.kafka.wantNoAnswer += 1
            if observes { tellEnd(index, .wantsNoAnswer, at: last.time) }
            removePending(connection, index)
        } else if reader.pointee.api == Api.produce, !retries.isEmpty {
            retries.matchResend(
                index, batches, of: connection.pointee.serial,
                from: connection.client.address, at: connection.server,
                by: pending,
                time: reader.pointee.startTime,
                frame: reader.pointee.startFrame)
        }
    }

    /// Produce requests that wait for long are looked for on other connections from now on.
    func registerOverdue(now: CaptureTime) {
        while let due = overdue.due(now: now) {
            guard pending.holds(due.pending), pending[due.pending].sent == due.sent,
                pending[due.pending].correlationId == due.correlationId
            else { continue }
            let connection = live.at(Int(due.slot))
            guard connection.pointee.serial == pending[due.pending].serial, mayBeUnheard(connection, due.pending) else {
                continue
            }
            registerBatches(connection, due.pending, ended: false, at: now)
            if observes { tellUnheard(connection, due.pending, isLost: false) }
        }
    }

    /// Copies what the rules ask for out of the reader, which is used again.
    private func describe(_ request: Waiting, _ reader: Reader) {
        request.pointee.describe(reader)
        if let batch = reader.pointee.request.batches.first, request.pointee.batch < 0 {
            request.pointee.batch = batches.insert(batch)
        }
        if reader.pointee.request.topics.count > 2 || reader.pointee.request.batches.count > 1 {
            request.pointee.overflow = overflow.insert(
                PendingOverflow(topics: reader.pointee.request.topics, batches: reader.pointee.request.batches))
        }
    }

    /// A follower's SyncGroup waits for the group's leader, as long as a rebalance may last: the JoinGroup before it says how long.
    private func limitSync(_ connection: Connection, _ request: Waiting) {
        guard let ms = request.pointee.allowedWaitMs, ms > 0 else { return }
        if request.pointee.api == Api.joinGroup { connection.pointee.rebalanceMs = ms }
        if request.pointee.api == Api.syncGroup, ms == AllowedWait.followerMs, let ms = connection.pointee.rebalanceMs {
            request.pointee.allowedWaitMs = ms
        }
    }

    private func noteContent(_ connection: Connection, _ reader: Reader) {
        if !reader.pointee.request.softwareName.isNone {
            connection.pointee.kafka.softwareName = reader.pointee.request.softwareName
            connection.pointee.kafka.softwareVersion = reader.pointee.request.softwareVersion
        }
        if !reader.pointee.request.transactionalId.isNone {
            connection.pointee.kafka.transactionalId = reader.pointee.request.transactionalId
        }
        if reader.pointee.request.expectedNode >= 0 {
            connection.pointee.kafka.expectedNode = reader.pointee.request.expectedNode
        }
        if reader.pointee.api == Api.leaveGroup { connection.pointee.kafka.leftGroup = true }
    }
}

extension PendingRequest {
    /// What a request's content says that fits into the struct.
    /// - Parameter reader: read where it lies; a copy of it costs more than all that is done here.
    mutating func describe(_ reader: Reader) {
        let api = reader.pointee.api
        acks = reader.pointee.request.acks
        bodyKnown = reader.pointee.ending == .decoded
        acksKnown = api != Api.produce || acks != nil
        let transactionalId = reader.pointee.request.transactionalId
        if api == Api.produce {
            wantsNoAnswer = acks == 0
            idempotent = reader.pointee.request.hasProducerId
            transactional = !transactionalId.isNone || reader.pointee.request.hasTransactionalBatch
        }
        allowedWaitMs = AllowedWait.milliseconds(reader)
        group = reader.pointee.request.group
        owner = transactionalId.isNone ? reader.pointee.request.coordinatorKey : transactionalId
        member = reader.pointee.request.memberId
        identity = transactionalId.isNone ? reader.pointee.request.instanceId : transactionalId
        hasOwnProducerId = reader.pointee.request.hasOwnProducerId
        let named = reader.pointee.request.topics.count
        topics = (
            named > 0 ? reader.pointee.request.topics[0] : .none, named > 1 ? reader.pointee.request.topics[1] : .none
        )
    }
}

/// How long a request itself lets the broker wait before it answers.
enum AllowedWait {
    /// offsets.commit.timeout.ms of the broker.
    private static let offsetCommitMs: Int32 = 5000
    /// Of a follower's SyncGroup whose JoinGroup was not seen: clients allow a rebalance five minutes.
    static let followerMs: Int32 = 300_000

    @inline(__always)
    static func milliseconds(_ reader: Reader) -> Int32? {
        switch reader.pointee.api {
        case Api.produce: reader.pointee.request.acks == -1 ? reader.pointee.request.timeoutMs : nil
        case Api.joinGroup: reader.pointee.request.rebalanceTimeoutMs
        // The leader's waits for nobody, but is stored like a commit.
        case Api.syncGroup: reader.pointee.request.assigns ? offsetCommitMs : followerMs
        case Api.offsetCommit, Api.txnOffsetCommit: offsetCommitMs
        default: reader.pointee.request.maxWaitMs ?? reader.pointee.request.timeoutMs
        }
    }
}
