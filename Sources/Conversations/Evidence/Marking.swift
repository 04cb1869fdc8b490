public import Streams
public import Vocabulary

/// Which captured bytes may be shown to anybody: headers of Kafka's messages, bodies of those that hold neither tokens nor
/// records, and what is encrypted. All else (sign-in tokens, records, passwords in settings, unknown protocols, bytes that
/// came twice or out of order) is not told harmless.
extension ConversationEngine {
    /// APIs whose messages hold names, numbers and error codes only; of Produce the answer, of Fetch the request.
    private static let harmlessApis: Set<Int16> = [
        2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 22, 23, 24, 25, 26, 28, 60, 68, 69,
    ]

    /// As `consume`, an event at a time; also tells where harmless bytes lie.
    public func consumeMarking(_ batch: StreamBatch) -> HarmlessBytes {
        var marks = HarmlessBytes()
        let events = batch.events
        for i in events.indices {
            var own = HarmlessBytes()
            if events[i].kind == .data { mark(events[i], &own) }
            let odd = oddFrames
            consume(batch.with(UnsafeBufferPointer(rebasing: events[i...i])))
            // A frame with bytes behind its last field, or that is none: what they are nobody knows.
            if odd == oddFrames, !endsEarly(events[i]) || own.isEmpty { marks.add(own) }
        }
        return marks
    }

    private var oddFrames: Int64 { file.totals.leftOver.addingSaturated(file.totals.malformed) }

    /// The message that is being read is over, and its frame is not.
    private func endsEarly(_ event: StreamEvent) -> Bool {
        guard event.kind == .data, Int(event.slot) < live.count else { return false }
        let connection = live.at(Int(event.slot))
        guard connection.pointee.isOpen, connection[event.side].reader >= 0 else { return false }
        let reader = readers[Int(connection[event.side].reader)]
        return reader.leftOver || reader.ending == .malformed
    }

    private func mark(_ event: StreamEvent, _ marks: inout HarmlessBytes) {
        guard let start = event.bytes, event.length > 0, Int(event.slot) < live.count else { return }
        let connection = live.at(Int(event.slot))
        guard connection.pointee.isOpen else { return }
        let bytes = UnsafeBufferPointer(start: start, count: Int(event.length))
        let isRequest = event.side == connection.pointee.clientSide
        let state = connection[event.side]
        switch state.layer {
        case .tls: marks.add(start, bytes.count)
        case .frames where state.framing.alignment == .sure && state.framing.content == .messages:
            walk(connection, state, bytes, isRequest, &marks)
        case .first where state.held < 0 && event.offset == 0:
            let spoken = FirstBytes.classify(
                bytes, fromClient: isRequest, frameLimit: limits.frameBytes, isAll: true)
            if spoken == .tls { marks.add(start, bytes.count) }
            if spoken == .kafka { frames(connection, bytes, from: 0, isRequest, &marks) }
        case .frames, .first, .ignored: break
        }
    }

    /// The rest of a frame that has begun, then whole ones.
    private func walk(
        _ connection: Connection, _ state: DirectionState, _ bytes: UnsafeBufferPointer<UInt8>, _ isRequest: Bool,
        _ marks: inout HarmlessBytes
    ) {
        guard state.framing.remaining > 0 else {
            // A length cut in two: where its frame ends is told too late.
            return state.framing.isBetween ? frames(connection, bytes, from: 0, isRequest, &marks) : ()
        }
        guard state.reader >= 0, let start = bytes.baseAddress else { return }
        let rest = Int(min(state.framing.remaining, Int64(bytes.count)))
        let reader = readers[Int(state.reader)]
        if reader.phase == .body || reader.phase == .gathering, Self.isHarmless(reader.api, isRequest) {
            marks.add(start, rest)
        }
        // Before its header is there, a request may be one that a secret follows.
        if isRequest, reader.phase == .header || Self.leadsToTokens(reader.api, reader.version) { return }
        frames(connection, bytes, from: rest, isRequest, &marks)
    }

    private func frames(
        _ connection: Connection, _ bytes: UnsafeBufferPointer<UInt8>, from first: Int, _ isRequest: Bool,
        _ marks: inout HarmlessBytes
    ) {
        var at = first
        while at + 14 <= bytes.count, let start = bytes.baseAddress {
            let size = bytes.bigEndian32(at: at)
            guard size >= 4, size <= limits.frameBytes else { return }
            if isRequest, RequestHeaderShape.check(bytes.slice(from: at), limits.frameBytes, isAll: true) != .fits {
                return
            }
            let end = min(at + 4 + size, bytes.count)
            let (api, version) =
                isRequest
                ? (bytes.signed16(at + 4), bytes.signed16(at + 6)) : kind(connection, bytes, at + 4)
            let shown =
                Self.isHarmless(api, isRequest) ? end : HarmlessHeads(bytes, end).end(at, api, version, isRequest)
            marks.add(start + at, shown - at)
            if isRequest, Self.leadsToTokens(api, version) { return }
            at += 4 + size
        }
    }

    private func kind(
        _ connection: Connection, _ bytes: UnsafeBufferPointer<UInt8>, _ at: Int
    ) -> (api: Int16, version: Int16) {
        let id = Int32(truncatingIfNeeded: bytes.bigEndian32(at: at))
        return findPending(connection, id).map { (pending[$0].api, pending[$0].version) } ?? (-1, -1)
    }

    /// SaslHandshake version 0: the client's next bytes are a token, whether or not the answer was captured.
    private static func leadsToTokens(_ api: Int16, _ version: Int16) -> Bool {
        api == Api.saslHandshake && version == 0
    }

    private static func isHarmless(_ api: Int16, _ isRequest: Bool) -> Bool {
        switch api {
        case Api.produce: !isRequest
        case 1: isRequest
        default: harmlessApis.contains(api)
        }
    }
}
