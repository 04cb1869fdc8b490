import KafkaDecode
import KafkaSchema
import Streams
import Vocabulary

/// Frames that are like one read before. Nearly all of a busy connection's frames repeat its earlier ones but for
/// correlation ids, offsets and checksums; comparing bytes is ten times cheaper than decoding them.
extension ConversationEngine {
    /// Bytes of a frame from its length to its correlation id's end.
    private static let headBytes = 12

    /// Takes a message that lies whole in the piece and is known; nil where it is to be read.
    @inline(__always)
    func takeKnown(_ direction: Direction, _ piece: Piece) -> Int? {
        let (connection, state) = (direction.connection, direction.state)
        guard piece.bytes.count >= Self.headBytes, let start = piece.bytes.baseAddress else { return nil }
        let size = Framing.size(start)
        guard size >= Self.headBytes - 4, size <= KnownFrame.greatest, size + 4 <= piece.bytes.count else { return nil }
        var last = piece
        last.bytes = piece.bytes.slice(from: 4, count: size)
        last.offset += 4
        let begin = FrameBeginning(time: piece.time, frame: piece.frame, offset: piece.offset)
        let isTaken =
            direction.isRequests
            ? takeKnownRequest(connection, state, begin, last)
            : takeKnownAnswer(connection, state, begin, last)
        guard isTaken else { return nil }
        count(understood: 4 + size, connection)
        return size + 4
    }

    /// Where and when a frame began that has been found to be known.
    private struct FrameBeginning {
        var time: CaptureTime
        var frame: FrameRef
        var offset: Int64
    }

    /// Takes an answer that was put together from several pieces, and is known.
    func takeKnownAnswer(_ direction: Direction, _ reader: Reader, _ last: Piece) -> Bool {
        let (connection, state) = (direction.connection, direction.state)
        if requestLog == nil, takeBriefAnswer(connection, state, last, from: reader.pointee.startFrame) {
            return true
        }
        let begin = FrameBeginning(
            time: reader.pointee.startTime, frame: reader.pointee.startFrame, offset: reader.pointee.startOffset)
        return takeKnownAnswer(connection, state, begin, last)
    }

    private func takeKnownRequest(
        _ connection: Connection, _ direction: UnsafeMutablePointer<DirectionState>, _ begin: FrameBeginning,
        _ last: Piece
    ) -> Bool {
        let key = KnownFrames.key(ofRequest: last.bytes, connection)
        guard let reader = knownReader(key, direction, begin, last) else { return false }
        reader.pointee.correlationId = Int32(truncatingIfNeeded: last.bytes.bigEndian32(at: 4))
        reader.pointee.pending = -1
        registerRequest(connection, reader)
        countEnding(connection, reader)
        finishRequest(connection, reader, last)
        return true
    }

    private func takeKnownAnswer(
        _ connection: Connection, _ direction: UnsafeMutablePointer<DirectionState>, _ begin: FrameBeginning,
        _ last: Piece
    ) -> Bool {
        let correlationId = Int32(truncatingIfNeeded: last.bytes.bigEndian32(at: 0))
        // What may heal an error is read: which partitions it speaks of matters then.
        guard let index = findPending(connection, correlationId),
            !file.errors.unhealed.mayHeal(pending[index].api, pending[index].clientId)
        else { return false }
        let key = KnownFrames.key(ofAnswer: last.bytes, pending.at(index))
        guard let reader = knownReader(key, direction, begin, last) else { return false }
        (reader.pointee.correlationId, reader.pointee.pending) = (correlationId, index)
        countEnding(connection, reader)
        finishResponse(connection, reader, last)
        return true
    }

    /// The reader of the known frame that this one is like, with this one's numbers.
    private func knownReader(
        _ key: UInt64, _ direction: UnsafeMutablePointer<DirectionState>, _ begin: FrameBeginning, _ last: Piece
    ) -> Reader? {
        guard let frame = last.bytes.baseAddress else { return nil }
        let size = last.bytes.count
        let place = known.find(key, frame, size, last: direction.pointee.known)
        guard place >= 0 else { return nil }
        direction.pointee.known = place
        let reader = known.reader(place, frame, size)
        reader.pointee.size = Int64(size)
        (reader.pointee.startTime, reader.pointee.startFrame, reader.pointee.startOffset) = (
            begin.time, begin.frame, begin.offset
        )
        return reader
    }

    // MARK: Learning

    /// Keeps a frame that was read whole from one piece, where the like of it may come again.
    func learn(_ connection: Connection, _ reader: Reader, _ last: Piece) {
        guard Int64(last.bytes.count) == reader.pointee.size, last.bytes.count <= KnownFrame.greatest,
            reader.pointee.ending == .decoded, known.isUsed, isWorthKnowing(reader), let start = last.bytes.baseAddress
        else { return }
        let isRequest = reader.pointee.isRequest
        let (api, version) = (reader.pointee.api, reader.pointee.version)
        let salt = isRequest ? connection.pointee.kafka.clientId : pending[reader.pointee.pending].topics.0
        let key = KnownFrames.key(
            isRequest: isRequest, size: last.bytes.count, api: api, version: version, salt: salt)
        guard let place = known.room(key) else { return }
        let plans = isRequest ? requestPlans : responsePlans
        let headerLength = last.bytes.count - reader.pointee.decoder.bodyBytes
        let loose = KnownFrames.loose(isRequest: isRequest, api)
        guard let plan = plans.plan(apiKey: Int(api), version: Int(version), kind: isRequest ? .request : .response),
            let trace = MessageDecoder.trace(
                plan, last.bytes.slice(from: headerLength), loose: loose, into: fields)
        else { return fields.removeAll() }
        fields.removeAll()
        let isKept = place.pointee.keep(trace, headerLength, isRequest, start, last.bytes.count)
        place.pointee.key = isKept ? key : 0
        place.pointee.reader = reader.pointee
        place.pointee.brief = .none
        if isKept { place.pointee.abbreviate() }
        place.pointee.misses = 0
    }

    /// Sign-ins hold secrets, ApiVersions has its own rules, errors and addresses are rare, and none of them comes often.
    private func isWorthKnowing(_ reader: Reader) -> Bool {
        guard !Api.belongsToSignIn(reader.pointee.api), file.strings.leftOut == 0 else { return false }
        if reader.pointee.isRequest { return !reader.pointee.request.hasToken }
        guard reader.pointee.pending >= 0 else { return false }
        return reader.pointee.response.failures.isEmpty && reader.pointee.response.brokers.isEmpty
            && !reader.pointee.response.hasToken
    }
}

extension KnownFrames {
    /// Numbers, and records, that are read anew in each frame, or that nobody asks for where there is no error.
    static func loose(isRequest: Bool, _ api: Int16) -> [UInt16] {
        if isRequest { return [RequestTag.partition.rawValue, RequestTag.records.rawValue] }
        if api == Api.fetch { return [ResponseTag.partition.rawValue, ResponseTag.records.rawValue] }
        return [ResponseTag.baseOffset.rawValue, ResponseTag.logAppendTime.rawValue, ResponseTag.records.rawValue]
    }

    /// The reader of a known frame, with the numbers of a frame that is like it.
    @inline(__always)
    func reader(_ place: Int32, _ frame: UnsafePointer<UInt8>, _ size: Int) -> Reader {
        let known = frames.at(Int(place))
        let reader = UnsafeMutableRawPointer(known).assumingMemoryBound(to: MessageReader.self)
        let places = known.pointee.places
        for i in 0..<known.pointee.placeCount {
            let spot = places[i]
            let shown = min(spot.kind.bytes, size - Int(spot.at))
            let bytes = UnsafeBufferPointer(start: frame + Int(spot.at), count: shown)
            switch spot.kind {
            case .batch: reader.pointee.request.retake(batch: Int(spot.batch), bytes)
            case .partition:
                reader.pointee.request.renumber(
                    from: Int(spot.batch), Int32(truncatingIfNeeded: bytes.bigEndian32(at: 0)))
            case .baseOffset: reader.pointee.response.append?.baseOffset = bytes.bigEndian64(at: 0)
            case .logAppendTime: reader.pointee.response.append?.logAppendTime = bytes.bigEndian64(at: 0)
            }
        }
        if known.pointee.recordsCount > 0, !reader.pointee.isRequest {
            reader.pointee.response.recordBytes = Int64(known.fit(frame, size))
        }
        return reader
    }
}
