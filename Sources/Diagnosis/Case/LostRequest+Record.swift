import Conversations
import KafkaSchema
import ReportModel
import Streams
import Vocabulary

extension LostRequest {
    /// A request of the case as the report tells it.
    /// - Parameter ended: when its wait ended.
    init(_ request: UnansweredRequest, of record: ConnectionRecord, in view: CaseView, ended: CaptureTime) {
        self.init(
            api: Api.name(request.api), apiKey: Int(request.api), version: Int(request.version),
            correlationId: Int(request.correlationId), sent: request.sent,
            waitedMs: max(0, ended.milliseconds(since: request.sentWhole)), frame: request.frame)
        clientId = view.file.text(request.clientId)
        let seen = record.fromClient.acknowledged
        acknowledged = seen < 0 ? nil : seen >= request.streamEnd
        topics = request.topics.compactMap { view.file.text($0) }
        if request.api == Api.produce {
            acks = request.acks.map(Int.init)
            let places = Set(request.batches.map(\.partition))
            if places.count == 1, topics.count == 1 { partition = places.first.map(Int.init) }
            hasOneBatch = request.batches.count == 1
            idempotent = request.batches.isEmpty ? nil : request.idempotent
            transactional = request.transactional
        }
        partial = request.partial
        outcome = Outcome.of(request, record, in: view, ended: ended)
        takeRetry(request.retry)
    }

    private mutating func takeRetry(_ retry: RetryFacts) {
        guard !retry.resentFrame.isNone else { return }
        resentFrame = retry.resentFrame
        resentTime = retry.resentTime
        resentTo = retry.resentTo.map { "\($0)" }
        if !retry.answerFrame.isNone { resentAnswerFrame = retry.answerFrame }
        if retry.baseOffset >= 0 { resentOffset = Int(retry.baseOffset) }
    }
}

extension Outcome {
    /// A client that goes on for this long without sending a batch again is not going to.
    private static let retryWithin = Span.seconds(30)
    private static let duplicateSequence: Int16 = 46
    /// APIs whose requests change nothing that a repeat would double.
    private static let readOnly: Set<Int16> = [
        1, 2, 3, 9, 10, 12, 14, 15, 16, 17, 18, 23, 29, 32, 35, 36, 55, 60, 61, 65, 66, 68, 75, 78,
    ]

    /// What became of a request without answer, as far as the packets prove it.
    static func of(_ request: UnansweredRequest, _ record: ConnectionRecord, in view: CaseView, ended: CaptureTime)
        -> Outcome
    {
        if request.partial, record.clientClosedFirst == false { return .noEffect }
        guard request.api == Api.produce else { return readOnly.contains(request.api) ? .noEffect : .unknown }
        let retry = view.retry(of: request, record, ended: ended)
        let proven = proven(retry, request.idempotent)
        // An error for a copy says nothing of one that was stored.
        let mayBeOpen = proven == nil || proven == .noEffect
        if mayBeOpen, request.batches.count == 1, view.file.isStored(request.batches[0]) { return .storedOnce }
        if let proven { return proven }
        guard retry.resentFrame.isNone else { return .unknown }
        if retry.givenUp || neverRetried(request, record, view, ended) { return .notRetried }
        return retry.nothingStored ? .noEffect : .unknown
    }

    /// What the answers to its copies prove: of one too late to count, an offset says that it was stored, an error that it was
    /// not.
    private static func proven(_ retry: RetryFacts, _ idempotent: Bool) -> Outcome? {
        let isKnownAgain = idempotent && !retry.renumbered
        if retry.error == 0 || isKnownAgain && retry.error == duplicateSequence {
            if isKnownAgain { return .storedOnce }
            // Acknowledged or not says nothing here: where answers get lost on their way, so do acknowledgements.
            guard let first = retry.firstError else { return retry.nothingStored ? .storedOnce : .possiblyTwice }
            return first == 0 && retry.firstOffset != retry.baseOffset ? .storedTwice : .storedOnce
        }
        guard let first = retry.firstError else { return nil }
        if first == 0 || first == duplicateSequence { return .storedOnce }
        // What became of a copy without an answer is not known.
        return retry.resentFrame.isNone || retry.error != nil ? .noEffect : nil
    }

    /// The client was heard of for long afterwards and produced nothing more: clients that go on producing may have put
    /// the same records into other batches, which the packets do not show.
    private static func neverRetried(
        _ request: UnansweredRequest, _ record: ConnectionRecord, _ view: CaseView, _ ended: CaptureTime
    ) -> Bool {
        let later = ended.adding(nanoseconds: retryWithin)
        guard view.captureEnd > later, view.goesOn(record.client.address, after: later, except: -1) else {
            return false
        }
        return view.program(record.client.address, request.clientId).lastProducing.map { $0 <= ended } ?? true
    }

    /// The outcome where the broker is known to have closed without looking at the request's content.
    static func unread(_ outcome: Outcome) -> Outcome {
        outcome == .storedOnce || outcome == .possiblyTwice ? .storedOnce : .noEffect
    }
}
