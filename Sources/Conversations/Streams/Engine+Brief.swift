import Streams
import Vocabulary

/// The frames that nearly all are: like a known one, and saying nothing out of the ordinary. What the long way does for them
/// in many steps is done here in one; whatever is not ordinary, about the frame or its connection, goes the long way.
extension ConversationEngine {
    /// Bytes of a frame from its length to its correlation id's end: the least that is looked at.
    private static let headBytes = 12

    /// Takes the brief frames at the beginning of an event's bytes.
    /// - Returns: how many bytes they are.
    @inline(__always)
    func takeBrief(_ connection: Connection, _ event: StreamEvent) -> Int {
        let direction = connection.direction(event.side)
        guard direction.awaitsKafkaFrame, direction.pointee.known >= 0, requestLog == nil,
            let start = event.bytes
        else { return 0 }
        let (count, isRequest) = (Int(event.length), event.side == connection.pointee.clientSide)
        var used = 0
        while used &+ Self.headBytes <= count {
            let size = Int(bigEndian32(start + used))
            guard size >= Self.headBytes &- 4, size <= KnownFrame.greatest, used &+ 4 &+ size <= count else { break }
            let isTaken =
                isRequest
                ? takeBriefRequest(connection, direction, event, at: used, size)
                : takeBriefAnswer(connection, direction, event, at: used, size)
            guard isTaken else { break }
            used &+= 4 &+ size
        }
        guard used > 0 else { return 0 }
        connection.pointee.kafka.understoodBytes &+= Int64(used)
        file.totals.understoodBytes &+= Int64(used)
        return used
    }

    // MARK: Requests

    @inline(__always)
    private func takeBriefRequest(
        _ connection: Connection, _ direction: UnsafeMutablePointer<DirectionState>, _ event: StreamEvent, at: Int,
        _ size: Int
    ) -> Bool {
        guard let start = event.bytes, connection.pointee.kafka.requests > 0, connection.pointee.earlyAnswers.isEmpty,
            connection.pointee.pendingCount < limits.pendingRequestsPerConnection,
            pending.count < limits.pendingRequests, !isSigningIn(connection)
        else { return false }
        let frame = start + (at &+ 4)
        var known = known.frames.at(Int(direction.pointee.known))
        if known.pointee.brief != .request || !known.fits(frame, size) {
            guard let other = findRequest(connection, direction, frame, size) else { return false }
            known = other
        }
        guard !known.pointee.briefRequest.isProduce || retries.isEmpty else { return false }
        let index = pending.insert(known.pointee.briefRequest.pending)
        let request = pending.at(index)
        request.pointee.correlationId = Int32(bitPattern: bigEndian32(frame + 4))
        request.pointee.serial = connection.pointee.serial
        request.pointee.sent = event.time
        request.pointee.sentWhole = event.time
        request.pointee.frame = event.frame
        request.pointee.streamEnd = event.offset &+ Int64(at &+ 4 &+ size)
        request.pointee.bytes = UInt32(truncatingIfNeeded: 4 &+ size)
        append(connection, index)
        noteBrief(connection, request, event)
        if known.pointee.briefRequest.hasBatch { keepBatch(connection, request, known, frame) }
        if known.pointee.briefRequest.isProduce {
            noteProduce(connection, known)
            overdue.add(index, request)
            if overdue.isDue(now: event.time) { registerOverdue(now: event.time) }
        }
        return true
    }

    /// The last known frame was not it: another one may be.
    @inline(never)
    private func findRequest(
        _ connection: Connection, _ direction: UnsafeMutablePointer<DirectionState>, _ frame: UnsafePointer<UInt8>,
        _ size: Int
    ) -> UnsafeMutablePointer<KnownFrame>? {
        let key = KnownFrames.key(
            isRequest: true, size: size, api: Int16(truncatingIfNeeded: bigEndian32(frame) >> 16),
            version: Int16(truncatingIfNeeded: bigEndian32(frame)), salt: connection.pointee.kafka.clientId)
        return find(key, direction, frame, size, .request)
    }

    private func find(
        _ key: UInt64, _ direction: UnsafeMutablePointer<DirectionState>, _ frame: UnsafePointer<UInt8>, _ size: Int,
        _ brief: KnownFrame.Brief
    ) -> UnsafeMutablePointer<KnownFrame>? {
        let place = known.search(key, frame, size)
        guard place >= 0, known.frames.at(Int(place)).pointee.brief == brief else { return nil }
        direction.pointee.known = place
        return known.frames.at(Int(place))
    }

    private func isSigningIn(_ connection: Connection) -> Bool {
        connection.pointee.rareSignIn.isSet && connection.pointee.signIn.inProgress
    }

    @inline(__always)
    private func noteBrief(_ connection: Connection, _ request: Waiting, _ event: StreamEvent) {
        file.totals.requests &+= 1
        file.totals.decoded &+= 1
        connection.pointee.lastCorrelationId = request.pointee.correlationId
        connection.pointee.kafka.requests &+= 1
        connection.pointee.kafka.lastRequestTime = event.time
        connection.pointee.kafka.lastRequestFrame = event.frame
        connection.pointee.kafka.lastApi = request.pointee.api
        connection.pointee.kafka.lastVersion = request.pointee.version
        if !request.pointee.clientId.isNone { connection.pointee.kafka.clientId = request.pointee.clientId }
        if !request.pointee.group.isNone { connection.pointee.kafka.group = request.pointee.group }
    }

    @inline(__always)
    private func keepBatch(
        _ connection: Connection, _ request: Waiting, _ known: UnsafeMutablePointer<KnownFrame>,
        _ frame: UnsafePointer<UInt8>
    ) {
        guard var batch = known.pointee.briefRequest.batch else { return }
        let (batchAt, partitionAt) = (known.pointee.briefRequest.batchAt, known.pointee.briefRequest.partitionAt)
        if batchAt >= 0 { batch.renumber(UnsafeBufferPointer(start: frame + batchAt, count: 61)) }
        if partitionAt >= 0 { batch.partition = Int32(bitPattern: bigEndian32(frame + partitionAt)) }
        request.pointee.batch = batches.insert(batch)
        request.pointee.idempotent = batch.producerId >= 0
        if batch.producerId < 0, known.pointee.briefRequest.isProduce {
            connection.pointee.kafka.producedWithoutIdempotence = true
        }
    }

    @inline(__always)
    private func noteProduce(_ connection: Connection, _ known: UnsafeMutablePointer<KnownFrame>) {
        connection.pointee.kafka.produced = true
        connection.pointee.kafka.leastAcks = min(
            connection.pointee.kafka.leastAcks, known.pointee.briefRequest.acks)
    }

    // MARK: Answers

    @inline(__always)
    private func takeBriefAnswer(
        _ connection: Connection, _ direction: UnsafeMutablePointer<DirectionState>, _ event: StreamEvent, at: Int,
        _ size: Int
    ) -> Bool {
        let index = connection.pointee.pendingHead
        guard let start = event.bytes, index >= 0, connection.pointee.clientClosed == nil,
            connection.pointee.lastAnswerGap == nil
        else { return false }
        let (frame, request) = (start + (at &+ 4), pending.at(index))
        let waited = event.time.since(request.pointee.sentWhole)
        guard request.pointee.correlationId == Int32(bitPattern: bigEndian32(frame)), !request.pointee.isRegistered,
            request.pointee.resendOf < 0, waited <= Self.slowNanoseconds, !file.mayHeal(request.pointee.api)
        else { return false }
        var known = known.frames.at(Int(direction.pointee.known))
        if !known.answers(request) || !known.fits(frame, size) {
            guard let other = findAnswer(request, direction, frame, size) else { return false }
            known = other
        }
        let answer = known.pointee.briefAnswer
        file.totals.responses &+= 1
        file.totals.decoded &+= 1
        connection.pointee.kafka.responses &+= 1
        connection.pointee.kafka.lastResponseTime = event.time
        connection.pointee.kafka.lastResponseFrame = event.frame
        connection.pointee.kafka.workAnswered &+= 1
        if answer.isFetch { connection.pointee.kafka.fetched = true }
        if answer.isProduce { connection.pointee.kafka.produceAnswered = true }
        addLatency(
            connection, api: answer.api, longPoll: answer.isEmptyFetch, clientId: request.pointee.clientId,
            max(0, waited))
        noteAnswering(connection, event.time)
        removeHead(connection, request)
        return true
    }

    @inline(never)
    private func findAnswer(
        _ request: Waiting, _ direction: UnsafeMutablePointer<DirectionState>, _ frame: UnsafePointer<UInt8>,
        _ size: Int
    ) -> UnsafeMutablePointer<KnownFrame>? {
        let key = KnownFrames.key(
            isRequest: false, size: size, api: request.pointee.api, version: request.pointee.version,
            salt: request.pointee.topics.0)
        return find(key, direction, frame, size, .answer)
    }
}

extension UnsafeMutablePointer<KnownFrame> {
    /// It is an answer to requests of that kind.
    @inline(__always)
    fileprivate func answers(_ request: Waiting) -> Bool {
        pointee.brief == .answer && pointee.briefAnswer.api == request.pointee.api
            && pointee.briefAnswer.version == request.pointee.version
    }
}

extension UnsafeMutablePointer<DirectionState> {
    /// Surely in step with Kafka's frames, and between two of them.
    @inline(__always)
    fileprivate var awaitsKafkaFrame: Bool {
        pointee.mode == .kafka && pointee.stepIsSure && pointee.frameRemaining == 0 && pointee.reader < 0
    }
}

@inline(__always)
private func bigEndian32(_ at: UnsafePointer<UInt8>) -> UInt32 {
    UInt32(bigEndian: UnsafeRawPointer(at).loadUnaligned(as: UInt32.self))
}
