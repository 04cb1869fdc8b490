import Conversations
import ReportModel
import Vocabulary

/// What tells a request from all others: the frame that it begins in, which may hold several, and its correlation id.
struct RequestName: Hashable {
    private var frame: FrameRef
    private var correlationId: Int32

    init(_ request: ObservedRequest) { (frame, correlationId) = (request.frame, request.correlationId) }
    init(_ request: LoggedRequest) { (frame, correlationId) = (request.frame, request.correlationId) }
    init(_ request: UnansweredRequest) { (frame, correlationId) = (request.frame, request.correlationId) }

    init(_ request: LostRequest) {
        (frame, correlationId) = (request.frame, Int32(truncatingIfNeeded: request.correlationId))
    }
}

extension CaseFile {
    /// Requests whose answer came when nobody took it any more: read as answered, and counted as lost. Not those whose answer may be
    /// in a hole of the capture.
    func unheard() -> Set<RequestName> {
        var unheard: Set<RequestName> = []
        for record in connections.records where record.firstClose != nil && !record.isOneSided {
            for request in record.unanswered
            where !request.wantsNoAnswer && !record.mayBeInHole(request) {
                unheard.insert(RequestName(request))
            }
        }
        return unheard
    }
}
