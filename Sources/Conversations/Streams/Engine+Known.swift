import KafkaDecode
import KafkaSchema
import Streams
import Vocabulary

/// Frames that are like one read before. Nearly all of a busy connection's frames repeat its earlier ones but for
/// correlation ids, offsets and checksums; comparing bytes is ten times cheaper than decoding them.
extension ConversationEngine {
    /// Bytes of a frame from its length to its correlation id's end.
    private static let headBytes = 12

    /// Takes a frame that lies whole in the piece and is known; nil where it is to be read.
    @inline(__always)
    func takeKnown(_ connection: Connection, _ side: Side, _ piece: Piece) -> Int? {
        let direction = connection.direction(side)
        guard direction.pointee.mode == .kafka, direction.pointee.stepIsSure, piece.bytes.count >= Self.headBytes,
            let start = piece.bytes.baseAddress
        else { return nil }
        let size = piece.bytes.bigEndian32(at: 0)
        guard size >= Self.headBytes - 4, size <= KnownFrame.greatest, size + 4 <= piece.bytes.count else { return nil }
        let isRequest = side == connection.pointee.clientSide
        let correlationId = Int32(truncatingIfNeeded: piece.bytes.bigEndian32(at: isRequest ? 8 : 4))
        var (api, version) = (
            Int16(truncatingIfNeeded: piece.bytes.bigEndian16(at: 4)),
            Int16(truncatingIfNeeded: piece.bytes.bigEndian16(at: 6))
        )
        var index: Int32 = -1
        if !isRequest {
            guard let answered = findPending(connection, correlationId) else { return nil }
            index = answered
            (api, version) = (pending[index].api, pending[index].version)
        }
        let salt = isRequest ? connection.pointee.kafka.clientId : pending[index].topics.0
        let key = KnownFrames.key(isRequest: isRequest, size: size, api: api, version: version, salt: salt)
        let place = known.find(key, start + 4, size, last: direction.pointee.known)
        guard place >= 0 else { return nil }
        direction.pointee.known = place
        let reader = known.reader(place, start + 4, size)
        reader.pointee.size = Int64(size)
        reader.pointee.correlationId = correlationId
        reader.pointee.pending = index
        (reader.pointee.startTime, reader.pointee.startFrame, reader.pointee.startOffset) = (
            piece.time, piece.frame, piece.offset
        )
        var last = piece
        last.bytes = piece.bytes.slice(from: 4, count: size)
        last.offset += 4
        finishKnown(connection, reader, last)
        return size + 4
    }

    /// The same as behind the last byte of a frame that was read.
    private func finishKnown(_ connection: Connection, _ reader: Reader, _ last: Piece) {
        count(understood: 4 + last.bytes.count, connection)
        if reader.pointee.isRequest { registerRequest(connection, reader) }
        countEnding(reader)
        if reader.pointee.isRequest {
            finishRequest(connection, reader, last)
        } else {
            finishResponse(connection, reader, last)
        }
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
        let loose = isRequest ? KnownFrames.looseInRequests : KnownFrames.looseInResponses
        guard let plan = plans.plan(apiKey: Int(api), version: Int(version), kind: isRequest ? .request : .response),
            let trace = MessageDecoder.trace(
                plan, last.bytes.slice(from: headerLength), loose: loose, into: fields)
        else { return fields.removeAll() }
        fields.removeAll()
        place.pointee.key = place.pointee.keep(trace, headerLength, isRequest, start, last.bytes.count) ? key : 0
        place.pointee.reader = reader.pointee
        place.pointee.abbreviate()
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
    static let looseInRequests = [RequestTag.partition.rawValue, RequestTag.records.rawValue]
    static let looseInResponses = [
        ResponseTag.baseOffset.rawValue, ResponseTag.logAppendTime.rawValue, ResponseTag.records.rawValue,
    ]

    /// The reader of a known frame, with the numbers of a frame that is like it.
    @inline(__always)
    func reader(_ place: Int32, _ frame: UnsafePointer<UInt8>, _ size: Int) -> Reader {
        let known = frames.at(Int(place))
        let reader = UnsafeMutableRawPointer(known).assumingMemoryBound(to: MessageReader.self)
        let places = known.pointee.places
        for i in 0..<known.pointee.placeCount {
            let spot = places[i]
            let bytes = UnsafeBufferPointer(start: frame + Int(spot.at), count: spot.kind.bytes)
            switch spot.kind {
            case .batch: reader.pointee.request.retake(batch: Int(spot.batch), bytes)
            case .partition:
                reader.pointee.request.renumber(
                    from: Int(spot.batch), Int32(truncatingIfNeeded: bytes.bigEndian32(at: 0)))
            case .baseOffset: reader.pointee.response.append?.baseOffset = bytes.bigEndian64(at: 0)
            case .logAppendTime: reader.pointee.response.append?.logAppendTime = bytes.bigEndian64(at: 0)
            }
        }
        if known.pointee.isStretching, !reader.pointee.isRequest {
            reader.pointee.response.recordBytes = Int64(known.pointee.stretch.length + size - known.pointee.size)
        }
        return reader
    }
}
