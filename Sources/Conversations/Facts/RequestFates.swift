import Streams
public import Vocabulary

/// What became of the requests that have no answer. Each is exactly one of these; all others were answered, want no answer
/// (acks=0), or had their answer in a hole of the capture.
public struct RequestFates: Sendable {
    /// The connection ended before the answer.
    public var ended: Int64 = 0
    /// The answer was due, and the connection still open.
    public var overdue: Int64 = 0
    /// No answer was due yet when the capture ended, or only one direction was captured.
    public var waiting: Int64 = 0
    /// Whether an answer was due cannot be told: of a Produce in an unknown form acks cannot be read.
    public var unsure: Int64 = 0

    public init() {}

    /// An answer was due and did not come.
    public var unanswered: Int64 { ended + overdue }

    static func += (sum: inout RequestFates, other: RequestFates) {
        sum.ended += other.ended
        sum.overdue += other.overdue
        sum.waiting += other.waiting
        sum.unsure += other.unsure
    }
}

/// What became of a request that is not known to be answered in time.
public enum RequestFate: Sendable {
    /// Its answer came late, and its client heard it.
    case heard
    /// Its answer fell into a hole, or its direction was not captured.
    case hidden
    /// The connection ended before an answer.
    case lost
    /// An answer was due, and the connection is open.
    case overdue
    /// None was due yet.
    case waiting
    /// Whether it wants an answer cannot be told.
    case unsure

    /// An answer was due and did not come.
    public var isLost: Bool { self == .lost || self == .overdue }
}

extension RequestFates {
    fileprivate mutating func add(_ fate: RequestFate) {
        switch fate {
        case .lost: ended += 1
        case .overdue: overdue += 1
        case .waiting: waiting += 1
        case .unsure: unsure += 1
        case .heard, .hidden: break
        }
    }
}

extension ConnectionRecord {
    /// The fates of this connection's requests without an answer.
    /// - Parameter sent: counts only requests of these times. Those beyond the list are younger than those on it, and have the
    ///   time of the last request.
    public func fates(captureEnd: CaptureTime, sent: (CaptureTime) -> Bool = { _ in true }) -> RequestFates {
        var fates = RequestFates()
        for request in unanswered where !request.wantsNoAnswer && sent(request.sent) {
            fates.add(
                fate(
                    request.api, acksKnown: request.acksKnown || isCutOff(request), sent: request.sent,
                    allowedMs: request.allowedWaitMs,
                    captureEnd: captureEnd))
        }
        guard unsureLeftOut + unansweredLeftOut > 0, sent(kafka.lastRequestTime) else { return fates }
        fates.unsure += Int64(unsureLeftOut)
        // Those beyond the list are younger than those on it: lost for sure only where the connection has ended.
        if tcp.firstCloser != nil, !isOneSided {
            fates.ended += Int64(unansweredLeftOut)
        } else {
            fates.waiting += Int64(unansweredLeftOut)
        }
        return fates
    }

    /// The fate of one request without an answer. The one place that decides it.
    func fate(
        _ api: Int16, acksKnown: Bool, sent: CaptureTime, allowedMs: Int32?, captureEnd: CaptureTime
    ) -> RequestFate {
        if mayWantNoAnswer(api, acksKnown: acksKnown) { return .unsure }
        let captureEnd = tcp.pausedAt.map { min($0, captureEnd) } ?? captureEnd
        guard wasDue(sent: sent, allowedMs: allowedMs, captureEnd: captureEnd) else { return .waiting }
        guard tcp.firstCloser != nil else { return .overdue }
        return mayBeInHole(sent: sent) ? .hidden : .lost
    }

    /// Where acks could not be read, a Produce may want no answer; a client that got one to another is known to want them.
    public func mayWantNoAnswer(_ request: UnansweredRequest) -> Bool {
        mayWantNoAnswer(request.api, acksKnown: request.acksKnown || isCutOff(request))
    }

    /// The server ended the connection before all of the request was there: it is lost, whatever it wants.
    private func isCutOff(_ request: UnansweredRequest) -> Bool { isCutOff(endingAt: request.streamEnd) }

    /// - Parameter end: where in the stream of bytes that were captured in clear a request ends.
    func isCutOff(endingAt end: Int64) -> Bool {
        !tls.seen && end > fromClient.streamEnd && clientClosedFirst == false && kafka.requestGaps == 0
            && fromClient.cutBytes == 0
    }

    private func mayWantNoAnswer(_ api: Int16, acksKnown: Bool) -> Bool {
        api == Api.produce && !acksKnown && !kafka.produceAnswered
    }

    /// Bytes of the answers are missing behind the request: its answer may be among them.
    public func mayBeInHole(_ request: UnansweredRequest) -> Bool { mayBeInHole(sent: request.sent) }

    private func mayBeInHole(sent: CaptureTime) -> Bool { lastAnswerGap.map { $0 >= sent } ?? false }

    /// Counts a request for which the list has no room.
    func leaveOut(_ request: borrowing PendingRequest) {
        if mayWantNoAnswer(request.api, acksKnown: request.acksKnown) {
            unsureLeftOut += 1
        } else {
            let sent = request.sent
            if isOneSided || !mayBeInHole(sent: sent) { unansweredLeftOut += 1 }
        }
    }

    /// Requests that want an answer and got none, less those still young when the capture ended.
    public func countOfLost(captureEnd: CaptureTime) -> Int { Int(fates(captureEnd: captureEnd).unanswered) }

    /// Whether an answer that has not come was due.
    private func wasDue(sent: CaptureTime, allowedMs: Int32?, captureEnd: CaptureTime) -> Bool {
        // Where only one direction was captured, nobody knows what was answered.
        if isOneSided { return false }
        if tcp.firstCloser != nil { return true }
        if isReceiving(until: captureEnd) { return false }
        return captureEnd.since(sent) > Int64(allowedMs ?? 0) * 1_000_000 + Self.youngNanoseconds
    }

    /// What is sent byte after byte pauses for no longer (nanoseconds).
    public static let answerPauses = Span.seconds(2)

    /// An answer had begun, and bytes of it still came: its server had answered.
    public func isReceiving(until end: CaptureTime) -> Bool {
        kafka.answerCutSize != nil && fromServer.gapBytes == 0
            && end.since(fromServer.lastDataTime) <= Self.answerPauses
    }

    /// A request younger than this at the capture's end is no fault.
    public static let youngNanoseconds = Span.seconds(1)
}

extension CaseFile {
    /// The fates of all requests without an answer, those of connections that are no longer listed included.
    public var fates: RequestFates {
        var sum = totals.foldedFates
        for record in connections.records { sum += record.fates(captureEnd: lastTime) }
        return sum
    }
}

extension CaseFile.Totals {
    /// The packets of a connection were captured twice: its requests are counted once.
    mutating func leaveOut(copy: KafkaFacts) {
        requests -= Int64(copy.requests)
        responses -= Int64(copy.responses)
        wantNoAnswer -= Int64(copy.wantNoAnswer)
    }
}
