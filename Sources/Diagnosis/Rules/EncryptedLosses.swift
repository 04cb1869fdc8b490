import Conversations
import ReportModel
import Streams
import TLS
import Vocabulary

/// A broker stopped while its connections spoke TLS without keys, or something on the way reset them: where the client had the
/// last word, it probably waited for an answer. What it had asked cannot be seen, so nothing here is certain.
struct EncryptedLosses: EndRule {
    /// Records with the handshake and a first exchange.
    private static let worked = 4
    /// A process that ends in good order says goodbye (close_notify) in the same moment as it closes.
    private static let goodbyeWithin = Span.milliseconds(20)
    private static let goodbyeLength = 19...40

    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        let forged = ends.judge { self.forged(view.records[$0], view) }
        let told = Set(forged.map(\.place))
        return forged + stopped(view) { ends.contains($0) && !told.contains($0) }
    }

    private func stopped(_ view: CaseView, among isOpen: (Int) -> Bool) -> [EndVerdict] {
        view.nodeEnds.sorted { $0.key < $1.key }.flatMap { _, stops in
            stops.filter { $0.refused > 0 }.flatMap { stop in
                stop.ended.filter(isOpen).compactMap { place in
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

    /// A reset in one end's name that is not that end's, while the other side's word was awaited.
    private func forged(_ record: ConnectionRecord, _ view: CaseView) -> Verdict? {
        let handshake = record.tls.handshake
        guard record.tls.seen, !record.tls.isOpened, let close = record.firstClose, close.reset,
            handshake.clientRecords >= Self.worked, handshake.serverRecords >= Self.worked,
            let open = handshake.turns.open,
            view.mayBeKafkas(record)
        else { return nil }
        let inClientsName = ForeignReset.isInClientsName(record)
        let isServers =
            record.clientClosedFirst == false
            && (ForeignReset.isForeign(record, in: view) || view.foreignResets.isBeside(record.server, close.time))
        guard inClientsName || isServers else { return nil }
        // What answers the first word behind a pause had forgotten the connection.
        let heard = handshake.lastRecords.last { !$0.fromClient && $0.moment.time <= open.from.time }
        if let heard, open.from.time.since(heard.moment.time) >= Idleness.least,
            close.time.since(open.from.time) < EndClue.answersWithin
        {
            return nil
        }
        var verdict = Verdict(.disconnectBeforeResponse, .error, .likely, record, in: view)
        verdict.doubt = [.encrypted]
        (verdict.cause, verdict.closedBy) = (.middleboxReset, .middlebox)
        verdict.frames += [open.from.frame]
        verdict.facts += inClientsName ? ForeignReset.factsOfClient(record) : ForeignReset.facts(record, in: view)
        verdict.add(.closeKind, .text("RST"))
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
