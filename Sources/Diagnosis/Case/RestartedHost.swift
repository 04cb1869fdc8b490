import Conversations
import Streams
import Vocabulary

/// A host that went silent and came back without its connections: what clients sent again and again got no answer of any
/// kind for seconds, and then a reset, by which a kernel tells that it knows nothing of the connection. It was restarted (power,
/// hypervisor, panic), and the outage began when it went silent.
enum RestartedHost {
    /// Shorter than any machine takes to boot; what is silent for less was slow.
    private static let shortest = Span.seconds(3)
    private static let resends: Int32 = 2
    /// What had been under way still arrives.
    private static let settling = Span.seconds(1)

    /// Since when nothing came of it; nil where the end was another.
    static func silentSince(_ record: ConnectionRecord, in view: CaseView) -> CaptureTime? {
        let (client, server) = (record.fromClient, record.fromServer)
        guard record.wasEstablished, let close = record.firstClose, close.reset, server.resetSeen, !server.finSeen,
            record.clientClosedFirst == false,
            let span = client.unacknowledged.last, !span.recovered, span.headResends >= resends,
            server.resetTime >= span.to, server.resetTime.since(span.to) < EndClue.answersWithin,
            server.resetTime.since(span.from) >= shortest,
            !ForeignReset.isForeign(record, in: view),
            server.lastDataTime <= span.from.adding(nanoseconds: settling)
        else { return nil }
        return servedMeanwhile(record, span.from, server.resetTime, view) ? nil : span.from
    }

    /// The host answered somebody in the midst of it.
    private static func servedMeanwhile(
        _ record: ConnectionRecord, _ from: CaptureTime, _ to: CaptureTime, _ view: CaseView
    ) -> Bool {
        let (first, last) = (from.adding(nanoseconds: settling), to.adding(nanoseconds: -settling))
        return view.file.times.answers(of: record.server).contains { $0 > first && $0 < last }
    }
}
