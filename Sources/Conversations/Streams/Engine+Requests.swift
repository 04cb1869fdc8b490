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
        withUnsafeMutablePointer(to: &request) { noteSent(connection, $0) }
        reader.pointee.pending = addPending(connection, request) ?? -1
    }

    /// What every request adds to the facts, whatever is in it.
    @inline(__always)
    func noteSent(_ connection: Connection, _ request: Waiting) {
        file.totals.requests += 1
        connection.pointee.lastCorrelationId = request.pointee.correlationId
        connection.pointee.kafka.requests += 1
        connection.pointee.kafka.lastRequestTime = request.pointee.sent
        connection.pointee.kafka.lastRequestFrame = request.pointee.frame
        connection.pointee.kafka.lastApi = request.pointee.api
        connection.pointee.kafka.lastVersion = request.pointee.version
        if !request.pointee.clientId.isNone { connection.pointee.kafka.clientId = request.pointee.clientId }
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
        if isInsideTLS(connection) { request.pointee.streamEnd = wireEnd(connection, last) }
        describe(request, reader)
        if request.pointee.wantsNoAnswer {
            logUnansweredByWish(request)
            file.totals.wantNoAnswer += 1
            connection.pointee.kafka.wantNoAnswer += 1
            removePending(connection, index)
        } else if reader.pointee.api == Api.produce {
            overdue.add(index, request, of: connection.pointee.slot)
            registerOverdue(now: last.time)
            if retries.isEmpty { return }
            retries.matchResend(
                index, reader.pointee.request.batches, of: connection.pointee.serial,
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
            guard connection.pointee.serial == pending[due.pending].serial else { continue }
            registerBatches(connection, due.pending, ended: false)
        }
    }

    /// Copies what the rules ask for out of the reader, which is used again.
    private func describe(_ request: Waiting, _ reader: Reader) {
        request.pointee.describe(reader.pointee)
        if let batch = reader.pointee.request.batches.first, request.pointee.batch < 0 {
            request.pointee.batch = batches.insert(batch)
        }
        if reader.pointee.request.topics.count > 2 || reader.pointee.request.batches.count > 1 {
            request.pointee.overflow = overflow.insert(
                PendingOverflow(topics: reader.pointee.request.topics, batches: reader.pointee.request.batches))
        }
    }

    private func noteContent(_ connection: Connection, _ reader: Reader) {
        if !reader.pointee.request.softwareName.isNone {
            connection.pointee.kafka.softwareName = reader.pointee.request.softwareName
            connection.pointee.kafka.softwareVersion = reader.pointee.request.softwareVersion
        }
        if !reader.pointee.request.group.isNone { connection.pointee.kafka.group = reader.pointee.request.group }
        if !reader.pointee.request.transactionalId.isNone {
            connection.pointee.kafka.transactionalId = reader.pointee.request.transactionalId
        }
        if reader.pointee.api == Api.leaveGroup { connection.pointee.kafka.leftGroup = true }
        guard reader.pointee.api == Api.produce, let acks = reader.pointee.request.acks else { return }
        let content = (hasBatch: !reader.pointee.request.batches.isEmpty, hasId: reader.pointee.request.hasProducerId)
        noteProduce(connection, acks: acks, lacksProducerId: content.hasBatch && !content.hasId)
    }

    @inline(__always)
    func noteProduce(_ connection: Connection, acks: Int16, lacksProducerId: Bool) {
        connection.pointee.kafka.produced = true
        connection.pointee.kafka.leastAcks = min(connection.pointee.kafka.leastAcks, acks == -1 ? 2 : acks)
        if lacksProducerId { connection.pointee.kafka.producedWithoutIdempotence = true }
    }
}

extension PendingRequest {
    /// What a request's content says that fits into the struct.
    mutating func describe(_ reader: borrowing MessageReader) {
        acks = reader.request.acks
        bodyKnown = reader.ending == .decoded
        acksKnown = reader.api != Api.produce || acks != nil
        if reader.api == Api.produce {
            wantsNoAnswer = acks == 0
            idempotent = reader.request.hasProducerId
            transactional = !reader.request.transactionalId.isNone || reader.request.hasTransactionalBatch
        }
        allowedWaitMs = AllowedWait.milliseconds(reader.api, reader.request)
        group = reader.request.group
        topics = (
            reader.request.topics.first ?? .none, reader.request.topics.count > 1 ? reader.request.topics[1] : .none
        )
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

    /// APIs that wait for records where there are none: an answer without any is no latency of the broker.
    @inline(__always)
    static func waitsForRecords(_ api: Int16) -> Bool { api == fetch || api == shareFetch }

    /// APIs whose requests say how long the broker may wait: long polls, rebalances, waits for replicas, elections.
    public static func waitsByItsFields(_ api: Int16) -> Bool {
        [produce, fetch, joinGroup, syncGroup, shareFetch, 19, 20, 21, 37, 43, 45].contains(api)
    }

    /// APIs that are meant to wait so long, and not only to give up then: those that wait by their fields, but for Produce,
    /// which answers when its replicas have the records.
    public static func waitsOnPurpose(_ api: Int16) -> Bool { api != produce && waitsByItsFields(api) }

    /// Allowed before a sign-in is done.
    public static func belongsToSignIn(_ api: Int16) -> Bool {
        api == apiVersions || api == saslHandshake || api == saslAuthenticate
    }

    /// The API's name, or `API 99` for one that came after the schema.
    public static func name(_ api: Int16) -> String { KafkaApi.name(of: Int(api)) ?? "API \(api)" }
}
