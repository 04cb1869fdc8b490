import Conversations
import ReportModel
import Streams
import Vocabulary

/// A host that is gone without a word: the client's data is sent again and again, and no end of the connection was seen.
enum SilentHost {
    /// So many retransmissions into silence, over so long a time, are no passing loss.
    private static let retransmissions: Int64 = 4
    private static let silence = Span.seconds(5)

    static func judge(_ place: Int, _ view: CaseView) -> Verdict? {
        let record = view.records[place]
        guard record.wasEstablished, !record.isOneSided, record.firstClose == nil, record.fromServer.packets > 0 else {
            return nil
        }
        let client = record.fromClient
        let unreachable = record.tcp.icmpType != 255
        let silent =
            client.retransmissionsUnanswered >= retransmissions
            && client.lastTime.since(record.fromServer.lastTime) >= silence
        guard silent || unreachable else { return nil }
        let lost = LostRequests.of(record)
        // What wants no answer has to be acknowledged by TCP all the same.
        let isUnheard = record.kafka.wantNoAnswer > 0 && client.acknowledged < client.streamEnd
        guard !lost.requests.isEmpty || isUnheard else { return nil }
        var verdict = Verdict(.disconnectBeforeResponse, .error, unreachable ? .certain : .likely, record, in: view)
        if lost.requests.isEmpty { verdict.first = record.fromServer.lastTime }
        verdict.last = client.lastTime
        verdict.cause = .hostUnreachable
        verdict.closedBy = .unknown
        verdict.nature = .transient
        for reason in lost.doubt { verdict.doubt(reason, ceiling: .possible) }
        verdict.requests = lost.requests.map { LostRequest($0, of: record, in: view, ended: client.lastTime) }
        verdict.requestsOnOpenConnections = verdict.requests.count
        verdict.frames = verdict.requests.prefix(10).map(\.frame) + [record.tcp.lastFrame]
        if unreachable { verdict.frames.append(record.tcp.icmpFrame) }
        verdict.add(.lostTotal, .number(lost.requests.count))
        if !unreachable, let forgotten = ForgottenFlow.cause(record, in: view) {
            verdict.cause = forgotten.cause
            verdict.nature = forgotten.nature
            verdict.facts += forgotten.facts
        }
        if lost.requests.isEmpty { verdict.add(.acks, .number(0)) }
        return verdict
    }
}
