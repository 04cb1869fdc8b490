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

    /// Looks for a frame's beginning in a piece.
    /// - Returns: how many bytes were given up as unknown; the mode is changed where a beginning was found.
    func search(_ connection: Connection, _ side: Side, _ piece: Piece) -> Int {
        let bytes = piece.bytes
        let other = connection[side.other].spoke
        if !isInsideTLS(connection), other == .tls || other == .silent, isRecordChain(bytes) {
            connection[side].spoke = .tls
            connection[side].mode = .tls
            return 0
        }
        let roleIsKnown = connection.pointee.roleBasis != .guess
        let looksLikeClient = side == connection.pointee.clientSide
        let found =
            looksLikeClient ? requestStart(in: bytes, strictly: !roleIsKnown) : roleIsKnown ? nil : wholeRequests(bytes)
        if let at = found {
            getInStep(connection, side, asClient: true, sure: connection.pointee.clientSide == side && roleIsKnown)
            count(unknown: at, connection)
            return at
        }
        if !looksLikeClient, let sure = responseFits(connection, bytes) {
            getInStep(connection, side, asClient: false, sure: sure)
            return 0
        }
        count(unknown: bytes.count, connection)
        // Answers that cannot be told apart are as good as missing.
        if side != connection.pointee.clientSide { connection.pointee.lastAnswerGap = piece.time }
        return bytes.count
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
        let hasRequest = reader >= 0 && readers.at(Int(reader)).pointee.pending >= 0
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
    private func requestStart(in bytes: UnsafeBufferPointer<UInt8>, strictly: Bool) -> Int? {
        if requestFits(bytes, strictly: strictly) { return 0 }
        guard bytes.count > 18 else { return nil }
        for at in 1..<(bytes.count - 18) where bytes[at] == 0 && bytes[at + 4] == 0 && bytes[at + 6] == 0 {
            if requestFits(bytes.slice(from: at), strictly: true) { return at }
        }
        return nil
    }

    /// The piece is a request with a client id, from its first byte to its last: enough to take an end for the client that
    /// its port does not suggest.
    private func wholeRequests(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        requestFits(bytes, strictly: true) && 4 + bytes.bigEndian32(at: 0) == bytes.count ? 0 : nil
    }

    private func requestFits(_ bytes: UnsafeBufferPointer<UInt8>, strictly: Bool) -> Bool {
        guard bytes.count >= 14, RequestHeaderShape.check(bytes, frameLimit: limits.frameBytes) == .fits else {
            return false
        }
        let (api, version, idLength) = (bytes.bigEndian16(at: 4), bytes.bigEndian16(at: 6), bytes.bigEndian16(at: 12))
        guard let versions = KafkaApi.validVersions(api, .request), version <= versions.upperBound + 2 else {
            return false
        }
        if strictly, idLength < 1 || 14 + idLength > bytes.count { return false }
        if idLength > 255 { return false }
        let end = 4 + bytes.bigEndian32(at: 0)
        if end == bytes.count { return true }
        if end < bytes.count {
            return RequestHeaderShape.check(bytes.slice(from: end), frameLimit: limits.frameBytes) != .no
        }
        return idLength > 0
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
