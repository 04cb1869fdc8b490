public import Conversations
public import Vocabulary

/// Is told every message and writes those that are wanted, in the order of their requests, as soon as each is settled.
///
/// What waits for the answer to an earlier request is kept as text, up to `Limits.shownWaitingBytes`; beyond that the earliest
/// request gives up its place, and is written when it is settled.
public final class MessageTeller: MessageObserver {
    public enum Form: Sendable {
        case json
        /// For people, with what to add to UTC.
        case text(offsetSeconds: Int)
    }

    private let limits: Limits
    private let filter: MessageFilter
    private let hindsight: any MessageHindsight
    private let json: MessageJSON?
    private let lines: MessageText?
    private let write: ([UInt8]) -> Void
    /// Messages chosen beforehand, by a finding; nil: all.
    private let chosen: ((ObservedRequest) -> Bool)?
    private let roles = RoleTable()
    private var ids: TopicIds
    private var queue: [Message?] = []
    private var first = 0
    /// The number of the queue's first message.
    private var base: UInt64 = 1
    private var heldBytes = 0
    /// Those that gave up their place.
    private var late: [UInt64: Message] = [:]
    private var lateBytes = 0
    private var order = MessageOrder()
    private var out: [UInt8] = []
    /// Messages written.
    public private(set) var written = 0
    private var outOfOrder = 0
    private static let blockBytes = 64 << 10

    public let showsMessages = true

    /// - Parameters:
    ///   - chosen: whether a message is looked at at all; asked once for each, in order.
    ///   - write: takes whole lines.
    public init(
        form: Form, filter: MessageFilter, hindsight: any MessageHindsight, limits: Limits,
        chosen: ((ObservedRequest) -> Bool)? = nil, write: @escaping ([UInt8]) -> Void
    ) {
        (self.limits, self.filter, self.hindsight) = (limits, filter, hindsight)
        (self.chosen, self.write) = (chosen, write)
        ids = TopicIds(limit: limits.depthTopics)
        switch form {
        case .json: (json, lines) = (MessageJSON(hindsight: hindsight), nil)
        case .text(let seconds): (json, lines) = (nil, MessageText(offsetSeconds: seconds))
        }
    }

    /// The bound that was reached, if it was.
    public var trip: LimitTrip? {
        LimitTrip(
            "shownWaitingBytes", limits.shownWaitingBytes, beyond: outOfOrder,
            "messages that stand behind later ones, for their answers came too late")
    }

    // MARK: Messages

    public func took(_ request: ObservedRequest) {
        var message = begin(request)
        if message.isWanted {
            message.requestReading = request.body.reading
            (message.requestText, message.matches) = content(request.body, request, isRequest: true)
        }
        append(message)
    }

    public func took(_ answer: ObservedAnswer, to request: ObservedRequest) {
        let isUnheard = hindsight.isUnheard(request)
        let outcome: MessageOutcome =
            !isUnheard ? .answered : hindsight.isGivenUp(Self.id(request)) ? .givenUp : .lost
        change(request.number) { message in
            add(answer, to: &message)
            message.outcome = outcome
        }
    }

    public func tooLate(_ answer: ObservedAnswer, to request: ObservedRequest) {
        change(request.number) { add(answer, to: &$0) }
    }

    public func cut(_ answer: ObservedAnswer, to request: ObservedRequest) {
        change(request.number) { add(answer, to: &$0) }
    }

    public func isCopy(_ request: ObservedRequest) {
        change(request.number) { message in
            message.isWanted = false
            message.outcome = .responseNotCaptured
        }
    }

    public func ended(_ request: ObservedRequest, _ end: RequestEnd, at time: CaptureTime) {}

    public func ended(_ request: ObservedRequest, _ end: RequestEnd, _ fate: RequestFate, at time: CaptureTime) {
        change(request.number) { message in
            message.ended = time
            message.outcome =
                switch end {
                case .wantsNoAnswer: .noResponseWanted
                case .answerNotSeen: .responseNotCaptured
                case .connectionEnded, .captureEnded: hindsight.outcome(fate, of: request, message.connection)
                }
        }
    }

    public func took(_ answer: ObservedAnswer, toUnseen request: ObservedRequest) {
        var message = begin(request)
        message.isRequestSeen = false
        if message.isWanted { add(answer, to: &message) }
        message.outcome = .requestNotCaptured
        append(message)
        flush()
    }

    /// All messages have been told.
    public func finish() {
        for case .some(let message) in queue[first...] { put(message) }
        queue = []
        first = 0
        for number in late.keys.sorted() { if let message = late[number] { put(message) } }
        (late, lateBytes) = ([:], 0)
        order.finish(add)
        if !out.isEmpty { write(out) }
        out = []
    }

    // MARK: Content

    private func begin(_ request: ObservedRequest) -> Message {
        var bare = request
        bare.body = .unread
        let id = Self.id(request)
        var message = Message(request: bare, connection: id)
        message.isWanted = chosen?(bare) ?? true
        if message.isWanted { message.isWanted = filter.fits(bare, connection: id) }
        return message
    }

    static func id(_ request: ObservedRequest) -> String { ConnectionRecord.id(ofFirst: request.firstFrame) }

    private func add(_ answer: ObservedAnswer, to message: inout Message) {
        guard message.isWanted else {
            // What topic ids are called is told by messages that nobody asked for, too.
            if message.request.api == Api.metadata, lines != nil || filter.asksForContent {
                _ = subjects(answer.body, message.request, isRequest: false)
            }
            return
        }
        var bare = answer
        bare.body = .unread
        message.answer = bare
        message.answerReading = message.isRequestSeen ? answer.body.reading : .unknown
        let (text, matches) = content(answer.body, message.request, isRequest: false)
        (message.answerText, message.matches) = (text, message.matches.union(matches))
    }

    /// A message's content in the form that is written, and which conditions it meets.
    private func content(
        _ body: MessageBody, _ request: ObservedRequest, isRequest: Bool
    ) -> ([UInt8], MessageFilter.Matches) {
        var text: [UInt8] = []
        var matches = MessageFilter.Matches.all
        if json != nil, !body.definitions.isEmpty { body.appendJSON(to: &text) }
        if lines != nil || filter.asksForContent {
            let subjects = subjects(body, request, isRequest: isRequest)
            matches = filter.fits(subjects)
            if let lines { text = lines.words(subjects, namesTopics: isRequest || request.api == Api.metadata) }
        }
        return (text, matches)
    }

    private func subjects(_ body: MessageBody, _ request: ObservedRequest, isRequest: Bool) -> MessageSubjects {
        let roles = roles.roles(body, api: request.api, version: request.version, isRequest: isRequest)
        return MessageSubjects(body, roles, ids: &ids)
    }

    // MARK: Order

    private func append(_ message: Message) {
        if first == queue.count { base = message.request.number }
        queue.append(message)
        heldBytes += message.textBytes
        while heldBytes > limits.shownWaitingBytes, first < queue.count { passHead() }
    }

    private func change(_ number: UInt64, _ body: (inout Message) -> Void) {
        if var message = late[number] {
            lateBytes -= message.textBytes
            body(&message)
            late[number] = message.outcome == nil ? message : nil
            if message.outcome == nil { lateBytes += message.textBytes }
            if message.outcome != nil { put(message) }
            return
        }
        guard number >= base, number - base < UInt64(queue.count - first) else { return }
        let place = first + Int(number - base)
        guard var message = queue[place] else { return }
        queue[place] = nil
        heldBytes -= message.textBytes
        body(&message)
        heldBytes += message.textBytes
        queue[place] = message
        flush()
    }

    /// Writes what is settled, up to the first that waits.
    private func flush() {
        while first < queue.count, queue[first]?.outcome != nil || queue[first] == nil { passHead() }
    }

    /// Of what is beyond the bound the request is not shown.
    private func wait(_ message: Message) {
        var message = message
        if lateBytes.addingSaturated(message.textBytes) > limits.shownLateBytes { message.requestText = [] }
        lateBytes += message.textBytes
        late[message.request.number] = message
    }

    /// Takes the first message off the queue: written where it is settled, else it goes on waiting beside the queue.
    private func passHead() {
        if let message = queue[first] {
            heldBytes -= message.textBytes
            if message.outcome != nil {
                put(message)
            } else if message.isWanted {
                wait(message)
                outOfOrder += 1
            }
        }
        queue[first] = nil
        first += 1
        base += 1
        guard first > 4096, first > queue.count / 2 else { return }
        queue.removeFirst(first)
        first = 0
    }

    private func put(_ message: Message) {
        guard message.isWanted, message.matches == .all || !filter.asksForContent, filter.fits(latency: message.waited)
        else { return }
        order.add(message, add)
    }

    private func add(_ message: Message) {
        written += 1
        json?.append(message, to: &out)
        lines?.append(message, to: &out)
        guard out.count >= Self.blockBytes else { return }
        write(out)
        out.removeAll(keepingCapacity: true)
    }
}
