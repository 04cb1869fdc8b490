import Streams
import Vocabulary

/// Frames and what is in them: where `Framing` says that one begins, goes on or ends, a reader is begun, fed or finished. A
/// frame that one piece holds is read in place; one that spans pieces is read as they come, without being put together.
extension ConversationEngine {
    /// The least size of a request: API key, version, correlation id; and of an answer: correlation id.
    private static let leastRequest = 8
    private static let leastAnswer = 4
    /// No client and no broker is set to take more (socket.request.max.bytes).
    private static let greatestUsual = 100 << 20

    func takeFrameBytes(_ direction: Direction, _ piece: Piece) -> Int {
        let state = direction.state
        if state.pointee.framing.isInSureFrame {
            let taken = state.pointee.framing.advance(piece.bytes.count)
            takeBody(direction, piece.first(taken), ends: state.pointee.framing.isBetween)
            return taken
        }
        return takeFrameStart(direction, piece)
    }

    private func takeFrameStart(_ direction: Direction, _ piece: Piece) -> Int {
        let state = direction.state
        if state.pointee.isSearching { return search(direction, piece) }
        if state.pointee.awaitsMessage, let used = takeKnown(direction, piece) { return used }
        if let used = takeContradiction(direction, piece) { return used }
        switch state.pointee.framing.take(piece.bytes, sizes: sizes(direction)) {
        case .begins(let size, let used):
            watch(direction, piece.first(used))
            beginFrame(direction, size, piece, used: used)
            return used
        case .bytes(let taken, let ends):
            takeBody(direction, piece.first(taken), ends: ends)
            return taken
        case .needsMore:
            watch(direction, piece)
            startReader(direction, size: 0, at: piece)
            return piece.bytes.count
        case .misaligned(let size, let kept):
            meetMisaligned(direction, size: size, kept: kept)
            return 0
        }
    }

    /// How large a frame may be here. A token may be empty, and only its size tells that it is none.
    private func sizes(_ direction: Direction) -> ClosedRange<Int> {
        if direction.state.pointee.framing.content == .tokens { return 0...limits.frameBytes }
        if direction.isRequests {
            // A first request that is one in all but its length: nothing follows it.
            if direction.connection.pointee.kafka.requests == 0,
                let size = direction.connection.pointee.kafka.oversized,
                RequestHeaderShape.isImpossible(size, limits.frameBytes)
            {
                return Int(Int32.min)...Int(Int32.max)
            }
            return Self.leastRequest...max(Self.leastRequest, limits.frameBytes)
        }
        let least = direction.connection.pointee.rareSignIn.isSet ? 0 : Self.leastAnswer
        return least...max(least, limits.frameBytes)
    }

    private func startReader(_ direction: Direction, size: Int, at piece: Piece) {
        if direction.state.pointee.reader < 0 {
            let index = takeReader()
            readers.at(Int(index)).pointee.start(
                size: Int64(size), isRequest: direction.isRequests, time: piece.time, frame: piece.frame,
                offset: piece.offset)
            direction.state.pointee.reader = index
        } else {
            // It was started with the first byte of the length.
            readers.at(Int(direction.state.pointee.reader)).pointee.size = Int64(size)
        }
    }

    private func beginFrame(_ direction: Direction, _ size: Int, _ piece: Piece, used: Int) {
        startReader(direction, size: size, at: piece)
        if !direction.isRequests { chooseTokens(direction, size) }
        let holdsToken = direction.state.pointee.framing.content == .tokens
        guard holdsToken || size >= Self.leastAnswer else {
            loseAlignment(direction)
            return count(unknown: Framing.lengthBytes, direction.connection)
        }
        let reader = readers.at(Int(direction.state.pointee.reader))
        if direction.isRequests, !holdsToken, size > Self.greatestUsual,
            direction.state.pointee.framing.alignment == .sure,
            direction.connection.pointee.kafka.oversized.map({ $0 >= 0 }) ?? true
        {
            direction.connection.pointee.kafka.oversized = size
        }
        if holdsToken { reader.pointee.beginToken(mayBeRequest: direction.isRequests) }
        take(bytes: Framing.lengthBytes, direction)
        if size == 0 { finishFrame(direction, piece.first(used)) }
    }

    private func takeBody(_ direction: Direction, _ part: Piece, ends: Bool) {
        let index = direction.state.pointee.reader
        guard index < 0 || feed(direction, readers.at(Int(index)), part) else {
            loseAlignment(direction)
            // The header did not fit: these bytes are no frame. They are done with, and not searched again.
            return count(unknown: part.bytes.count, direction.connection)
        }
        take(bytes: part.bytes.count, direction)
        if ends { finishFrame(direction, part) }
    }

    /// Counts bytes that belong to a frame: as understood where the step is sure.
    private func take(bytes n: Int, _ direction: Direction) {
        count(understood: direction.state.pointee.framing.understood(n), direction.connection)
    }

    private func finishFrame(_ direction: Direction, _ last: Piece) {
        let index = direction.state.pointee.reader
        guard index >= 0 else { return }
        let reader = readers.at(Int(index))
        if reader.pointee.phase == .telling, !tellToken(direction, reader, last, isAll: true) {
            return loseAlignment(direction)
        }
        direction.state.pointee.reader = -1
        if reader.pointee.phase == .holding {
            keepEarly(direction.connection, reader, last)
        } else if reader.pointee.isToken {
            finishToken(direction, reader, last)
        } else if !finishMessage(direction, reader, last) {
            undoGuessedAnswer(direction, last)
        }
        release(reader: index)
    }

    /// The last byte of a message has been read.
    /// - Returns: false where it shows that it was none.
    func finishMessage(_ direction: Direction, _ reader: Reader, _ last: Piece) -> Bool {
        conclude(reader)
        guard confirmsGuess(direction, reader) else { return false }
        countEnding(direction.connection, reader)
        learn(direction.connection, reader, last)
        if reader.pointee.isRequest {
            finishRequest(direction.connection, reader, last)
        } else {
            finishResponse(direction.connection, reader, last)
        }
        return true
    }

    func countEnding(_ connection: Connection, _ reader: Reader) {
        switch reader.pointee.ending {
        case .decoded: file.totals.decoded += 1
        case .unknown:
            addOne(to: \.pairedOnly, \.pairedOnly, connection)
            // Of a vendor's API nothing is known, or missed: it is none of Kafka's.
            if !reader.pointee.isRequest, reader.pointee.pending >= 0,
                reader.pointee.api <= RequestHeaderShape.greatestKey
            {
                addOne(to: \.answersUnread, \.answersUnread, connection)
            }
        case .malformed, .unread: addOne(to: \.malformed, \.malformed, connection)
        case .cut: addOne(to: \.cut, \.cut, connection)
        }
        if reader.pointee.leftOver { addOne(to: \.leftOver, \.leftOver, connection) }
    }

    /// Counts for the connection and for the whole.
    func addOne(
        to own: WritableKeyPath<RareCounts, Int64>, _ sum: WritableKeyPath<CaseFile.Totals, Int64>,
        _ connection: Connection
    ) {
        connection.pointee.kafka.rare.value[keyPath: own] += 1
        file.totals[keyPath: sum] += 1
    }

    func drop(readerOf direction: Direction) {
        release(reader: direction.state.pointee.reader)
        direction.state.pointee.reader = -1
    }

    // MARK: Misaligned

    /// What stands at a frame's place is no length. As much of it as came before is looked at again.
    private func meetMisaligned(_ direction: Direction, size: Int, kept: Int) {
        let connection = direction.connection
        if direction.isRequests, size > Self.greatestUsual, connection.pointee.kafka.oversized == nil {
            connection.pointee.kafka.oversized = size
        }
        let index = direction.state.pointee.reader
        guard kept > 0, index >= 0 else { return loseAlignment(direction) }
        let reader = readers.at(Int(index))
        let start = (reader.pointee.startOffset, reader.pointee.startTime, reader.pointee.startFrame)
        loseAlignment(direction)
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: size).bigEndian) { length in
            length.withMemoryRebound(to: UInt8.self) { bytes in
                let piece = Piece(bytes: bytes, offset: start.0, time: start.1, frame: start.2)
                hold(direction, piece.first(kept))
            }
        }
    }

    // MARK: Gaps

    /// Missing bytes inside a frame whose length is known are passed over by arithmetic, and the next frame's place is still
    /// known; otherwise a beginning is looked for again.
    func passFrames(_ direction: Direction, _ gap: Gap) {
        let kept = direction.state.pointee.framing.keptBytes
        switch direction.state.pointee.framing.pass(gap.length) {
        case .inside(let missing, let ends): cutFrame(direction, gap, missing, ends: ends)
        case .over(let missing):
            if missing > 0 { cutFrame(direction, gap, missing, ends: true) }
            // The gap goes over a frame's beginning: how many frames it holds cannot be known.
            settleAlignment(direction)
            count(unknown: kept, direction.connection)
            drop(readerOf: direction)
            if gap.isCutBySnapLength { noteGap(direction, gap) }
            startSearch(direction)
        }
    }

    private func cutFrame(_ direction: Direction, _ gap: Gap, _ missing: Int64, ends: Bool) {
        let index = direction.state.pointee.reader
        if index >= 0 {
            if observes { passTape(readers.at(Int(index)), missing) }
            cut(direction, readers.at(Int(index)), gap, missing)
        }
        if ends { finishFrame(direction, gap.end(of: missing)) }
    }

    private func cut(_ direction: Direction, _ reader: Reader, _ gap: Gap, _ missing: Int64) {
        if reader.pointee.phase == .telling { _ = tellToken(direction, reader, gap.end(of: 0), isAll: true) }
        guard reader.pointee.phase != .holding, !reader.pointee.passesOver(missing) else { return }
        if !reader.pointee.isToken { closeHeader(direction, reader) }
        reader.pointee.giveUp(.cut)
    }
}
