import Streams
import Vocabulary

/// Kafka's frames: four bytes of length, then as many bytes. A frame that one piece holds is read in place; one that spans
/// pieces is read as they come, without being put together.
extension ConversationEngine {
    /// Larger tokens are not sign-ins (a broker takes 512 KiB).
    private static let tokenBytes = 1 << 20

    func takeFrameBytes(_ slot: Int, _ side: Side, _ piece: Piece) -> Int {
        if live[slot][side].frameRemaining > 0 { return continueFrame(slot, side, piece) }
        if live[slot][side].reader >= 0 || piece.bytes.count < 4 { return gatherLength(slot, side, piece) }
        return beginFrame(slot, side, piece, size: piece.bytes.bigEndian32(at: 0), lengthBytes: 4)
    }

    /// The length itself is cut in two.
    private func gatherLength(_ slot: Int, _ side: Side, _ piece: Piece) -> Int {
        if live[slot][side].reader < 0 {
            let reader = takeReader()
            readers[Int(reader)].start(
                size: 0, isRequest: side == live[slot].clientSide, time: piece.time, frame: piece.frame,
                offset: piece.offset)
            live[slot][side].reader = reader
        }
        let index = live[slot][side].reader
        let used = min(4 - readers[Int(index)].carry.count, piece.bytes.count)
        readers[Int(index)].carry += piece.bytes.slice(from: 0, count: used)
        guard readers[Int(index)].carry.count == 4 else { return used }
        let size = readers[Int(index)].carry.withUnsafeBufferPointer { $0.bigEndian32(at: 0) }
        live[slot][side].reader = -1
        release(reader: index)
        _ = beginFrame(slot, side, piece.dropping(used), size: size, lengthBytes: 0)
        take(bytes: 4, slot, side)
        return used
    }

    /// - Parameter lengthBytes: how many bytes of the length stand at the piece's beginning: 4, or 0.
    private func beginFrame(_ slot: Int, _ side: Side, _ piece: Piece, size: Int, lengthBytes: Int) -> Int {
        let isRequest = side == live[slot].clientSide
        if live[slot][side].mode == .tokens, isRequest, endsTokens(slot, piece, lengthBytes) {
            return 0
        }
        guard sizeFits(slot, side, size, isRequest) else {
            loseStep(slot, side)
            return lengthBytes == 4 ? 0 : piece.bytes.count
        }
        let body = piece.dropping(lengthBytes)
        let index = takeReader()
        readers[Int(index)].start(
            size: Int64(size), isRequest: isRequest, time: piece.time, frame: piece.frame, offset: piece.offset)
        live[slot][side].reader = index
        live[slot][side].frameRemaining = Int64(size)
        take(bytes: lengthBytes, slot, side)
        if size == 0 {
            finishFrame(slot, side, piece)
            return lengthBytes
        }
        return lengthBytes + (body.bytes.isEmpty ? 0 : continueFrame(slot, side, body))
    }

    private func sizeFits(_ slot: Int, _ side: Side, _ size: Int, _ isRequest: Bool) -> Bool {
        if live[slot][side].mode == .tokens { return size >= 0 && size <= Self.tokenBytes }
        if isRequest, size > 100 << 20, live[slot].kafka.oversized == nil { live[slot].kafka.oversized = size }
        return size >= (isRequest ? 8 : 4) && size <= limits.frameBytes
    }

    private func continueFrame(_ slot: Int, _ side: Side, _ piece: Piece) -> Int {
        if contradictsGuess(slot, side, piece.bytes) {
            loseStep(slot, side)
            return 0
        }
        let n = Int(min(live[slot][side].frameRemaining, Int64(piece.bytes.count)))
        let part = Piece(
            bytes: piece.bytes.slice(from: 0, count: n), offset: piece.offset, time: piece.time, frame: piece.frame)
        let reader = live[slot][side].reader
        guard reader < 0 || feed(slot, side, readers[Int(reader)], part) else {
            loseStep(slot, side)
            // The header did not fit: these bytes are no frame. Behind a sure step they are passed over all the same.
            count(unknown: n, slot)
            return n
        }
        take(bytes: n, slot, side)
        live[slot][side].frameRemaining -= Int64(n)
        if live[slot][side].frameRemaining == 0 { finishFrame(slot, side, part) }
        return n
    }

    /// Counts bytes that belong to a frame: as understood where the step is sure.
    private func take(bytes n: Int, _ slot: Int, _ side: Side) {
        if live[slot][side].stepIsSure {
            count(understood: n, slot)
        } else {
            live[slot][side].tentativeBytes += Int64(n)
        }
    }

    private func finishFrame(_ slot: Int, _ side: Side, _ last: Piece) {
        let index = live[slot][side].reader
        guard index >= 0 else { return }
        let reader = readers[Int(index)]
        live[slot][side].reader = -1
        if reader.phase == .holding {
            keepEarly(slot, reader, last)
        } else if live[slot][side].mode == .tokens {
            finishToken(slot, side, reader, last)
        } else {
            conclude(reader)
            countEnding(reader)
            if reader.isRequest { finishRequest(slot, reader, last) } else { finishResponse(slot, reader, last) }
        }
        release(reader: index)
    }

    func countEnding(_ reader: MessageReader) {
        switch reader.ending {
        case .decoded: file.totals.decoded += 1
        case .unknown: file.totals.pairedOnly += 1
        case .malformed, .unread: file.totals.malformed += 1
        case .cut: file.totals.cut += 1
        }
        if reader.leftOver { file.totals.leftOver += 1 }
    }

    func drop(readerOf slot: Int, _ side: Side) {
        release(reader: live[slot][side].reader)
        live[slot][side].reader = -1
    }

    // MARK: Gaps

    /// Missing bytes. Inside a frame whose length is known they are passed over by arithmetic, and the next frame's place
    /// is still known; otherwise the direction looks for a frame's beginning again.
    func takeGap(_ slot: Int, _ event: StreamEvent) {
        let side = event.side
        var missing = event.length
        if event.gapReason != .cutBySnapLength { noteGap(slot, side, event) }
        switch live[slot][side].mode {
        case .first, .searching:
            if live[slot][side].mode == .first { leaveFirst(slot, side) }
        case .ignored: break
        case .tls: gapInTLS(slot, side, missing)
        case .kafka, .tokens:
            let inside = min(missing, live[slot][side].frameRemaining)
            if inside > 0 { cutFrame(slot, side, inside, event) }
            missing -= inside
            guard missing > 0 else { return }
            // The gap goes over a frame's beginning: how many frames it holds cannot be known.
            drop(readerOf: slot, side)
            live[slot][side].frameRemaining = 0
            noteGap(slot, side, event)
            if live[slot][side].mode == .kafka { live[slot][side].mode = .searching }
        }
    }

    private func leaveFirst(_ slot: Int, _ side: Side) {
        if live[slot][side].reader >= 0 {
            let kept = readers[Int(live[slot][side].reader)].carry
            live[slot].proxyHeader = live[slot].proxyHeader || kept.starts(with: "PROXY ".utf8)
            count(unknown: kept.count, slot)
            drop(readerOf: slot, side)
        }
        live[slot][side].mode = .searching
    }

    private func cutFrame(_ slot: Int, _ side: Side, _ inside: Int64, _ event: StreamEvent) {
        live[slot][side].frameRemaining -= inside
        let index = live[slot][side].reader
        if index >= 0, readers[Int(index)].phase != .holding, !passesOver(readers[Int(index)], inside) {
            if live[slot][side].mode == .kafka { closeHeader(slot, side, readers[Int(index)]) }
            readers[Int(index)].giveUp(.cut)
        }
        guard live[slot][side].frameRemaining == 0 else { return }
        finishFrame(
            slot, side,
            Piece(
                bytes: UnsafeBufferPointer(start: nil, count: 0), offset: event.offset, time: event.time,
                frame: event.frame))
    }

    /// The missing bytes are bytes that the decoder did not want to see: nothing is lost by them.
    private func passesOver(_ reader: MessageReader, _ missing: Int64) -> Bool {
        if reader.phase == .skipping { return true }
        guard reader.phase == .body, reader.carry.isEmpty, reader.skip >= missing else { return false }
        reader.skip -= missing
        return true
    }

    private func noteGap(_ slot: Int, _ side: Side, _ event: StreamEvent) {
        if side == live[slot].clientSide {
            live[slot].kafka.requestGaps += 1
            live[slot].lastRequestGap = event.time
        } else {
            live[slot].kafka.answerGaps += 1
            live[slot].lastAnswerGap = event.time
        }
    }
}
