import Conversations
import Streams
import Vocabulary

/// Attempts to connect that nobody answered.
enum UnansweredSyns {
    /// Nothing can be said before this much of the capture has passed.
    private static let answerWithin = Span.milliseconds(900)
    /// TCP sends a SYN again after a second (RFC 6298). A single one, and silence, is more likely a hole in the capture.
    private static let atLeast = 2

    static func showSilence(_ attempts: [ConnectionRecord], _ view: CaseView) -> Bool {
        let silent = attempts.filter { $0.tcp.end == .noAnswer }
        return silent.contains { view.captureEnd.since($0.tcp.firstTime) >= answerWithin }
            && silent.reduce(0) { $0 + max(1, $1.tcp.synCount) } >= atLeast
    }
}
