import Conversations
import ReportModel
import Streams
import Vocabulary

/// A request that a gateway passed on and got an answer to, which its client never saw: the gateway kept it.
struct AnsweredBehind {
    /// The server that answered.
    var server: Endpoint
    /// What it said to the copy.
    var wait: LegWait

    /// A gateway passes a request on within this time.
    private static let passedOnWithin = Span.seconds(1)

    /// - Parameter ended: when the client's wait did.
    static func find(
        _ request: UnansweredRequest, of record: ConnectionRecord, ended: CaptureTime, in view: CaseView
    ) -> AnsweredBehind? {
        guard let waits = view.tables?.waits, let id = view.gatewayLegs.behind[record.id],
            let place = view.placesById[id]
        else { return nil }
        let behind = view.records[place]
        let copies = sent(waits[behind.serial], from: request)
        guard let copy = copies.first(where: { $0.api == request.api }), copy.answered < ended,
            // One that was sent in between may be what was passed on there.
            !sent(waits[record.serial], from: request).contains(where: {
                $0.api == request.api && $0.sent <= copy.sent
            })
        else { return nil }
        return AnsweredBehind(server: behind.server, wait: copy)
    }

    /// What was sent within the time in which the request is passed on; they are in order of sending.
    private static func sent(_ waits: [LegWait]?, from request: UnansweredRequest) -> ArraySlice<LegWait> {
        guard let waits else { return [] }
        return waits[waits.partitionPoint { $0.sent >= request.sent }...].prefix {
            $0.sent.since(request.sent) <= passedOnWithin
        }
    }
}

extension CaseView {
    /// What became of the copies of a lost batch, with what the other leg of a gateway shows of the first.
    func retry(of request: UnansweredRequest, _ record: ConnectionRecord, ended: CaptureTime) -> RetryFacts {
        var retry = request.retry
        guard request.api == Api.produce, retry.firstError == nil else { return retry }
        if let answered = AnsweredBehind.find(request, of: record, ended: ended, in: self) {
            retry.nothingStored = false
            if let offset = answered.wait.storedAt { (retry.firstError, retry.firstOffset) = (0, offset) }
        } else if retry.nothingStored, isPassedOnVisibly(record),
            Upstream.of(record, [request], ended: ended, in: self) == nil
        {
            // Offsets without a hole prove nothing where one of them may be its own, given to the gateway.
            retry.nothingStored = false
        }
        return retry
    }

    /// The capture shows what the server, or a sidecar, stores elsewhere for its clients.
    private func isPassedOnVisibly(_ record: ConnectionRecord) -> Bool {
        (byClient[GatewayLegs.relay(record)] ?? []).contains {
            records[$0].kafka.produceAnswered && records[$0].server.address != record.server.address
        }
    }
}
