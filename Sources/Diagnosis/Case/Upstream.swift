import Conversations
import Streams
import Vocabulary

/// The other leg of a gateway, where the capture shows both: the server that a client lost its answer at had asked another
/// server the same, and waited for that one's answer itself.
enum Upstream {
    /// A gateway passes a request on within this time.
    private static let passedOnWithin = Span.seconds(1)

    /// The server behind the gateway that owes the answer, and the frame of its request.
    static func of(
        _ record: ConnectionRecord, _ lost: [UnansweredRequest], in view: CaseView
    ) -> (server: Endpoint, frame: FrameRef)? {
        for place in view.byClient[record.server.address] ?? [] {
            let other = view.records[place]
            let isBehind =
                other.server.address != record.server.address && other.server.address != record.client.address
            if isBehind, let passed = other.unanswered.first(where: { isPassedOn($0, lost) }) {
                return (other.server, passed.frame)
            }
        }
        return nil
    }

    /// The same API of the same client, sent a moment after one of the lost requests.
    private static func isPassedOn(_ request: UnansweredRequest, _ lost: [UnansweredRequest]) -> Bool {
        lost.contains {
            !request.wantsNoAnswer && $0.api == request.api && $0.clientId == request.clientId
                && request.sent >= $0.sent && request.sent.since($0.sent) <= passedOnWithin
        }
    }
}
