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
    /// A tape for each reader that has read.
    var tapes: [MessageTape] = []
    let limits: Limits

    init(_ observer: any MessageObserver, limits: Limits) {
        self.observer = observer
        self.limits = limits
        requestPlans = PlanCache(selection: .everything, limits: limits)
        responsePlans = PlanCache(selection: .everything, limits: limits)
    }

    func tape(_ index: Int) -> MessageTape {
        while tapes.count <= index { tapes.append(MessageTape(limits: limits)) }
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
            plan, header: Int(reader.pointee.headerBytes),
            bodyLength: reader.pointee.size - Int64(reader.pointee.headerBytes), into: observation.fields)
    }

    func passTape(_ reader: Reader, _ missing: Int64) {
        observation?.tape(Int(reader.pointee.index)).pass(missing)
    }

    /// The reader's request is over.
    func tellRequest(_ connection: Connection, _ reader: Reader, _ last: Piece) {
        guard let observation, !connection.pointee.isTwin, reader.pointee.api >= 0 else { return }
        let tape = observation.tape(Int(reader.pointee.index))
        tape.finish(into: observation.fields)
        let request = ObservedRequest(
            connection: connection.pointee.serial, client: connection.client, server: connection.server,
            api: reader.pointee.api, version: reader.pointee.version, correlationId: reader.pointee.correlationId,
            clientId: file.strings.text(reader.pointee.clientId), sent: reader.pointee.startTime,
            frame: reader.pointee.startFrame, sentWhole: last.time, bytes: reader.pointee.size + 4, body: tape.body)
        if reader.pointee.pending >= 0 { observation.waiting[reader.pointee.pending] = request }
        observation.observer.took(request)
    }

    /// The reader's answer is over.
    func tellAnswer(_ connection: Connection, _ reader: Reader, _ last: Piece, isLate: Bool) {
        guard let observation, let request = observation.waiting[reader.pointee.pending] else { return }
        let tape = observation.tape(Int(reader.pointee.index))
        tape.finish(into: observation.fields)
        let answer = ObservedAnswer(
            began: reader.pointee.startTime, frame: reader.pointee.startFrame, time: last.time, lastFrame: last.frame,
            bytes: reader.pointee.size + 4, body: tape.body)
        if isLate { return observation.observer.tooLate(answer, to: request) }
        observation.waiting[reader.pointee.pending] = nil
        observation.observer.took(answer, to: request)
    }

    /// A request leaves the list of those that wait, and was not answered.
    func tellEnd(_ index: Int32, _ end: RequestEnd, at time: CaptureTime) {
        guard let observation, let request = observation.waiting.removeValue(forKey: index) else { return }
        observation.observer.ended(request, end, at: time)
    }

    /// All that still wait on a connection that is over.
    /// - Parameter closed: when its end began; nil where it is over with the capture.
    func tellEnds(_ connection: Connection, closed: CaptureTime?) {
        let end: RequestEnd = closed == nil ? .captureEnded : .connectionEnded
        eachPending(connection) { tellEnd($0, end, at: closed ?? file.lastTime) }
    }
}
