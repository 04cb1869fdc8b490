import KafkaSchema
import Streams
import Vocabulary

/// Getting in step in the middle of a stream: after a late start, or behind a gap. A wrong guess is undone.
extension ConversationEngine {
    /// Frames that must follow one another before a guess counts as sure.
    private static let sureAfterFrames: UInt8 = 3
    /// The longest answer believed without a request that it answers.
    private static let unwitnessedBytes = 1 << 20
    /// Answers to requests before the capture have correlation ids a little below the first one seen.
    private static let idsBeforeFirst = 100_000

    /// A small frame without a client id is looked at when its end is there.
    private static let wholeBytes = 1024

    /// What a search found.
    private enum Sought {
        case records
        case request(at: Int)
        case answer(sure: Bool)
        /// From there on the bytes are too few to tell.
        case tooFew(from: Int)
        case nothing
    }

    /// Looks for a frame's beginning in a piece.
    /// - Returns: how many bytes are done with, known or given up; the mode is changed where a beginning was found.
    func search(_ connection: Connection, _ side: Side, _ piece: Piece) -> Int {
        if let head = takeHead(connection, side) { return searchJoined(connection, side, head, piece) }
        let sought = seek(connection, side, piece.bytes)
        switch sought {
        case .records, .request, .answer: return enter(connection, side, sought)
        case .tooFew(let at):
            count(unknown: at, connection)
            hold(connection, side, piece.dropping(at))
        case .nothing: giveUp(connection, side, piece.bytes.count, piece.time)
        }
        return piece.bytes.count
    }

    /// Behind a beginning that was kept: the two together tell, or the piece alone, or neither.
    private func searchJoined(_ connection: Connection, _ side: Side, _ head: Head, _ piece: Piece) -> Int {
        let joined = head.bytes + piece.bytes
        let sought = joined.withUnsafeBufferPointer { seek(connection, side, $0) }
        switch sought {
        case .records, .request, .answer:
            let at = enter(connection, side, sought)
            if at < head.bytes.count { replay(connection, side, head, from: at) }
            return max(0, at - head.bytes.count)
        case .tooFew(let at) where at < head.bytes.count && !beginsAnew(connection, side, piece.bytes):
            count(unknown: at, connection)
            hold(connection, side, head, from: at)
            hold(connection, side, piece)
            return piece.bytes.count
        case .tooFew, .nothing:
            giveUp(connection, side, head.bytes.count, head.time)
            return search(connection, side, piece)
        }
    }

    /// Whether what begins with these bytes is beyond doubt, so that nothing before them need be waited for.
    private func beginsAnew(_ connection: Connection, _ side: Side, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        switch seek(connection, side, bytes) {
        case .request: requestFits(bytes, strictly: true) == .fits
        case .answer: isAwaitedAnswer(connection, bytes)
        case .records, .tooFew, .nothing: false
        }
    }

    /// - Returns: how many bytes before the beginning were given up.
    private func enter(_ connection: Connection, _ side: Side, _ sought: Sought) -> Int {
        switch sought {
        case .records:
            connection[side].spoke = .tls
            connection[side].mode = .tls
        case .request(let at):
            let isKnown = connection.pointee.clientSide == side && connection.pointee.roleBasis != .guess
            getInStep(connection, side, asClient: true, sure: isKnown)
            count(unknown: at, connection)
            return at
        case .answer(let sure): getInStep(connection, side, asClient: false, sure: sure)
        case .tooFew, .nothing: break
        }
        return 0
    }

    private func giveUp(_ connection: Connection, _ side: Side, _ bytes: Int, _ time: CaptureTime) {
        count(unknown: bytes, connection)
        // Answers that cannot be told apart are as good as missing.
        if side != connection.pointee.clientSide { connection.pointee.lastAnswerGap = time }
    }

    private func seek(_ connection: Connection, _ side: Side, _ bytes: UnsafeBufferPointer<UInt8>) -> Sought {
        let other = connection[side.other].spoke
        if !isInsideTLS(connection), other == .tls || other == .silent, FirstBytes.looksLikeTLS(bytes) {
            if bytes.count < 5 { return .tooFew(from: 0) }
            if isRecordChain(bytes) { return .records }
        }
        let roleIsKnown = connection.pointee.roleBasis != .guess
        if side == connection.pointee.clientSide { return requestStart(in: bytes, strictly: !roleIsKnown) }
        if bytes.count < 8 { return .tooFew(from: 0) }
        // An end is taken for the client that its port does not suggest only where the piece begins with a request.
        let asRequest = roleIsKnown ? .no : requestFits(bytes, strictly: true)
        if asRequest == .fits { return .request(at: 0) }
        if asRequest == .tooShort, !isAwaitedAnswer(connection, bytes) { return .tooFew(from: 0) }
        return responseFits(connection, bytes).map { .answer(sure: $0) } ?? .nothing
    }

    /// A guessed frame is still open, and here an answer begins that a request waits for: the guess was wrong. Against a
    /// frame that has a request of its own, only one that ends where another begins tells, for records are full of such
    /// numbers.
    func contradictsGuess(_ connection: Connection, _ side: Side, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !connection[side].stepIsSure, side != connection.pointee.clientSide, bytes.count >= 8 else {
            return false
        }
        guard isAwaitedAnswer(connection, bytes) else { return false }
        let reader = connection[side].reader
        guard reader >= 0 else { return true }
        // Of the frame's own first bytes a correlation id would be taken for a length.
        if connection[side].frameRemaining == readers.at(Int(reader)).pointee.size { return false }
        let hasRequest = readers.at(Int(reader)).pointee.pending >= 0
        return !hasRequest || responseFits(connection, bytes) == true
    }

    /// A length and the correlation id of a request that waits.
    private func isAwaitedAnswer(_ connection: Connection, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count >= 8 else { return false }
        let size = bytes.bigEndian32(at: 0)
        return size >= 4 && size <= limits.frameBytes
            && findPending(connection, Int32(truncatingIfNeeded: bytes.bigEndian32(at: 4))) != nil
    }

    /// The first frame behind a guess is over. An answer that does not decode to its last byte was none.
    func bearsOut(_ connection: Connection, _ side: Side, _ reader: Reader) -> Bool {
        guard !connection[side].stepIsSure, !reader.pointee.isRequest, reader.pointee.pending >= 0 else { return true }
        let isRead = reader.pointee.ending == .decoded && !reader.pointee.leftOver
        // Newer than the schema: only more frames can tell.
        guard isRead || reader.pointee.ending == .unknown else { return false }
        confirmStep(connection, side, witnessed: isRead)
        return true
    }

    private func getInStep(_ connection: Connection, _ side: Side, asClient: Bool, sure: Bool) {
        if connection.pointee.roleBasis == .guess {
            connection.pointee.clientSide = asClient ? side : side.other
            if asClient { connection.pointee.roleBasis = .content }
        }
        if asClient { leaveTokens(connection) }
        connection[side].mode = .kafka
        connection[side].spoke = .kafka
        connection[side].framesInStep = 0
        connection[side].stepIsSure = sure
        connection[side].tentativeBytes = 0
    }

    /// A frame that fits has begun where the last one ended.
    func confirmStep(_ connection: Connection, _ side: Side, witnessed: Bool) {
        guard !connection[side].stepIsSure else { return }
        connection[side].framesInStep += 1
        guard witnessed || connection[side].framesInStep >= Self.sureAfterFrames else { return }
        connection[side].stepIsSure = true
        count(understood: Int(connection[side].tentativeBytes), connection)
        connection[side].tentativeBytes = 0
    }

    /// What stands at a frame's place is none: the guess was wrong, or the stream is broken.
    func loseStep(_ connection: Connection, _ side: Side) {
        if connection[side].stepIsSure {
            connection.pointee.kafka.rare.value.malformed += 1
            file.totals.malformed += 1
        } else {
            count(unknown: Int(connection[side].tentativeBytes), connection)
            connection[side].tentativeBytes = 0
        }
        drop(readerOf: connection, side)
        connection[side].frameRemaining = 0
        connection[side].mode = .searching
    }

    // MARK: What fits

    /// A TLS record header whose record ends where the next begins, or with the piece, or beyond it.
    private func isRecordChain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count >= 5, FirstBytes.looksLikeTLS(bytes) else { return false }
        let end = 5 + (bytes.bigEndian16(at: 3) & 0xFFFF)
        return end >= bytes.count || FirstBytes.looksLikeTLS(bytes.slice(from: end))
    }

    /// Where a request begins: at the piece's start where that fits, else at the first place that fits beyond doubt.
    private func requestStart(in bytes: UnsafeBufferPointer<UInt8>, strictly: Bool) -> Sought {
        switch requestFits(bytes, strictly: strictly) {
        case .fits: return .request(at: 0)
        case .tooShort: return .tooFew(from: 0)
        case .no: break
        }
        for at in 1..<max(1, bytes.count) where bytes[at] == 0 {
            guard bytes.isZero(at + 4), bytes.isZero(at + 6) else { continue }
            switch requestFits(bytes.slice(from: at), strictly: true, inside: true) {
            case .fits: return .request(at: at)
            case .tooShort: return .tooFew(from: at)
            case .no: continue
            }
        }
        return .nothing
    }

    /// - Parameter inside: it would begin inside a piece, so that only what is known of it speaks for it.
    private func requestFits(
        _ bytes: UnsafeBufferPointer<UInt8>, strictly: Bool, inside: Bool = false
    ) -> RequestHeaderShape.Answer {
        let shape = RequestHeaderShape.check(bytes, limits.frameBytes)
        guard shape == .fits, bytes.count >= 14 else { return shape == .tooShort ? .tooShort : .no }
        let (api, version, idLength) = (bytes.bigEndian16(at: 4), bytes.bigEndian16(at: 6), bytes.bigEndian16(at: 12))
        guard let versions = KafkaApi.validVersions(api, .request), version <= versions.upperBound + 2,
            !strictly || idLength > 0, idLength <= 255
        else { return .no }
        let end = 4 + bytes.bigEndian32(at: 0)
        if end < bytes.count {
            return RequestHeaderShape.check(bytes.slice(from: end), limits.frameBytes) != .no ? .fits : .no
        }
        if end == bytes.count || idLength > 0 && !inside { return .fits }
        if idLength > 0, end > Self.wholeBytes {
            return file.strings.find(bytes.slice(from: 14, count: idLength)) == nil ? .no : .fits
        }
        return end <= Self.wholeBytes ? .tooShort : idLength == -1 ? .fits : .no
    }

    /// Whether an answer begins here: nil no, else whether that is sure.
    private func responseFits(_ connection: Connection, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool? {
        guard bytes.count >= 8 else { return nil }
        let size = bytes.bigEndian32(at: 0)
        guard size >= 4, size <= limits.frameBytes else { return nil }
        let id = Int32(truncatingIfNeeded: bytes.bigEndian32(at: 4))
        let isAwaited = findPending(connection, id) != nil
        if isAwaited, size + 4 > bytes.count { return false }
        if isAwaited, leadsOn(bytes.slice(from: size + 4)) { return true }
        if endsWithPiece(bytes) { return false }
        guard size + 4 > bytes.count, id >= 0 else { return nil }
        if let first = connection.pointee.firstCorrelationId {
            return id < first && Int(first) - Int(id) < Self.idsBeforeFirst ? false : nil
        }
        return size <= Self.unwitnessedBytes ? false : nil
    }

    /// What follows an answer is nothing, or what may be the next one's length and correlation id.
    private func leadsOn(_ rest: UnsafeBufferPointer<UInt8>) -> Bool {
        guard rest.count >= 8 else { return true }
        let size = rest.bigEndian32(at: 0)
        return size >= 4 && size <= limits.frameBytes && rest.bigEndian32(at: 4) >= 0
    }

    /// Frame lengths lead from frame to frame exactly to the piece's end.
    private func endsWithPiece(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var at = 0
        while at + 8 <= bytes.count {
            let size = bytes.bigEndian32(at: at)
            guard size >= 4, size <= bytes.count else { return false }
            at += 4 + size
        }
        return at == bytes.count
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether the byte there is 0, or may be: it has not come yet.
    fileprivate func isZero(_ at: Int) -> Bool { at >= count || self[at] == 0 }
}
