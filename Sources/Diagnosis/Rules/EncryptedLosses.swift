import Conversations
import ReportModel
import Streams
import TLS
import Vocabulary

/// A broker stopped while its connections spoke TLS without keys: where the client had the last word, it probably waited
/// for an answer. What it had asked cannot be seen, so nothing here is certain.
struct EncryptedLosses: EndRule {
    /// Records with the handshake and a first exchange.
    private static let worked = 4
    /// A process that ends in good order says goodbye (close_notify) in the same moment as it closes.
    private static let goodbyeWithin = Span.milliseconds(20)
    private static let goodbyeLength = 19...40

    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        view.nodeEnds.sorted { $0.key < $1.key }.flatMap { _, stops in
            stops.filter { $0.refused > 0 }.flatMap { stop in
                stop.ended.filter(ends.contains).compactMap { place in
                    judge(place, stop, view).map { EndVerdict(place: place, verdict: $0, explains: !$0.isSilent) }
                }
            }
        }
    }

    private func judge(_ place: Int, _ end: NodeEnd, _ view: CaseView) -> Verdict? {
        let record = view.records[place]
        let handshake = record.tls.handshake
        guard record.tls.seen, !record.tls.isOpened, let close = record.firstClose,
            handshake.clientRecords >= Self.worked, handshake.serverRecords >= Self.worked,
            record.fromClient.lastDataTime > record.lastAnswer(before: close.time, goodbye: Self.goodbyeWithin)
        else { return nil }
        var verdict = Verdict(.disconnectBeforeResponse, .error, .likely, record, in: view)
        verdict.doubt = [.encrypted]
        verdict.cause = saidGoodbye(handshake, close.time) ? .brokerShutdown : .brokerCrashed
        verdict.closedBy = .broker
        verdict.nature = .transient
        verdict.frames += [record.fromClient.lastDataFrame]
        verdict.add(.connectionsEnded, .number(end.ended.count))
        verdict.add(.refusedAfterwards, .number(end.refused))
        if let back = end.back { verdict.add(.outageMs, .milliseconds(back.milliseconds(since: end.from))) }
        verdict.add(.closeKind, .text(close.reset ? "RST" : "FIN"))
        if !view.mayBeKafkas(record) { verdict.silence(.notKafka) }
        return verdict
    }

    private func saidGoodbye(_ handshake: HandshakeFacts, _ close: CaptureTime) -> Bool {
        guard let last = handshake.lastRecords.last(where: { !$0.fromClient }) else { return false }
        return Self.goodbyeLength.contains(Int(last.length)) && close.since(last.moment.time) < Self.goodbyeWithin
    }
}

extension ConnectionRecord {
    /// When the server last sent a record that was no goodbye at the end.
    fileprivate func lastAnswer(before close: CaptureTime, goodbye: Int64) -> CaptureTime {
        let notes = tls.handshake.lastRecords + tls.handshake.firstRecords
        return notes.filter { !$0.fromClient && close.since($0.moment.time) >= goodbye }.map(\.moment.time).max()
            ?? .distantPast
    }
}
