import Streams
import Vocabulary

/// Kafka's frames: four bytes of length, then as many bytes. A frame that one piece holds is read in place; one that spans
/// pieces is read as they come, without being put together.
extension ConversationEngine {
    /// Larger tokens are not sign-ins (a broker takes 512 KiB).
    private static let tokenBytes = 1 << 20
    private static let lengthBytes = 4

    func takeFrameBytes(_ connection: Connection, _ side: Side, _ piece: Piece) -> Int {
        if connection[side].frameRemaining > 0 { return continueFrame(connection, side, piece) }
        if connection[side].reader >= 0 || piece.bytes.count < bytesToTell(connection, side, piece.bytes) {
            return gatherHead(connection, side, piece)
        }
        if let used = takeKnown(connection, side, piece) { return used }
        return beginFrame(connection, side, piece)
    }

    /// - Parameter piece: holds the length at least.
    private func beginFrame(_ connection: Connection, _ side: Side, _ piece: Piece) -> Int {
        let size = piece.bytes.bigEndian32(at: 0)
        let isRequest = side == connection.pointee.clientSide
        if connection[side].mode == .tokens, isRequest, endsTokens(connection, piece) { return 0 }
        if !isRequest { chooseTokens(connection, side, size) }
        guard sizeFits(connection, side, size, isRequest) else {
            loseStep(connection, side)
            return 0
        }
        let body = piece.dropping(Self.lengthBytes)
        let index = takeReader()
        readers.at(Int(index)).pointee.start(
            size: Int64(size), isRequest: isRequest, time: piece.time, frame: piece.frame, offset: piece.offset)
        connection[side].reader = index
        connection[side].frameRemaining = Int64(size)
        take(bytes: Self.lengthBytes, connection, side)
        if size == 0 {
            finishFrame(connection, side, piece)
            return Self.lengthBytes
        }
        return Self.lengthBytes + (body.bytes.isEmpty ? 0 : continueFrame(connection, side, body))
    }

    private func sizeFits(_ connection: Connection, _ side: Side, _ size: Int, _ isRequest: Bool) -> Bool {
        if connection[side].mode == .tokens { return size >= 0 && size <= Self.tokenBytes }
        if isRequest, size > 100 << 20, connection.pointee.kafka.oversized == nil {
            connection.pointee.kafka.oversized = size
        }
        return size >= (isRequest ? 8 : 4) && size <= limits.frameBytes
    }

    private func continueFrame(_ connection: Connection, _ side: Side, _ piece: Piece) -> Int {
        if contradictsGuess(connection, side, piece.bytes) {
            loseStep(connection, side)
            return 0
        }
        let n = Int(min(connection[side].frameRemaining, Int64(piece.bytes.count)))
        let part = Piece(
            bytes: piece.bytes.slice(from: 0, count: n), offset: piece.offset, time: piece.time, frame: piece.frame)
        let reader = connection[side].reader
        guard reader < 0 || feed(connection, side, readers.at(Int(reader)), part) else {
            loseStep(connection, side)
            // The header did not fit: these bytes are no frame. Behind a sure step they are passed over all the same.
            count(unknown: n, connection)
            return n
        }
        take(bytes: n, connection, side)
        connection[side].frameRemaining -= Int64(n)
        if connection[side].frameRemaining == 0 { finishFrame(connection, side, part) }
        return n
    }

    /// Counts bytes that belong to a frame: as understood where the step is sure.
    private func take(bytes n: Int, _ connection: Connection, _ side: Side) {
        if connection[side].stepIsSure {
            count(understood: n, connection)
        } else {
            connection[side].tentativeBytes += Int64(n)
        }
    }

    private func finishFrame(_ connection: Connection, _ side: Side, _ last: Piece) {
        let index = connection[side].reader
        guard index >= 0 else { return }
        let reader = readers.at(Int(index))
        connection[side].reader = -1
        if reader.pointee.phase == .holding {
            keepEarly(connection, reader, last)
        } else if connection[side].mode == .tokens {
            finishToken(connection, side, reader, last)
        } else if !finishMessage(connection, side, reader, last) {
            return undoGuess(connection, side, index, last)
        }
        release(reader: index)
    }

    /// The last byte of a message has been read.
    /// - Returns: false where it shows that it was none.
    func finishMessage(_ connection: Connection, _ side: Side, _ reader: Reader, _ last: Piece) -> Bool {
        conclude(reader)
        guard bearsOut(connection, side, reader) else { return false }
        countEnding(connection, reader)
        learn(connection, reader, last)
        if reader.pointee.isRequest {
            finishRequest(connection, reader, last)
        } else {
            finishResponse(connection, reader, last)
        }
        return true
    }

    /// What was taken for an answer was none. The real one may have gone by in it.
    private func undoGuess(_ connection: Connection, _ side: Side, _ reader: Int32, _ last: Piece) {
        release(reader: reader)
        loseStep(connection, side)
        connection.pointee.lastAnswerGap = last.time
    }

    func countEnding(_ connection: Connection, _ reader: Reader) {
        switch reader.pointee.ending {
        case .decoded: file.totals.decoded += 1
        case .unknown: add(1, to: \.pairedOnly, \.pairedOnly, connection)
        case .malformed, .unread: add(1, to: \.malformed, \.malformed, connection)
        case .cut: add(1, to: \.cut, \.cut, connection)
        }
        if reader.pointee.leftOver { add(1, to: \.leftOver, \.leftOver, connection) }
    }

    /// Counts for the connection and for the whole.
    private func add(
        _ n: Int64, to own: WritableKeyPath<RareCounts, Int64>, _ sum: WritableKeyPath<CaseFile.Totals, Int64>,
        _ connection: Connection
    ) {
        connection.pointee.kafka.rare.value[keyPath: own] += n
        file.totals[keyPath: sum] += n
    }

    func drop(readerOf connection: Connection, _ side: Side) {
        release(reader: connection[side].reader)
        connection[side].reader = -1
    }

    // MARK: Gaps

    /// Missing bytes. Inside a frame whose length is known they are passed over by arithmetic, and the next frame's place
    /// is still known; otherwise the direction looks for a frame's beginning again.
    func takeGap(_ connection: Connection, _ event: StreamEvent) {
        let side = event.side
        var missing = event.length
        // What a snap length cut off is missing for sure, and takes no frame along unless one begins in it.
        let isNoted = event.gapReason != .cutBySnapLength
        if isNoted { noteGap(connection, side, event) }
        readGathered(connection, side)
        leaveBeginning(connection, side)
        switch connection[side].mode {
        case .first: connection[side].mode = .searching
        case .searching, .ignored: break
        case .tls: gapInTLS(connection, side, missing)
        case .kafka, .tokens:
            let inside = min(missing, connection[side].frameRemaining)
            if inside > 0 { cutFrame(connection, side, inside, event) }
            missing -= inside
            guard missing > 0 else { return }
            // The gap goes over a frame's beginning: how many frames it holds cannot be known.
            settleStep(connection, side)
            dropHead(connection, side)
            drop(readerOf: connection, side)
            connection[side].frameRemaining = 0
            if !isNoted { noteGap(connection, side, event) }
            connection[side].mode = .searching
        }
    }

    private func cutFrame(_ connection: Connection, _ side: Side, _ inside: Int64, _ event: StreamEvent) {
        connection[side].frameRemaining -= inside
        let index = connection[side].reader
        if index >= 0, readers.at(Int(index)).pointee.phase != .holding, !passesOver(readers.at(Int(index)), inside) {
            if connection[side].mode == .kafka { closeHeader(connection, side, readers.at(Int(index))) }
            readers.at(Int(index)).pointee.giveUp(.cut)
        }
        guard connection[side].frameRemaining == 0 else { return }
        finishFrame(
            connection, side,
            Piece(
                bytes: UnsafeBufferPointer(start: nil, count: 0), offset: event.offset, time: event.time,
                frame: event.frame))
    }

    /// The missing bytes are bytes that the decoder did not want to see: nothing is lost by them.
    private func passesOver(_ reader: Reader, _ missing: Int64) -> Bool {
        if reader.pointee.phase == .skipping { return true }
        guard reader.pointee.phase == .body, reader.pointee.carry.isEmpty, reader.pointee.skip >= missing else {
            return false
        }
        reader.pointee.skip -= missing
        return true
    }

    private func noteGap(_ connection: Connection, _ side: Side, _ event: StreamEvent) {
        if side == connection.pointee.clientSide {
            connection.pointee.kafka.requestGaps += 1
            connection.pointee.lastRequestGap = event.time
        } else {
            connection.pointee.kafka.answerGaps += 1
            connection.pointee.lastAnswerGap = event.time
        }
    }
}
