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
    func takeBrief(_ direction: Direction, _ event: StreamEvent) -> Int {
        let (connection, state) = (direction.connection, direction.state)
        guard state.pointee.awaitsMessage, state.pointee.known >= 0, requestLog == nil, let start = event.bytes else {
            return 0
        }
        var piece = Piece(
            bytes: UnsafeBufferPointer(start: start, count: 0), offset: 0, time: event.time, frame: event.frame)
        let (count, isRequest) = (Int(event.length), direction.isRequests)
        var used = 0
        while used &+ Self.headBytes <= count {
            let size = Framing.size(start + used)
            guard size >= Self.headBytes &- 4, size <= KnownFrame.greatest, used &+ 4 &+ size <= count else { break }
            piece.bytes = UnsafeBufferPointer(start: start + (used &+ 4), count: size)
            piece.offset = event.offset &+ Int64(used &+ 4)
            let isTaken =
                isRequest
                ? takeBriefRequest(connection, state, piece)
                : takeBriefAnswer(connection, state, piece, from: event.frame)
            guard isTaken else { break }
            used &+= 4 &+ size
        }
        guard used > 0 else { return 0 }
        connection.pointee.kafka.understoodBytes &+= Int64(used)
        file.totals.understoodBytes &+= Int64(used)
        return used
    }

    // MARK: Requests

    /// - Parameter piece: the frame behind its length.
    @inline(__always)
    private func takeBriefRequest(
        _ connection: Connection, _ direction: UnsafeMutablePointer<DirectionState>, _ piece: Piece
    ) -> Bool {
        guard let frame = piece.bytes.baseAddress, connection.pointee.kafka.requests > 0,
            !hasEarly(connection, Int32(bitPattern: bigEndian32(frame + 4))),
            connection.pointee.pendingCount < limits.pendingRequestsPerConnection,
            pending.count < limits.pendingRequests, !isSigningIn(connection)
        else { return false }
        let size = piece.bytes.count
        var known = known.frames.at(Int(direction.pointee.known))
        if known.pointee.brief != .request || known.fit(frame, size) < 0 {
            let key = KnownFrames.key(ofRequest: piece.bytes, connection)
            guard let other = find(key, direction, piece.bytes, .request) else { return false }
            known = other
        }
        if !retries.isEmpty, known.pointee.briefRequest.hasBatch, mayBeResend(known, piece.bytes) { return false }
        let index = pending.insert(copying: known.pointee.template)
        let request = pending.at(index)
        request.pointee.correlationId = Int32(bitPattern: bigEndian32(frame + 4))
        request.pointee.serial = connection.pointee.serial
        request.pointee.sent = piece.time
        request.pointee.sentWhole = piece.time
        request.pointee.frame = piece.frame
        request.pointee.streamEnd = piece.offset &+ Int64(size)
        request.pointee.bytes = UInt32(truncatingIfNeeded: 4 &+ size)
        begin(connection, index, request)
        file.totals.decoded &+= 1
        if known.pointee.briefRequest.hasBatch { keepBatch(request, known, piece.bytes) }
        let lacksId = known.pointee.briefRequest.hasBatch && !request.pointee.idempotent
        noteWhole(connection, index, request, lacksProducerId: lacksId, at: piece.time)
        return true
    }

    /// The last known frame was not it: another one may be.
    @inline(never)
    private func find(
        _ key: UInt64, _ direction: UnsafeMutablePointer<DirectionState>, _ frame: UnsafeBufferPointer<UInt8>,
        _ brief: KnownFrame.Brief
    ) -> UnsafeMutablePointer<KnownFrame>? {
        guard let start = frame.baseAddress else { return nil }
        let place = known.search(key, start, frame.count)
        guard place >= 0, known.frames.at(Int(place)).pointee.brief == brief else { return nil }
        direction.pointee.known = place
        return known.frames.at(Int(place))
    }

    private func isSigningIn(_ connection: Connection) -> Bool {
        connection.pointee.rareSignIn.isSet && connection.pointee.signIn.inProgress
    }

    /// Keeps the request's one batch. Its numbers are written where it is kept, and not put together before.
    @inline(__always)
    private func keepBatch(
        _ request: Waiting, _ known: UnsafeMutablePointer<KnownFrame>, _ frame: UnsafeBufferPointer<UInt8>
    ) {
        let index = batches.insert(copying: known.pointee.templateBatch)
        let batch = batches.at(index)
        renumber(batch, known, frame)
        request.pointee.batch = index
        request.pointee.idempotent = batch.pointee.producerId >= 0
    }

    @inline(__always)
    private func renumber(
        _ batch: UnsafeMutablePointer<BatchIdentity>, _ known: UnsafeMutablePointer<KnownFrame>,
        _ frame: UnsafeBufferPointer<UInt8>
    ) {
        guard let start = frame.baseAddress else { return }
        let (batchAt, partitionAt) = (known.pointee.briefRequest.batchAt, known.pointee.briefRequest.partitionAt)
        if batchAt >= 0 {
            let shown = min(KnownFrame.batchShown, frame.count &- batchAt)
            batch.pointee.renumber(UnsafeBufferPointer(start: start + batchAt, count: shown))
        }
        if partitionAt >= 0 { batch.pointee.partition = Int32(bitPattern: bigEndian32(start + partitionAt)) }
    }

    /// Whether the batch may be one that was lost before.
    @inline(never)
    private func mayBeResend(
        _ known: UnsafeMutablePointer<KnownFrame>, _ frame: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        var batch = known.pointee.templateBatch.pointee
        withUnsafeMutablePointer(to: &batch) { renumber($0, known, frame) }
        return retries.mayHold(batch)
    }

    // MARK: Answers

    /// - Parameters:
    ///   - last: the frame behind its length, with time and place of its last byte.
    ///   - first: where its first byte was captured.
    @inline(__always)
    func takeBriefAnswer(
        _ connection: Connection, _ direction: UnsafeMutablePointer<DirectionState>, _ last: Piece,
        from first: FrameRef
    ) -> Bool {
        let index = connection.pointee.pendingHead
        guard index >= 0, connection.pointee.clientClosed == nil else { return false }
        let request = pending.at(index)
        let waited = last.time.since(request.pointee.sentWhole)
        guard request.pointee.correlationId == Int32(truncatingIfNeeded: last.bytes.bigEndian32(at: 0)),
            !request.pointee.isRegistered,
            request.pointee.resendOf < 0,
            waited <= Self.slowNanoseconds
                && request.pointee.sentWhole.since(request.pointee.sent) <= Self.slowNanoseconds
                || !isSlow(
                    connection, request, behind: queueBegan(connection, connection.pointee.kafka.lastResponseTime),
                    last.time),
            !file.errors.unhealed.mayHeal(request.pointee.api, request.pointee.clientId),
            let recordBytes = knownAnswer(request, direction, last.bytes)
        else { return false }
        file.totals.decoded &+= 1
        noteArrival(connection, at: last.time, last.frame)
        noteAppend(request, direction, last)
        let longPoll = recordBytes == 0 && Api.waitsForRecords(request.pointee.api)
        complete(
            connection, index, request, longPoll: longPoll, from: first, at: last.time,
            to: last.offset &+ Int64(last.bytes.count))
        return true
    }

    /// Where the records of a Produce were stored.
    @inline(__always)
    private func noteAppend(_ request: Waiting, _ direction: UnsafeMutablePointer<DirectionState>, _ last: Piece) {
        guard request.pointee.batch >= 0, direction.pointee.known >= 0 else { return }
        let at = known.frames.at(Int(direction.pointee.known)).pointee.offsetAt
        guard at >= 0, at &+ 8 <= last.bytes.count else { return }
        noteAppend(request, first: last.bytes.bigEndian64(at: at), at: last.time)
    }

    /// Whether it is like the direction's last known frame, or another one.
    /// - Returns: how many bytes of records are in it.
    @inline(__always)
    private func knownAnswer(
        _ request: Waiting, _ direction: UnsafeMutablePointer<DirectionState>, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        guard let frame = bytes.baseAddress else { return nil }
        if direction.pointee.known >= 0 {
            let last = known.frames.at(Int(direction.pointee.known))
            if last.answers(request) {
                let recordBytes = last.fit(frame, bytes.count)
                if recordBytes >= 0 { return recordBytes }
            }
        }
        let key = KnownFrames.key(ofAnswer: bytes, request)
        guard let other = find(key, direction, bytes, .answer) else { return nil }
        return other.fit(frame, bytes.count)
    }
}

extension UnsafeMutablePointer<KnownFrame> {
    /// It is an answer to requests of that kind.
    @inline(__always)
    fileprivate func answers(_ request: Waiting) -> Bool {
        pointee.brief == .answer && pointee.reader.api == request.pointee.api
            && pointee.reader.version == request.pointee.version
    }
}

@inline(__always)
private func bigEndian32(_ at: UnsafePointer<UInt8>) -> UInt32 {
    UInt32(bigEndian: UnsafeRawPointer(at).loadUnaligned(as: UInt32.self))
}
