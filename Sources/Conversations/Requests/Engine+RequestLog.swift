import Streams
import Vocabulary

/// What the request log is told, where it is kept at all.
extension ConversationEngine {
    /// From now on each request is logged when it is answered or lost.
    public func keepRequests() { requestLog = RequestLog(limit: limits.loggedRequests) }

    func logAnswer(_ slot: Int, _ request: PendingRequest, _ reader: MessageReader, _ last: Piece) {
        guard let requestLog else { return }
        let waited = max(0, last.time.since(request.sentWhole))
        var marks: LoggedRequest.Marks = .answered
        if waited - Int64(request.allowedWaitMs ?? 0) * 1_000_000 > Self.slowNanoseconds { marks.insert(.slow) }
        if !reader.response.failures.isEmpty { marks.insert(.failed) }
        if request.api == Api.fetch || request.api == Api.shareFetch, reader.response.recordBytes == 0 {
            marks.insert(.longPoll)
        }
        var entry = Self.entry(request, waited: waited, marks)
        entry.responseBytes = UInt32(clamping: reader.size + 4)
        entry.errorCode = reader.response.failures.first?.code ?? 0
        if reader.startFrame.source == request.frame.source, reader.startFrame > request.frame {
            entry.framesToAnswer = UInt32(clamping: reader.startFrame.number - request.frame.number)
        }
        requestLog.append(entry)
    }

    func logUnansweredByWish(_ request: PendingRequest) {
        requestLog?.append(Self.entry(request, waited: 0, .wantsNoAnswer))
    }

    /// What is still pending when a connection, or the capture, ends.
    func logPending(_ slot: Int, _ record: ConnectionRecord) {
        guard let requestLog else { return }
        let end = record.firstClose?.time ?? file.lastTime
        eachPending(slot) { index in
            let request = pending[index]
            guard !request.wantsNoAnswer else { return }
            let isLost = record.isLost(sent: request.sent, allowedMs: request.allowedWaitMs, captureEnd: file.lastTime)
            requestLog.append(Self.entry(request, waited: max(0, end.since(request.sentWhole)), isLost ? .lost : []))
        }
    }

    private static func entry(_ request: PendingRequest, waited: Int64, _ marks: LoggedRequest.Marks) -> LoggedRequest {
        LoggedRequest(
            sent: request.sent, frame: request.frame, connection: UInt32(truncatingIfNeeded: request.serial),
            correlationId: request.correlationId, microseconds: UInt32(clamping: waited / 1000),
            requestBytes: request.bytes, responseBytes: 0, framesToAnswer: 0, api: request.api, errorCode: 0,
            version: UInt8(clamping: request.version), marks: marks)
    }
}
