import Streams
import Vocabulary

/// Finding the alignment in the middle of a stream: behind a late start, a hole, or what was no frame. Where a frame begins is told by
/// what the bytes say (`Engine+Fits`), so that any segmentation finds the same; where they say too little, that a segment
/// begins there speaks for it. Guesses are made, borne out and undone here.
extension ConversationEngine {
    /// Bytes that make another look worth it: so many, or such a share of those that were there.
    private static let (newBytes, newShare) = (16, 8)
    private static let lastLooks = 64

    /// What begins at a place.
    enum Beginning {
        case records
        case request(isSure: Bool)
        case answer(isSure: Bool)
    }

    /// What a search found.
    private enum Sought {
        case found(Beginning, at: Int)
        /// From there on the bytes are too few to tell; so many there must be.
        case tooFew(from: Int, wanted: Int)
        case nothing
    }

    /// A beginning is looked for from the next byte on, which is the first behind a hole or of the capture.
    func startSearch(_ direction: Direction) {
        direction.state.pointee.layer = .frames
        direction.state.pointee.isFresh = true
        _ = direction.state.pointee.framing.lose()
    }

    /// Looks for a frame's beginning in a piece.
    /// - Returns: how many bytes are done with, known, kept or given up.
    func search(_ direction: Direction, _ piece: Piece) -> Int {
        lookForQuestion(of: direction, piece.time)
        if direction.state.pointee.held >= 0 { return searchOn(direction, piece) }
        switch seek(direction, piece.bytes, starts: [0]) {
        case .found(let beginning, let at):
            giveUp(direction, at, piece.time)
            enter(direction, beginning)
            return at
        case .tooFew(let at, let wanted):
            giveUp(direction, at, piece.time)
            hold(direction, piece.dropping(at), wanted: wanted)
        case .nothing: giveUp(direction, piece.bytes.count, piece.time)
        }
        return piece.bytes.count
    }

    /// The server speaks, and no request is known that waits: one may stand in bytes that are kept until there are more.
    private func lookForQuestion(of direction: Direction, _ time: CaptureTime) {
        let place = direction.opposite.state.pointee.held
        guard place >= 0, direction.opposite.isRequests, direction.opposite.state.pointee.isSearching,
            direction.connection.pointee.pendingHead < 0, held[place].mayLookEarly(),
            let kept = takeHeld(direction.opposite)
        else { return }
        look(direction.opposite, through: kept, at: time)
    }

    /// Behind bytes that were kept.
    private func searchOn(_ direction: Direction, _ piece: Piece) -> Int {
        let place = direction.state.pointee.held
        hold(direction, piece, wanted: held[place].wanted)
        guard held[place].count >= held[place].wanted, let kept = takeHeld(direction) else { return piece.bytes.count }
        look(direction, through: kept, at: piece.time)
        return piece.bytes.count
    }

    /// - Parameter isAll: no more bytes follow these.
    private func look(_ direction: Direction, through kept: HeldBytes, at time: CaptureTime, isAll: Bool = false) {
        switch kept.withBytes({ seek(direction, $0, starts: kept.starts, isAll: isAll) }) {
        case .found(let beginning, let at):
            giveUp(direction, at, time)
            enter(direction, beginning)
            replay(direction, kept, from: at)
        case .tooFew(let at, let wanted):
            giveUp(direction, at, time)
            putBack(direction, kept, from: at, wanted: wanted)
        case .nothing:
            giveUp(direction, kept.count, time)
            giveBack(kept)
        }
    }

    /// No more bytes follow those that were kept: what they are is decided now.
    func endSearch(_ direction: Direction, at time: CaptureTime) {
        // What is read again may leave a rest, of which the same is asked; each turn uses up bytes.
        for _ in 0..<Self.lastLooks {
            guard direction.state.pointee.isSearching, let kept = takeHeld(direction) else { return }
            look(direction, through: kept, at: time, isAll: true)
        }
    }

    /// These bytes are nothing that is known.
    private func giveUp(_ direction: Direction, _ bytes: Int, _ time: CaptureTime) {
        guard bytes > 0 else { return }
        direction.state.pointee.isFresh = false
        count(unknown: bytes, direction.connection)
        // Answers that cannot be told apart are as good as missing.
        if !direction.isRequests { direction.connection.pointee.lastAnswerGap = time }
    }

    /// - Parameter starts: where pieces begin.
    private func seek(
        _ direction: Direction, _ bytes: UnsafeBufferPointer<UInt8>, starts: [Int], isAll: Bool = false
    ) -> Sought {
        if let records = seekRecords(direction, bytes, isAll: isAll) { return records }
        var nextStart = 0
        return firstBeginning(bytes) { rest, at in
            while nextStart < starts.count, starts[nextStart] < at { nextStart += 1 }
            let beginsPiece = nextStart < starts.count && starts[nextStart] == at
            let place: Place = at == 0 && direction.state.pointee.isFresh ? .first : beginsPiece ? .segment : .inside
            return fit(direction, rest, place, isAll: isAll)
        }
    }

    /// The first place where a frame begins. Where that cannot be told yet of one, another behind it that is beyond doubt is
    /// taken before it.
    private func firstBeginning(
        _ bytes: UnsafeBufferPointer<UInt8>, _ fit: (UnsafeBufferPointer<UInt8>, Int) -> Fit
    ) -> Sought {
        var undecided: Sought?
        // A length begins with 0, for frames of 16 MiB and more are rare.
        for at in bytes.indices where at == 0 || bytes[at] == 0 {
            let rest = bytes.slice(from: at)
            switch fit(rest, at) {
            case .fits(let beginning):
                if undecided == nil || isBeyondDoubt(beginning, rest) { return .found(beginning, at: at) }
            case .tooFew(let wanted):
                // Looked at again when a few more are there, for what is beyond doubt may be behind it.
                let more = max(Self.newBytes, rest.count / Self.newShare)
                undecided = undecided ?? .tooFew(from: at, wanted: min(wanted, rest.count + more))
            case .no: continue
            }
        }
        return undecided ?? .nothing
    }

    /// It was read to its end, and is not so small that other bytes may look like it.
    private func isBeyondDoubt(_ beginning: Beginning, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count >= Self.tellingBytes, end(bytes) >= Self.tellingBytes else { return false }
        switch beginning {
        case .request(let isSure), .answer(let isSure): return isSure
        case .records: return false
        }
    }

    /// TLS begins where a record does, and a record mostly where a segment does.
    private func seekRecords(_ direction: Direction, _ bytes: UnsafeBufferPointer<UInt8>, isAll: Bool) -> Sought? {
        let other = direction.opposite.state.pointee.spoke
        guard !direction.isDecrypted, other == .tls || other == .silent, FirstBytes.looksLikeTLS(bytes) else {
            return nil
        }
        if bytes.count < TLSShape.headerBytes { return isAll ? nil : .tooFew(from: 0, wanted: TLSShape.headerBytes) }
        return TLSShape.isChain(bytes) ? .found(.records, at: 0) : nil
    }

    // MARK: Guesses

    private func enter(_ direction: Direction, _ beginning: Beginning) {
        switch beginning {
        case .records:
            direction.state.pointee.spoke = .tls
            direction.state.pointee.layer = .tls
        case .request(let isSure): align(direction, asClient: true, isSure: isSure)
        case .answer(let isSure): align(direction, asClient: false, isSure: isSure)
        }
    }

    private func align(_ direction: Direction, asClient: Bool, isSure: Bool) {
        let connection = direction.connection
        if connection.pointee.roleBasis == .guess {
            connection.pointee.clientSide = asClient ? direction.side : direction.side.other
            if asClient { connection.pointee.roleBasis = .content }
        }
        if asClient { leaveTokens(connection) }
        direction.state.pointee.spoke = .kafka
        direction.state.pointee.isFresh = false
        direction.state.pointee.framing.align(isSure: isSure)
    }

    /// The first frame behind a guess is over. An answer that does not decode to its last byte was none.
    func confirmsGuess(_ direction: Direction, _ reader: Reader) -> Bool {
        guard direction.state.pointee.framing.alignment == .guessed, !reader.pointee.isRequest,
            reader.pointee.pending >= 0
        else { return true }
        let isRead = reader.pointee.ending == .decoded && !reader.pointee.leftOver
        // Newer than the schema: only more frames can tell.
        guard isRead || reader.pointee.ending == .unknown else { return false }
        confirmAlignment(direction, isWitnessed: isRead)
        return true
    }

    /// A frame that fits has begun where the last one ended.
    func confirmAlignment(_ direction: Direction, isWitnessed: Bool) {
        guard direction.state.pointee.framing.alignment == .guessed else { return }
        let proved = direction.state.pointee.framing.confirm(isWitnessed: isWitnessed)
        count(understood: Int(proved), direction.connection)
        if direction.state.pointee.framing.alignment == .sure { dropWatched(direction) }
    }

    /// The stream, or what could be followed of it, ended before the guess was sure. One that nothing contradicted stands.
    func settleAlignment(_ direction: Direction) {
        dropWatched(direction)
        count(understood: Int(direction.state.pointee.framing.settle()), direction.connection)
    }

    /// What stands at a frame's place is none: the guess was wrong, or the stream is broken.
    func loseAlignment(_ direction: Direction) {
        if direction.state.pointee.framing.alignment == .sure {
            addOne(to: \.malformed, \.malformed, direction.connection)
        }
        dropWatched(direction)
        drop(readerOf: direction)
        count(unknown: Int(direction.state.pointee.framing.lose()), direction.connection)
    }

    /// What was taken for an answer was none. The real one may have gone by in it.
    func undoGuessedAnswer(_ direction: Direction, _ last: Piece) {
        loseAlignment(direction)
        direction.connection.pointee.lastAnswerGap = last.time
    }

    // MARK: Contradictions

    /// While answers are followed by a guess that no request bears out, an answer that one waits for is looked for inside them:
    /// where it is found, the guess was wrong.
    /// - Returns: how many bytes of the piece are done with by that; nil where nothing speaks against the guess.
    func takeContradiction(_ direction: Direction, _ piece: Piece) -> Int? {
        guard direction.state.pointee.framing.remaining > 0 else { return nil }
        if !direction.isRequests { lookForQuestion(of: direction, piece.time) }
        let inside = piece.first(Int(clamping: direction.state.pointee.framing.remaining))
        if isWitnessed(direction), answersAnother(direction, inside.bytes) {
            undoGuessedAnswer(direction, piece)
            align(direction, asClient: false, isSure: false)
            return nil
        }
        guard watch(direction, inside), let watched = takeHeld(direction) else { return nil }
        let own = watched.count - inside.bytes.count - seenOfFrame(direction)
        switch watched.withBytes({ seekAwaited(direction, $0, but: own) }) {
        case .found(_, let at):
            let again = watched.count - at
            undoGuessedAnswer(direction, piece)
            // What is read again was given up with the guess, but for this piece's bytes.
            count(unknown: inside.bytes.count - again, direction.connection)
            align(direction, asClient: false, isSure: false)
            replay(direction, watched, from: at)
            return inside.bytes.count
        case .tooFew(let at, _): putBack(direction, watched, from: at)
        case .nothing: giveBack(watched)
        }
        return nil
    }

    /// A request waits for what the guess takes its frame for.
    private func isWitnessed(_ direction: Direction) -> Bool {
        let reader = direction.state.pointee.reader
        return reader >= 0 && readers[Int(reader)].pending >= 0
    }

    /// While a guess goes through a frame, records of a fetch mostly, that some request waits for, a segment begins as the answer
    /// to another one: the length was none, and what it stands for would swallow all answers behind it.
    private func answersAnother(_ direction: Direction, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard direction.state.pointee.framing.alignment == .guessed, !direction.isRequests else { return false }
        return isAnswer(bytes, on: direction.connection, but: readers[Int(direction.state.pointee.reader)].pending)
    }

    /// Keeps bytes that a guess takes, the lengths of its frames among them, while something may speak against it.
    /// - Returns: whether anything may.
    @discardableResult
    func watch(_ direction: Direction, _ piece: Piece) -> Bool {
        let state = direction.state
        guard state.pointee.framing.alignment == .guessed, !direction.isRequests else { return false }
        guard direction.connection.pointee.pendingHead >= 0, !isWitnessed(direction) else {
            dropWatched(direction)
            return false
        }
        hold(direction, piece)
        return true
    }

    /// Bytes of the current frame that came before, its length among them.
    private func seenOfFrame(_ direction: Direction) -> Int {
        guard direction.state.pointee.reader >= 0 else { return 0 }
        let size = readers[Int(direction.state.pointee.reader)].size
        return Framing.lengthBytes + Int(size - direction.state.pointee.framing.remaining)
    }

    /// - Parameter own: where the frame begins that is being read, which speaks for the guess.
    private func seekAwaited(_ direction: Direction, _ bytes: UnsafeBufferPointer<UInt8>, but own: Int) -> Sought {
        firstBeginning(bytes) { rest, at in at == own ? .no : fitAwaited(direction, rest, isAll: false) }
    }

    /// Bytes that were kept beside a guess are those of its frames.
    private func dropWatched(_ direction: Direction) {
        guard direction.state.pointee.layer == .frames, !direction.state.pointee.isSearching else { return }
        if let watched = takeHeld(direction) { giveBack(watched) }
    }
}

/// What TLS records look like.
enum TLSShape {
    /// Type, version, length (RFC 8446, section 5.1).
    static let headerBytes = 5

    /// A record header whose record ends where the next begins, or with the bytes, or beyond them.
    static func isChain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count >= headerBytes, FirstBytes.looksLikeTLS(bytes) else { return false }
        let end = headerBytes + (bytes.bigEndian16(at: 3) & 0xFFFF)
        return end >= bytes.count || FirstBytes.looksLikeTLS(bytes.slice(from: end))
    }
}
