import KafkaDecode
import KafkaSchema
import Streams
import Vocabulary

/// What a complete request, or the part of it that was captured, adds to the facts.
extension ConversationEngine {
    /// A request's header has been read: it is pending from now on, for half a request can be lost too.
    func registerRequest(_ slot: Int, _ reader: MessageReader) {
        if live[slot].firstCorrelationId == nil { live[slot].firstCorrelationId = reader.correlationId }
        live[slot].lastCorrelationId = reader.correlationId
        noteFirstWork(slot, reader)
        live[slot].kafka.requests += 1
        file.totals.requests += 1
        if live[slot].kafka.requests == 1 { live[slot].kafka.firstRequestTime = reader.startTime }
        live[slot].kafka.lastRequestTime = reader.startTime
        live[slot].kafka.lastRequestFrame = reader.startFrame
        live[slot].kafka.lastApi = reader.api
        live[slot].kafka.lastVersion = reader.version
        if !reader.clientId.isNone { live[slot].kafka.clientId = reader.clientId }
        var request = PendingRequest(
            correlationId: reader.correlationId, api: reader.api, version: reader.version, clientId: reader.clientId,
            sent: reader.startTime, sentWhole: reader.startTime, frame: reader.startFrame,
            streamEnd: reader.startOffset + 4 + reader.size)
        request.serial = live[slot].serial
        request.bytes = UInt32(clamping: 4 + reader.size)
        request.acksKnown = reader.api != Api.produce
        reader.pending = addPending(slot, request) ?? -1
    }

    /// A request that is no sign-in after tokens were exchanged: the client takes its sign-in for done.
    private func noteFirstWork(_ slot: Int, _ reader: MessageReader) {
        guard live[slot].rareSignIn.isSet, live[slot].signIn.inProgress, !Api.belongsToSignIn(reader.api) else {
            return
        }
        if live[slot].signIn.stage == .tokens, !live[slot].signIn.clientTokenUnanswered {
            signInSucceeded(slot, reader.startTime)
        }
    }

    func finishRequest(_ slot: Int, _ reader: MessageReader, _ last: Piece) {
        takeRequest(slot, reader, last)
        if !live[slot].earlyAnswers.isEmpty { readEarly(slot, reader.correlationId) }
    }

    private func takeRequest(_ slot: Int, _ reader: MessageReader, _ last: Piece) {
        noteContent(slot, reader)
        if reader.api == Api.saslHandshake { startSignIn(slot, reader) }
        if reader.api == Api.saslAuthenticate { clientToken(slot, reader.request.token, reader.startFrame, last.time) }
        guard reader.pending >= 0 else { return }
        let index = reader.pending
        pending[index].isWhole = true
        pending[index].sentWhole = last.time
        if isInsideTLS(slot) { pending[index].streamEnd = wireEnd(slot, last) }
        describe(index, reader)
        if pending[index].wantsNoAnswer {
            logUnansweredByWish(pending[index])
            file.totals.wantNoAnswer += 1
            removePending(slot, index)
        } else if reader.api == Api.produce {
            overdue.add(index, pending[index])
            registerOverdue(now: last.time)
            retries.matchResend(
                index, reader.request.batches, of: live[slot].serial, at: live[slot].server, by: pending,
                time: reader.startTime,
                frame: reader.startFrame)
        }
    }

    /// Produce requests that wait for long are looked for on other connections from now on.
    private func registerOverdue(now: CaptureTime) {
        while let due = overdue.due(now: now) {
            guard pending.holds(due.pending), pending[due.pending].sent == due.sent,
                pending[due.pending].correlationId == due.correlationId
            else { continue }
            registerBatches(due.pending)
        }
    }

    /// Copies what the rules ask for out of the reader, which is used again. Fields are read where they are: a copy of the
    /// content would retain its lists.
    private func describe(_ index: Int32, _ reader: MessageReader) {
        pending[index].acks = reader.request.acks
        pending[index].bodyKnown = reader.ending == .decoded
        if reader.api == Api.produce {
            pending[index].acksKnown = reader.request.acks != nil
            pending[index].wantsNoAnswer = reader.request.acks == 0
            pending[index].idempotent = reader.request.hasProducerId
            pending[index].transactional =
                !reader.request.transactionalId.isNone || reader.request.hasTransactionalBatch
        }
        pending[index].allowedWaitMs = AllowedWait.milliseconds(reader.api, reader.request)
        pending[index].group = reader.request.group
        pending[index].topics = (
            reader.request.topics.first ?? .none, reader.request.topics.count > 1 ? reader.request.topics[1] : .none
        )
        pending[index].batch = reader.request.batches.first
        if reader.request.topics.count > 2 || reader.request.batches.count > 1 {
            pending[index].overflow = overflow.insert(
                PendingOverflow(topics: reader.request.topics, batches: reader.request.batches))
        }
    }

    private func noteContent(_ slot: Int, _ reader: MessageReader) {
        if !reader.request.softwareName.isNone {
            live[slot].kafka.softwareName = reader.request.softwareName
            live[slot].kafka.softwareVersion = reader.request.softwareVersion
        }
        if !reader.request.group.isNone { live[slot].kafka.group = reader.request.group }
        if !reader.request.transactionalId.isNone { live[slot].kafka.transactionalId = reader.request.transactionalId }
        if reader.api == Api.leaveGroup { live[slot].kafka.leftGroup = true }
        guard reader.api == Api.produce, let acks = reader.request.acks else { return }
        live[slot].kafka.produced = true
        live[slot].kafka.leastAcks = min(live[slot].kafka.leastAcks, acks == -1 ? 2 : acks)
        if !reader.request.batches.isEmpty, !reader.request.hasProducerId {
            live[slot].kafka.producedWithoutIdempotence = true
        }
    }
}

/// How long a request itself lets the broker wait before it answers.
enum AllowedWait {
    /// offsets.commit.timeout.ms of the broker.
    private static let offsetCommitMs: Int32 = 5000
    /// A SyncGroup waits for the group's leader, as long as a rebalance may last; clients allow five minutes.
    private static let syncGroupMs: Int32 = 300_000

    @inline(__always)
    static func milliseconds(_ api: Int16, _ content: RequestContent) -> Int32? {
        switch api {
        case Api.produce: content.acks == -1 ? content.timeoutMs : nil
        case Api.joinGroup: content.rebalanceTimeoutMs
        case Api.syncGroup: syncGroupMs
        case Api.offsetCommit, Api.txnOffsetCommit: offsetCommitMs
        default: content.maxWaitMs ?? content.timeoutMs
        }
    }
}

/// The API keys that rules speak of (Kafka's protocol guide, "Api Keys").
public enum Api {
    public static let produce: Int16 = 0
    public static let fetch: Int16 = 1
    public static let metadata: Int16 = 3
    public static let offsetCommit: Int16 = 8
    public static let findCoordinator: Int16 = 10
    public static let joinGroup: Int16 = 11
    public static let heartbeat: Int16 = 12
    public static let leaveGroup: Int16 = 13
    public static let syncGroup: Int16 = 14
    public static let saslHandshake: Int16 = 17
    public static let apiVersions: Int16 = 18
    public static let initProducerId: Int16 = 22
    public static let txnOffsetCommit: Int16 = 28
    public static let saslAuthenticate: Int16 = 36
    public static let consumerGroupHeartbeat: Int16 = 68
    public static let shareFetch: Int16 = 78

    /// APIs whose requests say how long the broker may wait: long polls, rebalances, waits for replicas, elections.
    public static func waitsByItsFields(_ api: Int16) -> Bool {
        [produce, fetch, joinGroup, syncGroup, shareFetch, 19, 20, 21, 37, 43, 45].contains(api)
    }

    /// Allowed before a sign-in is done.
    public static func belongsToSignIn(_ api: Int16) -> Bool {
        api == apiVersions || api == saslHandshake || api == saslAuthenticate
    }

    /// The API's name, or `API 99` for one that came after the schema.
    public static func name(_ api: Int16) -> String { KafkaApi.name(of: Int(api)) ?? "API \(api)" }
}
