import Conversations
import ReportModel
import Streams
import Vocabulary

/// A broker cannot answer a Produce with acks=0; where it refuses one, it closes the connection. One such close may be anything;
/// again and again right behind the Produce it is the error.
struct AcksZeroCloses: EndRule {
    private static let again = 3
    /// The broker refuses at once; beyond that the network's round trip passes.
    private static let atOnce = Span.milliseconds(100)
    /// Who had so many taken is not refused each time.
    private static let fewProduces = 10

    func judge(_ ends: OpenEnds, _ view: CaseView) -> [EndVerdict] {
        let refused = ends.places.filter { isRefused(view.records[$0], $0, view) }
        let pairs = Dictionary(grouping: refused) {
            ClientAtServer(client: view.records[$0].client.address, server: view.records[$0].server)
        }
        return pairs.values.filter { $0.count >= Self.again }.flatMap { $0 }.sorted().map {
            EndVerdict(place: $0, verdict: verdict(view.records[$0], view))
        }
    }

    private func isRefused(_ record: ConnectionRecord, _ place: Int, _ view: CaseView) -> Bool {
        let kafka = record.kafka
        guard record.wasEstablished, record.clientClosedFirst == false, let close = record.firstClose, !close.reset,
            kafka.lastApi == Api.produce, kafka.leastAcks == 0, (1...Self.fewProduces).contains(kafka.wantNoAnswer),
            record.unanswered.allSatisfy(\.wantsNoAnswer), record.lastRequestGap == nil, record.lastAnswerGap == nil
        else { return false }
        let trip = record.tcp.synAckFrame.isNone ? 0 : max(0, record.tcp.synAckTime.since(record.tcp.firstTime))
        return close.time.since(kafka.lastRequestTime) <= Self.atOnce + min(trip, Span.seconds(1))
            && !view.isPartOfStop(place)
    }

    private func verdict(_ record: ConnectionRecord, _ view: CaseView) -> Verdict {
        var verdict = Verdict(.disconnectBeforeResponse, .error, .likely, record, in: view)
        verdict.cause = .unknown
        verdict.closedBy = .broker
        verdict.nature = .structural
        verdict.frames = [record.kafka.lastRequestFrame, record.firstClose?.frame ?? record.tcp.lastFrame]
        verdict.add(.acks, .number(0))
        verdict.add(.closeKind, .text("FIN"))
        return verdict
    }
}
