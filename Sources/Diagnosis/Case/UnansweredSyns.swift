import Conversations
import ReportModel
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
        guard silent.contains(where: { view.captureEnd.since($0.tcp.firstTime) >= answerWithin }) else { return false }
        // Where the way back is not captured, only a SYN that was sent again had no answer.
        let counted = silent.filter { $0.tcp.synCount > 1 || showsTheWayBack($0, view) }
        return counted.reduce(0) { $0 + max(1, $1.tcp.synCount) } >= atLeast
    }

    /// Something was captured on its way to the client, and no data that the client sent to this host stands there without
    /// a packet in answer.
    private static func showsTheWayBack(_ attempt: ConnectionRecord, _ view: CaseView) -> Bool {
        let traits = view.traits(of: attempt.client.address)
        if traits.oneSided.contains(attempt.server.address) { return false }
        return traits.hearsServers || view.hearDNS.contains(attempt.client.address)
    }
}

extension CaseView {
    /// How attempts that came to nothing ended, by what says most; nil where they may only have been too young.
    func worstEnd(of attempts: [ConnectionRecord]) -> Detail? {
        if attempts.contains(where: { $0.tcp.end == .refused }) { return .refused }
        if attempts.contains(where: { $0.tcp.end == .rejected }) { return .rejected }
        return UnansweredSyns.showSilence(attempts, self) ? .noAnswer : nil
    }
}
