import Conversations
import Streams
import Vocabulary

/// Waits that a quota most likely made: the broker had told the client nearly as long a throttle time shortly before, and answered other
/// hosts all the while. Brokers before KIP-219 hold back the response itself.
enum HeldBack {
    private static let shortlyBefore = Span.seconds(120)
    /// A throttle time grows from one response to the next.
    private static let nearly = 0.5

    /// The longest throttle time that the client had been told, in milliseconds; nil where no quota explains the wait.
    static func throttleMs(_ record: ConnectionRecord, until closed: CaptureTime, _ view: CaseView) -> Double? {
        guard let first = record.unanswered.first(where: { !$0.wantsNoAnswer }) else { return nil }
        let key = ThrottleRow.Key(
            client: record.client.address, clientId: first.clientId, server: record.server, api: first.api)
        guard let told = view.file.times.throttles[key], told.first < first.sent,
            // Of a row the last time counts: later waits are told of too.
            told.last >= first.sent || first.sent.since(told.last) <= shortlyBefore,
            Double(told.maxMs) >= closed.milliseconds(since: first.sent) * nearly
        else { return nil }
        return servedOthers(record, first.sent...max(first.sent, closed), view) ? Double(told.maxMs) : nil
    }

    private static func servedOthers(_ record: ConnectionRecord, _ span: ClosedRange<CaptureTime>, _ view: CaseView)
        -> Bool
    {
        view.connections(to: record.server).contains { other in
            other.client.address != record.client.address
                && view.file.times.answers(of: record.server, to: other.client.address).contains(where: span.contains)
        }
    }
}
