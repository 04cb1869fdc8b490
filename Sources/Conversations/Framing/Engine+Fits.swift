import KafkaDecode
import KafkaSchema
import Streams
import Vocabulary

/// Whether a frame begins somewhere in the middle of a stream, as far as its first bytes tell: its header must be one, and its
/// body must decode under the API and version that it is of.
extension ConversationEngine {
    enum Fit {
        case no
        /// So many bytes there must be before it can be told.
        case tooFew(wanted: Int)
        case fits(Beginning)
    }

    /// So many bytes of a frame are looked at; one that is smaller must be there to its end.
    static let lookedAt = 1024
    /// The longest answer believed without a request that it answers.
    private static let unwitnessedBytes = 1 << 20
    /// Answers to requests before the capture have correlation ids a little below the first one seen.
    private static let idsBeforeFirst = 100_000
    /// So many requests may be captured later than their answers.
    private static let idsAhead = 256
    /// Answers come in order, so the next one answers one of the oldest requests.
    private static let oldestAwaited = 256
    /// Versions that may have come after the schema.
    private static let newerVersions = 2
    /// Length and correlation id.
    private static let answerPrefix = 8

    /// Where the bytes stand.
    enum Place {
        /// They are the first behind a hole, or of the capture.
        case first
        /// A segment begins with them.
        case segment
        case inside
    }

    func fit(_ direction: Direction, _ bytes: UnsafeBufferPointer<UInt8>, _ place: Place, isAll: Bool) -> Fit {
        let roleIsKnown = direction.connection.pointee.roleBasis != .guess
        if direction.isRequests {
            return fitRequest(
                direction, bytes, place, takesAnyClientId: place == .first && roleIsKnown, isAll: isAll)
        }
        let awaited = fitAwaited(direction, bytes, isAll: isAll)
        var answer = awaited
        if place != .inside, case .no = awaited {
            answer = fitUnwitnessed(direction, bytes, isFirst: place == .first, isAll: isAll)
        }
        if roleIsKnown { return answer }
        // The side whose port suggests the server is taken for the client only where a request is beyond doubt.
        if case .fits = awaited { return awaited }
        let request = fitRequest(direction, bytes, place, takesAnyClientId: false, isAll: isAll)
        if case .no = request { return answer }
        return request
    }

    // MARK: Requests

    private func fitRequest(
        _ direction: Direction, _ bytes: UnsafeBufferPointer<UInt8>, _ place: Place, takesAnyClientId: Bool, isAll: Bool
    ) -> Fit {
        switch RequestHeaderShape.check(bytes, limits.frameBytes) {
        case .no: return .no
        case .tooShort:
            return isAll ? .no : .tooFew(wanted: RequestHeaderShape.bytesToTell(bytes, limits.frameBytes))
        case .fits: break
        }
        guard bytes.count >= 14, hasKnownVersion(bytes), hasClientId(bytes) || takesAnyClientId || isWhole(bytes) else {
            return isAll || bytes.count >= 14 && !isAwaitedWhole(bytes) ? .no : .tooFew(wanted: wanted(bytes))
        }
        let trial = trialOfRequest(bytes)
        if trial == .wrong { return .no }
        if trial == .tooFew, !isAll { return .tooFew(wanted: wanted(bytes)) }
        // A few bytes inside a segment, and no end of them to be seen, may be anything.
        if trial == .tooFew, place == .inside { return .no }
        if !hasClientId(bytes), trial != .whole { return .no }
        if trial == .whole || trial == .unknown, !leadsToRequest(bytes) { return .no }
        let isKnown = direction.isRequests && direction.connection.pointee.roleBasis != .guess
        return .fits(.request(isSure: isKnown || trial == .whole))
    }

    private func hasKnownVersion(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let versions = KafkaApi.validVersions(bytes.bigEndian16(at: 4), .request) else { return false }
        return bytes.bigEndian16(at: 6) <= versions.upperBound + Self.newerVersions
    }

    private func hasClientId(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        (1...RequestHeaderShape.clientIdBytes).contains(bytes.bigEndian16(at: 12))
    }

    /// Without a client id only a small frame that is there to its end is believed.
    private func isAwaitedWhole(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        hasKnownVersion(bytes) && end(bytes) <= Self.lookedAt
    }

    /// Where the frame ends that begins with the bytes.
    func end(_ bytes: UnsafeBufferPointer<UInt8>) -> Int { Framing.lengthBytes + bytes.frameSize }

    private func isWhole(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool { end(bytes) <= bytes.count }

    private func wanted(_ bytes: UnsafeBufferPointer<UInt8>) -> Int { min(end(bytes), Self.lookedAt) }

    /// What follows a request is nothing, or what may be another one.
    private func leadsToRequest(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        RequestHeaderShape.check(bytes.slice(from: end(bytes)), limits.frameBytes) != .no
    }

    // MARK: Answers

    /// The answer to a request that waits.
    func fitAwaited(_ direction: Direction, _ bytes: UnsafeBufferPointer<UInt8>, isAll: Bool) -> Fit {
        guard direction.connection.pointee.pendingHead >= 0 else { return .no }
        if let short = lacksPrefix(bytes, isAll: isAll) { return short }
        guard let index = awaited(direction.connection, Int32(truncatingIfNeeded: bytes.bigEndian32(at: 4))) else {
            return .no
        }
        switch trialOfAnswer(bytes, to: pending.at(index)) {
        case .wrong: return .no
        case .tooFew where !isAll: return .tooFew(wanted: wanted(bytes))
        case .whole: return leadsToAnswer(bytes) ? .fits(.answer(isSure: true)) : .no
        case .unknown where isWhole(bytes): return leadsToAnswer(bytes) ? .fits(.answer(isSure: false)) : .no
        case .unknown, .tooFew, .plausible: return .fits(.answer(isSure: false))
        }
    }

    /// Beyond doubt the answer to a request that waits, and that is another than that one: it has its id, and as much of it as there
    /// is, which is enough to tell, reads as what was asked for.
    func isAnswer(_ bytes: UnsafeBufferPointer<UInt8>, on connection: Connection, but other: Int32) -> Bool {
        guard bytes.count >= Self.answerPrefix, sizeFitsAnswer(bytes),
            let index = awaited(connection, Int32(truncatingIfNeeded: bytes.bigEndian32(at: 4))), index != other
        else { return false }
        switch trialOfAnswer(bytes, to: pending.at(index)) {
        case .whole: return end(bytes) >= Self.tellingBytes && leadsToAnswer(bytes)
        case .tooFew, .plausible: return bytes.count >= Self.tellingStart
        case .wrong, .unknown: return false
        }
    }

    /// A smaller frame may be found in any bytes by chance, and so may a smaller part of one.
    static let tellingBytes = 14
    private static let tellingStart = 32

    /// Nil where an answer's length and correlation id are there, and the length may be one.
    private func lacksPrefix(_ bytes: UnsafeBufferPointer<UInt8>, isAll: Bool) -> Fit? {
        guard sizeFitsAnswer(bytes) else { return .no }
        if bytes.count >= Self.answerPrefix { return nil }
        return isAll ? .no : .tooFew(wanted: Self.answerPrefix)
    }

    private func sizeFitsAnswer(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count >= 4 else { return true }
        let size = bytes.frameSize
        return size >= 4 && size <= limits.frameBytes
    }

    private func awaited(_ connection: Connection, _ correlationId: Int32) -> Int32? {
        var (index, left) = (connection.pointee.pendingHead, Self.oldestAwaited)
        while index >= 0, left > 0 {
            if pending[index].correlationId == correlationId { return index }
            (index, left) = (pending[index].next, left - 1)
        }
        return nil
    }

    /// An answer whose request was before the capture, or is in a hole: only where a frame is likely to begin, and until more
    /// is known.
    private func fitUnwitnessed(
        _ direction: Direction, _ bytes: UnsafeBufferPointer<UInt8>, isFirst: Bool, isAll: Bool
    ) -> Fit {
        if let short = lacksPrefix(bytes, isAll: isAll) { return short }
        let (size, id) = (bytes.frameSize, bytes.bigEndian32(at: 4))
        guard id >= 0, leadsToAnswer(bytes) else { return .no }
        if answersNext(direction.connection, id), end(bytes) <= Self.lookedAt {
            if isWhole(bytes) { return .fits(.answer(isSure: false)) }
            return isAll ? .no : .tooFew(wanted: wanted(bytes))
        }
        guard isFirst else { return .no }
        if let first = direction.connection.pointee.firstCorrelationId {
            return id < first && Int(first) - id < Self.idsBeforeFirst ? .fits(.answer(isSure: false)) : .no
        }
        return size <= Self.unwitnessedBytes ? .fits(.answer(isSure: false)) : .no
    }

    /// One of the next requests may have been captured later than its answer.
    private func answersNext(_ connection: Connection, _ id: Int) -> Bool {
        guard connection.pointee.firstCorrelationId != nil else { return false }
        return (1...Self.idsAhead).contains(id - Int(connection.pointee.lastCorrelationId))
    }

    /// What follows an answer is nothing, or what may be the next one's length and correlation id.
    private func leadsToAnswer(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let rest = bytes.slice(from: end(bytes))
        guard rest.count >= Self.answerPrefix else { return sizeFitsAnswer(rest) }
        return sizeFitsAnswer(rest) && rest.bigEndian32(at: 4) >= 0
    }
}
