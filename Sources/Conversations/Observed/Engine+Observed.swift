import KafkaDecode
import KafkaSchema
import Streams
import Vocabulary

/// What an observer needs while messages are read: plans for all fields, and the requests that wait.
final class Observation {
    let observer: any MessageObserver
    let requestPlans: PlanCache
    let responsePlans: PlanCache
    let fields = FieldBuffer()
    /// Requests told, by the number under which they wait.
    var waiting: [Int32: ObservedRequest] = [:]
    /// Produces that were answered, by the number under which they waited: they may prove unheard.
    private(set) var answered: [Int32: Exchange] = [:]
    /// Answers that came while their requests were still being read.
    private var early: [Number: (answer: ObservedAnswer, isLate: Bool)] = [:]
    /// A tape for each reader that has read.
    var tapes: [MessageTape] = []
    let limits: Limits
    let showsMessages: Bool
    private var unseen: UnseenAnswer?
    /// Requests told, and answers whose request was not seen.
    var told: UInt64 = 0

    init(_ observer: any MessageObserver, limits given: Limits) {
        self.observer = observer
        showsMessages = observer.showsMessages
        var limits = given
        if showsMessages { limits.showMessages() }
        self.limits = limits
        let selection = showsMessages ? FieldSelection.everythingTold : .everything
        requestPlans = PlanCache(selection: selection, limits: limits)
        responsePlans = PlanCache(selection: selection, limits: limits)
    }

    /// Reads an answer whose request was not captured, where that can be.
    func read(unseen answer: inout ObservedAnswer, _ tape: MessageTape) {
        guard !answer.body.isWhole, let frame = tape.unread, Int64(frame.count) + 4 == answer.bytes else {
            return
        }
        if unseen == nil { unseen = UnseenAnswer(plans: responsePlans, limits: limits) }
        guard let secrets = unseen?.secrets(frame) else { return }
        answer.body = MessageBody(
            definitions: [], nodes: [], text: [], batches: [], reading: .whole, secrets: secrets)
    }

    /// A request and its answer.
    struct Exchange {
        var request: ObservedRequest
        var answer: ObservedAnswer
        /// It was told that it may be unheard; and that it is.
        var isTold = false
        var isLost = false
    }

    private struct Number: Hashable {
        var connection: UInt64
        var correlationId: Int32
    }

    /// Who was told an answer may be asked for it again, as long as its place is no other's.
    func keep(_ answer: ObservedAnswer, to request: ObservedRequest, at place: Int32) {
        guard request.api == Api.produce, !showsMessages else { return }
        answered[place] = Exchange(request: request, answer: answer)
    }

    /// Tells once of each that its answer may be unheard, and once that it is.
    func tellUnheard(_ place: Int32, of connection: UInt64, _ correlationId: Int32, isLost: Bool) {
        guard var known = answered[place], known.request.connection == connection,
            known.request.correlationId == correlationId, !known.isLost, isLost || !known.isTold
        else { return }
        (known.isTold, known.isLost) = (true, isLost)
        answered[place] = known
        observer.mayBeUnheard(known.answer, to: known.request, isLost: isLost)
    }

    private static let earlyKept = 1000

    func keepEarly(_ answer: ObservedAnswer, of connection: UInt64, _ correlationId: Int32, isLate: Bool) {
        guard early.count < Self.earlyKept else { return }
        early[Number(connection: connection, correlationId: correlationId)] = (answer, isLate)
    }

    func takeEarly(of connection: UInt64, _ correlationId: Int32) -> (answer: ObservedAnswer, isLate: Bool)? {
        early.isEmpty ? nil : early.removeValue(forKey: Number(connection: connection, correlationId: correlationId))
    }

    func tape(_ index: Int) -> MessageTape {
        while tapes.count <= index { tapes.append(MessageTape(limits: limits, keepsBytes: showsMessages)) }
        return tapes[index]
    }
}

/// Tells an observer every message. All of it is behind one test, and takes nothing from the facts: the same bytes are read
/// once more, by readers of their own. Frames that are like known ones are read too, so the short ways are off.
extension ConversationEngine {
    /// From now on every message is read with all its fields.
    public func observe(by observer: any MessageObserver) {
        observation = Observation(observer, limits: limits)
        observes = true
        known.isUsed = false
    }

    /// A frame begins.
    func beginTape(_ index: Int32) { observation?.tape(Int(index)).restart() }

    /// - Parameter before: where the reader stood before it was given the bytes.
    func feedTape(_ reader: Reader, before: MessageReader.Phase, _ bytes: UnsafeBufferPointer<UInt8>) {
        guard let observation, before == .header || before == .body || before == .skipping else { return }
        let tape = observation.tape(Int(reader.pointee.index))
        switch reader.pointee.phase {
        // These are read again when it is known what they are.
        case .holding, .token, .telling, .gathering: return tape.restart()
        case .header, .body, .skipping: break
        }
        guard tape.wantsStart else { return tape.feed(bytes, into: observation.fields) }
        tape.keep(bytes)
        guard reader.pointee.headerBytes > 0 else { return }
        let plans = reader.pointee.isRequest ? observation.requestPlans : observation.responsePlans
        let plan = plans.plan(
            apiKey: Int(reader.pointee.api), version: Int(reader.pointee.bodyVersion),
            kind: reader.pointee.isRequest ? .request : .response)
        tape.start(
            plan, header: Int(reader.pointee.headerBytes), known: knownHeader(reader, tape),
            bodyLength: reader.pointee.size - Int64(reader.pointee.headerBytes), into: observation.fields)
    }

    /// A request's API, version, number and client id, an answer's number.
    private func knownHeader(_ reader: Reader, _ tape: MessageTape) -> Int {
        reader.pointee.isRequest ? tape.fixedRequestHeader : 4
    }

    func passTape(_ reader: Reader, _ missing: Int64) {
        observation?.tape(Int(reader.pointee.index)).pass(missing)
    }

    /// The reader's request is over.
    func tellRequest(_ connection: Connection, _ reader: Reader, _ last: Piece) {
        guard let observation, !connection.pointee.isTwin, reader.pointee.api >= 0 else { return }
        let tape = observation.tape(Int(reader.pointee.index))
        tape.finish(into: observation.fields)
        var request = observed(connection, reader, observation)
        (request.sentWhole, request.lastFrame, request.body) = (last.time, last.frame, tape.body)
        observation.observer.took(request)
        if observation.showsMessages { request.body = .unread }
        guard reader.pointee.pending >= 0 else {
            return observation.observer.ended(request, .captureEnded, .unsure, at: last.time)
        }
        guard let early = observation.takeEarly(of: request.connection, request.correlationId) else {
            observation.waiting[reader.pointee.pending] = request
            return
        }
        if early.isLate {
            observation.waiting[reader.pointee.pending] = request
            return observation.observer.tooLate(early.answer, to: request)
        }
        observation.observer.took(early.answer, to: request)
        observation.keep(early.answer, to: request, at: reader.pointee.pending)
    }

    /// A request of which only the header has been read.
    private func observed(_ connection: Connection, _ reader: Reader, _ observation: Observation) -> ObservedRequest {
        observation.told += 1
        var request = ObservedRequest(
            connection: connection.pointee.serial, client: connection.client, server: connection.server,
            api: reader.pointee.api, version: reader.pointee.version, correlationId: reader.pointee.correlationId,
            clientId: file.strings.text(reader.pointee.clientId), sent: reader.pointee.startTime,
            frame: reader.pointee.startFrame, sentWhole: reader.pointee.startTime, bytes: reader.pointee.size + 4,
            body: .unread)
        request.number = observation.told
        request.offset = offset(connection, reader)
        request.roundTrip = connection.pointee.roundTrip
        if observation.showsMessages { request.firstFrame = connection.pointee.firstFrame }
        return request
    }

    /// The reader's answer is over.
    func tellAnswer(_ connection: Connection, _ reader: Reader, _ last: Piece, isLate: Bool) {
        guard let observation else { return }
        let place = reader.pointee.pending
        guard var request = observation.waiting[place] else {
            // Its request's last bytes are still to come.
            guard !connection.pointee.isTwin, !pending[place].isWhole else { return }
            let answer = observed(connection, reader, last, observation)
            return observation.keepEarly(
                answer, of: connection.pointee.serial, reader.pointee.correlationId, isLate: isLate)
        }
        // Its SYN+ACK may have been captured since.
        request.roundTrip = connection.pointee.roundTrip
        var answer = observed(connection, reader, last, observation)
        answer.requestResent = lastResend(connection, request)
        answer.windowClosed = closedWindow(connection, to: answer.time)
        if isLate { return observation.observer.tooLate(answer, to: request) }
        observation.waiting[place] = nil
        observation.observer.took(answer, to: request)
        observation.keep(answer, to: request, at: place)
    }

    /// Inside TLS a message's place in the TCP stream is not known: then whatever the client last sent again.
    private func lastResend(_ connection: Connection, _ request: ObservedRequest) -> CaptureTime? {
        let end = request.offset < 0 ? Int64.max : request.offset.addingSaturated(request.bytes)
        let time = lastResent(connection, connection.pointee.clientSide, before: end)
        return time > .distantPast ? time : nil
    }

    private func observed(
        _ connection: Connection, _ reader: Reader, _ last: Piece, _ observation: Observation
    ) -> ObservedAnswer {
        let tape = observation.tape(Int(reader.pointee.index))
        tape.finish(into: observation.fields)
        return ObservedAnswer(
            began: reader.pointee.startTime, frame: reader.pointee.startFrame, time: last.time, lastFrame: last.frame,
            bytes: reader.pointee.size + 4, offset: offset(connection, reader), body: tape.body)
    }

    /// Where a message begins in its TCP stream.
    private func offset(_ connection: Connection, _ reader: Reader) -> Int64 {
        connection.pointee.tls == nil ? reader.pointee.startOffset : -1
    }

    func tellToken(_ connection: Connection, _ reader: Reader, isClients: Bool) {
        guard let observation, observation.showsMessages, connection.pointee.tls == nil else { return }
        observation.observer.tookToken(
            of: connection.pointee.serial, isClients: isClients, offset: reader.pointee.startOffset)
    }

    /// What may be shown of a token that was read.
    func tellShape(of token: [UInt8], _ connection: Connection, isClients: Bool) {
        guard let observation, observation.showsMessages, connection.pointee.tls == nil, !token.isEmpty else { return }
        let mechanism = file.strings[connection.pointee.signIn.mechanism]
        observation.observer.tookToken(
            of: connection.pointee.serial, isClients: isClients,
            harmless: HarmlessToken.of(token, mechanism: mechanism, isClients: isClients))
    }

    /// It was told what a direction speaks.
    @inline(never)
    func tellBeginning(_ direction: Direction, _ bytes: UnsafeBufferPointer<UInt8>, at offset: Int64, used: Int) {
        guard let observation, observation.showsMessages, !direction.isDecrypted else { return }
        let spoken = used > 0 ? .proxyHeader : direction.state.pointee.spoke
        if used > 0, used <= bytes.count {
            observation.observer.tookProxyHeader(
                of: direction.connection.pointee.serial, UnsafeBufferPointer(rebasing: bytes[..<used]), at: offset)
        }
        for range in ShownBeginning.ranges(spoken, bytes, used: used, isClients: direction.isRequests) {
            observation.observer.tookBeginning(
                of: direction.connection.pointee.serial, isClients: direction.isRequests,
                offset + Int64(range.lowerBound)..<offset + Int64(range.upperBound))
        }
    }

    /// Records of TLS, whether or not keys open them.
    @inline(never)
    func tellRecords(_ direction: Direction, _ piece: Piece, used: Int, serverName: String?) {
        guard let observation, observation.showsMessages, used > 0, used <= piece.bytes.count else { return }
        observation.observer.tookRecords(
            of: direction.connection.pointee.serial, isClients: direction.isRequests,
            UnsafeBufferPointer(rebasing: piece.bytes[..<used]), at: piece.offset, serverName: serverName)
    }

    @inline(never)
    func tellBeginning(_ direction: Direction, _ held: borrowing HeldBytes, used: Int) {
        var offset: Int64?
        held.forEachPiece(from: 0) { offset = offset ?? $0.offset }
        held.withBytes { tellBeginning(direction, $0, at: offset ?? 0, used: used) }
    }

    /// An answer to a request that wants none.
    func tellUnasked(_ connection: Connection, _ reader: Reader) {
        guard let observation, observation.showsMessages, !connection.pointee.isTwin else { return }
        observation.observer.tookUnasked(
            of: connection.pointee.serial, offset: offset(connection, reader), bytes: reader.pointee.size + 4)
    }

    func tellClosed(_ connection: Connection, _ end: FlowEnd) {
        guard let observation, observation.showsMessages else { return }
        observation.observer.closed(described(connection, end))
    }

    private func described(_ connection: Connection, _ end: FlowEnd) -> ObservedConnection {
        let clientSide = connection.pointee.clientSide
        let spoke = connection[clientSide].spoke
        return ObservedConnection(
            number: connection.pointee.serial, client: connection.client, server: connection.server,
            firstFrame: connection.pointee.firstFrame, clientSequence: end.firstSequence(clientSide),
            serverSequence: end.firstSequence(clientSide.other),
            isTLS: connection.pointee.tls != nil || spoke == .tls || connection[clientSide.other].spoke == .tls,
            hasProxyHeader: connection.pointee.proxyHeader,
            isOther: spoke != .kafka && spoke != .tls,
            isUnknown: spoke == .unknown)
    }

    /// An answer to a request that was not captured.
    func tellUnseen(_ connection: Connection, _ reader: Reader, _ last: Piece) {
        guard let observation, observation.showsMessages, !connection.pointee.isTwin else { return }
        var answer = observed(connection, reader, last, observation)
        if observation.observer.readsUnseen {
            observation.read(unseen: &answer, observation.tape(Int(reader.pointee.index)))
        }
        observation.observer.took(answer, toUnseen: observed(connection, reader, observation))
    }

    /// A request leaves the list of those that wait, and was not answered.
    func tellEnd(_ index: Int32, _ end: RequestEnd, _ fate: RequestFate = .hidden, at time: CaptureTime) {
        guard let observation, let request = observation.waiting.removeValue(forKey: index) else { return }
        observation.observer.ended(request, end, fate, at: time)
    }

    /// An answered request may be unheard, or is.
    func tellUnheard(_ connection: Connection, _ index: Int32, isLost: Bool) {
        observation?.tellUnheard(
            index, of: connection.pointee.serial, pending[index].correlationId, isLost: isLost)
    }

    /// All that still wait on a connection that is over.
    func tellEnds(_ connection: Connection, _ record: ConnectionRecord) {
        tellBegun(connection)
        let closed = record.firstClose?.time
        let end: RequestEnd = closed == nil ? .captureEnded : .connectionEnded
        eachPending(connection) { tellEnd($0, end, fate(pending[$0], record), at: closed ?? file.endOfSight) }
    }

    /// A connection was the copy of another: what waits on it is told there.
    func tellCopy(_ connection: Connection) {
        guard let observation else { return }
        eachPending(connection) { index in
            if let request = observation.waiting.removeValue(forKey: index) { observation.observer.isCopy(request) }
        }
    }

    /// Messages that have begun and will not go on.
    private func tellBegun(_ connection: Connection) {
        guard let observation, observation.showsMessages, !connection.pointee.isTwin else { return }
        tellBegunHeaders(connection, observation)
        let requests = connection.messages(connection.pointee.clientSide).state.pointee.reader
        if requests >= 0 {
            let reader = readers.at(Int(requests))
            if reader.pointee.isRequest, reader.pointee.pending >= 0, observation.waiting[reader.pointee.pending] == nil
            {
                tellRequest(connection, reader, begun(reader))
            }
        }
        let answers = connection.messages(connection.pointee.clientSide.other).state.pointee.reader
        guard answers >= 0 else { return }
        let reader = readers.at(Int(answers))
        guard !reader.pointee.isRequest, let request = observation.waiting[reader.pointee.pending] else { return }
        observation.observer.cut(observed(connection, reader, begun(reader), observation), to: request)
    }

    /// Lengths and headers that have begun, and go on in another capture.
    private func tellBegunHeaders(_ connection: Connection, _ observation: Observation) {
        guard connection.pointee.tls == nil else { return }
        for side in [connection.pointee.clientSide, connection.pointee.clientSide.other] {
            let state = connection[side]
            guard state.reader >= 0, state.framing.alignment == .sure, state.layer == .frames else { continue }
            let (reader, tape) = (readers.at(Int(state.reader)), observation.tape(Int(state.reader)))
            let isHeader = reader.pointee.phase == .header && state.framing.content == .messages && tape.wantsStart
            let header = !isHeader ? 0 : reader.pointee.isRequest ? tape.begunRequestHeader : 4
            let start = reader.pointee.startOffset
            observation.observer.tookBeginning(
                of: connection.pointee.serial, isClients: side == connection.pointee.clientSide,
                start..<start.addingSaturated(Int64(Framing.lengthBytes + header)))
        }
    }

    /// Where a message that goes no further was seen.
    private func begun(_ reader: Reader) -> Piece {
        Piece(
            bytes: UnsafeBufferPointer(start: nil, count: 0), offset: reader.pointee.startOffset,
            time: reader.pointee.startTime, frame: reader.pointee.startFrame)
    }
}
