import Conversations
import Streams
import Vocabulary

enum Idleness {
    /// Below this a silence is no idleness, and an age no lifetime.
    static let least = Span.milliseconds(2500)
}

extension ConnectionRecord {
    /// How long before the first lost request the last answer had come.
    var idleBeforeLoss: Int64? {
        LostRequests.of(self).requests.first.map { $0.sent.since(max(kafka.lastResponseTime, tcp.firstTime)) }
    }

    /// How long neither side had sent anything when its end came.
    var silenceBeforeEnd: Int64? {
        guard let close = firstClose else { return nil }
        let last = max(fromClient.lastDataTime, fromServer.lastDataTime)
        return last < close.time ? close.time.since(last) : nil
    }

    /// How long nothing had been sent when its end came; a request that met the end is not counted.
    var idleBeforeEnd: Int64? {
        guard let close = firstClose else { return nil }
        let asked = unanswered.filter { !$0.wantsNoAnswer }.isEmpty ? fromClient.lastDataTime : .distantPast
        let last = max(asked < close.time ? asked : .distantPast, kafka.lastResponseTime)
        return last == .distantPast ? nil : close.time.since(last)
    }
}
