import Streams
import Vocabulary

/// What the request log is told, where it is kept at all.
extension ConversationEngine {
    /// From now on each request is logged when it is answered or lost.
    public func keepRequests() { requestLog = RequestLog(limit: limits.loggedRequests) }

    func logAnswer(_ connection: Connection, _ request: Waiting, _ reader: Reader, _ last: Piece) {
        guard let requestLog else { return }
        let waited = max(0, last.time.since(request.pointee.sentWhole))
        var marks: LoggedRequest.Marks = .answered
        let allowed = Int64(request.pointee.allowedWaitMs ?? 0) * 1_000_000
        if waited.subtractingSaturated(allowed) > Self.slowNanoseconds { marks.insert(.slow) }
        if !reader.pointee.response.failures.isEmpty { marks.insert(.failed) }
        if Api.waitsForRecords(request.pointee.api), reader.pointee.response.recordBytes == 0 {
            marks.insert(.longPoll)
        }
        var entry = Self.entry(request, waited: waited, marks)
        entry.responseBytes = UInt32(clamping: reader.pointee.size + 4)
        entry.errorCode = reader.pointee.response.failures.first?.code ?? 0
        if reader.pointee.startFrame.source == request.pointee.frame.source,
            reader.pointee.startFrame > request.pointee.frame
        {
            entry.framesToAnswer = UInt32(clamping: reader.pointee.startFrame.number - request.pointee.frame.number)
        }
        requestLog.append(entry)
    }

    func logUnansweredByWish(_ request: Waiting) {
        requestLog?.append(Self.entry(request, waited: 0, .wantsNoAnswer))
    }

    /// What is still pending when a connection, or the capture, ends.
    func logPending(_ connection: Connection, _ record: ConnectionRecord) {
        guard let requestLog else { return }
        let end = record.firstClose?.time ?? file.endOfSight
        eachPending(connection) { index in
            let request = pending.at(index)
            guard !request.pointee.wantsNoAnswer else { return }
            let fate = fate(request.pointee, record)
            if fate == .heard {
                let waited = max(0, request.pointee.answered.since(request.pointee.sentWhole))
                return requestLog.append(Self.entry(request, waited: waited, .answered))
            }
            requestLog.append(
                Self.entry(request, waited: max(0, end.since(request.pointee.sentWhole)), fate.isLost ? .lost : []))
        }
    }

    private static func entry(_ request: Waiting, waited: Int64, _ marks: LoggedRequest.Marks) -> LoggedRequest {
        LoggedRequest(
            sent: request.pointee.sent, frame: request.pointee.frame,
            connection: UInt32(truncatingIfNeeded: request.pointee.serial),
            correlationId: request.pointee.correlationId, microseconds: UInt32(clamping: waited / 1000),
            requestBytes: request.pointee.bytes, responseBytes: 0, framesToAnswer: 0, api: request.pointee.api,
            errorCode: 0,
            version: UInt8(clamping: request.pointee.version), marks: marks)
    }
}
