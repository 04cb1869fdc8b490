public import Conversations
public import Vocabulary

/// What became of a request; the names are those of the JSON form.
public enum MessageOutcome: String, Sendable {
    case answered
    case noResponseWanted = "no-response-wanted"
    case lost
    case givenUp = "given-up"
    case waiting
    case responseNotCaptured = "response-not-captured"
    case requestNotCaptured = "request-not-captured"
}

/// What only the whole capture tells of single requests.
public protocol MessageHindsight {
    /// The requests that this connection lost were given up by its client.
    func isGivenUp(_ connection: String) -> Bool
    /// A request on a connection that stays open is lost all the same.
    func isLostThoughOpen(_ connection: String) -> Bool
    /// The client never heard the answer.
    func isUnheard(_ request: ObservedRequest) -> Bool
    /// What the source is called; nil where there is one alone.
    func sourceName(_ frame: FrameRef) -> String?
}

extension MessageHindsight {
    func outcome(_ fate: RequestFate, of request: ObservedRequest, _ connection: String) -> MessageOutcome {
        switch fate {
        case .heard: .answered
        case .hidden: .responseNotCaptured
        case .lost: isGivenUp(connection) ? .givenUp : .lost
        case .overdue, .waiting: isLostThoughOpen(connection) ? .lost : .waiting
        case .unsure: .waiting
        }
    }
}
